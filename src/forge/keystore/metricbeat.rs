//! `metricbeat.keystore`, version 1: `v1` and base64 of salt, IV, ciphertext and tag. The text is a JSON
//! object of names, each with its value in base64, and a line end.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::{IV, Keys, KeystoreEntry, KeystoreKey, SALT, TAG, array, decode, object};
use crate::forge::{Error, base64};
use crate::plan::KeystoreFormat;
use crate::values::Secret;

const VERSION: &[u8] = b"v1";

#[derive(Deserialize, Serialize)]
struct Field {
    value: String,
}

impl Drop for Field {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.strip_prefix(VERSION).is_some_and(|rest| decode(rest).is_some())
}

pub(super) fn write(
    key: &KeystoreKey,
    iv: [u8; IV],
    entries: &[KeystoreEntry],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut text = object(entries.iter().map(|entry| {
        let value = base64::encode(entry.value.reveal().as_bytes());
        (&entry.name, Field { value: value.to_string() })
    }))?;
    text.push(b'\n');
    let (sealed, tag) = key.seal(iv, &text)?;
    let bytes = [key.salt.as_slice(), &iv, &sealed, &tag].concat();
    Ok(Zeroizing::new([VERSION, base64::encode(&bytes).as_bytes()].concat()))
}

pub(super) fn read(bytes: &[u8], password: &str, keys: &mut Keys<'_>) -> Result<Vec<KeystoreEntry>, Error> {
    let bytes = bytes.strip_prefix(VERSION).and_then(decode).ok_or(Error::Keystore("it is too short"))?;
    let (salt, rest) = bytes.split_at(SALT);
    let (iv, rest) = rest.split_at(IV);
    let (sealed, tag) = rest.split_at(rest.len() - TAG);
    let key = keys.key(KeystoreFormat::Metricbeat, password, array(salt)?)?;
    let text = key.open(array(iv)?, sealed, tag)?;
    let odd = || Error::Keystore("its text is not a JSON object of values in base64");
    let pairs: BTreeMap<String, Field> = serde_json::from_slice(&text).map_err(|_| odd())?;
    let entry = |(name, field): (String, Field)| {
        // A value that is no text could have been stored by another program.
        let value = base64::decode(field.value.as_bytes()).ok_or_else(odd)?;
        Ok(KeystoreEntry { name, value: Secret::new(String::from_utf8_lossy(&value)) })
    };
    pairs.into_iter().map(entry).collect()
}
