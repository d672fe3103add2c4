//! Kibana→ES: Kibana as a client of Elasticsearch: which URLs, which CA, which credential.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::answers::texts;
use super::field::{Field, Kind, choices, lens, pick};
use super::stack::Node;
use super::{Answers, Draft, Step, https};
use crate::plan::{
    Channel, Connection, Content, FileSpec, IdentityId, Line, Link, Origin, Protection, SecretId, SecretSpec,
    SecretText, ServiceToken, Value, codes,
};
use crate::values::{Endpoint, NameRules, StackUrl};

pub const ID: &str = "kibana_client";

pub static STEP: Step = Step {
    id: ID,
    title: "Kibana→ES",
    heading: "Kibana as client of Elasticsearch",
    page: include_str!("../../assets/help/kibana_client.md"),
    fields: FIELDS,
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
        ServiceToken = "service_token", "service account token", "A file on every node; needs no call and never expires.";
        KibanaSystem = "kibana_system", "kibana_system password", "Set by one API call after the first start.";
    }
}

fn has_kibana(answers: &Answers) -> bool {
    !answers.overview.kibana.is_empty()
}

static FIELDS: &[Field] = &[
    Field::new(
        "kibana_client.hosts",
        "Elasticsearch URLs",
        Kind::List(lens!(kibana_client.hosts)),
        "Where Kibana finds Elasticsearch, separated by commas; all of one cluster. Empty for\n\
         every Elasticsearch host. Each name must be in the certificate it leads to, or Kibana\n\
         stops with `Hostname/IP does not match certificate's altnames`.",
    )
    .group("Connection")
    .shown(has_kibana)
    .suggest(urls_of_certificates)
    .automatic(|answers, _| match answers.overview.elasticsearch.len() {
        0 => String::new(),
        1 => "the Elasticsearch host".into(),
        n => format!("all {n} Elasticsearch hosts"),
    }),
    Field::new(
        "kibana_client.verification_mode",
        "Verification",
        Kind::Choice(pick!(kibana_client.verification_mode: Verification)),
        "full checks the chain and that the certificate is for the host in the URL. certificate\n\
         skips the name, so that whoever holds any certificate of the CA can pass for the cluster.",
    )
    .group("Connection")
    .shown(has_kibana),
    Field::new(
        "kibana_client.credential",
        "Logs in with",
        Kind::Choice(pick!(kibana_client.credential: Credential)),
        "A service account token works from the first start: its hash lies on every node, the\n\
         token in Kibana's keystore. The password of kibana_system needs an API call first.\n\
         Neither is ever written to kibana.yml.",
    )
    .group("Credential")
    .shown(has_kibana),
    Field::new(
        "kibana_client.monitoring",
        "Monitoring cluster",
        Kind::Flag(lens!(kibana_client.monitoring)),
        "Yes where monitoring data lies in another cluster. Stack Monitoring then reads from\n\
         there; its CA file is placed by the first task.",
    )
    .group("Monitoring")
    .shown(has_kibana),
    Field::new(
        "kibana_client.monitoring_hosts",
        "Its URLs",
        Kind::List(lens!(kibana_client.monitoring_hosts)),
        "https URLs of the monitoring cluster, separated by commas. Their names must be in that\n\
         cluster's certificates, which stackseal cannot see.",
    )
    .group("Monitoring")
    .shown(|answers| has_kibana(answers) && answers.kibana_client.monitoring),
    Field::new(
        "kibana_client.monitoring_token",
        "Its token",
        Kind::Secret,
        "A service account token of elastic/kibana made on the monitoring cluster. It goes into\n\
         Kibana's keystore as monitoring.ui.elasticsearch.serviceAccountToken.",
    )
    .group("Monitoring")
    .shown(|answers| has_kibana(answers) && answers.kibana_client.monitoring),
];

/// The names and addresses that will be in the certificates, as URLs.
fn urls_of_certificates(answers: &Answers) -> Vec<String> {
    let overview = &answers.overview;
    let hosts = overview.elasticsearch.iter().flat_map(|host| host.dns.iter().chain(&host.ip));
    let names = hosts.chain(&overview.client_names).filter_map(|text| text.parse::<Endpoint>().ok());
    names.map(|endpoint| StackUrl::https(endpoint, 9200).to_string()).collect()
}

