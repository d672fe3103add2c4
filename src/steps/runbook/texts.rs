//! The texts that go with the files: the runbook itself and a README for each host.

use std::fmt::Write;
use std::sync::Arc;

use super::host_names;
use crate::plan::{Content, FileSpec, Product, Text};
use crate::steps::stack::Node;
use crate::steps::{Draft, https, overview};
use crate::values::RelPath;

pub fn draft(draft: &mut Draft<'_>) {
    let ca = https::ca(draft).map(|id| id.to_string()).unwrap_or_default();
    let runbook = Text::new(include_str!("../../../assets/runbook.md"))
        .with("cluster", draft.stack.cluster.clone())
        .with("version", draft.stack.version.to_string())
        .with("hosts", host_names(draft).len().to_string())
        .with("request", if ca.is_empty() { "yes" } else { "" })
        .with("kibana", if draft.stack.kibana.is_empty() { "" } else { "yes" })
        .with("ca", ca);
    draft.operator_file("README.md", Content::Text(runbook), overview::ID);
    draft.operator_file("receipt.yml", Content::Receipt, overview::ID);
    host_texts(draft);
}

/// One README a host, for all products on it.
fn host_texts(draft: &mut Draft<'_>) {
    let shared: Vec<(Product, Arc<str>)> = [Product::Elasticsearch, Product::Kibana]
        .into_iter()
        .map(|product| (product, Arc::from(steps_of(draft, product))))
        .collect();
    let mut hosts: Vec<(Node, Vec<Product>)> =
        draft.stack.elasticsearch.iter().map(|node| (node.clone(), vec![Product::Elasticsearch])).collect();
    for node in &draft.stack.kibana {
        match hosts.iter_mut().find(|(held, _)| held.name == node.name) {
            Some((_, products)) => products.push(Product::Kibana),
            None => hosts.push((node.clone(), vec![Product::Kibana])),
        }
    }
    for (node, products) in hosts {
        let mut text = Text::new(include_str!("../../../assets/host.md"))
            .with("host", node.name.as_str())
            .with("cluster", draft.stack.cluster.clone());
        for (product, steps) in shared.iter().filter(|(product, _)| products.contains(product)) {
            text = text.with(product.word(), steps.clone());
        }
        let path = format!("hosts/{}/README.md", node.name);
        draft.plan.push_file(FileSpec {
            path: path.parse().unwrap_or_else(|_| RelPath::top("README.md")),
            content: Content::Text(text),
            place: None,
            by: overview::ID,
        });
    }
}

/// The tasks that are done on a host of this product, with their commands.
fn steps_of(draft: &Draft<'_>, product: Product) -> String {
    let mut out = String::new();
    let mut tasks: Vec<_> = draft.plan.tasks.iter().collect();
    tasks.sort_by_key(|task| task.phase);
    for task in tasks {
        let actions = task.actions.iter().filter(|action| action.product == Some(product));
        let mut actions = actions.peekable();
        if actions.peek().is_none() {
            continue;
        }
        let _ = write!(out, "### {}\n\n{}\n\n", task.title, task.why);
        for action in actions {
            let kind = action.kind.map(|kind| kind.to_string()).unwrap_or_default();
            let _ =
                write!(out, "{} ({kind}):\n\n```sh\n{}\n```\n\n", action.hosts, action.commands.join("\n"));
        }
        if let Some(check) = task.check.as_ref().filter(|check| !check.command.is_empty()) {
            let _ = write!(out, "It worked when {}:\n\n```sh\n{}\n```\n\n", check.expect, check.command);
        }
    }
    out
}
