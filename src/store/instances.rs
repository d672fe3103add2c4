//! `instances.yml`, the host list that `elasticsearch-certutil` reads.

use std::path::Path;

use serde::Deserialize;

use super::read::{read_text, refuse_growing};
use super::{Error, nearest};
use crate::steps::{Host, hosts_beyond_bounds};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    instances: Vec<Instance>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Instance {
    name: String,
    /// Its folder in certutil's zip; stackseal's folders carry the host's name.
    #[serde(default, rename = "filename")]
    _filename: Option<String>,
    #[serde(default)]
    dns: OneOrMany,
    #[serde(default)]
    ip: OneOrMany,
    #[serde(default)]
    cn: OneOrMany,
}

#[derive(Default, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
    #[default]
    None,
}

impl OneOrMany {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
            Self::None => Vec::new(),
        }
    }
}

/// The hosts of an `instances.yml`.
pub fn read_instances(path: &Path) -> Result<Vec<Host>, Error> {
    parse_instances(&read_text(path, 4 << 20)?, path)
}

/// `path` is for messages. A `cn`, which certutil puts into trust restrictions only, is refused rather
/// than dropped.
pub fn parse_instances(text: &str, path: &Path) -> Result<Vec<Host>, Error> {
    refuse_growing(text, path)?;
    let unreadable = |message: String| Error::Unreadable { path: path.to_owned(), message };
    let file: File = serde_yaml::from_str(text).map_err(|e| unreadable(nearest::helpful(&e.to_string())))?;
    let mut hosts = Vec::with_capacity(file.instances.len());
    for instance in file.instances {
        if !instance.cn.into_vec().is_empty() {
            let message = format!(
                "{}: cn is for trust restrictions, which stackseal does not write; remove it",
                instance.name
            );
            return Err(unreadable(message));
        }
        // A name written as a full subject: its CN is the host.
        let name = instance.name.split(',').next().unwrap_or_default().trim();
        let name = name.strip_prefix("CN=").or_else(|| name.strip_prefix("cn=")).unwrap_or(name);
        hosts.push(Host { dns: instance.dns.into_vec(), ip: instance.ip.into_vec(), ..Host::named(name) });
    }
    match hosts_beyond_bounds(&hosts) {
        Some(message) => Err(unreadable(message)),
        None => Ok(hosts),
    }
}
