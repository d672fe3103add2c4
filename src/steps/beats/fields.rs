//! The questions of the Beats step.

use super::{
    Collector, Credential, Features, OwnMonitoring, Scope, has_metricbeat, is_watched_whole, to_monitoring,
};
use crate::steps::Answers;
use crate::steps::field::{Field, Kind, lens, pick};

fn has_module(answers: &Answers) -> bool {
    has_metricbeat(answers) && answers.beats.module
}

pub(super) static FIELDS: &[Field] = &[
    Field::new(
        "beats.credential",
        "Sends as",
        Kind::Choice(pick!(beats.credential: Credential)),
        "A user works as soon as the accounts are made. API keys cost one more command a host:\n\
         each key is made once Elasticsearch runs, and stored there. Client certificates cost the\n\
         PKI realm of the mTLS step and a role mapping, and leave no secret on the host.",
    )
    .group("Output")
    .shown(has_metricbeat),
    Field::new(
        "beats.index",
        "Index name",
        Kind::Text(lens!(beats.index)),
        "What stands before the version in the names of indices. Another one than metricbeat goes\n\
         into roles, template, output and dashboards alike; where they differ, nothing arrives.",
    )
    .group("Output")
    .shown(has_metricbeat),
    Field::new(
        "beats.to_monitoring",
        "To other cluster",
        Kind::Flag(lens!(beats.to_monitoring)),
        "Yes: everything goes to the monitoring cluster of the Kibana→ES step, which an outage\n\
         of this one does not touch. No: it stays in this cluster.",
    )
    .group("Output")
    .shown(|answers| has_metricbeat(answers) && answers.kibana_client.monitoring),
    Field::new(
        "beats.writer",
        "Writer role",
        Kind::Flag(lens!(beats.writer)),
        "Makes metricbeat_writer, which sends events. Switch it off only where output logs in by\n\
         API key: without the role a user or certificate may send nothing.",
    )
    .group("Roles and users")
    .shown(has_metricbeat),
    Field::new(
        "beats.setup",
        "Setup role",
        Kind::Flag(lens!(beats.setup)),
        "Makes metricbeat_setup, by which the first Metricbeat loads index template, lifecycle\n\
         policy and dashboards, once. No: somebody else has loaded them, and Metricbeat does not\n\
         look for them.",
    )
    .group("Roles and users")
    .shown(has_metricbeat),
    Field::new(
        "beats.kibana_url",
        "Dashboards into",
        Kind::Text(lens!(beats.kibana_url)),
        "Where the setup finds Kibana; empty for the first Kibana of this session. Its name must\n\
         be in Kibana's certificate. Of a monitoring cluster it is that cluster's Kibana.",
    )
    .group("Roles and users")
    .shown(|answers| has_metricbeat(answers) && answers.beats.setup)
    .automatic(|answers, _| match answers.overview.kibana.first() {
        _ if to_monitoring(answers) => "no dashboards".into(),
        None => "no Kibana, no dashboards".into(),
        Some(host) => host.name.clone(),
    }),
    Field::new(
        "beats.own_monitoring",
        "Reports on itself",
        Kind::Choice(pick!(beats.own_monitoring: OwnMonitoring)),
        "Metricbeat's own health in Stack Monitoring. A machine's account: people who look at it\n\
         have the reader role. With API keys it gets a key of its own.",
    )
    .group("Roles and users")
    .shown(has_metricbeat),
    Field::new(
        "beats.reader",
        "Reader role",
        Kind::Flag(lens!(beats.reader)),
        "Makes metricbeat_reader, for people who look at the data in Kibana and at Stack\n\
         Monitoring, with one user to begin with.",
    )
    .group("Roles and users")
    .shown(has_metricbeat),
    Field::new(
        "beats.space",
        "Kibana space",
        Kind::Text(lens!(beats.space)),
        "The id of the space in which readers work and dashboards are loaded; * lets readers\n\
         into all.",
    )
    .group("Roles and users")
    .shown(|answers| has_metricbeat(answers) && (answers.beats.reader || answers.beats.setup)),
    Field::new(
        "beats.features",
        "Readers may",
        Kind::Choice(pick!(beats.features: Features)),
        "What readers may do in Discover, Dashboard, Visualize and Metrics of that space.",
    )
    .group("Roles and users")
    .shown(|answers| has_metricbeat(answers) && answers.beats.reader),
    Field::new(
        "beats.module",
        "Watch Elasticsearch",
        Kind::Flag(lens!(beats.module)),
        "Collects Elasticsearch's metrics for Stack Monitoring (module elasticsearch-xpack). The\n\
         host's own metrics are collected in any case.",
    )
    .group("Stack monitoring")
    .shown(has_metricbeat),
    Field::new(
        "beats.scope",
        "Scope",
        Kind::Choice(pick!(beats.scope: Scope)),
        "node wants a Metricbeat on every Elasticsearch host. cluster asks one node for all, which\n\
         should be no dedicated master.",
    )
    .group("Stack monitoring")
    .shown(has_module)
    .automatic(|answers, _| match (answers.beats.scope, is_watched_whole(answers)) {
        (Scope::Auto, true) => "cluster: not every Metricbeat runs beside a node".into(),
        (Scope::Auto, false) => "node: each Metricbeat runs beside its node".into(),
        _ => String::new(),
    }),
    Field::new(
        "beats.collector",
        "Reads metrics as",
        Kind::Choice(pick!(beats.collector: Collector)),
        "The user in the module's file. remote_monitoring_user exists in every cluster; it may\n\
         send too, so that its password is worth more.",
    )
    .group("Stack monitoring")
    .shown(has_module),
];
