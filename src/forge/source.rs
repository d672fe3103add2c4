//! Where time, randomness and keys come from: parameters of forging, so that tests and the picture
//! tool inject them. The released binary uses [`System`] and has no switch for anything else.

use std::fmt;

use rcgen::{PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, PublicKeyData, RsaKeySize};
use time::OffsetDateTime;
use zeroize::Zeroize;

use super::{Error, der};
use crate::plan::IdentityId;
use crate::values::KeyKind;

pub trait Source: Sync {
    fn now(&self) -> OffsetDateTime;

    /// Fills `bytes` at random. `label` names the purpose and is used once a run: a test derives the
    /// bytes from it, so that they depend neither on order nor on threads.
    fn fill(&self, label: &str, bytes: &mut [u8]) -> Result<(), Error>;

    /// A fresh key pair for `id`.
    fn key(&self, id: &IdentityId, kind: KeyKind) -> Result<KeyPair, Error>;
}

/// The real clock, and AWS-LC's random generator and keys.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Source for System {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }

    fn fill(&self, label: &str, bytes: &mut [u8]) -> Result<(), Error> {
        aws_lc_rs::rand::fill(bytes).map_err(|_| Error::Random(label.to_owned()))
    }

    fn key(&self, id: &IdentityId, kind: KeyKind) -> Result<KeyPair, Error> {
        KeyPair::generate(kind).map_err(|reason| Error::Key { id: id.clone(), reason })
    }
}

/// A key pair; its PKCS#8 bytes are wiped when it is dropped.
pub struct KeyPair(rcgen::KeyPair);

impl KeyPair {
    fn generate(kind: KeyKind) -> Result<Self, String> {
        let pair = match kind {
            KeyKind::EcP256 => rcgen::KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256),
            KeyKind::EcP384 => rcgen::KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384),
            KeyKind::Rsa2048 => rcgen::KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048),
            KeyKind::Rsa3072 => rcgen::KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_3072),
            KeyKind::Rsa4096 => rcgen::KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_4096),
        };
        pair.map(Self).map_err(|error| error.to_string())
    }

    /// Takes a PKCS#8 (version 1) DER of one of our [`KeyKind`]s.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, Error> {
        let pair =
            rcgen::KeyPair::try_from(der).map_err(|_| Error::ReadKey("not an RSA or EC key in PKCS#8"))?;
        Ok(Self(pair))
    }

    pub fn pkcs8(&self) -> &[u8] {
        self.0.serialized_der()
    }

    /// DER of the `SubjectPublicKeyInfo`.
    pub fn public(&self) -> Vec<u8> {
        self.0.subject_public_key_info()
    }

    /// What kind it is, if one of ours.
    pub fn kind(&self) -> Option<KeyKind> {
        let algorithm = self.0.algorithm();
        if *algorithm == PKCS_ECDSA_P256_SHA256 {
            Some(KeyKind::EcP256)
        } else if *algorithm == PKCS_ECDSA_P384_SHA384 {
            Some(KeyKind::EcP384)
        } else if *algorithm == PKCS_RSA_SHA256 {
            let (public, _) = der::take(self.0.der_bytes())?;
            match modulus_bits(public.children()?.first()?.content) {
                2048 => Some(KeyKind::Rsa2048),
                3072 => Some(KeyKind::Rsa3072),
                4096 => Some(KeyKind::Rsa4096),
                _ => None,
            }
        } else {
            None
        }
    }

    pub(super) fn pair(&self) -> &rcgen::KeyPair {
        &self.0
    }
}

/// Bits of an unsigned INTEGER, which a zero octet may precede.
pub(super) fn modulus_bits(content: &[u8]) -> usize {
    let zeros = content.iter().take_while(|byte| **byte == 0).count();
    let first = content.get(zeros).map_or(0, |byte| byte.leading_zeros() as usize);
    (content.len() - zeros) * 8 - first
}

impl Drop for KeyPair {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPair(hidden)")
    }
}
