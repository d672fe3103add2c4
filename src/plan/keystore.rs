//! The products' own stores of secrets: which settings one holds, and in which format its product reads it.

use std::fmt;

use super::{Product, SecretId, SecretText, StepId};
use crate::values::StackVersion;

/// Which store, and for Elasticsearch in which format: it reads older ones than its own, never newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeystoreFormat {
    /// 8.0 to 8.13.
    Elasticsearch5,
    /// 8.14 to 8.17.
    Elasticsearch6,
    /// From 8.18 on.
    Elasticsearch7,
    Kibana,
    Metricbeat,
}

impl KeystoreFormat {
    /// The one that `product` of this line writes itself: an older one Elasticsearch would rewrite at its
    /// start, for which a package's service lacks the right.
    pub fn of(product: Product, version: StackVersion) -> Self {
        match product {
            Product::Kibana => Self::Kibana,
            Product::Metricbeat => Self::Metricbeat,
            Product::Elasticsearch if version >= StackVersion::new(8, 18) => Self::Elasticsearch7,
            Product::Elasticsearch if version >= StackVersion::new(8, 14) => Self::Elasticsearch6,
            Product::Elasticsearch => Self::Elasticsearch5,
        }
    }
}

impl fmt::Display for KeystoreFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Elasticsearch5 => "elasticsearch.keystore, format 5",
            Self::Elasticsearch6 => "elasticsearch.keystore, format 6",
            Self::Elasticsearch7 => "elasticsearch.keystore, format 7",
            Self::Kibana => "kibana.keystore",
            Self::Metricbeat => "metricbeat.keystore",
        })
    }
}

/// A store file. Without a password the product opens it by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keystore {
    pub format: KeystoreFormat,
    /// By name.
    pub settings: Vec<SecureSetting>,
    pub password: Option<SecretId>,
}

/// One secret of a store, under the name of the setting, or of the variable that Metricbeat reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecureSetting {
    pub name: &'static str,
    pub text: SecretText,
    pub by: StepId,
}
