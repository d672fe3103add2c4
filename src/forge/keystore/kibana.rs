//! `kibana.keystore`: `1:` and base64 of salt, IV, tag and ciphertext, in this order. The text is one flat
//! JSON object; every value is written as a JSON string, since Kibana's schema takes no number for a
//! password.

use std::collections::BTreeMap;

use serde_json::Value;
use zeroize::Zeroizing;

use super::{IV, Keys, KeystoreEntry, KeystoreKey, SALT, TAG, array, decode, object};
use crate::forge::{Error, base64};
use crate::plan::KeystoreFormat;
use crate::values::Secret;

/// The version before the colon is not looked at by Kibana.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    matches!(bytes, [version, b':', rest @ ..] if version.is_ascii_digit() && decode(rest).is_some())
}

pub(super) fn write(
    key: &KeystoreKey,
    iv: [u8; IV],
    entries: &[KeystoreEntry],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let text = object(entries.iter().map(|entry| (&entry.name, entry.value.reveal())))?;
    let (sealed, tag) = key.seal(iv, &text)?;
    let bytes = [key.salt.as_slice(), &iv, &tag, &sealed].concat();
    Ok(Zeroizing::new([b"1:", base64::encode(&bytes).as_bytes()].concat()))
}

pub(super) fn read(bytes: &[u8], password: &str, keys: &mut Keys<'_>) -> Result<Vec<KeystoreEntry>, Error> {
    let bytes = bytes.get(2..).and_then(decode).ok_or(Error::Keystore("it is too short"))?;
    let (salt, rest) = bytes.split_at(SALT);
    let (iv, rest) = rest.split_at(IV);
    let (tag, sealed) = rest.split_at(TAG);
    let key = keys.key(KeystoreFormat::Kibana, password, array(salt)?)?;
    let text = key.open(array(iv)?, sealed, tag)?;
    let pairs: BTreeMap<String, Value> =
        serde_json::from_slice(&text).map_err(|_| Error::Keystore("its text is not a JSON object"))?;
    let texts =
        pairs.into_iter().map(|(name, value)| KeystoreEntry { name, value: Secret::new(words(value)) });
    Ok(texts.collect())
}

/// Kibana's own tool stores what looks like JSON as JSON.
fn words(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
