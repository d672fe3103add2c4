//! The kinds of key pair that every product of the stack can read.

use std::fmt;

use serde::{Deserialize, Serialize};

/// RSA and NIST curves only: Elasticsearch's PEM reader knows no Ed25519, and Kibana reads nothing
/// but RSA from a PKCS#12 file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    #[serde(rename = "ec-p256")]
    EcP256,
    #[serde(rename = "ec-p384")]
    EcP384,
    #[serde(rename = "rsa-2048")]
    Rsa2048,
    #[serde(rename = "rsa-3072")]
    Rsa3072,
    #[serde(rename = "rsa-4096")]
    Rsa4096,
}

impl KeyKind {
    pub fn is_rsa(self) -> bool {
        matches!(self, Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096)
    }

    /// Strength relative to one RSA 2048 key generation; used only to show progress evenly.
    pub fn effort(self) -> u32 {
        match self {
            Self::EcP256 | Self::EcP384 => 1,
            Self::Rsa2048 => 20,
            Self::Rsa3072 => 70,
            Self::Rsa4096 => 190,
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EcP256 => "EC P-256",
            Self::EcP384 => "EC P-384",
            Self::Rsa2048 => "RSA 2048",
            Self::Rsa3072 => "RSA 3072",
            Self::Rsa4096 => "RSA 4096",
        })
    }
}
