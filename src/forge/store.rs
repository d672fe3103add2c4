//! PKCS#12 as Java, Kibana and OpenSSL all read it, and reading it back. Knows no plan.

use std::fmt;

use p12_keystore::error::Error as P12Error;
use p12_keystore::{Certificate, CertificateBag, KeyStore, KeyStoreEntry, Pkcs12Archive, PrivateKey};
use p12_keystore::{PrivateKeyBag, PrivateKeyChain};
use x509_parser::prelude::{FromDer, X509Certificate};
use zeroize::Zeroizing;

use super::cost::{self, Allowance};
use super::issue::signed_by;
use super::{Error, KeyPair, digest};

/// What stands under one name in a PKCS#12 file.
#[derive(Clone)]
pub struct StoreEntry {
    pub alias: Option<String>,
    /// PKCS#8 DER.
    pub key: Option<Zeroizing<Vec<u8>>>,
    /// DER, the key's certificate first, then its issuers as far as the store has them.
    pub chain: Vec<Vec<u8>>,
    /// Whether Java takes it for a trusted certificate.
    pub trusted: bool,
}

impl fmt::Debug for StoreEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreEntry")
            .field("alias", &self.alias)
            .field("key", &self.key.is_some())
            .field("chain", &self.chain.len())
            .field("trusted", &self.trusted)
            .finish()
    }
}

/// A store being filled.
#[derive(Default)]
pub(super) struct Writer(KeyStore);

impl Writer {
    /// `chain` is the key's certificate and then its issuers.
    pub(super) fn key(&mut self, alias: &str, key: &[u8], chain: &[&[u8]]) -> Result<(), Error> {
        // Java pairs key and certificate by this; any bytes do, if the two have the same.
        let local = chain.first().map(|leaf| digest::sha256(leaf)).unwrap_or_default();
        let key = PrivateKey::from_der(key).map_err(failed)?;
        let chain: Result<Vec<_>, _> = chain.iter().map(|der| Certificate::from_der(der)).collect();
        let chain = PrivateKeyChain::new(local, key, chain.map_err(failed)?);
        self.add(alias, KeyStoreEntry::PrivateKeyChain(chain))
    }

    /// Written with the attribute without which Java sees no trusted certificate
    /// (2.16.840.1.113894.746875.1.1).
    pub(super) fn trusted(&mut self, alias: &str, certificate: &[u8]) -> Result<(), Error> {
        let certificate = Certificate::from_der(certificate).map_err(failed)?;
        self.add(alias, KeyStoreEntry::Certificate(certificate))
    }

    fn add(&mut self, alias: &str, entry: KeyStoreEntry) -> Result<(), Error> {
        // Java lower-cases aliases; two that differ in case alone would become one.
        let alias = alias.to_lowercase();
        if self.0.entry(&alias).is_some() {
            return Err(Error::AliasTwice(alias));
        }
        self.0.add_entry(&alias, entry);
        Ok(())
    }

    /// PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC, MAC SHA-256, 10,000 rounds each: the JDK's own
    /// defaults and those of the crate. node-forge in Kibana needs half a second for that many.
    pub(super) fn write(&self, password: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.0.writer(password).write().map(Zeroizing::new).map_err(failed)
    }
}

#[allow(clippy::needless_pass_by_value)] // Fits map_err.
fn failed(error: P12Error) -> Error {
    Error::WriteStore(error.to_string())
}

/// More than any product or trust store has; chains are sought by trying signatures.
const MOST_CERTIFICATES: usize = 1000;
const MOST_KEYS: usize = 100;
/// Signatures that are tried in one store; only certificates whose names fit cost one.
const MOST_TRIES: usize = 1000;

/// Entries of a PKCS#12 file: keys with their chains first, then the other certificates.
pub fn read_store(bytes: &[u8], password: &str) -> Result<Vec<StoreEntry>, Error> {
    read_store_within(bytes, password, &mut Allowance::one())
}

