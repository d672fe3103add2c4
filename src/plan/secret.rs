//! Secrets by name: the plan says which there are and where they go, never what they are.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::values::Secret;

/// The name of a secret, such as `transport.store_password`; for typed ones the field's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecretId(Arc<str>);

impl SecretId {
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecretId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretSpec {
    pub id: SecretId,
    pub origin: Origin,
}

/// Where a secret comes from, once a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// This many letters and digits, 5.9 bits each.
    Generated(usize),
    /// By the operator: on the form, in `--secrets` or in the environment.
    Typed,
}

/// The credential of a service account that nodes read from `service_tokens`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServiceToken {
    /// `elastic/kibana`.
    pub account: &'static str,
    pub name: &'static str,
    pub secret: SecretId,
}

/// A user of Elasticsearch's file realm, as every node has it in `users`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileUser {
    pub name: &'static str,
    pub password: SecretId,
}

/// A text that is a secret or is made of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretText {
    /// What a client sends as `Authorization: Bearer`.
    Bearer(ServiceToken),
    Plain(SecretId),
}

impl SecretText {
    pub fn secret(&self) -> &SecretId {
        match self {
            Self::Bearer(token) => &token.secret,
            Self::Plain(id) => id,
        }
    }
}

/// Secrets that the operator typed, by field id. Held beside the answers, never saved with them.
#[derive(Clone, Debug, Default)]
pub struct TypedSecrets(BTreeMap<SecretId, Secret>);

impl TypedSecrets {
    pub fn insert(&mut self, id: SecretId, secret: Secret) {
        self.0.insert(id, secret);
    }

    pub fn remove(&mut self, id: &SecretId) {
        self.0.remove(id);
    }

    pub fn get(&self, id: &SecretId) -> Option<&Secret> {
        self.0.get(id)
    }
}
