//! Every reader of bytes that somebody else made, by a name, so that the fuzzer and the usual tests feed the
//! same ones. Uses the public library alone; what must hold for any bytes is asserted here.

use std::cell::RefCell;
use std::path::Path;
use std::sync::LazyLock;

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, Algorithm, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::pbkdf2::{PBKDF2_HMAC_SHA512, derive};
use stackseal::forge::{KeystoreReader, inspect, read_answer, read_key, read_pem, read_store};
use stackseal::plan::TypedSecrets;
use stackseal::steps::{Context, draft, paste_hosts};
use stackseal::store::{Session, parse_instances};
use stackseal::values::Dn;

/// One fuzz target and one folder of `fuzz/corpus/` each.
pub const READERS: [&str; 11] = [
    "session",
    "instances",
    "hosts",
    "pem",
    "pkcs12",
    "csr",
    "zip",
    "dn",
    "elasticsearch_keystore",
    "kibana_keystore",
    "metricbeat_keystore",
];

const PASSWORDS: [&str; 2] = ["changeit", ""];

pub fn feed(reader: &str, bytes: &[u8]) {
    match reader {
        "session" => text(bytes, session),
        "instances" => text(bytes, |text| drop(parse_instances(text, Path::new("instances.yml")))),
        "hosts" => text(bytes, hosts),
        "pem" => pem(bytes),
        "pkcs12" => pkcs12(bytes),
        "csr" => csr(bytes),
        "zip" => described("a.zip", bytes),
        "dn" => text(bytes, dn),
        "elasticsearch_keystore" => elasticsearch(bytes),
        "kibana_keystore" => in_base64(bytes, b"1:", |iv, sealed, tag| [iv, tag, sealed].concat()),
        "metricbeat_keystore" => in_base64(bytes, b"v1", |iv, sealed, tag| [iv, sealed, tag].concat()),
        other => panic!("no reader is called {other}"),
    }
}

fn text(bytes: &[u8], read: impl FnOnce(&str)) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        read(text);
    }
}

/// What is read can be drafted, and saved so that it reads back the same.
fn session(text: &str) {
    let Ok(session) = Session::parse(text, Path::new("session.yml")) else { return };
    let plan = draft(&session.answers, Context::new(session.run(), &TypedSecrets::default()));
    assert!(!plan.summary().contains('\u{1b}'));
    let saved = session.to_yaml().unwrap();
    let again = Session::parse(&saved, Path::new("again.yml")).unwrap();
    assert_eq!(again.answers, session.answers);
    assert_eq!(again.progress, session.progress);
}

/// A host that is taken is taken again when it is written as a line.
fn hosts(text: &str) {
    let pasted = paste_hosts(text);
    for line in &pasted.taken {
        let host = &line.host;
        let line = format!("{} {} {}", host.name, host.dns.join(","), host.ip.join(","));
        let again = paste_hosts(&line);
        assert_eq!(again.taken.first().map(|taken| &taken.host.name), Some(&host.name), "{line}");
    }
}

fn pem(bytes: &[u8]) {
    for block in read_pem(bytes).into_iter().flatten() {
        assert!(!format!("{block:?}").contains("der"));
    }
    for password in [None, Some("changeit")] {
        let _ = read_key(bytes, password);
    }
    described("a.pem", bytes);
}

fn pkcs12(bytes: &[u8]) {
    for password in PASSWORDS {
        for entry in read_store(bytes, password).into_iter().flatten() {
            assert!(entry.key.is_some() || entry.chain.len() == 1);
        }
    }
    described("a.p12", bytes);
}

/// Requests and certificates: bare, in PEM, and one as the answer to the other.
fn csr(bytes: &[u8]) {
    described("a.csr", bytes);
    let _ = read_answer(bytes, bytes, time::OffsetDateTime::UNIX_EPOCH);
}

fn dn(text: &str) {
    let Ok(name) = text.parse::<Dn>() else { return };
    assert_eq!(name.to_string().parse().as_ref(), Ok(&name), "{text:?}");
}