/// The same as one of many that are opened together.
pub(super) fn read_store_within(
    bytes: &[u8],
    password: &str,
    left: &mut Allowance,
) -> Result<Vec<StoreEntry>, Error> {
    let archive = open(bytes, password, left)?;
    if archive.certs.len() > MOST_CERTIFICATES || archive.keys.len() > MOST_KEYS {
        return Err(Error::ReadStore(format!(
            "it has {} certificates and {} keys, and at most {MOST_CERTIFICATES} and {MOST_KEYS} are read",
            archive.certs.len(),
            archive.keys.len()
        )));
    }
    let parsed: Vec<Option<X509Certificate<'_>>> = archive
        .certs
        .iter()
        .map(|bag| X509Certificate::from_der(bag.cert.as_der()).ok().map(|(_, read)| read))
        .collect();
    let mut used = vec![false; archive.certs.len()];
    let mut entries = Vec::new();
    let mut tries = MOST_TRIES;
    for key in &archive.keys {
        let mut chain = Vec::new();
        let mut at = leaf_of(key, &archive.certs, &parsed);
        while let Some(index) = at.filter(|index| !chain.contains(index)) {
            chain.push(index);
            used[index] = true;
            at = issuer_of(index, &parsed, &mut tries);
        }
        entries.push(StoreEntry {
            alias: key.friendly_name.clone(),
            key: Some(Zeroizing::new(key.key.as_der().to_vec())),
            chain: chain.iter().map(|index| archive.certs[*index].cert.as_der().to_vec()).collect(),
            trusted: false,
        });
    }
    let rest = archive.certs.iter().zip(used).filter(|(bag, used)| bag.trusted || !used);
    entries.extend(rest.map(|(bag, _)| StoreEntry {
        alias: bag.friendly_name.clone(),
        key: None,
        chain: vec![bag.cert.as_der().to_vec()],
        trusted: bag.trusted,
    }));
    Ok(entries)
}

/// The bags as they are: the crate's own view drops what has no local key id and mixes up authorities
/// of one name.
fn open(bytes: &[u8], password: &str, left: &mut Allowance) -> Result<Pkcs12Archive, Error> {
    match bytes {
        [0xfe, 0xed, 0xfe, 0xed, ..] => {
            return Err(Error::ReadStore("this is a JKS store, not PKCS#12".into()));
        }
        [0xce, 0xce, 0xce, 0xce, ..] => {
            return Err(Error::ReadStore("this is a JCEKS store, not PKCS#12".into()));
        }
        [0x30, 0x80, ..] => {
            return Err(Error::ReadStore(
                "it is written in BER (NSS, BouncyCastle); convert it with `openssl pkcs12`".into(),
            ));
        }
        _ => {}
    }
    cost::check(bytes, password, left)?;
    Pkcs12Archive::from_pkcs12(bytes, password).map_err(|error| match error {
        P12Error::MacError(_) | P12Error::UnpadError | P12Error::Pkcs5Error(_) => Error::Locked,
        other => Error::ReadStore(other.to_string()),
    })
}

/// The certificate for a key: of those with its local key id, or of all, the one with its public key.
fn leaf_of(
    key: &PrivateKeyBag,
    bags: &[CertificateBag],
    parsed: &[Option<X509Certificate<'_>>],
) -> Option<usize> {
    let local = key.local_key_id.as_ref().map(|id| id.as_ref().to_vec());
    let named = |index: &usize| local.is_some() && bags[*index].local_key_id == local;
    let Ok(pair) = KeyPair::from_pkcs8(key.key.as_der()) else { return (0..bags.len()).find(named) };
    let public = pair.public();
    let fits = |index: &usize| parsed[*index].as_ref().is_some_and(|c| c.public_key().raw == public);
    (0..bags.len()).filter(fits).max_by_key(|index| named(index))
}

/// By name and signature, since two authorities can have one name.
fn issuer_of(index: usize, parsed: &[Option<X509Certificate<'_>>], tries: &mut usize) -> Option<usize> {
    let certificate = parsed[index].as_ref()?;
    (0..parsed.len()).find(|other| {
        parsed[*other].as_ref().is_some_and(|issuer| {
            if *tries == 0 || issuer.subject().as_raw() != certificate.issuer().as_raw() {
                return false;
            }
            *tries -= 1;
            signed_by(certificate, issuer.public_key().raw)
        })
    })
}
