//! The products' own stores of secrets: `elasticsearch.keystore`, `kibana.keystore` and
//! `metricbeat.keystore`, written and read back byte for byte as the products do. Knows no plan.
//!
//! All three are AES-GCM under a key of PBKDF2-HMAC-SHA512; they differ in rounds, lengths, framing and
//! what the text inside looks like. Formats as read in Elastic's sources and in stores that the products
//! made (`tests/keystores/`).

mod elasticsearch;
mod kibana;
mod metricbeat;

use std::fmt;
use std::num::NonZeroU32;

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, Algorithm, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::pbkdf2::{PBKDF2_HMAC_SHA512, derive};
use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use super::cost::Allowance;
use super::{Error, Source, base64};
use crate::plan::KeystoreFormat;
use crate::values::Secret;

const SALT: usize = 64;
const IV: usize = 12;
const TAG: usize = 16;

fn rounds(format: KeystoreFormat) -> NonZeroU32 {
    let rounds = match format {
        KeystoreFormat::Elasticsearch6 | KeystoreFormat::Elasticsearch7 => 210_000,
        KeystoreFormat::Elasticsearch5 | KeystoreFormat::Kibana | KeystoreFormat::Metricbeat => 10_000,
    };
    NonZeroU32::MIN.saturating_add(rounds - 1)
}

fn cipher(format: KeystoreFormat) -> &'static Algorithm {
    match format {
        KeystoreFormat::Elasticsearch5 | KeystoreFormat::Elasticsearch6 => &AES_128_GCM,
        KeystoreFormat::Elasticsearch7 | KeystoreFormat::Kibana | KeystoreFormat::Metricbeat => &AES_256_GCM,
    }
}

/// A salt and the key that it and a password make. Stores of one run and format may share it: making the
/// key is what takes time, and every store has an IV of its own.
pub struct KeystoreKey {
    format: KeystoreFormat,
    salt: [u8; SALT],
    key: LessSafeKey,
    with_password: bool,
}

impl fmt::Debug for KeystoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeystoreKey").field("format", &self.format).finish_non_exhaustive()
    }
}

impl KeystoreKey {
    pub fn draw(format: KeystoreFormat, password: &str, source: &dyn Source) -> Result<Self, Error> {
        let mut salt = [0; SALT];
        source.fill(&format!("salt of {format}"), &mut salt)?;
        Self::of(format, password, salt)
    }

    fn of(format: KeystoreFormat, password: &str, salt: [u8; SALT]) -> Result<Self, Error> {
        let mut bytes = Zeroizing::new(vec![0; cipher(format).key_len()]);
        derive(PBKDF2_HMAC_SHA512, rounds(format), &salt, password.as_bytes(), &mut bytes);
        let key = UnboundKey::new(cipher(format), &bytes).map_err(|_| Error::Keystore("its key is odd"))?;
        Ok(Self { format, salt, key: LessSafeKey::new(key), with_password: !password.is_empty() })
    }

    /// Elasticsearch alone binds the text to the salt.
    fn aad(&self) -> Aad<&[u8]> {
        match self.format {
            KeystoreFormat::Kibana | KeystoreFormat::Metricbeat => Aad::from(&[]),
            _ => Aad::from(&self.salt),
        }
    }

    /// The text encrypted, and its tag.
    fn seal(&self, iv: [u8; IV], text: &[u8]) -> Result<(Vec<u8>, [u8; TAG]), Error> {
        let odd = |_| Error::Keystore("it cannot be encrypted");
        let mut sealed = text.to_vec();
        let nonce = Nonce::assume_unique_for_key(iv);
        let tag = self.key.seal_in_place_separate_tag(nonce, self.aad(), &mut sealed).map_err(odd)?;
        Ok((sealed, <[u8; TAG]>::try_from(tag.as_ref()).map_err(|_| Error::Keystore("its tag is odd"))?))
    }

    fn open(&self, iv: [u8; IV], sealed: &[u8], tag: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let mut text = Zeroizing::new([sealed, tag].concat());
        let nonce = Nonce::assume_unique_for_key(iv);
        let length = self.key.open_in_place(nonce, self.aad(), &mut text).map_err(|_| Error::Locked)?.len();
        text.truncate(length);
        Ok(text)
    }
}

/// Opens stores. Those of one run share their salt, so that a hundred take one derivation.
#[derive(Debug, Default)]
pub struct KeystoreReader {
    known: Vec<(Secret, KeystoreKey)>,
    left: Allowance,
}