/// A description is never an order to the terminal.
fn described(name: &str, bytes: &[u8]) {
    let words = inspect(name, bytes, &PASSWORDS).to_string();
    assert!(!words.contains(|c: char| c.is_control() && c != '\n'), "{words:?}");
}

const SALT: [u8; 64] = [7; 64];
const IV: [u8; 12] = [9; 12];

/// A key of a store with this salt and no password, as its product derives it.
fn key(algorithm: &'static Algorithm, rounds: u32) -> LessSafeKey {
    let mut bytes = vec![0; algorithm.key_len()];
    derive(PBKDF2_HMAC_SHA512, rounds.try_into().unwrap(), &SALT, b"", &mut bytes);
    LessSafeKey::new(UnboundKey::new(algorithm, &bytes).unwrap())
}

fn sealed(key: &LessSafeKey, aad: &[u8], text: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut bytes = text.to_vec();
    let nonce = Nonce::assume_unique_for_key(IV);
    let tag = key.seal_in_place_separate_tag(nonce, Aad::from(aad), &mut bytes).unwrap();
    (bytes, tag.as_ref().to_vec())
}

thread_local! {
    /// Knows the keys of the sealed stores after the first of each kind, so that the others are quick.
    static OPENED: RefCell<KeystoreReader> = RefCell::default();
}

/// A store that is whole as a frame, with these bytes as the text inside: no random change gets past its tag.
fn open_sealed(store: &[u8]) {
    OPENED.with_borrow_mut(|reader| {
        if let Err(error) = reader.read(store, "") {
            assert!(!error.to_string().contains("password"), "sealed as it should be: {error}");
        }
    });
}

/// The first byte says whether the rest is a whole store, a frame without a checksum, or the text inside.
fn elasticsearch(bytes: &[u8]) {
    static KEYS: LazyLock<[LessSafeKey; 2]> =
        LazyLock::new(|| [key(&AES_128_GCM, 10_000), key(&AES_256_GCM, 210_000)]);
    let Some((&how, rest)) = bytes.split_first() else { return };
    match how % 4 {
        0 => described("elasticsearch.keystore", rest),
        1 => {
            let mut store = rest.to_vec();
            foot(&mut store);
            let _ = KeystoreReader::default().read(&store, "");
        }
        kind => {
            let (number, key) = if kind == 2 { (5_u32, &KEYS[0]) } else { (7, &KEYS[1]) };
            let (mut sealed, tag) = sealed(key, &SALT, rest);
            sealed.extend(tag);
            let mut block = Vec::new();
            for part in [&SALT[..], &IV, &sealed] {
                block.extend(u32::try_from(part.len()).unwrap().to_le_bytes());
                block.extend(part);
            }
            let mut store = [&[0x3f, 0xd7, 0x6c, 0x17, 22][..], b"elasticsearch.keystore"].concat();
            store.extend(number.to_be_bytes());
            store.push(0);
            store.extend(u32::try_from(block.len()).unwrap().to_le_bytes());
            store.extend(block);
            foot(&mut store);
            open_sealed(&store);
        }
    }
}

/// Lucene's footer.
fn foot(store: &mut Vec<u8>) {
    store.extend([0xc0, 0x28, 0x93, 0xe8, 0, 0, 0, 0]);
    let sum = !store.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    });
    store.extend(u64::from(sum).to_be_bytes());
}

/// The stores of Kibana and Beats: the first byte says whether the rest is a whole store or the text inside.
fn in_base64(bytes: &[u8], version: &[u8], order: impl Fn(&[u8], &[u8], &[u8]) -> Vec<u8>) {
    static KEY: LazyLock<LessSafeKey> = LazyLock::new(|| key(&AES_256_GCM, 10_000));
    let Some((&how, rest)) = bytes.split_first() else { return };
    if how % 2 == 0 {
        return described("a.keystore", rest);
    }
    let (sealed, tag) = sealed(&KEY, &[], rest);
    let body = [&SALT[..], &order(&IV, &sealed, &tag)].concat();
    open_sealed(&[version, base64(&body).as_bytes()].concat());
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | u32::from(*chunk.get(at).unwrap_or(&0)));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}
