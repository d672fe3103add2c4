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
        "URLs",
        Kind::List(lens!(kibana_client.hosts)),
        "Where Kibana finds Elasticsearch, separated by commas, all of one cluster; empty for\n\
         every Elasticsearch host. Change it for a balancer, or to spare some nodes. Each\n\
         name must be in the certificate it leads to, or Kibana stops with `Hostname/IP does\n\
         not match certificate's altnames`.",
    )
    .group("Connection")
    .shown(has_kibana)
    .suggest(urls_of_certificates)
    .automatic(|answers, _| match answers.overview.elasticsearch.len() {
        0 => String::new(),
        1 => answers.overview.elasticsearch.first().map_or_else(String::new, |host| host.name.clone()),
        n => format!("all {n} nodes"),
    }),
    Field::new(
        "kibana_client.verification_mode",
        "Verification",
        Kind::Choice(pick!(kibana_client.verification_mode: Verification)),
        "Whether Kibana compares the host of its URLs with the certificate. Take certificate\n\
         only for a URL that no certificate can cover: whoever holds any certificate of the\n\
         CA can then pass for the cluster and take Kibana's credential.",
    )
    .group("Connection")
    .shown(has_kibana),
    Field::new(
        "kibana_client.credential",
        "Logs in with",
        Kind::Choice(pick!(kibana_client.credential: Credential)),
        "How Kibana logs in; never written to kibana.yml. A token works from the first start:\n\
         its hash lies on every node, itself in Kibana's keystore. Take the password where\n\
         your rules know no tokens: until the call that sets it Kibana cannot log in.",
    )
    .group("Credential")
    .shown(|answers| has_kibana(answers) && !mtls::has_realm(answers)),
    Field::new(
        "kibana_client.monitoring",
        "Other cluster",
        Kind::Flag(lens!(kibana_client.monitoring)),
        "Yes where monitoring data lies in another cluster, so that it outlives an outage of\n\
         this one: Stack Monitoring reads there, and Metricbeat can send there. The first\n\
         task places its CA file; without it nothing connects there.",
    )
    .group("Monitoring")
    .shown(has_client),
    Field::new(
        "kibana_client.monitoring_hosts",
        "Its URLs",
        Kind::List(lens!(kibana_client.monitoring_hosts)),
        "https URLs of the monitoring cluster, separated by commas; several, so that one may\n\
         be down. Their names must be in that cluster's certificates, which stackseal cannot\n\
         see: else Stack Monitoring stays empty.",
    )
    .group("Monitoring")
    .shown(|answers| has_client(answers) && answers.kibana_client.monitoring),
    Field::new(
        "kibana_client.monitoring_token",
        "Its token",
        Kind::Secret,
        "A service account token of elastic/kibana, made on the monitoring cluster: Stack\n\
         Monitoring reads by it. It goes into Kibana's keystore as\n\
         monitoring.ui.elasticsearch.serviceAccountToken. A token of another cluster is\n\
         refused, and Stack Monitoring stays empty.",
    )
    .group("Monitoring")
    .shown(|answers| has_kibana(answers) && answers.kibana_client.monitoring),
];

/// The names and addresses that will be in the certificates, as URLs.
fn urls_of_certificates(answers: &Answers) -> Box<dyn Iterator<Item = String> + '_> {
    let overview = &answers.overview;
    // A host of which nothing else is known is reached by its name.
    let hosts = overview.elasticsearch.iter().flat_map(|host| {
        let bare = host.dns.is_empty() && host.ip.is_empty();
        host.dns.iter().chain(&host.ip).chain(bare.then_some(&host.name))
    });
    let names = hosts.chain(&overview.client_names).filter_map(|text| text.parse::<Endpoint>().ok());
    Box::new(names.map(|endpoint| StackUrl::https(endpoint, 9200).to_string()))
}
