//! Kibana→ES: Kibana as a client of Elasticsearch: which URLs, which CA, which credential.

mod fields;
mod monitoring;

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::answers::texts;
use super::field::choices;
use super::stack::Node;
use super::{Answers, Draft, Step, https, mtls};
use crate::plan::{
    Call, Channel, Cluster, Connection, Content, FileSpec, IdentityId, Line, Link, Origin, Protection,
    Request, SecretId, SecretSpec, SecretText, ServiceToken, Value, codes,
};
use crate::values::{Endpoint, NameRules, StackUrl};

pub use monitoring::{port as monitoring_port, proof as monitoring_proof, urls as monitoring_urls};

pub const ID: &str = "kibana_client";

pub static STEP: Step = Step {
    id: ID,
    title: "Kibana→ES",
    heading: "Kibana as client of Elasticsearch",
    page: include_str!("../../../assets/help/kibana_client.md"),
    fields: fields::FIELDS,
    draft,
};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KibanaClient {
    #[serde(deserialize_with = "texts")]
    pub hosts: Vec<String>,
    pub verification_mode: Verification,
    pub credential: Credential,
    pub monitoring: bool,
    #[serde(deserialize_with = "texts")]
    pub monitoring_hosts: Vec<String>,
}

choices! {
    /// What Kibana checks of Elasticsearch.
    Verification {
        Full = "full", "full", "Chain and name: the URL's host must be in the certificate.";
        Certificate = "certificate", "certificate", "Chain only: any certificate of the CA passes.";
    }
}

choices! {
    /// As whom Kibana logs in.
    Credential {
        ServiceToken = "service_token", "service token", "A file on every node; needs no call and never expires.";
        KibanaSystem = "kibana_system", "kibana_system", "Set by one API call after the first start.";
    }
}

fn has_kibana(answers: &Answers) -> bool {
    !answers.overview.kibana.is_empty()
}

fn draft(draft: &mut Draft<'_>) {
    let monitoring = monitoring::draft(draft);
    if draft.stack.kibana.is_empty() {
        return;
    }
    let urls = urls(draft);
    connections(draft, &urls);
    let hosts: Arc<[String]> = urls.iter().map(|(_, url)| url.to_string()).collect();
    let credential = credential(draft);
    for index in 0..draft.stack.kibana.len() {
        let node = draft.stack.kibana[index].clone();
        settings(draft, &node, &hosts, monitoring.as_ref());
        if let Some(ca) = https::ca(draft) {
            draft.config_file(ID, &node, "certs/elasticsearch-ca.pem", Content::Certificates(vec![ca]));
        }
        if let Some((setting, text)) = credential.clone() {
            draft.secure_setting(ID, &node, setting, text);
        }
        if monitoring.is_some() {
            let token = SecretText::Plain(SecretId::new("kibana_client.monitoring_token"));
            draft.secure_setting(ID, &node, "monitoring.ui.elasticsearch.serviceAccountToken", token);
        }
    }
    let full = draft.answers.kibana_client.verification_mode == Verification::Full;
    if !full {
        let message = "names are not checked; full costs nothing while every URL is in a certificate";
        draft.plan.file_issue(codes::KIBANA_LOOSE, "kibana_client.verification_mode", message);
    }
    channels(draft, full, monitoring.is_some());
}

/// Who logs in how; a certificate of Kibana's own is added by the step that makes it.
fn channels(draft: &mut Draft<'_>, full: bool, monitoring: bool) {
    let note = match credential_of(draft.answers) {
        None => "logs in by certificate",
        Some(Credential::ServiceToken) => "logs in by service account token",
        Some(Credential::KibanaSystem) => "logs in as kibana_system, once a call has set its password",
    };
    let protection = if full { Protection::Verified } else { Protection::Encrypted };
    let mut proof = https::proof(draft);
    if !full {
        proof.what = "that the CA signed it".into();
    }
    draft.plan.channels.push(Channel {
        link: Link::KibanaToElasticsearch,
        port: 9200,
        protection,
        proofs: vec![proof],
        note: note.into(),
    });
    if monitoring {
        draft.plan.channels.push(Channel {
            link: Link::KibanaToMonitoring,
            port: monitoring::port(draft.answers),
            protection: Protection::Verified,
            proofs: vec![monitoring::proof()],
            note: "logs in by its token".into(),
        });
    }
}

/// The URLs as typed, with the row they stand in, or one of every host.
fn urls(draft: &mut Draft<'_>) -> Vec<(usize, StackUrl)> {
    let typed = &draft.answers.kibana_client.hosts;
    let mut urls = Vec::with_capacity(typed.len());
    for (row, text) in typed.iter().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        match https_url(text) {
            Ok(url) => urls.push((row, url)),
            Err(message) => draft.plan.file_issue(codes::KIBANA_URL, "kibana_client.hosts", message),
        }
    }
    if urls.is_empty() {
        let all = draft.stack.elasticsearch.iter().enumerate();
        urls = all.map(|(row, node)| (row, StackUrl::https(node.url_host(), 9200))).collect();
    }
    urls
}

fn https_url(text: &str) -> Result<StackUrl, String> {
    match StackUrl::parse(text, 9200) {
        Ok(url) if url.tls => Ok(url),
        Ok(url) => Err(format!("{text:?} is plain http; type https://{}:{}", url.endpoint, url.port)),
        Err(invalid) => Err(format!("{text:?}: {invalid}")),
    }
}

