//! Overview: which hosts there are, by which names they are reached, what runs on them.

mod fields;
mod kept;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::accounts::Accounts;
use super::answers::{text, texts};
use super::field::choices;
use super::passwords::PasswordSource;
use super::secrets::SecretsBy;
use super::stack::{Discovery, Node};
use super::{Draft, Host, Step, host};
use crate::plan::{Content, FileSpec, InstallKind, Line, Value};
use crate::values::KeyKind;

pub const ID: &str = "overview";

/// The name of the operator's account and certificate.
pub const OPERATOR: &str = "operator";

pub static STEP: Step = Step {
    id: ID,
    title: "Overview",
    heading: "Cluster and network",
    page: include_str!("../../../assets/help/overview.md"),
    fields: fields::FIELDS,
    draft,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Overview {
    #[serde(deserialize_with = "text")]
    pub session_name: String,
    #[serde(deserialize_with = "text")]
    pub stack_version: String,
    pub licence: Licence,
    #[serde(deserialize_with = "text")]
    pub cluster_name: String,
    pub kind: Install,
    #[serde(deserialize_with = "text")]
    pub elasticsearch_folder: String,
    #[serde(deserialize_with = "text")]
    pub kibana_folder: String,
    #[serde(deserialize_with = "text")]
    pub metricbeat_folder: String,
    #[serde(with = "host::elasticsearch")]
    pub elasticsearch: Vec<Host>,
    #[serde(with = "host::kibana")]
    pub kibana: Vec<Host>,
    #[serde(with = "host::metricbeat")]
    pub metricbeat: Vec<Host>,
    pub metricbeat_on_nodes: bool,
    #[serde(deserialize_with = "texts")]
    pub client_names: Vec<String>,
    pub key_type: LeafKey,
    pub ca_key_type: AuthorityKey,
    pub elasticsearch_secrets: SecretsBy,
    pub keystore_password: PasswordSource,
    pub kibana_secrets: SecretsBy,
    pub metricbeat_secrets: SecretsBy,
    pub accounts: Accounts,
    pub operator: bool,
    #[serde(deserialize_with = "text")]
    pub output: String,
}

impl Default for Overview {
    fn default() -> Self {
        Self {
            session_name: String::new(),
            stack_version: "9.1".into(),
            licence: Licence::default(),
            cluster_name: "elastic-stack".into(),
            kind: Install::default(),
            elasticsearch_folder: String::new(),
            kibana_folder: String::new(),
            metricbeat_folder: String::new(),
            elasticsearch: Vec::new(),
            kibana: Vec::new(),
            metricbeat: Vec::new(),
            metricbeat_on_nodes: false,
            client_names: Vec::new(),
            key_type: LeafKey::default(),
            ca_key_type: AuthorityKey::default(),
            elasticsearch_secrets: SecretsBy::default(),
            keystore_password: PasswordSource::Blank,
            kibana_secrets: SecretsBy::default(),
            metricbeat_secrets: SecretsBy::default(),
            accounts: Accounts::default(),
            operator: true,
            output: String::new(),
        }
    }
}

choices! {
    /// What the cluster may use.
    Licence {
        Basic = "basic", "Basic", "TLS, accounts and roles, free; no PKI realm.";
        Trial = "trial", "Trial", "All features for 30 days, from the first start.";
        Paid = "paid", "Gold or higher", "A licence is put in once the cluster runs.";
    }
}

choices! {
    /// How the products come to their hosts.
    Install {
        Package = "package", "deb or rpm", "Config in /etc/elasticsearch and so on, run by systemd.";
        Archive = "archive", "tar.gz or zip", "Unpacked anywhere: say where the config folder is.";
        Container = "container", "container", "Config below /usr/share, mounted file by file.";
    }
}

choices! {
    /// The same, for one host that differs.
    Kind {
        Same = "same", "as the others", "As said on Overview.";
        Package = "package", "deb or rpm", "Config in /etc, run by systemd.";
        Archive = "archive", "tar.gz or zip", "Unpacked anywhere: say where the config folder is.";
        Container = "container", "container", "Config below /usr/share, mounted file by file.";
    }
}

choices! {
    /// Keys of certificates that servers and clients show.
    LeafKey {
        Rsa2048 = "rsa-2048", "RSA 2048", "Read by everything; 112 bits of security.";
        Rsa3072 = "rsa-3072", "RSA 3072", "128 bits of security, a little slower.";
        Rsa4096 = "rsa-4096", "RSA 4096", "Slow to make and in every handshake.";
        EcP256 = "ec-p256", "EC P-256", "Small and fast; Kibana then needs PEM files.";
        EcP384 = "ec-p384", "EC P-384", "192 bits of security; Kibana then needs PEM files.";
    }
}

choices! {
    /// Keys of authorities.
    AuthorityKey {
        Rsa3072 = "rsa-3072", "RSA 3072", "Fit for the ten years that a CA lives.";
        Rsa2048 = "rsa-2048", "RSA 2048", "112 bits of security: short for ten years.";
        Rsa4096 = "rsa-4096", "RSA 4096", "Slow to make, no slower for clients.";
        EcP256 = "ec-p256", "EC P-256", "Small and fast.";
        EcP384 = "ec-p384", "EC P-384", "192 bits of security.";
    }
}

impl LeafKey {
    pub fn kind(self) -> KeyKind {
        match self {
            Self::EcP256 => KeyKind::EcP256,
            Self::EcP384 => KeyKind::EcP384,
            Self::Rsa2048 => KeyKind::Rsa2048,
            Self::Rsa3072 => KeyKind::Rsa3072,
            Self::Rsa4096 => KeyKind::Rsa4096,
        }
    }
}

impl AuthorityKey {
    pub fn kind(self) -> KeyKind {
        match self {
            Self::EcP256 => KeyKind::EcP256,
            Self::EcP384 => KeyKind::EcP384,
            Self::Rsa2048 => KeyKind::Rsa2048,
            Self::Rsa3072 => KeyKind::Rsa3072,
            Self::Rsa4096 => KeyKind::Rsa4096,
        }
    }
}

/// What the stack is, for a title: `Elastic Stack 9.1`.
pub fn headline(answers: &super::Answers) -> String {
    format!("Elastic Stack {}", answers.overview.stack_version.trim())
}

/// The output folder of these answers.
pub fn output_of(answers: &super::Answers) -> String {
    let overview = &answers.overview;
    let named = [&overview.output, &overview.session_name, &overview.cluster_name];
    match named.iter().position(|text| !text.trim().is_empty()) {
        Some(0) => overview.output.trim().to_owned(),
        Some(index) => format!("./{}", named[index].trim()),
        None => "./stackseal-out".to_owned(),
    }
}

fn draft(draft: &mut Draft<'_>) {
    let discovery = draft.stack.discovery();
    for index in 0..draft.stack.elasticsearch.len() {
        set_elasticsearch(draft, index, &discovery);
    }
    for index in 0..draft.stack.kibana.len() {
        set_kibana(draft, index);
    }
    kept::draft(draft);
}

fn set_elasticsearch(draft: &mut Draft<'_>, index: usize, discovery: &Discovery) {
    let Draft { stack, plan, .. } = draft;
    let node = &stack.elasticsearch[index];
    let mut set = |key: &'static str, value: Value| plan.set(node.config, Line::new(ID, key, value));
    set("cluster.name", stack.cluster.clone().into());
    set("node.name", node.name.to_string().into());
    if !node.master {
        set("node.roles", discovery.other_roles.clone().into());
    }
    if node.place.kind == InstallKind::Package {
        set("path.data", "/var/lib/elasticsearch".into());
        set("path.logs", "/var/log/elasticsearch".into());
    }
    set_network(node, &mut set);
    match &discovery.seeds {
        None => set("discovery.type", "single-node".into()),
        Some(seeds) => {
            set("discovery.seed_hosts", seeds.clone().into());
            if node.master {
                set("cluster.initial_master_nodes", discovery.masters.clone().into());
            }
        }
    }
    if draft.answers.overview.licence == Licence::Trial {
        set("xpack.license.self_generated.type", "trial".into());
    }
    let config = node.config;
    plan.push_file(FileSpec {
        path: node.path("config/elasticsearch.yml"),
        content: Content::Settings(config),
        place: Some(node.place.clone()),
        by: ID,
    });
}

/// A container listens on all its own addresses and publishes the host's.
fn set_network(node: &Node, set: &mut impl FnMut(&'static str, Value)) {
    set("network.host", node.bind_host().to_owned().into());
    if let Some(host) = node.publish_host() {
        set("network.publish_host", host.into());
    }
}

fn set_kibana(draft: &mut Draft<'_>, index: usize) {
    let Draft { stack, plan, .. } = draft;
    let node = &stack.kibana[index];
    let mut set = |key: &'static str, value: Value| plan.set(node.config, Line::new(ID, key, value));
    set("server.name", node.name.to_string().into());
    match node.place.kind {
        InstallKind::Archive => {}
        InstallKind::Container => {
            set("server.shutdownTimeout", "5s".into());
            set("monitoring.ui.container.elasticsearch.enabled", true.into());
        }
        // What the packages deliver in kibana.yml, so that the service still logs to its file.
        InstallKind::Package => {
            set("logging.appenders.file.type", "file".into());
            set("logging.appenders.file.fileName", "/var/log/kibana/kibana.log".into());
            set("logging.appenders.file.layout.type", "json".into());
            let appenders: Arc<[String]> = ["default".to_owned(), "file".to_owned()].into();
            set("logging.root.appenders", appenders.into());
            set("pid.file", "/run/kibana/kibana.pid".into());
        }
    }
    plan.push_file(FileSpec {
        path: node.path("config/kibana.yml"),
        content: Content::Settings(node.config),
        place: Some(node.place.clone()),
        by: ID,
    });
}
