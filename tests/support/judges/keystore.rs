//! Opens an elasticsearch.keystore that has no password, for the passwords of the stores.
//! Format: 4 bytes magic, codec name, version, flag, then salt, IV and AES-GCM text with lengths.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::pbkdf2::{PBKDF2_HMAC_SHA512, derive};

pub fn open(file: &[u8]) -> Result<BTreeMap<String, String>, String> {
    let mut in_ = file;
    expect(take(&mut in_, 4)? == [0x3f, 0xd7, 0x6c, 0x17], "not a Lucene file")?;
    let length = take(&mut in_, 1)?[0].into();
    expect(take(&mut in_, length)? == b"elasticsearch.keystore", "another kind of file")?;
    let version = u32::from_be_bytes(word(&mut in_)?);
    expect((5..=7).contains(&version), "a version other than 5 to 7")?;
    expect(take(&mut in_, 1)? == [0], "it asks for a password")?;
    take(&mut in_, 4)?;
    let salt = block(&mut in_)?;
    let iv = block(&mut in_)?;
    let mut text = block(&mut in_)?.to_vec();

    let (algorithm, bytes) = if version >= 7 { (&AES_256_GCM, 32) } else { (&AES_128_GCM, 16) };
    let rounds = if version >= 6 { 210_000 } else { 10_000 };
    let mut key = vec![0; bytes];
    derive(PBKDF2_HMAC_SHA512, NonZeroU32::new(rounds).unwrap(), salt, b"", &mut key);
    let key = LessSafeKey::new(UnboundKey::new(algorithm, &key).unwrap());
    let nonce = Nonce::try_assume_unique_for_key(iv).map_err(|_| "an IV of another length")?;
    let plain = key
        .open_in_place(nonce, Aad::from(salt), &mut text)
        .map_err(|_| "it does not open without a password")?;
    entries(plain)
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
