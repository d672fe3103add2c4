//! The products' keystores: what they wrote is read, what is written is byte for byte what a fixed salt
//! and IV make of it, and what was changed is refused. The files in `tests/keystores/` were made by
//! Elasticsearch's own class, by Metricbeat and its library, and with Kibana's own calls.

use std::fs;
use std::path::{Path, PathBuf};

use stackseal::forge::{
    Error, KeyPair, KeystoreEntry, KeystoreKey, KeystoreReader, Source, System, inspect, keystore_format,
    read_keystore, write_keystore,
};
use stackseal::plan::{IdentityId, KeystoreFormat};
use stackseal::values::{KeyKind, Secret};
use time::OffsetDateTime;

/// Salt and IV of the fixed files: 00, 01, 02 and so on.
struct Counting;

impl Source for Counting {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH
    }

    fn fill(&self, _: &str, bytes: &mut [u8]) -> Result<(), Error> {
        bytes.iter_mut().zip(0..).for_each(|(byte, count)| *byte = count);
        Ok(())
    }

    fn key(&self, id: &IdentityId, kind: KeyKind) -> Result<KeyPair, Error> {
        System.key(id, kind)
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/keystores")
}

fn file(name: &str) -> Vec<u8> {
    fs::read(folder().join(format!("{name}.keystore"))).unwrap()
}

fn entries(pairs: &[(&str, &str)]) -> Vec<KeystoreEntry> {
    pairs
        .iter()
        .map(|(name, value)| KeystoreEntry { name: (*name).into(), value: Secret::new(*value) })
        .collect()
}

fn value(entries: &[KeystoreEntry], name: &str) -> String {
    entries
        .iter()
        .find(|entry| entry.name == name)
        .unwrap_or_else(|| panic!("no {name}"))
        .value
        .reveal()
        .to_owned()
}

fn made(format: KeystoreFormat, password: &str, pairs: &[(&str, &str)]) -> Vec<u8> {
    let key = KeystoreKey::draw(format, password, &Counting).unwrap();
    write_keystore(&key, &entries(pairs), "test", &Counting).unwrap().to_vec()
}

#[test]
fn stores_of_elasticsearch_are_read() {
    for version in ["8.11.0", "8.14.0", "8.17.0", "8.18.0", "8.19.0", "9.1.0", "9.2.0"] {
        let plain = read_keystore(&file(&format!("elasticsearch-{version}-plain")), "").unwrap();
        assert_eq!(value(&plain, "bootstrap.password"), "changeme", "{version}");
        assert_eq!(value(&plain, "xpack.security.http.ssl.keystore.secure_password"), "http-secret");
        assert_eq!(value(&plain, "keystore.seed").len(), 20);
        let mixed = read_keystore(&file(&format!("elasticsearch-{version}-mixed")), "").unwrap();
        assert!(mixed.iter().any(|entry| entry.name == "test.blob") && mixed.len() > 4);
        assert_eq!(value(&mixed, "test.unicode"), "pässwörd-€-日本-😀");
        let locked = file(&format!("elasticsearch-{version}-password"));
        assert!(matches!(read_keystore(&locked, ""), Err(Error::Locked)));
        let opened = read_keystore(&locked, "kEystore-pass 1!").unwrap();
        assert_eq!(value(&opened, "bootstrap.password"), "changeme");
    }
}

#[test]
fn stores_of_kibana_and_metricbeat_are_read() {
    let several = read_keystore(&file("kibana-fixed-several"), "").unwrap();
    assert_eq!(value(&several, "elasticsearch.ssl.keystore.password"), "");
    assert_eq!(value(&several, "server.ssl.keystore.password"), "0123");
    assert_eq!(value(&several, "server.ssl.keyPassphrase"), "pä\"ß, [x] ${y} $$ %");
    assert!(matches!(read_keystore(&file("kibana-fixed-password-changeme"), ""), Err(Error::Locked)));
    assert_eq!(read_keystore(&file("kibana-fixed-password-changeme"), "changeme").unwrap().len(), 1);
    assert_eq!(
        value(
            &read_keystore(&file("kibana-bad-number-value"), "").unwrap(),
            "elasticsearch.ssl.keystore.password"
        ),
        "12345678"
    );
    for name in ["metricbeat-7.17.5-several", "metricbeat-libs-0.33.3-several"] {
        let several = read_keystore(&file(name), "").unwrap();
        assert_eq!(value(&several, "LOOKS_NUMERIC"), "0123");
        assert_eq!(value(&several, "LINES"), "two\nlines");
        assert_eq!(value(&several, "ODD"), "pä\"ß, [x] ${y} $$ %");
    }
    assert!(read_keystore(&file("metricbeat-7.17.5-empty"), "").unwrap().is_empty());
    for name in ["kibana-odd-newline-at-end", "kibana-odd-version-9", "metricbeat-odd-newline-at-end"] {
        assert_eq!(read_keystore(&file(name), "").unwrap().len(), 1, "{name}");
    }
}

