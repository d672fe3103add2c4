//! `metricbeat.yml`: the output, Kibana for the setup, own monitoring, names of indices.

use std::sync::Arc;

use super::kibana::SetupKibana;
use super::{
    Credential, DEFAULT_INDEX, ID, OwnMonitoring, own_urls, setup_kibana, setup_node, to_monitoring,
};
use crate::plan::{Line, Value};
use crate::steps::stack::Node;
use crate::steps::{Draft, browser, kibana_client, mtls};

/// A reference to Metricbeat's keystore. The quotes inside the text keep the value what it is: without
/// them a password of digits arrives as a number (go-ucfg parses the result of a reference again).
pub(super) fn stored(name: &str) -> String {
    format!("'${{{name}}}'")
}

pub(super) fn draft(draft: &mut Draft<'_>, node: &Node, index: &str, hosts: &Arc<[String]>) {
    let folder = node.place.folder.clone();
    let mut lines: Vec<(&'static str, Value)> = vec![
        ("name", node.name.to_string().into()),
        // Absolute: with a relative folder no module is loaded, and nothing says so.
        ("metricbeat.config.modules.path", format!("{folder}/modules.d/*.yml").into()),
        ("metricbeat.config.modules.reload.enabled", false.into()),
        // Beside the configuration, so that one copy brings all.
        ("keystore.path", format!("{folder}/metricbeat.keystore").into()),
    ];
    output(draft, &folder, hosts, &mut lines);
    names(draft, index, &mut lines);
    not_set_up(draft, &mut lines);
    if setup_node(draft).is_some_and(|first| first.name == node.name) {
        kibana(draft, &folder, &mut lines);
    }
    own_monitoring(draft, &mut lines);
    for (key, value) in lines {
        draft.plan.set(node.config, Line::new(ID, key, value));
    }
}

type Lines = Vec<(&'static str, Value)>;

fn one(text: String) -> Value {
    Value::List([text].into())
}

/// The URLs to which all of them send.
pub(super) fn hosts(draft: &Draft<'_>) -> Arc<[String]> {
    if to_monitoring(draft.answers) {
        kibana_client::monitoring_urls(draft.answers)
    } else {
        own_urls(draft).iter().map(ToString::to_string).collect()
    }
}

fn output(draft: &Draft<'_>, folder: &str, hosts: &Arc<[String]>, lines: &mut Lines) {
    let away = to_monitoring(draft.answers);
    let ca = if away { "monitoring-ca.pem" } else { "elasticsearch-ca.pem" };
    lines.push(("output.elasticsearch.hosts", hosts.clone().into()));
    match draft.answers.beats.credential {
        Credential::User => {
            lines.push(("output.elasticsearch.username", "metricbeat_writer".into()));
            lines.push(("output.elasticsearch.password", stored("ES_PWD").into()));
        }
        Credential::ApiKey => lines.push(("output.elasticsearch.api_key", stored("ES_API_KEY").into())),
        Credential::Certificate => {}
    }
    lines.push(("output.elasticsearch.ssl.certificate_authorities", one(format!("{folder}/certs/{ca}"))));
    lines.push(("output.elasticsearch.ssl.verification_mode", "full".into()));
    if mtls::has_beat_identities(draft.answers) && !away {
        lines.push(("output.elasticsearch.ssl.certificate", format!("{folder}/certs/metricbeat.crt").into()));
        lines.push(("output.elasticsearch.ssl.key", format!("{folder}/certs/metricbeat.key").into()));
    }
}

/// A name of its own is index, template and pattern at once: Metricbeat makes a data stream of the
/// template's name, which only its own pattern matches (elastic/beats#37117).
fn names(draft: &Draft<'_>, index: &str, lines: &mut Lines) {
    if index == DEFAULT_INDEX {
        return;
    }
    let name = format!("{index}-%{{[agent.version]}}");
    lines.push(("output.elasticsearch.index", name.clone().into()));
    lines.push(("setup.template.name", name.clone().into()));
    lines.push(("setup.template.pattern", name.into()));
    if draft.answers.beats.setup {
        lines.push(("setup.dashboards.index", format!("{index}-*").into()));
        // The section alone would load dashboards at every start; the setup loads them all the same.
        lines.push(("setup.dashboards.enabled", false.into()));
    }
}

/// Where somebody else loads template and policy, who sends may not even look whether they are there.
fn not_set_up(draft: &Draft<'_>, lines: &mut Lines) {
    if !draft.answers.beats.setup {
        lines.push(("setup.template.enabled", false.into()));
        lines.push(("setup.ilm.enabled", false.into()));
    }
}

/// On the host that loads dashboards alone; the password leaves its keystore after that.
fn kibana(draft: &Draft<'_>, folder: &str, lines: &mut Lines) {
    let Some(SetupKibana { url, node }) = setup_kibana(draft) else { return };
    lines.push(("setup.kibana.host", url.to_string().into()));
    lines.push(("setup.kibana.username", "metricbeat_setup".into()));
    lines.push(("setup.kibana.password", stored("SETUP_PWD").into()));
    let space = draft.answers.beats.space.trim();
    if !matches!(space, "default" | "*" | "") {
        lines.push(("setup.kibana.space.id", space.to_owned().into()));
    }
    if url.tls {
        let ours = node.is_some_and(|node| draft.way_of(&node) != browser::Way::Plain);
        // A Kibana that is not of this session has a certificate of somebody whom the host trusts already.
        if ours {
            let ca = one(format!("{folder}/certs/browser-ca.crt"));
            lines.push(("setup.kibana.ssl.certificate_authorities", ca));
        }
        lines.push(("setup.kibana.ssl.verification_mode", "full".into()));
    }
}

/// It inherits hosts and TLS from the output; a login of its own replaces the output's, of the same kind,
/// since Beats refuse a user beside an API key.
fn own_monitoring(draft: &Draft<'_>, lines: &mut Lines) {
    let user = match draft.answers.beats.own_monitoring {
        OwnMonitoring::Off => return,
        OwnMonitoring::BeatsSystem => "beats_system",
        OwnMonitoring::Role => "metricbeat_monitoring",
    };
    lines.push(("monitoring.enabled", true.into()));
    if draft.answers.beats.credential == Credential::ApiKey {
        lines.push(("monitoring.elasticsearch.api_key", stored("MONITORING_API_KEY").into()));
    } else {
        lines.push(("monitoring.elasticsearch.username", user.into()));
        lines.push(("monitoring.elasticsearch.password", stored("MONITORING_PWD").into()));
    }
}
