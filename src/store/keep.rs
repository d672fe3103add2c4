//! Reads an earlier output back, so that a second run makes no second authority and no new password
//! by accident. What it needs and does not find, it names.

use std::path::Path;

use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::arrivals::answer;
use super::read::read_bounded;
use super::receipt::{FileRow, Receipt, SettingRow};
use super::{Error, Written};
use crate::forge::{Kept, KeptIdentity, KeystoreReader, read_bearer, read_key, read_pem, read_store};
use crate::plan::{IdentityId, Origin, Plan, SecretId, TypedSecrets};
use crate::values::Secret;

/// Whether a folder holds an output of stackseal.
pub fn has_output(folder: &Path) -> bool {
    folder.join(super::receipt::NAME).is_file()
}

/// What a run of this session keeps: of the folder that was named, else of its own last output, else
/// nothing.
pub fn kept_for(
    named: Option<&Path>,
    written: Option<&Written>,
    plan: &Plan,
    typed: &TypedSecrets,
) -> Result<Kept, Error> {
    match (named, written) {
        (Some(folder), _) => read_kept(folder, plan, typed),
        (None, Some(written)) if !Path::new(&written.folder).exists() => {
            Err(Error::OutputGone { folder: written.folder.clone(), at: written.at.clone() })
        }
        (None, Some(written)) => read_kept(Path::new(&written.folder), plan, typed),
        (None, None) => Ok(Kept::default()),
    }
}

/// The run id of the output in `folder`.
pub fn run_of(folder: &Path) -> Option<String> {
    has_output(folder).then(|| Receipt::read(folder).ok()).flatten().map(|receipt| receipt.run)
}

/// Typed secrets that an earlier output holds, so that nobody has to type them again.
pub fn add_typed_of(folder: &Path, plan: &Plan, typed: &mut TypedSecrets) {
    let Ok(receipt) = Receipt::read(folder) else { return };
    let mut kept = Kept::default();
    // What cannot be read is asked for again.
    let _ = read_secrets(folder, &receipt, typed, &mut kept);
    for spec in plan.secrets.iter().filter(|spec| spec.origin == Origin::Typed) {
        if let Some(secret) = kept.secret(&spec.id).filter(|_| typed.get(&spec.id).is_none()) {
            typed.insert(spec.id.clone(), secret.clone());
        }
    }
}

/// Authorities, secrets and leaves of the output in `folder`, as far as `plan` has use for them.
/// Authorities and secrets that it had and lost are an error; lost leaves are made anew.
pub fn read_kept(folder: &Path, plan: &Plan, typed: &TypedSecrets) -> Result<Kept, Error> {
    let receipt = Receipt::read(folder)?;
    let mut kept = Kept::default();
    read_secrets(folder, &receipt, typed, &mut kept)?;
    for row in &receipt.files {
        read_identity(folder, row, &receipt, typed, &mut kept)?;
    }
    complete(folder, plan, &receipt, &kept)?;
    Ok(kept)
}

/// Bare files first: one of them may hold the password of a keystore.
fn read_secrets(
    folder: &Path,
    receipt: &Receipt,
    typed: &TypedSecrets,
    kept: &mut Kept,
) -> Result<(), Error> {
    for row in &receipt.files {
        read_secret(folder, row, kept)?;
    }
    let mut reader = KeystoreReader::default();
    for row in &receipt.files {
        read_settings(folder, row, typed, &mut reader, kept)?;
    }
    Ok(())
}

/// None where the file is gone or is another thing by now. A disk or a permission that fails is told as such:
/// what is there must not be taken for lost.
fn held(path: &Path, most: u64) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    match read_bounded(path, most) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error @ Error::Io { .. }) => Err(error),
        Err(_) => Ok(None),
    }
}

fn read_secret(folder: &Path, row: &FileRow, kept: &mut Kept) -> Result<(), Error> {
    let Some(id) = row.secrets.first().map(|id| SecretId::new(id.as_str())) else { return Ok(()) };
    if !matches!(row.kind.as_str(), "secret" | "bearer token") || kept.secret(&id).is_some() {
        return Ok(());
    }
    let Some(text) = held(&folder.join(&row.path), 4096)? else { return Ok(()) };
    let Ok(text) = std::str::from_utf8(&text) else { return Ok(()) };
    let secret = if row.kind == "secret" { Some(Secret::new(text)) } else { read_bearer(text) };
    if let Some(secret) = secret {
        kept.insert_secret(id, secret);
    }
    Ok(())
}

