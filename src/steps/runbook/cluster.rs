//! Tasks on the cluster as a whole, once it has formed.

use super::elasticsearch::{curl, url};
use super::{CONTAINER_FOLDER, actions};
use crate::plan::{Action, Check, InstallKind, Phase, Place, Task};
use crate::steps::{Draft, mtls};

/// Only where there is something to move.
pub fn allocation(draft: &Draft<'_>) -> Option<Task> {
    (draft.stack.elasticsearch.len() > 1).then(|| Task {
        id: "allocation",
        phase: Phase::Account,
        title: "Switch shard allocation on again".into(),
        why: "It was limited before the stop where the cluster ran already; on a new one this changes nothing.".into(),
        actions: vec![Action::here(vec![format!(
            "{} -XPUT {}/_cluster/settings -H 'Content-Type: application/json' -d '{{\"persistent\":{{\"cluster.routing.allocation.enable\":null}}}}'",
            curl(draft),
            url(draft)
        )])],
        check: Check::here(format!("{} '{}/_cat/health?h=status'", curl(draft), url(draft)), "it says green, or soon will"),
    })
}

pub fn locked_names(draft: &Draft<'_>) -> Option<Task> {
    if draft.stack.elasticsearch.len() < 2 {
        return None;
    }
    let masters: Vec<_> = draft.stack.elasticsearch.iter().filter(|node| node.master).cloned().collect();
    let file = |place: &Place| match place.kind {
        InstallKind::Container => format!("{CONTAINER_FOLDER}/elasticsearch/config/elasticsearch.yml"),
        InstallKind::Archive | InstallKind::Package => format!("{}/elasticsearch.yml", place.folder),
    };
    let actions = actions(&masters, |place| {
        let file = file(place);
        // The list is one line for up to three hosts, and a block of indented rows beyond. Written through
        // a copy, since a mounted file cannot be exchanged.
        vec![
            format!(
                "sed '/^cluster.initial_master_nodes:/,/^[^ ]/{{/^cluster.initial_master_nodes:/d;/^  - /d}}' {file} > /tmp/elasticsearch.yml"
            ),
            format!("cat /tmp/elasticsearch.yml > {file} && rm /tmp/elasticsearch.yml"),
            format!("grep -c initial_master_nodes {file}   # 0"),
        ]
    });
    Some(Task {
        id: "initial-masters",
        phase: Phase::Afterwards,
        title: "Once the cluster has formed: remove cluster.initial_master_nodes".into(),
        why:
            "It is for the very first start only; left in place it could found a second cluster one day, and \
              every restart warns of it. No restart is needed now."
                .into(),
        actions,
        check: Check::there("", "the last command prints 0"),
    })
}

/// Whoever connected before, whether the session knows of it or not.
pub fn other_clients(draft: &Draft<'_>) -> Task {
    let count = draft.stack.elasticsearch.len();
    Task {
        id: "other-clients",
        phase: Phase::Afterwards,
        title: "Move all other clients to https".into(),
        why: format!(
            "Port 9200 of {} answers https only from now on. Health probes, Logstash, Beats, agents, scripts \
             and curl jobs need the scheme https, the CA in clients/, and an account{}.",
            if count == 1 { "the node".to_owned() } else { format!("all {count} nodes") },
            if mtls::is_required(draft.answers) {
                "; and each a certificate of its own: name them on the mTLS step, and accounts/ has theirs"
            } else {
                ""
            }
        ),
        actions: Vec::new(),
        check: Check::here("", "no node logs `received plaintext http traffic on an https channel` any more"),
    }
}
