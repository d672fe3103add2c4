//! Hosts whose secrets lie in an elasticsearch.keystore instead of secure-settings/: every judge
//! opens it by itself. The file is sealed here, so the judges meet a writer that is not stackseal's.

mod support;

use std::fs;
use std::num::NonZeroU32;

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::pbkdf2::{PBKDF2_HMAC_SHA512, derive};
use support::judges::judge_all;
use support::sample::Sample;

#[test]
fn the_sealed_bytes_are_those_computed_elsewhere() {
    let entries = [
        ("keystore.seed", "AAAAAAAAAAAAAAAAAAAA"),
        ("xpack.security.http.ssl.keystore.secure_password", "changeit"),
    ];
    for (version, wanted) in [
        (5, "35037e2a77e89d0ab0a00a843ad725f26c150d4a7f543fc597dc8fd7ebe600b8"),
        (6, "3738653a9ec8cf30a059223defe9dd50a42a39376f26a146aad5acc7f39b6c29"),
        (7, "35d7b4d4b9f692def24553f3e72733515dd866d2dac43e4269c2375ffbcd96bf"),
    ] {
        let hash: String = digest(&SHA256, &seal(version, &entries))
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(hash, wanted, "version {version}");
    }
}

#[test]
fn judges_open_the_keystore_of_a_host() {
    let versions = [5, 6, 7];
    let Some(samples) = versions.iter().map(|_| Sample::copy()).collect::<Option<Vec<_>>>() else { return };
    for (version, sample) in versions.iter().zip(&samples) {
        for host in ["es1", "es2"] {
            let folder = sample.file(&format!("{host}/elasticsearch/secure-settings"));
            let found: Vec<(String, String)> = fs::read_dir(&folder)
                .unwrap()
                .flatten()
                .map(|file| {
                    (file.file_name().into_string().unwrap(), fs::read_to_string(file.path()).unwrap())
                })
                .collect();
            let entries: Vec<(&str, &str)> =
                found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            fs::write(
                sample.file(&format!("{host}/elasticsearch/config/elasticsearch.keystore")),
                seal(*version, &entries),
            )
            .unwrap();
            fs::remove_dir_all(folder).unwrap();
        }
    }
    let named: Vec<_> = versions
        .iter()
        .zip(&samples)
        .map(|(version, sample)| (format!("version {version}"), sample.out()))
        .collect();
    judge_all(&named);
}

/// With fixed salt and IV: only the format matters here.
fn seal(version: u32, entries: &[(&str, &str)]) -> Vec<u8> {
    let salt: Vec<u8> = (0..64).collect();
    let iv: [u8; 12] = std::array::from_fn(|index| u8::try_from(index).unwrap());
    let mut text = u32::try_from(entries.len()).unwrap().to_be_bytes().to_vec();
    for (name, value) in entries {
        text.extend(u16::try_from(name.len()).unwrap().to_be_bytes());
        text.extend(name.as_bytes());
        text.extend(u32::try_from(value.len()).unwrap().to_be_bytes());
        text.extend(value.as_bytes());
    }
    let (algorithm, bytes) = if version >= 7 { (&AES_256_GCM, 32) } else { (&AES_128_GCM, 16) };
    let mut key = vec![0; bytes];
    derive(
        PBKDF2_HMAC_SHA512,
        NonZeroU32::new(if version >= 6 { 210_000 } else { 10_000 }).unwrap(),
        &salt,
        b"",
        &mut key,
    );
    let key = LessSafeKey::new(UnboundKey::new(algorithm, &key).unwrap());
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(iv), Aad::from(&salt), &mut text).unwrap();

    let blocks: Vec<u8> = [&salt[..], &iv, &text]
        .iter()
        .flat_map(|block| [&u32::try_from(block.len()).unwrap().to_le_bytes(), *block].concat())
        .collect();
    let mut file = b"\x3f\xd7\x6c\x17\x16elasticsearch.keystore".to_vec();
    file.extend(version.to_be_bytes());
    file.push(0);
    file.extend(u32::try_from(blocks.len()).unwrap().to_le_bytes());
    file.extend(blocks);
    file.extend(b"\xc0\x28\x93\xe8\0\0\0\0");
    let sum = checksum(&file);
    file.extend(u64::from(sum).to_be_bytes());
    file
}

/// CRC-32 as zlib counts it, over everything before it.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(
            sum ^ u32::from(*byte),
            |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 },
        )
    })
}