#[test]
fn what_was_changed_or_cut_off_is_refused() {
    for entry in fs::read_dir(folder()).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let bytes = fs::read(entry.path()).unwrap();
        if name.contains("-bad-") && !name.contains("number") {
            assert!(read_keystore(&bytes, "").is_err(), "{name}");
        }
        // Any end that is missing is an error, never a panic; base64 is read without its padding too.
        for at in (0..bytes.len().saturating_sub(4)).step_by(7) {
            assert!(read_keystore(&bytes[..at], "").is_err(), "{name} cut at {at}");
        }
    }
    let good = file("elasticsearch-fixed-7");
    for at in 0..good.len() {
        let mut changed = good.clone();
        changed[at] ^= 1;
        // Whether there is a password is outside what is checked twice; the checksum holds it all the same.
        assert!(read_keystore(&changed, "").is_err(), "byte {at}");
    }
}

#[test]
fn fixed_stores_are_made_byte_for_byte() {
    let seed = ("keystore.seed", "AAAAAAAAAAAAAAAAAAAA");
    let http = ("xpack.security.http.ssl.keystore.secure_password", "changeit");
    for (format, name) in [
        (KeystoreFormat::Elasticsearch5, "elasticsearch-fixed-5"),
        (KeystoreFormat::Elasticsearch6, "elasticsearch-fixed-6"),
        (KeystoreFormat::Elasticsearch7, "elasticsearch-fixed-7"),
    ] {
        assert_eq!(made(format, "", &[seed, http]), file(name), "{name}");
    }
    let kibana = ("elasticsearch.ssl.keystore.password", "changeit");
    assert_eq!(made(KeystoreFormat::Kibana, "", &[kibana]), file("kibana-fixed-one"));
    assert_eq!(made(KeystoreFormat::Kibana, "changeme", &[kibana]), file("kibana-fixed-password-changeme"));
    assert_eq!(made(KeystoreFormat::Kibana, "", &[]), file("kibana-fixed-empty"));
    assert_eq!(made(KeystoreFormat::Metricbeat, "", &[("ES_PWD", "changeit")]), file("metricbeat-fixed-one"));
}

#[test]
fn what_is_written_is_read_back_under_any_password() {
    let pairs = [("a.b_c-D", "pä\"ß, [x] ${y} $$ %"), ("empty", ""), ("lines", "two\nlines")];
    for format in [KeystoreFormat::Elasticsearch7, KeystoreFormat::Kibana, KeystoreFormat::Metricbeat] {
        for password in ["", "a password"] {
            let key = KeystoreKey::draw(format, password, &System).unwrap();
            let one = write_keystore(&key, &entries(&pairs), "one", &System).unwrap();
            let two = write_keystore(&key, &entries(&pairs), "two", &System).unwrap();
            assert_ne!(one, two, "the IV is the same");
            assert_eq!(keystore_format(&one), Some(format));
            assert_eq!(read_keystore(&two, password).unwrap(), entries(&pairs));
            assert!(matches!(read_keystore(&one, "another"), Err(Error::Locked)));
        }
    }
    let key = KeystoreKey::draw(KeystoreFormat::Elasticsearch7, "", &System).unwrap();
    assert!(write_keystore(&key, &entries(&[("a b", "x")]), "bad", &System).is_err());
}

/// Names are shown, values never.
#[test]
fn a_description_names_the_settings_and_hides_their_values() {
    for (name, setting) in [
        ("elasticsearch-9.1.0-plain", "bootstrap.password"),
        ("kibana-fixed-one", "elasticsearch.ssl.keystore.password"),
        ("metricbeat-fixed-one", "ES_PWD"),
    ] {
        let text = inspect("x.keystore", &file(name), &[]).to_string();
        assert!(text.contains(setting) && text.contains("no password"), "{text}");
        for secret in ["changeme", "changeit", "http-secret"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    let locked = file("elasticsearch-9.1.0-password");
    assert!(inspect("x", &locked, &[]).to_string().contains("locked"));
    assert!(inspect("x", &locked, &["kEystore-pass 1!"]).to_string().contains("keystore.seed"));
}

/// Deriving their keys is what stores cost; whoever lays many of them in a folder does not decide how long it takes.
#[test]
fn a_reader_with_few_rounds_opens_what_they_are_enough_for() {
    let mut reader = KeystoreReader::for_rounds(230_000);
    let costly = file("elasticsearch-9.1.0-plain");
    assert!(reader.read(&costly, "").is_ok());
    // Its key is known, with 20,000 rounds left.
    assert!(reader.read(&costly, "").is_ok());
    assert!(matches!(reader.read(&file("elasticsearch-9.2.0-plain"), ""), Err(Error::Spent)));
    assert!(reader.read(&file("kibana-fixed-several"), "").is_ok());
    assert!(matches!(reader.read(&file("kibana-fixed-several"), "other"), Err(Error::Locked)));
    assert!(matches!(reader.read(&file("kibana-fixed-several"), "another"), Err(Error::Spent)));
}
