//! Certificates that somebody else has to sign: what is sent away, to whom, and what came back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::IdentityId;
use crate::values::Sans;

/// A request that is away. Kept with the session until its certificate is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Awaited {
    pub identity: String,
    /// Below the output folder.
    pub request: String,
    /// Where the answer is looked for, below the output folder: beside the request.
    pub certificate: String,
    /// To whom the request goes; empty where nobody was named.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub to: String,
}

/// What came back for one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Why it cannot be used, in words.
    pub problem: Option<String>,
    pub sans: Sans,
    /// The kind of its key in words, such as `RSA 2048`; empty where it is no kind of stackseal's.
    pub key: String,
}

/// What came back so far, by identity. Looked up by the doors, so that drafting reads no file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrivals(BTreeMap<IdentityId, Arrival>);

impl Arrivals {
    pub const NONE: Self = Self(BTreeMap::new());

    pub fn insert(&mut self, id: IdentityId, arrival: Arrival) {
        self.0.insert(id, arrival);
    }

    pub fn get(&self, id: &IdentityId) -> Option<&Arrival> {
        self.0.get(id)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
