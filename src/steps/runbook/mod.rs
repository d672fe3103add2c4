//! The runbook: what the operator does with the folders, in order, with the commands of each install
//! kind. A new cluster and one that runs without TLS take the same road.

mod elasticsearch;
mod kibana;
mod texts;

use super::stack::Node;
use super::{Draft, https};
use crate::plan::{Action, Check, InstallKind, Phase, Place, Task};

pub fn draft(draft: &mut Draft<'_>) {
    if draft.stack.elasticsearch.is_empty() {
        return;
    }
    await_outsiders(draft);
    draft.plan.tasks.push(copy(draft));
    elasticsearch::draft(draft);
    if !draft.stack.kibana.is_empty() {
        kibana::draft(draft);
    }
    draft.plan.tasks.push(tidy(draft));
    texts::draft(draft);
}

/// What somebody else has to hand over before anything starts.
fn await_outsiders(draft: &mut Draft<'_>) {
    if https::ca(draft).is_none() {
        let mut commands: Vec<String> = Vec::new();
        if let Some(node) = draft.stack.elasticsearch.first() {
            commands.push(format!(
                "# requests/*.csr go to your CA. What comes back for {} goes here, the",
                node.name
            ));
            commands
                .push("# certificate first and the intermediates behind it, and so for each host:".into());
            commands.push(format!(
                "cp signed-{}.crt hosts/{}/elasticsearch/config/certs/http.crt",
                node.name, node.name
            ));
        }
        commands.push("# The root certificate of that CA, for all clients:".into());
        commands.push("cp ca.pem clients/elasticsearch-ca.pem".into());
        if let Some(node) = draft.stack.kibana.first() {
            commands.push("# and for each Kibana host:".into());
            commands.push(format!("mkdir -p hosts/{}/kibana/config/certs", node.name));
            commands.push(format!("cp ca.pem hosts/{}/kibana/config/certs/elasticsearch-ca.pem", node.name));
        }
        draft.plan.tasks.push(Task {
            id: "signed-certificates",
            phase: Phase::Await,
            title: "Have the requests signed, and place the certificates".into(),
            why: "The configuration is complete for the signed state: nothing starts before the certificates \
                  are there, and nothing ever starts without TLS. Ask for server authentication and for all \
                  names in the request."
                .into(),
            actions: vec![Action::here(commands)],
            check: Some(Check {
                command: "for d in hosts/*/elasticsearch/config/certs; do openssl x509 -in $d/http.crt -noout -subject -enddate -ext subjectAltName; done".into(),
                expect: "every host shows its own subject, an end in the future and its names".into(),
            }),
        });
    }
    if draft.answers.kibana_client.monitoring && !draft.stack.kibana.is_empty() {
        let hosts = draft.stack.kibana.iter().map(|node| {
            format!("mkdir -p hosts/{0}/kibana/config/certs && cp monitoring-ca.pem hosts/{0}/kibana/config/certs/monitoring-ca.pem", node.name)
        });
        draft.plan.tasks.push(Task {
            id: "monitoring-ca",
            phase: Phase::Await,
            title: "Place the CA of the monitoring cluster".into(),
            why: "Kibana checks the monitoring cluster by it. Ask whoever runs that cluster for the \
                  certificate of its HTTP CA, in PEM."
                .into(),
            actions: vec![Action::here(hosts.collect())],
            check: None,
        });
    }
}

fn copy(draft: &Draft<'_>) -> Task {
    let hosts = host_names(draft);
    let list = if hosts.len() <= 8 { hosts.join(" ") } else { "$(ls hosts)".to_owned() };
    Task {
        id: "copy",
        phase: Phase::Copy,
        title: "Copy each folder under hosts/ to its host".into(),
        why: "Each host gets its own folder and nothing else; authorities/ and accounts/ stay here.".into(),
        actions: vec![Action::here(vec![format!(
            "for host in {list}; do scp -rq \"hosts/$host\" \"root@$host:stackseal-$host\"; done"
        )])],
        check: Some(Check {
            command: String::new(),
            expect: "each host has its README.md in ~/stackseal-<host>".into(),
        }),
    }
}

fn tidy(draft: &Draft<'_>) -> Task {
    let hosts = host_names(draft);
    let list = if hosts.len() <= 8 { hosts.join(" ") } else { "$(ls hosts)".to_owned() };
    Task {
        id: "tidy",
        phase: Phase::Afterwards,
        title: "Move the authorities away, and delete the copies".into(),
        why: "authorities/ signs what the whole stack believes: keep it offline, it is needed again to add \
              a host or to renew. The copied folders hold passwords that now lie in the products' own stores."
            .into(),
        actions: vec![Action::here(vec![
            format!("for host in {list}; do ssh \"root@$host\" rm -rf \"stackseal-$host\"; done"),
            "# move authorities/ to a place that is not on the network".into(),
        ])],
        check: None,
    }
}

fn host_names(draft: &Draft<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for node in draft.stack.elasticsearch.iter().chain(&draft.stack.kibana) {
        let name = node.name.to_string();
        if names.last() != Some(&name) {
            names.push(name);
        }
    }
    names.sort();
    names.dedup();
    names
}

/// One action for each install kind and config folder among `nodes`.
fn actions(nodes: &[Node], commands: impl Fn(&Place) -> Vec<String>) -> Vec<Action> {
    let mut groups: Vec<(&Place, Vec<&Node>)> = Vec::new();
    for node in nodes {
        let same = |place: &Place| place.kind == node.place.kind && place.folder == node.place.folder;
        match groups.iter_mut().find(|(place, _)| same(place)) {
            Some((_, members)) => members.push(node),
            None => groups.push((&node.place, vec![node])),
        }
    }
    groups
        .into_iter()
        .map(|(place, members)| Action {
            product: Some(place.product),
            kind: Some(place.kind),
            hosts: some_names(&members),
            commands: commands(place),
        })
        .collect()
}

fn some_names(nodes: &[&Node]) -> String {
    match nodes {
        [first, .., last] if nodes.len() > 6 => {
            format!("{} to {} ({} hosts)", first.name, last.name, nodes.len())
        }
        _ => nodes.iter().map(|node| node.name.as_str()).collect::<Vec<_>>().join(", "),
    }
}

/// The product's home: where `bin/` lies.
fn home(place: &Place) -> String {
    match place.kind {
        InstallKind::Archive => place
            .folder
            .rsplit_once('/')
            .map_or_else(|| place.folder.to_string(), |(home, _)| home.to_owned()),
        InstallKind::Container | InstallKind::Package => format!("/usr/share/{}", place.product.word()),
    }
}

/// A container image of the chosen line; the patch level is the operator's.
fn image(draft: &Draft<'_>, product: &str) -> String {
    format!("image=docker.elastic.co/{product}/{product}:{0}.0   # your release of {0}", draft.stack.version)
}