fn draft(draft: &mut Draft<'_>) {
    if draft.stack.kibana.is_empty() {
        return;
    }
    let urls = urls(draft);
    connections(draft, &urls);
    let hosts: Arc<[String]> = urls.iter().map(|(_, url)| url.to_string()).collect();
    let monitoring = monitoring(draft);
    let credential = credential(draft);
    for index in 0..draft.stack.kibana.len() {
        let node = draft.stack.kibana[index].clone();
        settings(draft, &node, &hosts, monitoring.as_ref());
        if let Some(ca) = https::ca(draft) {
            draft.config_file(ID, &node, "certs/elasticsearch-ca.pem", Content::Certificates(vec![ca]));
        }
        let (setting, text) = credential.clone();
        draft.secure_setting(ID, &node, setting, text);
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
    let authority = https::ca(draft);
    let span =
        draft.plan.channels.iter().find(|c| c.link == Link::ClientToElasticsearch).and_then(|c| c.span);
    draft.plan.channels.push(Channel {
        link: Link::KibanaToElasticsearch,
        protection: if full { Protection::Verified } else { Protection::Encrypted },
        authority,
        span,
        note: match draft.answers.kibana_client.credential {
            Credential::ServiceToken => "logs in by service account token".into(),
            Credential::KibanaSystem => "logs in as kibana_system".into(),
        },
    });
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
            field: "kibana_client.hosts".into(),
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
    if draft.answers.kibana_client.credential == Credential::KibanaSystem {
        set("elasticsearch.username", "kibana_system".into());
    }
    if let Some(hosts) = monitoring {
        set("monitoring.ui.elasticsearch.hosts", hosts.clone().into());
        set("monitoring.ui.elasticsearch.ssl.certificateAuthorities", file("monitoring-ca.pem").into());
        set("monitoring.ui.elasticsearch.ssl.verificationMode", "full".into());
    }
}

fn monitoring(draft: &mut Draft<'_>) -> Option<Arc<[String]>> {
    let answers = &draft.answers.kibana_client;
    if !answers.monitoring {
        return None;
    }
    let mut hosts = Vec::new();
    for text in answers.monitoring_hosts.iter().filter(|text| !text.trim().is_empty()) {
        match https_url(text) {
            Ok(url) => hosts.push(url.to_string()),
            Err(message) => {
                draft.plan.file_issue(
                    codes::KIBANA_MONITORING_URL,
                    "kibana_client.monitoring_hosts",
                    message,
                );
            }
        }
    }
    if answers.monitoring_hosts.iter().all(|text| text.trim().is_empty()) {
        let message = "type the URL of the monitoring cluster, such as https://mon-1.corp.example:9200";
        draft.plan.file_issue(codes::KIBANA_MONITORING_URL, "kibana_client.monitoring_hosts", message);
    }
    let token = SecretId::new("kibana_client.monitoring_token");
    let fits = |text: &str| {
        text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=_-".contains(&b)) && !text.is_empty()
    };
    match draft.context.typed.get(&token) {
        Some(secret) if fits(secret.reveal()) => {}
        Some(_) => {
            let message =
                "not a token: it has letters, digits and + / = _ - only, and begins with AAEAAWVsYXN0aWMv";
            draft.plan.file_issue(codes::KIBANA_MONITORING_SECRET, token.as_str(), message);
        }
        None => draft.check_typed(&token, codes::KIBANA_MONITORING_SECRET),
    }
    draft.plan.secrets.push(SecretSpec { id: token, origin: Origin::Typed });
    Some(hosts.into())
}

/// Makes the credential, with what Elasticsearch needs to know it, and says what Kibana stores.
fn credential(draft: &mut Draft<'_>) -> (&'static str, SecretText) {
    match draft.answers.kibana_client.credential {
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
            ("elasticsearch.serviceAccountToken", SecretText::Bearer(token))
        }
        Credential::KibanaSystem => {
            let secret = SecretId::new("kibana_client.kibana_system_password");
            draft.plan.secrets.push(SecretSpec { id: secret.clone(), origin: Origin::Generated(24) });
            draft.account_file("kibana_system", &secret);
            ("elasticsearch.password", SecretText::Plain(secret))
        }
    }
}
