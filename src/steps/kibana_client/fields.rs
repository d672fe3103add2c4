//! The questions of the Kibana→ES step.

use super::{Credential, Verification, has_kibana};
use crate::steps::field::{Field, Kind, lens, pick};
use crate::steps::{Answers, has_metricbeat, mtls};
use crate::values::{Endpoint, StackUrl};

/// Whether somebody reads from, or sends to, a monitoring cluster.
fn has_client(answers: &Answers) -> bool {
    has_kibana(answers) || has_metricbeat(answers)
}

pub(super) static FIELDS: &[Field] = &[
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
    .shown(|answers| has_kibana(answers) && !mtls::has_realm(answers)),
    Field::new(
        "kibana_client.monitoring",
        "Monitoring cluster",
        Kind::Flag(lens!(kibana_client.monitoring)),
        "Yes where monitoring data lies in another cluster. Kibana's Stack Monitoring then reads\n\
         from there, and Metricbeat sends there; its CA file is placed by the first task.",
    )
    .group("Monitoring")
    .shown(has_client),
    Field::new(
        "kibana_client.monitoring_hosts",
        "Its URLs",
        Kind::List(lens!(kibana_client.monitoring_hosts)),
        "https URLs of the monitoring cluster, separated by commas. Their names must be in that\n\
         cluster's certificates, which stackseal cannot see.",
    )
    .group("Monitoring")
    .shown(|answers| has_client(answers) && answers.kibana_client.monitoring),
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
fn urls_of_certificates(answers: &Answers) -> Box<dyn Iterator<Item = String> + '_> {
    let overview = &answers.overview;
    let hosts = overview.elasticsearch.iter().flat_map(|host| host.dns.iter().chain(&host.ip));
    let names = hosts.chain(&overview.client_names).filter_map(|text| text.parse::<Endpoint>().ok());
    Box::new(names.map(|endpoint| StackUrl::https(endpoint, 9200).to_string()))
}
