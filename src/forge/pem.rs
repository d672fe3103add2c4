//! PEM (RFC 7468): written with LF and lines of 64, read as tolerantly as OpenSSL does, and private
//! keys in every form that the products' users have. Knows no stores.

use std::fmt;

use pkcs8::pkcs5::pbes2::Parameters;
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use super::cost::{self, Allowance};
use super::der::{self, INTEGER, OCTET_STRING, SEQUENCE};
use super::{Error, Source, base64};
use crate::plan::IdentityId;
use crate::values::Secret;

/// What the JDK uses for its own stores; more would only slow Kibana's start.
const ROUNDS: u32 = 10_000;

/// One block between `BEGIN` and `END`.
#[derive(Clone)]
pub struct Block {
    /// `CERTIFICATE`, `PRIVATE KEY`, …
    pub label: String,
    /// Headers such as `DEK-Info`, which only OpenSSL's traditional encryption has.
    pub headers: Vec<String>,
    pub der: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Block").field("label", &self.label).finish_non_exhaustive()
    }
}

pub(super) fn write(label: &str, der: &[u8]) -> Zeroizing<Vec<u8>> {
    let body = base64::encode(der);
    let mut out = Zeroizing::new(Vec::with_capacity(body.len() + body.len() / 64 + 2 * label.len() + 40));
    out.extend_from_slice(format!("-----BEGIN {label}-----\n").as_bytes());
    for line in body.as_bytes().chunks(64) {
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    out.extend_from_slice(format!("-----END {label}-----\n").as_bytes());
    out
}

/// PKCS#8 encrypted with PBKDF2-HMAC-SHA256 and AES-256-CBC, the one scheme that Elasticsearch, Kibana
/// and Beats all read; the default of the pkcs8 crate, scrypt, is unknown to Java.
pub(super) fn write_encrypted(
    id: &IdentityId,
    key: &[u8],
    password: &Secret,
    label: &str,
    source: &dyn Source,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    source.fill(&format!("salt of {label}"), &mut salt)?;
    source.fill(&format!("iv of {label}"), &mut iv)?;
    let failed = |error: pkcs8::Error| Error::Encrypt { id: id.clone(), reason: error.to_string() };
    let scheme = Parameters::generate_pbkdf2_sha256_aes256cbc(ROUNDS, &salt, iv);
    let scheme = scheme.map_err(|error| failed(error.into()))?;
    let info = PrivateKeyInfoRef::try_from(key).map_err(failed)?;
    let document = info.encrypt_with_params(scheme, password.reveal().as_bytes()).map_err(failed)?;
    Ok(write("ENCRYPTED PRIVATE KEY", document.as_bytes()))
}

/// A bundle of all public authorities has some 150.
const MOST_BLOCKS: usize = 4096;

/// All blocks of a text; what stands outside of them, such as bag attributes, is passed over.
pub fn read_pem(text: &[u8]) -> Result<Vec<Block>, Error> {
    let mut blocks = Vec::new();
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    while let Some(line) = lines.next() {
        let Some(label) = boundary(line, b"-----BEGIN ") else { continue };
        let (mut body, mut headers) = (Zeroizing::new(Vec::new()), Vec::new());
        loop {
            let line = lines.next().ok_or(Error::ReadPem("a block has no END line"))?;
            if let Some(end) = boundary(line, b"-----END ") {
                if end != label {
                    return Err(Error::ReadPem("a block ends with another label than it began"));
                }
                break;
            }
            if line.contains(&b':') {
                headers.push(String::from_utf8_lossy(line).into_owned());
            } else {
                body.extend_from_slice(line);
            }
        }
        if blocks.len() == MOST_BLOCKS {
            return Err(Error::ReadPem("there are more than 4096 blocks in it"));
        }
        let der = base64::decode(&body).ok_or(Error::ReadPem("a block is not base64"))?;
        blocks.push(Block { label, headers, der });
    }
    Ok(blocks)
}

fn boundary(line: &[u8], start: &[u8]) -> Option<String> {
    // A byte order mark, as Windows editors leave it, may stand before the first line.
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let label = line.strip_prefix(start)?.strip_suffix(b"-----")?;
    String::from_utf8(label.to_vec()).ok()
}

/// The PKCS#8 DER of the first private key of a PEM text.
pub fn read_key(pem: &[u8], password: Option<&str>) -> Result<Zeroizing<Vec<u8>>, Error> {
    let blocks = read_pem(pem)?;
    let is_key = |block: &&Block| block.label.ends_with("PRIVATE KEY");
    let key = blocks.iter().find(is_key).ok_or(Error::ReadKey("there is no private key in it"))?;
    open_key(key, &blocks, password, &mut Allowance::one())
}

/// The PKCS#8 DER of one of the `blocks`; another one may name the curve of an EC key.
pub(super) fn open_key(
    key: &Block,
    blocks: &[Block],
    password: Option<&str>,
    left: &mut Allowance,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    if !key.headers.is_empty() {
        return Err(Error::ReadKey(
            "encrypted in OpenSSL's traditional form; convert it with `openssl pkcs8 -topk8 -v2 aes256`",
        ));
    }
    match key.label.as_str() {
        "PRIVATE KEY" => Ok(key.der.clone()),
        "ENCRYPTED PRIVATE KEY" => decrypt(&key.der, password, left),
        "RSA PRIVATE KEY" => Ok(wrap(&key.der, &[&der::oid(&[1, 2, 840, 113_549, 1, 1, 1]), &[0x05, 0x00]])),
        "EC PRIVATE KEY" => {
            let parameters = blocks.iter().find(|block| block.label == "EC PARAMETERS");
            let curve = curve_of(&key.der).or_else(|| parameters.map(|block| block.der.to_vec()));
            let curve = curve.ok_or(Error::ReadKey("an EC key that does not name its curve"))?;
            Ok(wrap(&key.der, &[&der::oid(&[1, 2, 840, 10_045, 2, 1]), &curve]))
        }
        _ => Err(Error::ReadKey("only RSA and EC keys are taken")),
    }
}

fn decrypt(der: &[u8], password: Option<&str>, left: &mut Allowance) -> Result<Zeroizing<Vec<u8>>, Error> {
    let info = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|_| {
        Error::ReadKey(
            "encrypted in a way that is not PBES2; convert it with `openssl pkcs8 -topk8 -v2 aes256`",
        )
    })?;
    let password = password.ok_or(Error::Locked)?;
    cost::check(der, password, left)?;
    let document = info.decrypt(password).map_err(|_| Error::Locked)?;
    // A wrong password can by chance leave valid padding (1 in 256); then there is no key inside.
    PrivateKeyInfoRef::try_from(document.as_bytes()).map_err(|_| Error::Locked)?;
    Ok(document.to_bytes())
}

