//! The texts that go with the files: the runbook itself and a README for each host.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use super::same_commands;
use crate::plan::{Content, FileSpec, Place, Text, check_text};
use crate::steps::{Draft, https, overview};
use crate::values::{HostName, RelPath};

pub fn draft(draft: &mut Draft<'_>) {
    let ca = https::ca(draft).map(|id| id.to_string()).unwrap_or_default();
    let runbook = Text::new(include_str!("../../../assets/runbook.md"))
        .with("cluster", draft.stack.cluster.clone())
        .with("version", draft.stack.version.to_string())
        .with("hosts", hosts_of(draft).to_string())
        .with("request", if has_requests(draft) { "yes" } else { "" })
        .with("kibana", if draft.stack.kibana.is_empty() { "" } else { "yes" })
        .with("calls", if draft.plan.calls.is_empty() { "" } else { "yes" })
        .with("ca", ca);
    draft.operator_file("README.md", Content::Text(runbook), overview::ID);
    draft.operator_file("receipt.yml", Content::Receipt, overview::ID);
    host_texts(draft);
}

fn has_requests(draft: &Draft<'_>) -> bool {
    draft.plan.files.iter().any(|file| file.path.as_str().starts_with("requests/"))
}

fn hosts_of(draft: &Draft<'_>) -> usize {
    draft.stack.everywhere().map(|node| &node.name).collect::<BTreeSet<_>>().len()
}

/// One README a host, for all products on it. Hosts of one kind and folder share their commands.
fn host_texts(draft: &mut Draft<'_>) {
    let mut places: BTreeMap<HostName, Vec<Arc<Place>>> = BTreeMap::new();
    for node in draft.stack.everywhere() {
        places.entry(node.name.clone()).or_default().push(node.place.clone());
    }
    let mut shared: Vec<(Arc<Place>, Arc<str>)> = Vec::new();
    for (host, places) in places {
        let mut text = Text::new(include_str!("../../../assets/host.md"))
            .with("host", host.as_str())
            .with("cluster", draft.stack.cluster.clone());
        for place in &places {
            let held = shared.iter().find(|(other, _)| same_commands(other, place));
            let held = held.filter(|_| !has_own(draft, place)).map(|(_, steps)| steps.clone());
            let steps = held.unwrap_or_else(|| {
                let steps: Arc<str> = steps_of(draft, place).into();
                if !has_own(draft, place) {
                    shared.push((place.clone(), steps.clone()));
                }
                steps
            });
            text = text.with(place.product.word(), steps);
        }
        let path = format!("hosts/{host}/README.md");
        draft.plan.push_file(FileSpec {
            path: path.parse().unwrap_or_else(|_| RelPath::top("README.md")),
            content: Content::Text(text),
            place: None,
            by: overview::ID,
        });
    }
}

/// Whether something is done on this host that others of its kind have not to do.
fn has_own(draft: &Draft<'_>, place: &Place) -> bool {
    let mut actions = draft.plan.tasks.iter().flat_map(|task| &task.actions);
    actions.any(|action| action.host.as_ref() == Some(&place.host) && action.is_for(place))
}

/// The tasks that are done in this place, with their commands and the checks that are made there.
fn steps_of(draft: &Draft<'_>, place: &Place) -> String {
    let mut out = String::new();
    let mut tasks: Vec<_> = draft.plan.tasks.iter().collect();
    tasks.sort_by_key(|task| task.phase);
    for task in tasks {
        for action in task.actions.iter().filter(|action| action.is_for(place)) {
            let commands = action.commands.join("\n");
            let _ = write!(out, "### {}\n\n{}\n\n```sh\n{commands}\n```\n\n", task.title, task.why);
            if task.check.there {
                out.push_str(&check_text(&task.check).replacen("On each of them, it", "It", 1));
            }
        }
    }
    out
}