/// Every URL meets the certificate of the host it names; a name of nobody alone (a load balancer)
/// can meet any of them.
fn connections(draft: &mut Draft<'_>, urls: &[(usize, StackUrl)]) {
    let trusts: Vec<IdentityId> = https::ca(draft).into_iter().collect();
    let nodes = &draft.stack.elasticsearch;
    let own: HashMap<Endpoint, &Node> =
        nodes.iter().flat_map(|node| node.endpoints().map(move |endpoint| (endpoint, &**node))).collect();
    let all: Arc<[IdentityId]> = nodes.iter().map(|node| https::identity_of(draft, node)).collect();
    let checks_name = draft.answers.kibana_client.verification_mode == Verification::Full;
    let asks = mtls::asks(draft).map(Arc::new);
    // All Kibanas show certificates of one kind, so that of the first stands for all.
    let presents = draft.stack.kibana.first().filter(|_| asks.is_some());
    let presents = presents.map(|node| mtls::kibana_identity(&node.name));
    for (_, url) in urls {
        let servers = match own.get(&url.endpoint) {
            Some(node) => [https::identity_of(draft, node)].into(),
            None => all.clone(),
        };
        draft.plan.connections.push(Connection {
            client: "Kibana",
            rules: NameRules::Node,
            url: url.clone(),
            servers,
            trusts: trusts.clone(),
            checks_name,
            presents: presents.clone(),
            asks: asks.clone(),
            field: "kibana_client.hosts".into(),
            uncovered: codes::KIBANA_URL_NOT_COVERED,
        });
    }
}

fn settings(draft: &mut Draft<'_>, node: &Node, hosts: &Arc<[String]>, monitoring: Option<&Arc<[String]>>) {
    let mode = match draft.answers.kibana_client.verification_mode {
        Verification::Full => "full",
        Verification::Certificate => "certificate",
    };
    let plan = &mut draft.plan;
    let mut set = |key: &'static str, value: Value| plan.set(node.config, Line::new(ID, key, value));
    let file = |name: &str| -> Arc<[String]> { [format!("{}/certs/{name}", node.place.folder)].into() };
    set("elasticsearch.hosts", hosts.clone().into());
    // Absolute, because Kibana resolves it against the folder it was started in.
    set("elasticsearch.ssl.certificateAuthorities", file("elasticsearch-ca.pem").into());
    set("elasticsearch.ssl.verificationMode", mode.into());
    if credential_of(draft.answers) == Some(Credential::KibanaSystem) {
        set("elasticsearch.username", "kibana_system".into());
    }
    if let Some(hosts) = monitoring {
        set("monitoring.ui.elasticsearch.hosts", hosts.clone().into());
        set("monitoring.ui.elasticsearch.ssl.certificateAuthorities", file("monitoring-ca.pem").into());
        set("monitoring.ui.elasticsearch.ssl.verificationMode", "full".into());
    }
}

/// As whom Kibana logs in at its first start; none where its certificate alone does it. Until the licence
/// of a PKI realm is in it has a token, which lies in its keystore alone and so can be taken away.
pub fn credential_of(answers: &Answers) -> Option<Credential> {
    match mtls::mode(answers) {
        mtls::Mode::Realm => None,
        mtls::Mode::RealmLater => Some(Credential::ServiceToken),
        mtls::Mode::Off | mtls::Mode::BesideToken => Some(answers.kibana_client.credential),
    }
}

/// Whether nodes get `service_tokens`.
pub fn brings_token(draft: &Draft<'_>) -> bool {
    credential_of(draft.answers) == Some(Credential::ServiceToken) && !draft.stack.kibana.is_empty()
}

/// Makes the credential, with what Elasticsearch needs to know it, and says what Kibana stores; nothing
/// where its certificate alone logs it in.
fn credential(draft: &mut Draft<'_>) -> Option<(&'static str, SecretText)> {
    let call = |request, optional| Call { request, cluster: Cluster::Own, optional, by: ID };
    draft.plan.calls.push(call(Request::ServiceToken("elastic/kibana", "stackseal-api"), true));
    match credential_of(draft.answers)? {
        Credential::ServiceToken => {
            let secret = SecretId::new("kibana_client.service_token");
            draft.plan.secrets.push(SecretSpec { id: secret.clone(), origin: Origin::Generated(24) });
            let token = ServiceToken { account: "elastic/kibana", name: "stackseal", secret };
            // A node without the file refuses the token, so every node has it.
            for node in &draft.stack.elasticsearch {
                draft.plan.files.push(FileSpec {
                    path: node.path("config/service_tokens"),
                    content: Content::ServiceTokens(vec![token.clone()]),
                    place: Some(node.place.clone()),
                    by: ID,
                });
            }
            Some(("elasticsearch.serviceAccountToken", SecretText::Bearer(token)))
        }
        Credential::KibanaSystem => {
            let secret = SecretId::new("kibana_client.kibana_system_password");
            draft.plan.secrets.push(SecretSpec { id: secret.clone(), origin: Origin::Generated(24) });
            draft.account_file("kibana_system", &secret);
            draft.plan.calls.push(call(Request::Password("kibana_system", secret.clone()), false));
            Some(("elasticsearch.password", SecretText::Plain(secret)))
        }
    }
}
