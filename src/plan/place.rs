//! Where a file goes on its host, and whom it must belong to there.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Secrecy;
use crate::values::HostName;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Product {
    Elasticsearch,
    Kibana,
    Metricbeat,
}

impl Product {
    pub const ALL: [Self; 3] = [Self::Elasticsearch, Self::Kibana, Self::Metricbeat];

    /// Folder name, package name and service name are the same word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Elasticsearch => "elasticsearch",
            Self::Kibana => "kibana",
            Self::Metricbeat => "metricbeat",
        }
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Elasticsearch => "Elasticsearch",
            Self::Kibana => "Kibana",
            Self::Metricbeat => "Metricbeat",
        })
    }
}

/// How the product came to the host; decides folders, owners, modes and commands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstallKind {
    Archive,
    Container,
    #[default]
    Package,
}

impl fmt::Display for InstallKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Archive => "archive",
            Self::Container => "container",
            Self::Package => "package",
        })
    }
}

/// Where a container's files live on its host. Not the copied folder, which is deleted in the end.
pub const CONTAINER_FOLDER: &str = "/srv/stackseal";

/// The configuration folder of one product on one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub host: HostName,
    pub product: Product,
    pub kind: InstallKind,
    /// Absolute, as the product sees it.
    pub folder: Arc<str>,
}

impl Place {
    /// The config folder as the host sees it: a container's is mounted from there.
    pub fn host_folder(&self) -> String {
        match self.kind {
            InstallKind::Container => format!("{CONTAINER_FOLDER}/{}/config", self.product.word()),
            InstallKind::Archive | InstallKind::Package => self.folder.to_string(),
        }
    }

    /// Owner and group that the file must have there.
    pub fn owner(&self) -> &'static str {
        match (self.kind, self.product) {
            (InstallKind::Archive, _) => "the product's user",
            (InstallKind::Container, _) => "1000:0",
            (InstallKind::Package, Product::Elasticsearch) => "root:elasticsearch",
            (InstallKind::Package, Product::Kibana) => "root:kibana",
            // Metricbeat's service runs as root, and it refuses files of anybody else.
            (InstallKind::Package, Product::Metricbeat) => "root:root",
        }
    }

    /// Secret files are for the product's user alone; a package's user reads them by its group, a
    /// container's by group 0. Metricbeat takes no store that its group could read.
    pub fn mode(&self, secrecy: Secrecy) -> Mode {
        match (secrecy, self.kind, self.product) {
            (Secrecy::Public, ..) => Mode(0o644),
            (Secrecy::Secret, InstallKind::Archive, _) | (Secrecy::Secret, _, Product::Metricbeat) => {
                Mode(0o600)
            }
            (Secrecy::Secret, InstallKind::Container | InstallKind::Package, _) => Mode(0o640),
        }
    }

    /// The mode of the product's own store: the tools of Elasticsearch and Kibana write it for their group,
    /// Metricbeat takes nothing but 0600.
    pub fn keystore_mode(&self) -> Mode {
        match (self.product, self.kind) {
            (Product::Metricbeat, _) | (_, InstallKind::Archive) => Mode(0o600),
            (Product::Elasticsearch | Product::Kibana, InstallKind::Container | InstallKind::Package) => {
                Mode(0o660)
            }
        }
    }
}

/// Unix permission bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode(pub u32);

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04o}", self.0)
    }
}
