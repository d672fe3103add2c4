//! Keys and stores behind locks of any cost, byte for byte (RFC 7292, RFC 8018), since no library makes such
//! ones.

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherEncrypt, BlockModeEncrypt, KeyInit, KeyIvInit};
use pkcs8::pkcs5::pbes2::Parameters;
use pkcs12::kdf::{Pkcs12KeyType, derive_key_utf8};
use sha1::Sha1;

pub const PASSWORD: &str = "changeit";

pub fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    let head = match content.len() {
        short @ 0..0x80 => vec![tag, u8::try_from(short).unwrap()],
        _ => [&[tag, 0x84][..], &length].concat(),
    };
    // Strict readers take the shortest length alone.
    let head = match head.as_slice() {
        [tag, 0x84, rest @ ..] => {
            let zeros = rest.iter().take_while(|byte| **byte == 0).count();
            [&[*tag, 0x84 - u8::try_from(zeros).unwrap()], &rest[zeros..]].concat()
        }
        _ => head,
    };
    [head, content].concat()
}

pub fn seq(parts: &[&[u8]]) -> Vec<u8> {
    der(0x30, parts)
}

pub fn int(value: u64) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count().min(7);
    let sign: &[u8] = if bytes[zeros] & 0x80 == 0 { &[] } else { &[0] };
    der(2, &[sign, &bytes[zeros..]])
}

fn octets(bytes: &[u8]) -> Vec<u8> {
    der(4, &[bytes])
}

const PBES2: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13];
const PBKDF2: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12];
const SCRYPT: &[u8] = &[6, 9, 0x2b, 6, 1, 4, 1, 0xda, 0x47, 4, 11];
const AES256: &[u8] = &[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42];
const HMAC_SHA256: &[u8] = &[6, 8, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 9];
pub const SHA1_3DES: &[u8] = &[6, 10, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1, 3];
pub const SHA1_RC2: &[u8] = &[6, 10, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1, 6];
const DATA: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
const ENCRYPTED_DATA: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 6];
const SHROUDED: &[u8] = &[6, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 10, 1, 2];
const SHA256: &[u8] = &[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];

fn pbes2(derivation: &[u8]) -> Vec<u8> {
    seq(&[PBES2, &seq(&[derivation, &seq(&[AES256, &octets(&[1; 16])])])])
}

pub fn pbkdf2(rounds: u64) -> Vec<u8> {
    pbes2(&seq(&[PBKDF2, &seq(&[&octets(&[2; 16]), &int(rounds), &seq(&[HMAC_SHA256, &[5, 0]])])]))
}

pub fn scrypt(n: u64, r: u64, p: u64) -> Vec<u8> {
    pbes2(&seq(&[SCRYPT, &seq(&[&octets(&[2; 16]), &int(n), &int(r), &int(p)])]))
}

/// A locked key; what is in it does not matter, since it is not to be opened.
pub fn locked(algorithm: &[u8]) -> Vec<u8> {
    seq(&[algorithm, &octets(&[3; 64])])
}

pub fn pem(label: &str, der: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut body = String::new();
    for chunk in der.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | u32::from(*chunk.get(at).unwrap_or(&0)));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            body.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

/// A store of these safes, with a MAC of so many rounds or none.
pub fn store(safes: &[Vec<u8>], mac: Option<u64>) -> Vec<u8> {
    let safes: Vec<&[u8]> = safes.iter().map(Vec::as_slice).collect();
    let content = seq(&[DATA, &der(0xa0, &[&octets(&seq(&safes))])]);
    let mac = mac.map(|rounds| {
        let digest = seq(&[&seq(&[SHA256, &[5, 0]]), &octets(&[4; 32])]);
        seq(&[&digest, &octets(&[5; 8]), &int(rounds)])
    });
    seq(&[&int(3), &content, &mac.unwrap_or_default()])
}

pub fn bag(algorithm: &[u8]) -> Vec<u8> {
    seq(&[SHROUDED, &der(0xa0, &[&locked(algorithm)])])
}

pub fn plain_safe(bags: &[Vec<u8>]) -> Vec<u8> {
    let bags: Vec<&[u8]> = bags.iter().map(Vec::as_slice).collect();
    seq(&[DATA, &der(0xa0, &[&octets(&seq(&bags))])])
}

/// These bags behind one more lock, which opens at once.
pub fn locked_safe(algorithm: &[u8], lock: impl Fn(&[u8]) -> Vec<u8>, bags: &[Vec<u8>]) -> Vec<u8> {
    let inside = seq(&bags.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let info = seq(&[DATA, algorithm, &der(0x80, &[&lock(&inside)])]);
    seq(&[ENCRYPTED_DATA, &der(0xa0, &[&seq(&[&int(0), &info])])])
}

pub fn by_pbes2(inside: &[u8]) -> Vec<u8> {
    let lock = Parameters::generate_pbkdf2_sha256_aes256cbc(1, &[2; 16], [1; 16]).unwrap();
    lock.encrypt(PASSWORD, inside).unwrap()
}

/// PKCS#12's own schemes with one round, as programs of twenty years ago wrote them.
pub fn by_pbes1<C: KeyInit + BlockCipherEncrypt>(length: usize, inside: &[u8]) -> Vec<u8> {
    let derive = |kind, length| derive_key_utf8::<Sha1>(PASSWORD, &[6; 8], kind, 1, length).unwrap();
    let (key, iv) = (derive(Pkcs12KeyType::EncryptionKey, length), derive(Pkcs12KeyType::Iv, 8));
    cbc::Encryptor::<C>::new_from_slices(&key, &iv).unwrap().encrypt_padded_vec::<Pkcs7>(inside)
}

pub fn pbes1(scheme: &[u8], rounds: u64) -> Vec<u8> {
    seq(&[scheme, &seq(&[&octets(&[6; 8]), &int(rounds)])])
}
