//! What a file will hold. A new kind of content is one variant here; the compiler lists the rest.

use std::sync::Arc;

use super::{
    ConfigId, FileUser, IdentityId, Keystore, Mode, Place, SecretId, SecretText, ServiceToken, StepId, Text,
};
use crate::values::RelPath;

#[derive(Clone, Debug)]
pub struct FileSpec {
    pub path: RelPath,
    pub content: Content,
    /// The host and product it is for; none for what stays with the operator.
    pub place: Option<Arc<Place>>,
    pub by: StepId,
}

impl FileSpec {
    /// Derived, so that nobody can choose it wrong.
    pub fn mode(&self) -> Mode {
        let secrecy = self.content.secrecy();
        match (&self.place, secrecy) {
            (Some(place), _) => match &self.content {
                Content::Keystore(_) => place.keystore_mode(),
                _ => place.mode(secrecy),
            },
            (None, Secrecy::Public) if self.content.is_program() => Mode(0o755),
            (None, Secrecy::Public) => Mode(0o644),
            (None, Secrecy::Secret) => Mode(0o600),
        }
    }
}

#[derive(Clone, Debug)]
pub enum Content {
    /// A zip.
    Archive(Vec<Member>),
    /// PEM certificates, in this order.
    Certificates(Vec<IdentityId>),
    /// A PKCS#8 key in PEM, encrypted where there is a password.
    Key {
        of: IdentityId,
        password: Option<SecretId>,
    },
    /// A store of a product's own.
    Keystore(Keystore),
    /// What was written; made last, from the finished files.
    Receipt,
    /// A PKCS#10 request in PEM.
    Request(IdentityId),
    /// The bare value, without a line end.
    Secret(SecretText),
    /// Elasticsearch's `service_tokens`: hashes only, but whoever can change it can log in.
    ServiceTokens(Vec<ServiceToken>),
    /// The YAML of a configuration file.
    Settings(ConfigId),
    /// PKCS#12.
    Store(Store),
    Text(Text),
    /// Elasticsearch's `users`: names and hashes.
    Users(Vec<FileUser>),
}

/// A PKCS#12 file. Without a password its MAC and encryption are made with the empty one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Store {
    pub entries: Vec<Entry>,
    pub password: Option<SecretId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Entry {
    /// Private key with its certificate and the issuers above it.
    Key { alias: Arc<str>, of: IdentityId },
    /// A certificate that Java takes for a trusted entry.
    Trusted { alias: &'static str, of: IdentityId },
}

/// One file in an archive.
#[derive(Clone, Debug)]
pub struct Member {
    pub path: RelPath,
    pub content: Content,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    Public,
    Secret,
}

impl Content {
    pub fn secrecy(&self) -> Secrecy {
        match self {
            Self::Certificates(_) | Self::Receipt | Self::Request(_) | Self::Settings(_) | Self::Text(_) => {
                Secrecy::Public
            }
            Self::Archive(members) => {
                let secret = members.iter().any(|member| member.content.secrecy() == Secrecy::Secret);
                if secret { Secrecy::Secret } else { Secrecy::Public }
            }
            Self::Key { .. }
            | Self::Keystore(_)
            | Self::Secret(_)
            | Self::ServiceTokens(_)
            | Self::Store(_)
            | Self::Users(_) => Secrecy::Secret,
        }
    }

    /// Whether it is a script.
    fn is_program(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_program())
    }

    /// Identities whose certificate or key this content needs.
    pub fn identities(&self) -> Vec<&IdentityId> {
        match self {
            Self::Archive(members) => members.iter().flat_map(|m| m.content.identities()).collect(),
            Self::Certificates(ids) => ids.iter().collect(),
            Self::Key { of, .. } | Self::Request(of) => vec![of],
            Self::Store(store) => store
                .entries
                .iter()
                .map(|entry| match entry {
                    Entry::Key { of, .. } | Entry::Trusted { of, .. } => of,
                })
                .collect(),
            Self::Keystore(_)
            | Self::Receipt
            | Self::Secret(_)
            | Self::ServiceTokens(_)
            | Self::Settings(_)
            | Self::Text(_)
            | Self::Users(_) => Vec::new(),
        }
    }

    /// Secrets that this content holds or is protected by.
    pub fn secrets(&self) -> Vec<&SecretId> {
        match self {
            Self::Archive(members) => members.iter().flat_map(|m| m.content.secrets()).collect(),
            Self::Key { password, .. } => password.iter().collect(),
            Self::Keystore(keystore) => {
                let inside = keystore.settings.iter().map(|setting| setting.text.secret());
                inside.chain(&keystore.password).collect()
            }
            Self::Secret(text) => vec![text.secret()],
            Self::ServiceTokens(tokens) => tokens.iter().map(|token| &token.secret).collect(),
            Self::Store(store) => store.password.iter().collect(),
            Self::Users(users) => users.iter().map(|user| &user.password).collect(),
            Self::Certificates(_) | Self::Receipt | Self::Request(_) | Self::Settings(_) | Self::Text(_) => {
                Vec::new()
            }
        }
    }

    /// The secrets whose values can be read out of this content again.
    pub fn held_secrets(&self) -> Vec<&SecretId> {
        match self {
            Self::Keystore(keystore) => keystore.settings.iter().map(|s| s.text.secret()).collect(),
            Self::Secret(text) => vec![text.secret()],
            _ => Vec::new(),
        }
    }

    /// One or two words for a list, and for the receipt, where a later run finds its certificates, requests and
    /// stores by them: another format needs a word of its own.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Archive(_) => "zip",
            Self::Certificates(_) => "certificate",
            Self::Key { password: None, .. } => "key",
            Self::Key { password: Some(_), .. } => "encrypted key",
            Self::Keystore(_) => "keystore",
            Self::Receipt => "receipt",
            Self::Request(_) => "request",
            Self::Secret(SecretText::Bearer(_)) => "bearer token",
            Self::Secret(SecretText::Plain(_)) => "secret",
            Self::ServiceTokens(_) => "token hashes",
            Self::Settings(_) => "settings",
            Self::Store(_) => "PKCS#12",
            Self::Text(_) => "text",
            Self::Users(_) => "password hashes",
        }
    }
}