impl KeystoreReader {
    /// One that derives keys for so many rounds and no longer, for stores that others chose.
    pub fn for_rounds(rounds: u64) -> Self {
        Self { known: Vec::new(), left: Allowance::new(rounds) }
    }

    /// The secrets of a store.
    ///
    /// # Errors
    ///
    /// [`Error::Locked`] where the password is another one or the bytes were changed.
    pub fn read(&mut self, bytes: &[u8], password: &str) -> Result<Vec<KeystoreEntry>, Error> {
        let mut left = std::mem::take(&mut self.left);
        let read = self.read_within(bytes, password, &mut left);
        self.left = left;
        read
    }

    /// The same as one of many that are opened together.
    pub(super) fn read_within(
        &mut self,
        bytes: &[u8],
        password: &str,
        left: &mut Allowance,
    ) -> Result<Vec<KeystoreEntry>, Error> {
        let keys = &mut Keys { reader: self, left };
        match keystore_format(bytes) {
            Some(KeystoreFormat::Kibana) => kibana::read(bytes, password, keys),
            Some(KeystoreFormat::Metricbeat) => metricbeat::read(bytes, password, keys),
            Some(format) => elasticsearch::read(bytes, format, password, keys),
            None => Err(Error::Keystore("it is no keystore of a format that stackseal knows")),
        }
    }
}

/// The keys that a reader knows or derives, and the rounds that are left for it.
struct Keys<'a> {
    reader: &'a mut KeystoreReader,
    left: &'a mut Allowance,
}

impl Keys<'_> {
    fn key(
        &mut self,
        format: KeystoreFormat,
        password: &str,
        salt: [u8; SALT],
    ) -> Result<&KeystoreKey, Error> {
        let fits = |(known, key): &(Secret, KeystoreKey)| {
            key.format == format && key.salt == salt && known.reveal() == password
        };
        let known = &mut self.reader.known;
        let held = known.iter().position(fits);
        let index = held.unwrap_or(known.len());
        if held.is_none() {
            self.left.spend(u64::from(rounds(format).get()))?;
            known.push((Secret::new(password), KeystoreKey::of(format, password, salt)?));
        }
        known.get(index).map(|(_, key)| key).ok_or(Error::Keystore("its key is odd"))
    }
}

/// One secret of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeystoreEntry {
    pub name: String,
    pub value: Secret,
}

/// The bytes of a store. `label` names it among all stores of the run, so that each has an IV of its own.
pub fn write_keystore(
    key: &KeystoreKey,
    entries: &[KeystoreEntry],
    label: &str,
    source: &dyn Source,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut iv = [0; IV];
    source.fill(&format!("iv of {label}"), &mut iv)?;
    match key.format {
        KeystoreFormat::Kibana => kibana::write(key, iv, entries),
        KeystoreFormat::Metricbeat => metricbeat::write(key, iv, entries),
        _ => elasticsearch::write(key, iv, entries),
    }
}

/// What kind of store these bytes are, if one at all.
pub fn keystore_format(bytes: &[u8]) -> Option<KeystoreFormat> {
    elasticsearch::format(bytes)
        .or_else(|| kibana::is_one(bytes).then_some(KeystoreFormat::Kibana))
        .or_else(|| metricbeat::is_one(bytes).then_some(KeystoreFormat::Metricbeat))
}

/// The secrets of one store: [`KeystoreReader::read`].
///
/// # Errors
///
/// [`Error::Locked`] where the password is another one or the bytes were changed.
pub fn read_keystore(bytes: &[u8], password: &str) -> Result<Vec<KeystoreEntry>, Error> {
    KeystoreReader::default().read(bytes, password)
}

fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N], Error> {
    bytes.try_into().map_err(|_| Error::Keystore("it is too short"))
}

/// What follows the version of the stores that are text. Line ends are skipped, as Beats' reader does.
fn decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    base64::decode(text).filter(|bytes| bytes.len() >= SALT + IV + TAG)
}

/// One flat JSON object, in the order of the pairs.
fn object<K: Serialize, V: Serialize>(
    pairs: impl IntoIterator<Item = (K, V)>,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut text = Zeroizing::new(Vec::new());
    let written = serde_json::Serializer::new(&mut *text).collect_map(pairs);
    written.map_err(|_| Error::Keystore("it cannot be written as JSON"))?;
    Ok(text)
}
