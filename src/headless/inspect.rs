//! `inspect`: what stores, certificates, requests and archives hold, by the forge's own reader.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::cli::InspectArgs;
use super::{Error, Outcome};
use crate::forge::inspect;
use crate::store::has_output;
use crate::values::Secret;

/// Larger files are not of the kinds that are decoded.
const MOST_BYTES: u64 = 64 << 20;

pub fn print(args: &InspectArgs, out: &mut impl Write) -> Result<Outcome, Error> {
    let mut given = Vec::new();
    if let Some(path) = &args.password_file {
        let text = fs::read_to_string(path).map_err(|e| Error::Usage(format!("{}: {e}", path.display())))?;
        given.push(Secret::new(text.lines().next().unwrap_or_default()));
    }
    let mut files = Vec::new();
    for path in &args.files {
        collect(path, &mut files)?;
    }
    for path in &files {
        let bytes = fs::read(path).map_err(|e| Error::Usage(format!("{}: {e}", path.display())))?;
        let mut passwords = given.clone();
        passwords.extend(beside(path));
        let passwords: Vec<&str> = passwords.iter().map(Secret::reveal).collect();
        writeln!(out, "{}\n{}", path.display(), inspect(&path.to_string_lossy(), &bytes, &passwords))?;
    }
    Ok(Outcome::Done)
}

/// A file by itself, or the files of a folder in order.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let failed = |e: std::io::Error| Error::Usage(format!("{}: {e}", path.display()));
    let meta = fs::metadata(path).map_err(failed)?;
    if !meta.is_dir() {
        if meta.len() > MOST_BYTES {
            return Err(Error::Usage(format!("{} is too large to be decoded", path.display())));
        }
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> = fs::read_dir(path)
        .map_err(failed)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    entries.sort();
    for entry in entries.iter().filter(|entry| !entry.is_symlink()) {
        collect(entry, files)?;
    }
    Ok(())
}

/// Passwords that an output of stackseal keeps near a file: `<file>.password`, the secure settings of
/// its host, and for an archive of several hosts those of the authorities and of any one host.
fn beside(path: &Path) -> Vec<Secret> {
    let mut files = Vec::new();
    let mut own = path.as_os_str().to_owned();
    own.push(".password");
    files.push(PathBuf::from(own));
    for folder in path.ancestors().skip(1).take(6) {
        files.extend(entries(&folder.join("secure-settings")));
        if has_output(folder) {
            files.extend(
                entries(&folder.join("authorities"))
                    .into_iter()
                    .filter(|f| f.extension().is_some_and(|e| e == "password")),
            );
            if let Some(host) = entries(&folder.join("hosts")).first() {
                files.extend(entries(&host.join("elasticsearch/secure-settings")));
            }
            break;
        }
    }
    let mut found: Vec<Secret> = Vec::new();
    for text in files.iter().filter_map(|file| fs::read_to_string(file).ok()) {
        let secret = Secret::new(text);
        if !found.contains(&secret) {
            found.push(secret);
        }
    }
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries
}
