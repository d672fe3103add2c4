//! `modules.d/elasticsearch-xpack.yml`: which Elasticsearch a Metricbeat watches, and as whom.

use std::sync::Arc;

use super::config::stored;
use super::{Collector, ID, Scope};
use crate::plan::{Config, Content, FileSpec, Form, Line, Value, codes};
use crate::steps::stack::Node;
use crate::steps::{Answers, Draft, mtls};
use crate::values::StackUrl;

/// Whether one Metricbeat watches the whole cluster.
pub fn is_watched_whole(answers: &Answers) -> bool {
    match answers.beats.scope {
        Scope::Cluster => true,
        Scope::Node => false,
        Scope::Auto => {
            let overview = &answers.overview;
            let on_node = |name: &str| overview.elasticsearch.iter().any(|host| host.name.trim() == name);
            !overview.metricbeat.iter().all(|host| on_node(host.name.trim()))
        }
    }
}

pub(super) fn draft(draft: &mut Draft<'_>) {
    if !draft.answers.beats.module {
        return;
    }
    if is_watched_whole(draft.answers) {
        whole(draft);
    } else {
        node_by_node(draft);
    }
}

/// The first Metricbeat asks one node, which answers for all; a dedicated master is left in peace. More
/// than one asking would count everything twice.
fn whole(draft: &mut Draft<'_>) {
    let nodes = &draft.stack.elasticsearch;
    let asked = nodes.iter().find(|node| !node.master).or_else(|| nodes.first()).cloned();
    if let (Some(beat), Some(asked)) = (draft.stack.metricbeat.first().cloned(), asked) {
        file(draft, &beat, &asked, "cluster");
    }
}

fn node_by_node(draft: &mut Draft<'_>) {
    let nodes = draft.stack.elasticsearch.clone();
    let beats = draft.stack.metricbeat.clone();
    for beat in &beats {
        let own = nodes.iter().find(|node| node.name == beat.name);
        if let Some(own) = own {
            file(draft, beat, own, "node");
        } else if let Some(node) = nodes.first() {
            let message =
                format!("{} runs no Elasticsearch; choose scope cluster, or list it there too", beat.name);
            // Beside no node, so it is a listed one.
            let field = format!("overview.metricbeat[{}].name", beat.row);
            draft.plan.file_issue(codes::BEATS_NODE_ABSENT, field, message);
            file(draft, beat, node, "node");
        }
    }
    let unwatched: Vec<&str> = nodes
        .iter()
        .filter(|node| !beats.iter().any(|beat| beat.name == node.name))
        .map(|node| node.name.as_str())
        .collect();
    if let Some(first) = unwatched.first() {
        let more =
            if unwatched.len() > 1 { format!(" and {} more", unwatched.len() - 1) } else { String::new() };
        let message =
            format!("{first}{more} has no Metricbeat and stays unwatched; list it, or choose scope cluster");
        draft.plan.file_issue(codes::BEATS_NODE_UNWATCHED, "beats.scope", message);
    }
}

fn file(draft: &mut Draft<'_>, beat: &Node, asked: &Node, scope: &'static str) {
    let folder = &beat.place.folder;
    let url = StackUrl::https(asked.url_host(), 9200).to_string();
    let user = match draft.answers.beats.collector {
        Collector::Own => "metricbeat_collector",
        Collector::BuiltIn => "remote_monitoring_user",
    };
    let list = |text: String| -> Arc<[String]> { [text].into() };
    let mut lines: Vec<(&'static str, Value)> = vec![
        ("module", "elasticsearch".into()),
        ("xpack.enabled", true.into()),
        ("period", "10s".into()),
        ("hosts", list(url).into()),
        ("scope", scope.into()),
        ("username", user.into()),
        ("password", stored("COLLECTOR_PWD").into()),
        ("ssl.certificate_authorities", list(format!("{folder}/certs/elasticsearch-ca.pem")).into()),
        ("ssl.verification_mode", "full".into()),
    ];
    if mtls::has_beat_identities(draft.answers) {
        lines.push(("ssl.certificate", format!("{folder}/certs/metricbeat.crt").into()));
        lines.push(("ssl.key", format!("{folder}/certs/metricbeat.key").into()));
    }
    let config = draft.plan.open_config(Config::of(Form::Item, beat.place.clone()));
    for (key, value) in lines {
        draft.plan.set(config, Line::new(ID, key, value));
    }
    draft.plan.push_file(FileSpec {
        path: beat.path("config/modules.d/elasticsearch-xpack.yml"),
        content: Content::Settings(config),
        place: Some(beat.place.clone()),
        by: ID,
    });
}