/// RFC 5208: version 0, algorithm, and the key of the older format in an octet string.
fn wrap(key: &[u8], algorithm: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let version = der::element(INTEGER, &[&[0]]);
    let algorithm = der::element(SEQUENCE, algorithm);
    let key = Zeroizing::new(der::element(OCTET_STRING, &[key]));
    Zeroizing::new(der::element(SEQUENCE, &[&version, &algorithm, &key]))
}

/// The `parameters [0]` of an `ECPrivateKey` (RFC 5915).
fn curve_of(key: &[u8]) -> Option<Vec<u8>> {
    let (outer, _) = der::take(key)?;
    let fields = outer.children()?;
    fields.iter().find(|field| field.tag == 0xa0).map(|field| field.content.to_vec())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::forge::{KeyPair, System};
    use crate::values::KeyKind;

    #[test]
    fn keys_come_back_with_their_password_only() {
        let id = IdentityId::new("node");
        for kind in [KeyKind::EcP256, KeyKind::Rsa2048] {
            let pair = System.key(&id, kind).unwrap();
            let plain = write("PRIVATE KEY", pair.pkcs8());
            assert_eq!(read_key(&plain, None).unwrap().as_slice(), pair.pkcs8());
            let password = Secret::new("correct-horse-9");
            let locked = write_encrypted(&id, pair.pkcs8(), &password, "node", &System).unwrap();
            assert_eq!(read_key(&locked, Some("correct-horse-9")).unwrap().as_slice(), pair.pkcs8());
            for wrong in [None, Some(""), Some("battery")] {
                assert!(matches!(read_key(&locked, wrong), Err(Error::Locked)));
            }
        }
    }

    #[test]
    fn older_forms_become_pkcs8() {
        let id = IdentityId::new("node");
        for (kind, label) in [(KeyKind::EcP256, "EC PRIVATE KEY"), (KeyKind::Rsa2048, "RSA PRIVATE KEY")] {
            let pair = System.key(&id, kind).unwrap();
            let (outer, _) = der::take(pair.pkcs8()).unwrap();
            let fields = outer.children().unwrap();
            let mut text = b"\xef\xbb\xbfBag Attributes\r\n  localKeyID: 01\r\n".to_vec();
            if kind == KeyKind::EcP256 {
                let curve = fields[1].children().unwrap()[1].whole;
                text.extend_from_slice(&write("EC PARAMETERS", curve));
            }
            text.extend_from_slice(&write(label, fields[2].content));
            let read = read_key(&text, None).unwrap();
            assert_eq!(KeyPair::from_pkcs8(&read).unwrap().public(), pair.public());
        }
    }

    #[test]
    fn broken_blocks_are_named() {
        for bad in [
            "-----BEGIN PRIVATE KEY-----\nAAAA\n",
            "-----BEGIN A-----\n-----END B-----",
            "-----BEGIN A-----\n!\n-----END A-----",
        ] {
            assert!(read_pem(bad.as_bytes()).is_err());
        }
        assert!(read_pem(b"nothing").unwrap().is_empty());
        let old = b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
        assert!(read_key(old, Some("x")).unwrap_err().to_string().contains("openssl pkcs8"));
    }
}
