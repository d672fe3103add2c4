//! Certificates to be: who they name, who signs them, what they may be used for.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::StepId;
use crate::values::{Dn, Invalid, KeyKind, Sans, Span};

/// The name by which steps refer to each other's certificates, such as `transport.ca` or
/// `https.node.es-1`. [`super::Plan::link`] finds names that nobody issues, as a linker would.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdentityId(Arc<str>);

impl IdentityId {
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdentityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub id: IdentityId,
    pub subject: Dn,
    /// Shared where one set of names serves many certificates.
    pub sans: Arc<Sans>,
    pub span: Span,
    pub key: KeyKind,
    pub issuer: Issuer,
    pub usages: Usages,
    pub by: StepId,
}

impl Identity {
    pub fn is_authority(&self) -> bool {
        self.usages.authority
    }
}

/// Who signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issuer {
    Itself,
    /// Another identity of the plan.
    Other(IdentityId),
    /// An authority that stackseal does not hold: a request is made, and the certificate awaited.
    Outside,
}

/// What a certificate says that its key may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usages {
    /// basicConstraints CA:TRUE with keyCertSign and cRLSign.
    pub authority: bool,
    /// keyUsage of a leaf; empty leaves the extension out.
    pub key: Vec<KeyUsage>,
    /// extendedKeyUsage serverAuth and clientAuth; with neither, the extension is left out.
    pub server: bool,
    pub client: bool,
}

impl Usages {
    pub fn authority() -> Self {
        Self { authority: true, ..Self::default() }
    }

    /// Whether a TLS client accepts a server with this certificate: no EKU, or serverAuth in it.
    pub fn serves(&self) -> bool {
        self.server || !self.client
    }

    /// Whether a TLS server accepts a client with this certificate.
    pub fn connects(&self) -> bool {
        self.client || !self.server
    }
}

/// The bits of keyUsage (RFC 5280 §4.2.1.3) that a leaf may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUsage {
    DataEncipherment,
    DigitalSignature,
    KeyAgreement,
    KeyEncipherment,
    NonRepudiation,
}

impl KeyUsage {
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::DataEncipherment, "dataEncipherment"),
        (Self::DigitalSignature, "digitalSignature"),
        (Self::KeyAgreement, "keyAgreement"),
        (Self::KeyEncipherment, "keyEncipherment"),
        (Self::NonRepudiation, "nonRepudiation"),
    ];

    /// What a TLS certificate needs: RSA key exchange of TLS 1.2 wants keyEncipherment, and RFC 5480
    /// §3 forbids it for EC keys.
    pub fn for_tls(key: KeyKind) -> Vec<Self> {
        if key.is_rsa() {
            vec![Self::DigitalSignature, Self::KeyEncipherment]
        } else {
            vec![Self::DigitalSignature]
        }
    }
}

impl FromStr for KeyUsage {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.iter().find(|(_, name)| name.eq_ignore_ascii_case(text.trim()));
        found.map(|(usage, _)| *usage).ok_or_else(|| {
            Invalid::new("key usages of a server are digitalSignature, keyEncipherment, keyAgreement, dataEncipherment, nonRepudiation")
        })
    }
}

impl fmt::Display for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::ALL.iter().find(|(usage, _)| usage == self).map_or("", |(_, name)| name))
    }
}
