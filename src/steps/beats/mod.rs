//! Beats: what Metricbeat collects, where it sends it, as whom, and the roles that this takes.

mod config;
mod fields;
mod kibana;
mod links;
mod module;
mod roles;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::answers::text;
use super::field::choices;
use super::stack::Node;
use super::{Answers, Draft, Step, browser, https, mtls};
use crate::plan::{Content, FileSpec, codes};
use crate::values::StackUrl;

pub use kibana::{dashboards_wait, setup_kibana};
pub use module::is_watched_whole;

pub const ID: &str = "beats";

pub static STEP: Step = Step {
    id: ID,
    title: "Beats",
    heading: "Metricbeat",
    page: include_str!("../../../assets/help/beats.md"),
    fields: fields::FIELDS,
    draft,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Beats {
    pub credential: Credential,
    #[serde(deserialize_with = "text")]
    pub index: String,
    pub to_monitoring: bool,
    pub setup: bool,
    #[serde(deserialize_with = "text")]
    pub kibana_url: String,
    pub writer: bool,
    pub own_monitoring: OwnMonitoring,
    pub reader: bool,
    #[serde(deserialize_with = "text")]
    pub space: String,
    pub features: Features,
    pub module: bool,
    pub scope: Scope,
    pub collector: Collector,
}

impl Default for Beats {
    fn default() -> Self {
        Self {
            credential: Credential::default(),
            index: DEFAULT_INDEX.into(),
            to_monitoring: true,
            setup: true,
            kibana_url: String::new(),
            writer: true,
            own_monitoring: OwnMonitoring::default(),
            reader: true,
            space: "default".into(),
            features: Features::default(),
            module: true,
            scope: Scope::default(),
            collector: Collector::default(),
        }
    }
}

const DEFAULT_INDEX: &str = "metricbeat";

choices! {
    /// As whom Metricbeat sends.
    Credential {
        User = "user", "user and password", "metricbeat_writer, its password in the keystore.";
        ApiKey = "api_key", "API keys", "One a host, made by a call and stored there by a command.";
        Certificate = "certificate", "certificates", "No secret on the host; needs the PKI realm of mTLS.";
    }
}

choices! {
    /// Whether and as whom Metricbeat reports on itself.
    OwnMonitoring {
        Role = "role", "a role of its own", "metricbeat_monitoring, for machines only.";
        BeatsSystem = "beats_system", "as beats_system", "The built-in user; its password is set by a call.";
        Off = "off", "no", "Metricbeat itself is not shown in Stack Monitoring.";
    }
}

choices! {
    /// What readers may do in Kibana.
    Features {
        Read = "read", "look", "Read in Discover, Dashboard, Visualize and Metrics.";
        All = "all", "look and change", "All in Discover, Dashboard, Visualize and Metrics.";
    }
}

choices! {
    /// What one Metricbeat watches.
    Scope {
        Auto = "auto", "automatic", "node where each Metricbeat runs beside a node, else cluster.";
        Node = "node", "node", "Each watches the Elasticsearch of its own host.";
        Cluster = "cluster", "cluster", "The first Metricbeat host watches all nodes through one of them.";
    }
}

choices! {
    /// As whom the module reads Elasticsearch's metrics.
    Collector {
        Own = "own", "a user of its own", "metricbeat_collector, which may read metrics only.";
        BuiltIn = "remote_monitoring_user", "the built-in user", "remote_monitoring_user; a call sets its password.";
    }
}

pub fn has_metricbeat(answers: &Answers) -> bool {
    !answers.overview.metricbeat.is_empty()
        || (answers.overview.metricbeat_on_nodes && !answers.overview.elasticsearch.is_empty())
}

/// Whether Metricbeat needs a certificate to log in by.
pub fn logs_in_by_certificate(answers: &Answers) -> bool {
    answers.beats.credential == Credential::Certificate
}

/// The roles of Metricbeat's certificates, where it logs in by them.
pub fn roles_by_certificate(draft: &Draft<'_>) -> Option<Vec<String>> {
    (logs_in_by_certificate(draft.answers) && !draft.stack.metricbeat.is_empty()).then(roles::writer_roles)
}

/// Whether what is collected goes to the cluster that Kibana's monitoring settings name.
pub fn to_monitoring(answers: &Answers) -> bool {
    answers.kibana_client.monitoring && answers.beats.to_monitoring
}

/// Loads index template, lifecycle policy and dashboards: once, from the first host.
pub fn setup_node(draft: &Draft<'_>) -> Option<Arc<Node>> {
    draft.answers.beats.setup.then(|| draft.stack.metricbeat.first().cloned()).flatten()
}

fn draft(draft: &mut Draft<'_>) {
    if draft.stack.metricbeat.is_empty() {
        return;
    }
    if logs_in_by_certificate(draft.answers)
        && (!mtls::has_realm(draft.answers) || to_monitoring(draft.answers))
    {
        let message = "logging in by certificate takes the PKI realm of this cluster: switch mutual TLS on under a Trial or paid licence, or choose users or API keys";
        draft.plan.file_issue(codes::BEATS_PKI, "beats.credential", message);
    }
    kibana::check(draft);
    let index = index(draft);
    roles::draft(draft, &index);
    let hosts = config::hosts(draft);
    for position in 0..draft.stack.metricbeat.len() {
        let node = draft.stack.metricbeat[position].clone();
        config::draft(draft, &node, &index, &hosts);
        files(draft, &node);
    }
    module::draft(draft);
    links::connections(draft);
    links::channels(draft);
}

/// The name before the version, as typed or with a stand-in.
fn index(draft: &mut Draft<'_>) -> String {
    let text = draft.answers.beats.index.trim();
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.');
    let first = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if first && text.len() <= 100 && text.bytes().all(fits) && !text.ends_with(['-', '.']) {
        return text.to_owned();
    }
    let message =
        format!("{text:?}: type the name before the version and without a star, such as {DEFAULT_INDEX}");
    draft.plan.file_issue(codes::BEATS_INDEX, "beats.index", message);
    DEFAULT_INDEX.to_owned()
}

/// The certificates by which it checks others, and its own where it has one. Beats read PEM only, and
/// the key needs no password: the keystore that would hold it lies in the same folder.
fn files(draft: &mut Draft<'_>, node: &Node) {
    draft.plan.push_file(FileSpec {
        path: node.path("config/metricbeat.yml"),
        content: Content::Settings(node.config),
        place: Some(node.place.clone()),
        by: ID,
    });
    if let Some(ca) = https::ca(draft) {
        draft.config_file(ID, node, "certs/elasticsearch-ca.pem", Content::Certificates(vec![ca]));
    }
    // Only where dashboards are loaded, and into a Kibana of this session.
    let setup = setup_node(draft).is_some_and(|first| first.name == node.name);
    let kibana = if setup { setup_kibana(draft).and_then(|kibana| kibana.node) } else { None };
    if let Some(ca) = kibana.and_then(|kibana| browser::ca_of(draft, &kibana)) {
        draft.config_file(ID, node, "certs/browser-ca.crt", Content::Certificates(vec![ca]));
    }
    if mtls::has_beat_identities(draft.answers) {
        let id = mtls::beat_identity(&node.name);
        draft.config_file(ID, node, "certs/metricbeat.key", Content::Key { of: id.clone(), password: None });
        draft.config_file(ID, node, "certs/metricbeat.crt", Content::Certificates(vec![id]));
    }
}

/// The URLs by which every Metricbeat reaches this session's Elasticsearch.
fn own_urls(draft: &Draft<'_>) -> Vec<StackUrl> {
    draft.stack.elasticsearch.iter().map(|node| StackUrl::https(node.url_host(), 9200)).collect()
}