/// What a keystore holds and no file said; stores whose secrets are all known stay closed, since opening
/// one takes a while.
fn read_settings(
    folder: &Path,
    row: &FileRow,
    typed: &TypedSecrets,
    reader: &mut KeystoreReader,
    kept: &mut Kept,
) -> Result<(), Error> {
    let id_of = |setting: &SettingRow| SecretId::new(setting.secret.as_str());
    if row.settings.iter().all(|setting| kept.secret(&id_of(setting)).is_some()) {
        return Ok(());
    }
    let Some(bytes) = held(&folder.join(&row.path), 1 << 20)? else { return Ok(()) };
    let password = row.password.as_ref().map(|id| SecretId::new(id.as_str()));
    let password = password.and_then(|id| typed.get(&id).or_else(|| kept.secret(&id)).cloned());
    let Ok(entries) = reader.read(&bytes, password.as_ref().map_or("", Secret::reveal)) else {
        return Ok(());
    };
    for setting in &row.settings {
        let Some(entry) = entries.iter().find(|entry| entry.name == setting.name) else { continue };
        let secret =
            if setting.bearer { read_bearer(entry.value.reveal()) } else { Some(entry.value.clone()) };
        if let Some(secret) = secret.filter(|_| kept.secret(&id_of(setting)).is_none()) {
            kept.insert_secret(id_of(setting), secret);
        }
    }
    Ok(())
}

fn read_identity(
    folder: &Path,
    row: &FileRow,
    receipt: &Receipt,
    typed: &TypedSecrets,
    kept: &mut Kept,
) -> Result<(), Error> {
    let Some(id) = row.identities.first().map(|id| IdentityId::new(id.as_str())) else { return Ok(()) };
    let is_key = matches!(row.kind.as_str(), "PKCS#12" | "key" | "encrypted key");
    if !is_key || kept.identity(&id).is_some() {
        return Ok(());
    }
    let Some(recipe) = recipe(receipt, &id) else { return Ok(()) };
    let Some(bytes) = held(&folder.join(&row.path), 1 << 20)? else { return Ok(()) };
    let password = row.password.as_ref().map(|id| SecretId::new(id.as_str()));
    let password = password.and_then(|id| kept.secret(&id).or_else(|| typed.get(&id)).cloned());
    let found = if row.kind == "PKCS#12" {
        from_store(&bytes, password.as_ref())
    } else {
        from_pem(folder, &bytes, password.as_ref(), &id, receipt, OffsetDateTime::now_utc())?
    };
    if let Some((key, certificate, above)) = found {
        kept.insert_identity(id, KeptIdentity { key, certificate, above, recipe: recipe.to_owned() });
    }
    Ok(())
}

fn recipe<'a>(receipt: &'a Receipt, id: &IdentityId) -> Option<&'a str> {
    let issued = receipt.certificates.iter().find(|row| row.id == id.as_str()).map(|row| row.recipe.as_str());
    issued.or_else(|| receipt.awaited.iter().find(|row| row.id == id.as_str()).map(|row| row.recipe.as_str()))
}

/// A key, its certificate, and what stands above that in its file.
type Found = (Zeroizing<Vec<u8>>, Vec<u8>, Vec<Vec<u8>>);

fn from_store(bytes: &[u8], password: Option<&Secret>) -> Option<Found> {
    let entries = read_store(bytes, password.map_or("", Secret::reveal)).ok()?;
    entries.into_iter().find_map(|entry| Some((entry.key?, entry.chain.into_iter().next()?, Vec::new())))
}

/// The key's certificate lies in another file; that of a request beside it, once it has come back.
fn from_pem(
    folder: &Path,
    bytes: &[u8],
    password: Option<&Secret>,
    id: &IdentityId,
    receipt: &Receipt,
    now: OffsetDateTime,
) -> Result<Option<Found>, Error> {
    let Ok(key) = read_key(bytes, password.map(Secret::reveal)) else { return Ok(None) };
    let file_of = |kind: &str| {
        let of_it = |row: &&FileRow| row.identities.first().is_some_and(|first| first == id.as_str());
        receipt.files.iter().find(|row| row.kind == kind && of_it(row)).map(|row| folder.join(&row.path))
    };
    let request = file_of("request");
    let answer = request.and_then(|request| answer(&request, &request.with_extension("crt"), now));
    if let Some(Ok(answer)) = answer {
        return Ok(Some((key, answer.certificate, answer.above)));
    }
    let Some(path) = file_of("certificate") else { return Ok(Some((key, Vec::new(), Vec::new()))) };
    let Some(bytes) = held(&path, 1 << 20)? else { return Ok(None) };
    let mut ders = read_pem(&bytes).unwrap_or_default().into_iter().map(|block| block.der.to_vec());
    Ok(ders.next().map(|leaf| (key, leaf, ders.collect())))
}

fn complete(folder: &Path, plan: &Plan, receipt: &Receipt, kept: &Kept) -> Result<(), Error> {
    let missing = |missing: String| Error::KeptMissing { folder: folder.to_owned(), missing };
    for authority in plan.identities.iter().filter(|identity| identity.is_authority()) {
        let had = receipt.certificates.iter().any(|row| row.id == authority.id.as_str());
        if had && kept.identity(&authority.id).is_none() {
            return Err(missing(format!(
                "the authority {} (its store in authorities/ and the store's password)",
                authority.id
            )));
        }
    }
    for secret in plan.secrets.iter().filter(|secret| matches!(secret.origin, Origin::Generated(_))) {
        let had = receipt.files.iter().any(|row| row.secrets.iter().any(|id| id == secret.id.as_str()));
        if had && kept.secret(&secret.id).is_none() {
            return Err(missing(format!("the secret {}", secret.id)));
        }
    }
    Ok(())
}
