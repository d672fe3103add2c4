//! Algorithms in words: of public and private keys, and of what encrypts and protects stores.

use crate::forge::der::{self, Element, OCTET_STRING, OID, SEQUENCE};
use crate::forge::source::modulus_bits;

/// Names of the OIDs that keys and stores are likely to have; others show as numbers.
const NAMES: [(&[u64], &str); 24] = [
    (&[1, 2, 840, 113_549, 1, 1, 1], "RSA"),
    (&[1, 2, 840, 10_040, 4, 1], "DSA"),
    (&[1, 2, 840, 10_045, 2, 1], "EC"),
    (&[1, 3, 101, 112], "Ed25519"),
    (&[1, 3, 101, 113], "Ed448"),
    (&[1, 2, 840, 10_045, 3, 1, 7], "P-256"),
    (&[1, 3, 132, 0, 34], "P-384"),
    (&[1, 3, 132, 0, 35], "P-521"),
    (&[1, 2, 840, 113_549, 1, 5, 13], "PBES2"),
    (&[1, 2, 840, 113_549, 1, 5, 12], "PBKDF2"),
    (&[1, 3, 6, 1, 4, 1, 11_591, 4, 11], "scrypt"),
    (&[1, 2, 840, 113_549, 2, 7], "HMAC-SHA1"),
    (&[1, 2, 840, 113_549, 2, 9], "HMAC-SHA256"),
    (&[1, 2, 840, 113_549, 2, 11], "HMAC-SHA512"),
    (&[2, 16, 840, 1, 101, 3, 4, 1, 2], "AES-128-CBC"),
    (&[2, 16, 840, 1, 101, 3, 4, 1, 22], "AES-192-CBC"),
    (&[2, 16, 840, 1, 101, 3, 4, 1, 42], "AES-256-CBC"),
    (&[1, 2, 840, 113_549, 3, 7], "3DES-CBC"),
    (&[1, 2, 840, 113_549, 1, 12, 1, 3], "SHA1 and 3DES"),
    (&[1, 2, 840, 113_549, 1, 12, 1, 6], "SHA1 and RC2-40"),
    (&[1, 3, 14, 3, 2, 26], "SHA1"),
    (&[2, 16, 840, 1, 101, 3, 4, 2, 1], "SHA256"),
    (&[2, 16, 840, 1, 101, 3, 4, 2, 2], "SHA384"),
    (&[2, 16, 840, 1, 101, 3, 4, 2, 3], "SHA512"),
];

fn name(oid: &Element<'_>) -> Option<String> {
    let arcs = (oid.tag == OID).then(|| der::arcs(oid.content)).flatten()?;
    let known = NAMES.iter().find(|(held, _)| *held == arcs);
    Some(known.map_or_else(|| der::dotted(&arcs), |(_, name)| (*name).to_owned()))
}

/// `RSA 2048` or `EC P-256`, of a `SubjectPublicKeyInfo`.
pub(in crate::forge) fn public_words(public: &[u8]) -> Option<String> {
    let (outer, _) = der::take(public)?;
    let fields = outer.children()?;
    let [algorithm, key] = fields.as_slice() else { return None };
    // The first octet of a BIT STRING counts unused bits.
    let modulus = || der::take(key.content.get(1..)?)?.0.children()?.first().map(|n| modulus_bits(n.content));
    words(algorithm, modulus)
}

/// The same of a PKCS#8 private key.
pub(super) fn private_words(private: &[u8]) -> Option<String> {
    let (outer, _) = der::take(private)?;
    let fields = outer.children()?;
    let [_, algorithm, key, ..] = fields.as_slice() else { return None };
    if key.tag != OCTET_STRING {
        return None;
    }
    let modulus = || der::take(key.content)?.0.children()?.get(1).map(|n| modulus_bits(n.content));
    words(algorithm, modulus)
}

fn words(algorithm: &Element<'_>, modulus: impl FnOnce() -> Option<usize>) -> Option<String> {
    let fields = algorithm.children()?;
    let kind = name(fields.first()?)?;
    let size = match kind.as_str() {
        "RSA" => modulus().map(|bits| bits.to_string()),
        "EC" => fields.get(1).and_then(name),
        _ => None,
    };
    Some(size.map_or(kind.clone(), |size| format!("{kind} {size}")))
}

/// Of an `EncryptedPrivateKeyInfo`.
pub(super) fn encryption_words(encrypted: &[u8]) -> String {
    let scheme = der::take(encrypted).and_then(|(outer, _)| outer.children()?.first().copied());
    scheme.and_then(|scheme| scheme_words(&scheme)).unwrap_or_default()
}

/// An `AlgorithmIdentifier` that encrypts; of PBES2 (RFC 8018 §A.4) its parts.
fn scheme_words(scheme: &Element<'_>) -> Option<String> {
    let fields = scheme.children()?;
    let kind = name(fields.first()?)?;
    if kind != "PBES2" {
        return Some(kind);
    }
    let parts = fields.get(1)?.children()?;
    let [derivation, cipher] = parts.as_slice() else { return None };
    let cipher = name(cipher.children()?.first()?)?;
    let derivation = derivation.children()?;
    let function = name(derivation.first()?)?;
    let parameters = derivation.get(1)?.children()?;
    let rounds = parameters.get(1).map_or(0, |rounds| number(rounds.content));
    // Left out, the pseudo-random function is HMAC-SHA1.
    let last = parameters.iter().rfind(|field| field.tag == SEQUENCE);
    let hash = match (last, function.as_str()) {
        (Some(hash), "PBKDF2") => format!("-{}", name(hash.children()?.first()?)?),
        (None, "PBKDF2") => String::from("-HMAC-SHA1"),
        _ => String::new(),
    };
    Some(format!("{function}{hash}, {rounds} rounds, {cipher}"))
}

/// MAC and encryption of a PKCS#12 file (RFC 7292 §4), as far as they show from outside.
pub(super) fn store_words(store: &[u8]) -> Vec<String> {
    let fields = der::take(store).and_then(|(outer, _)| outer.children()).unwrap_or_default();
    let encryption = fields.get(1).and_then(|safe| certificates_scheme(safe));
    let mac = fields.get(2).map_or(Some("no MAC".to_owned()), mac_words);
    let encryption = encryption.map(|words| format!("certificates under {words}"));
    mac.into_iter().chain(encryption).collect()
}

fn mac_words(mac: &Element<'_>) -> Option<String> {
    let fields = mac.children()?;
    let hash = name(fields.first()?.children()?.first()?.children()?.first()?)?;
    let rounds = fields.get(2).map_or(1, |rounds| number(rounds.content));
    Some(format!("MAC HMAC-{hash}, {rounds} rounds"))
}

/// Of the first encrypted part of the authenticated safe.
fn certificates_scheme(safe: &Element<'_>) -> Option<String> {
    let data = safe.children()?.get(1)?.children()?.first()?.content;
    let (parts, _) = der::take(data)?;
    for part in parts.children()? {
        let fields = part.children()?;
        let content = fields.get(1)?.children()?.first()?.children();
        // EncryptedData: a version, then type, algorithm and bytes.
        if let Some([_, encrypted]) = content.as_deref() {
            return scheme_words(encrypted.children()?.get(1)?);
        }
    }
    None
}

fn number(content: &[u8]) -> u64 {
    content.iter().fold(0, |sum, byte| sum.wrapping_shl(8) | u64::from(*byte))
}
