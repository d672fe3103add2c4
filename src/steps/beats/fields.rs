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
        "How Metricbeat logs in. A user works as soon as the accounts are made; API keys take\n\
         a call and a command a host; certificates take the PKI realm, and leave no secret on\n\
         the host. Until its login is made, nothing arrives.",
    )
    .group("Output")
    .shown(has_metricbeat),
    Field::new(
        "beats.index",
        "Index name",
        Kind::Text(lens!(beats.index)),
        "What stands before the version in the names of indices. Change it to keep data of\n\
         this stack apart. Another one than metricbeat goes into roles, template, output and\n\
         dashboards alike; where they differ, nothing arrives.",
    )
    .group("Output")
    .shown(has_metricbeat),
    Field::new(
        "beats.to_monitoring",
        "Other cluster",
        Kind::Flag(lens!(beats.to_monitoring)),
        "Yes: everything goes to the monitoring cluster of the Kibana→ES step, which an\n\
         outage of this one does not touch. No: it stays in this cluster. Its accounts are\n\
         made where it goes: as long as they are missing there, nothing arrives.",
    )
    .group("Output")
    .shown(|answers| has_metricbeat(answers) && answers.kibana_client.monitoring),
    Field::new(
        "beats.writer",
        "Writer role",
        Kind::Flag(lens!(beats.writer)),
        "Makes metricbeat_writer, the role that may send events. Switch it off only where\n\
         output logs in by API key: without the role a user or certificate may send nothing.",
    )
    .group("Roles and users")
    .shown(has_metricbeat),
    Field::new(
        "beats.setup",
        "Setup role",
        Kind::Flag(lens!(beats.setup)),
        "Makes metricbeat_setup, by which the first Metricbeat loads index template,\n\
         lifecycle policy and dashboards, once. No where somebody else has loaded them, since\n\
         Metricbeat then does not look: without them dashboards stay empty.",
    )
    .group("Roles and users")
    .shown(has_metricbeat),
    Field::new(
        "beats.kibana_url",
        "Dashboards in",
        Kind::Text(lens!(beats.kibana_url)),
        "Where the setup finds Kibana; empty for the first Kibana of this session. Change it\n\
         where a balancer stands before it; of a monitoring cluster it is that cluster's\n\
         Kibana. Its name must be in Kibana's certificate, or no dashboards are loaded.",
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
        "Own health",
        Kind::Choice(pick!(beats.own_monitoring: OwnMonitoring)),
        "Whether Stack Monitoring shows Metricbeat's own health, and by whose login: a\n\
         machine's account, not one for people. With API keys it gets a key of its own.\n\
         Without it a Metricbeat that stops is seen only by what is missing.",
    )
    .group("Roles and users")
    .shown(has_metricbeat),
    Field::new(
        "beats.reader",
        "Reader role",
        Kind::Flag(lens!(beats.reader)),
        "Makes metricbeat_reader, for people who look at the data in Kibana and at Stack\n\
         Monitoring, with one user to begin with. No where your own roles do that; without\n\
         any, only operator and elastic see the data.",
    )
    .group("Roles and users")
    .shown(has_metricbeat),
    Field::new(
        "beats.space",
        "Kibana space",
        Kind::Text(lens!(beats.space)),
        "The id of the space in which readers work and dashboards are loaded, such as\n\
         default; * lets readers into all. Change it where a team has a space of its own. In\n\
         a space that does not exist nobody finds them.",
    )
    .group("Roles and users")
    .shown(|answers| has_metricbeat(answers) && (answers.beats.reader || answers.beats.setup)),
    Field::new(
        "beats.features",
        "Readers may",
        Kind::Choice(pick!(beats.features: Features)),
        "What readers may do in Discover, Dashboard, Visualize and Metrics of that space. Let\n\
         them change where they build dashboards of their own; what they change there changes\n\
         for all.",
    )
    .group("Roles and users")
    .shown(|answers| has_metricbeat(answers) && answers.beats.reader),
    Field::new(
        "beats.module",
        "Watch nodes",
        Kind::Flag(lens!(beats.module)),
        "Collects Elasticsearch's metrics for Stack Monitoring (module elasticsearch-xpack).\n\
         No where somebody else collects them. Without it Stack Monitoring stays empty; the\n\
         host's own metrics are collected in any case.",
    )
    .group("Stack monitoring")
    .shown(has_metricbeat),
    Field::new(
        "beats.scope",
        "Scope",
        Kind::Choice(pick!(beats.scope: Scope)),
        "Who watches which node. node wants a Metricbeat on every Elasticsearch host, else\n\
         nodes stay unwatched. cluster asks one node for all, which should be no dedicated\n\
         master; it is the way where not every node has one.",
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
        "Reads as",
        Kind::Choice(pick!(beats.collector: Collector)),
        "The user in the module's file. A user of its own may read metrics and nothing else.\n\
         remote_monitoring_user exists in every cluster; it may send too, so that its\n\
         password is worth more. With a wrong login no metrics come.",
    )
    .group("Stack monitoring")
    .shown(has_module),
];
