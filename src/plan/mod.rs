//! The recipe language: what a run will make, as data. No bytes, no clock, no randomness, so that a
//! plan can be drafted anew on every key press. Knows no steps, no cryptography and no file system.

mod account;
mod awaited;
mod channel;
mod connection;
mod content;
mod identity;
mod installer;
mod issue;
mod keystore;
mod link;
mod place;
mod preview;
mod roles;
mod secret;
mod settings;
mod task;
mod text;
mod yaml;

pub use account::{
    Account, ApiKey, Call, Cluster, Indices, KibanaPrivileges, Mapping, Need, Request, Role, User,
};
pub use awaited::{Arrival, Arrivals, Awaited};
pub use channel::{Channel, Link, Proof, Protection};
pub use connection::{ClientAuthentication, Connection};
pub use content::{Content, Entry, FileSpec, Member, Secrecy, Store};
pub use identity::{Identity, IdentityId, Issuer, KeyUsage, Usages};
pub use issue::{CODES, Code, Issue, Weight, codes};
pub use keystore::{Keystore, KeystoreFormat, SecureSetting};
pub use place::{CONTAINER_FOLDER, InstallKind, Mode, Place, Product};
pub use preview::preview;
pub use roles::roles_yml;
pub use secret::{FileUser, Origin, SecretId, SecretSpec, SecretText, ServiceToken, TypedSecrets};
pub use settings::{Config, ConfigId, Form, Line, Value};
pub use task::{Action, Check, Phase, Task};
pub use text::{Fact, Facts, Text, Unknown, check_text, render};
pub use yaml::config_text;

use std::collections::HashMap;

use crate::values::RelPath;

/// A name of a step, as in field ids and session files.
pub type StepId = &'static str;

/// Everything one run will make and ask for. Made by the steps, checked by [`Plan::link`].
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Certificates to be, issuers before what they issue.
    pub identities: Vec<Identity>,
    pub secrets: Vec<SecretSpec>,
    pub configs: Vec<Config>,
    pub files: Vec<FileSpec>,
    pub tasks: Vec<Task>,
    pub channels: Vec<Channel>,
    pub connections: Vec<Connection>,
    /// Calls of the security APIs, in order.
    pub calls: Vec<Call>,
    /// Calls that nobody makes, since files bring what they would.
    pub filed: Vec<Call>,
    /// Accounts that somebody logs in with or holds.
    pub needs: Vec<Need>,
    /// Requests that wait for an outside authority.
    pub awaited: Vec<Awaited>,
    /// Requests whose certificates came back.
    pub answered: Vec<Awaited>,
    pub issues: Vec<Issue>,
}

impl Plan {
    pub fn push_file(&mut self, file: FileSpec) {
        self.files.push(file);
    }

    /// Opens a configuration file that several steps may set lines in.
    pub fn open_config(&mut self, config: Config) -> ConfigId {
        self.configs.push(config);
        ConfigId(self.configs.len() - 1)
    }

    pub fn set(&mut self, config: ConfigId, line: Line) {
        if let Some(config) = self.configs.get_mut(config.0) {
            config.set(line);
        }
    }

    pub fn file_issue(&mut self, code: Code, field: impl Into<String>, message: impl Into<String>) {
        self.issues.push(Issue { code, field: field.into(), message: message.into() });
    }

    /// All requests: an answer may come, or a newer one.
    pub fn requests(&self) -> Vec<Awaited> {
        self.awaited.iter().chain(&self.answered).cloned().collect()
    }

    pub fn identity(&self, id: &IdentityId) -> Option<&Identity> {
        self.identities.iter().find(|identity| identity.id == *id)
    }

    /// The subjects of these, in their order; one pass over all, which are hundreds in a big cluster.
    pub fn subjects_of(&self, ids: &[IdentityId]) -> Vec<String> {
        let by_id: HashMap<&IdentityId, &Identity> = self.identities.iter().map(|i| (&i.id, i)).collect();
        ids.iter().filter_map(|id| by_id.get(id)).map(|identity| identity.subject.to_string()).collect()
    }

    /// The hosts that run `product`, in the order of their list.
    pub fn hosts_of(&self, product: Product) -> impl Iterator<Item = &Config> {
        self.configs.iter().filter(move |config| config.form == Form::Main && config.place.product == product)
    }

    /// `3 Elasticsearch · 1 Kibana`.
    pub fn summary(&self) -> String {
        let counts = Product::ALL.map(|product| (self.hosts_of(product).count(), product));
        let parts = counts.iter().filter(|(n, _)| *n > 0).map(|(n, product)| format!("{n} {product}"));
        parts.collect::<Vec<_>>().join(" · ")
    }

    pub fn config(&self, id: ConfigId) -> Option<&Config> {
        self.configs.get(id.0)
    }

    pub fn file(&self, path: &RelPath) -> Option<&FileSpec> {
        self.files.iter().find(|file| file.path == *path)
    }

    /// Whether nothing stands in the way of forging; advice does not.
    pub fn is_sound(&self) -> bool {
        self.errors() == 0
    }

    pub fn errors(&self) -> usize {
        self.issues.iter().filter(|issue| issue.code.weight == Weight::Error).count()
    }

    /// Whether `step` asked for this file or for a line in it.
    pub fn touches(&self, step: StepId, file: &FileSpec) -> bool {
        match file.content {
            Content::Settings(id) => {
                self.config(id).is_some_and(|config| config.lines().iter().any(|line| line.by == step))
            }
            Content::Keystore(ref keystore) => keystore.settings.iter().any(|setting| setting.by == step),
            _ => file.by == step,
        }
    }
}
