//! Opens the products' keystores, for the passwords that lie in them.
//! Elasticsearch's: 4 bytes magic, codec name, version, flag, then salt, IV and AES-GCM text with lengths;
//! Kibana's and Metricbeat's: a word, and all in one base64.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Mutex;

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, Algorithm, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::pbkdf2::{PBKDF2_HMAC_SHA512, derive};

pub fn open(file: &[u8], password: &str) -> Result<BTreeMap<String, String>, String> {
    match file {
        [b'1', b':', text @ ..] => kibana(text),
        [b'v', b'1', text @ ..] => metricbeat(text),
        _ => elasticsearch(file, password),
    }
}

fn kibana(text: &[u8]) -> Result<BTreeMap<String, String>, String> {
    let all = base64(text)?;
    let (salt, rest) = all.split_at_checked(64).ok_or("it ends too early")?;
    let (iv, rest) = rest.split_at_checked(12).ok_or("it ends too early")?;
    // The tag stands before the text.
    let (tag, text) = rest.split_at_checked(16).ok_or("it ends too early")?;
    let plain = opened(&AES_256_GCM, 10_000, (salt, iv, ""), Aad::from(&[]), [text, tag].concat())?;
    serde_json::from_slice(&plain).map_err(|error| error.to_string())
}

fn metricbeat(text: &[u8]) -> Result<BTreeMap<String, String>, String> {
    let all = base64(text)?;
    let (salt, rest) = all.split_at_checked(64).ok_or("it ends too early")?;
    let (iv, text) = rest.split_at_checked(12).ok_or("it ends too early")?;
    let plain = opened(&AES_256_GCM, 10_000, (salt, iv, ""), Aad::from(&[]), text.to_vec())?;
    let fields: BTreeMap<String, BTreeMap<String, String>> =
        serde_json::from_slice(&plain).map_err(|error| error.to_string())?;
    let value = |field: &BTreeMap<String, String>| {
        let bytes = base64(field.get("value").ok_or("no value")?.as_bytes())?;
        String::from_utf8(bytes).map_err(|error| error.to_string())
    };
    fields.iter().map(|(name, field)| Ok((name.clone(), value(field)?))).collect()
}

fn base64(text: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    for chunk in text.chunks(4) {
        let mut bits = 0_u32;
        let digits = chunk.iter().filter(|byte| **byte != b'=');
        let count = digits.clone().count();
        for (index, byte) in digits.enumerate() {
            let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            let value = alphabet.iter().position(|held| held == byte).ok_or("not base64")?;
            bits |= u32::try_from(value).unwrap() << (18 - 6 * index);
        }
        out.extend_from_slice(&bits.to_be_bytes()[1..count]);
    }
    Ok(out)
}

fn elasticsearch(file: &[u8], password: &str) -> Result<BTreeMap<String, String>, String> {
    let mut in_ = file;
    expect(take(&mut in_, 4)? == [0x3f, 0xd7, 0x6c, 0x17], "not a Lucene file")?;
    let length = take(&mut in_, 1)?[0].into();
    expect(take(&mut in_, length)? == b"elasticsearch.keystore", "another kind of file")?;
    let version = u32::from_be_bytes(word(&mut in_)?);
    expect((5..=7).contains(&version), "a version other than 5 to 7")?;
    let locked = take(&mut in_, 1)? == [1];
    expect(locked != password.is_empty(), "it wants a password where none lies, or the other way round")?;
    take(&mut in_, 4)?;
    let salt = block(&mut in_)?;
    let iv = block(&mut in_)?;
    let text = block(&mut in_)?.to_vec();
    let algorithm = if version >= 7 { &AES_256_GCM } else { &AES_128_GCM };
    let rounds = if version >= 6 { 210_000 } else { 10_000 };
    entries(&opened(algorithm, rounds, (salt, iv, password), Aad::from(salt), text)?)
}

/// Stores of one run share their salt, and making a key takes a while.
static KEYS: Mutex<Keys> = Mutex::new(BTreeMap::new());

/// By salt, kind and password.
type Keys = BTreeMap<(Vec<u8>, u32, String), Vec<u8>>;

fn opened<A: AsRef<[u8]>>(
    algorithm: &'static Algorithm,
    rounds: u32,
    (salt, iv, password): (&[u8], &[u8], &str),
    bound: Aad<A>,
    mut text: Vec<u8>,
) -> Result<Vec<u8>, String> {
    let name = (salt.to_vec(), rounds + u32::try_from(algorithm.key_len()).unwrap(), password.to_owned());
    let mut keys = KEYS.lock().unwrap();
    let bytes = keys.entry(name).or_insert_with(|| {
        let mut key = vec![0; algorithm.key_len()];
        derive(PBKDF2_HMAC_SHA512, NonZeroU32::new(rounds).unwrap(), salt, password.as_bytes(), &mut key);
        key
    });
    let key = LessSafeKey::new(UnboundKey::new(algorithm, bytes).unwrap());
    let nonce = Nonce::try_assume_unique_for_key(iv).map_err(|_| "an IV of another length")?;
    let plain = key.open_in_place(nonce, bound, &mut text).map_err(|_| "its password does not open it")?;
    Ok(plain.to_vec())
}

fn entries(mut plain: &[u8]) -> Result<BTreeMap<String, String>, String> {
    let count = u32::from_be_bytes(word(&mut plain)?);
    let mut found = BTreeMap::new();
    for _ in 0..count {
        let length = usize::from(u16::from_be_bytes(take(&mut plain, 2)?.try_into().unwrap()));
        let name = String::from_utf8_lossy(take(&mut plain, length)?).into_owned();
        let length = u32::from_be_bytes(word(&mut plain)?) as usize;
        // Values that are files need not be text; no password is one.
        found.insert(name, String::from_utf8_lossy(take(&mut plain, length)?).into_owned());
    }
    Ok(found)
}

/// Lengths turned little-endian with version 5; everything else stayed big-endian.
fn block<'a>(from: &mut &'a [u8]) -> Result<&'a [u8], String> {
    let length = u32::from_le_bytes(word(from)?) as usize;
    take(from, length)
}

fn word(from: &mut &[u8]) -> Result<[u8; 4], String> {
    Ok(take(from, 4)?.try_into().unwrap())
}

fn take<'a>(from: &mut &'a [u8], count: usize) -> Result<&'a [u8], String> {
    let (head, rest) = from.split_at_checked(count).ok_or("it ends too early")?;
    *from = rest;
    Ok(head)
}

fn expect(holds: bool, why: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why.into()) }
}
