//! The runbook: what the operator does with the folders, in order, with the commands of each install
//! kind and the check that shows that it worked. A new cluster and one that runs without TLS take the
//! same road.

mod accounts;
mod awaited;
mod cluster;
mod elasticsearch;
mod kibana;
mod metricbeat;
mod texts;

use std::fmt::Write;
use std::sync::Arc;

use super::stack::Node;
use super::{Draft, beats, secrets};
use crate::plan::{Action, CONTAINER_FOLDER, Check, InstallKind, Phase, Place, Product, Task};

pub fn draft(draft: &mut Draft<'_>) {
    if draft.stack.elasticsearch.is_empty() {
        return;
    }
    awaited::draft(draft);
    draft.plan.tasks.push(copy(draft));
    elasticsearch::draft(draft);
    if !draft.stack.kibana.is_empty() {
        kibana::draft(draft);
    }
    draft.plan.tasks.push(cluster::other_clients(draft));
    accounts::draft(draft);
    if !draft.stack.metricbeat.is_empty() {
        metricbeat::draft(draft);
    }
    draft.plan.tasks.push(tidy(draft));
    texts::draft(draft);
}

fn copy(draft: &Draft<'_>) -> Task {
    let commands = vec![
        "# as root by ssh; where your hosts want another user, copy in your own way and become root there"
            .to_owned(),
        over_hosts(
            draft,
            "ssh \"root@$host\" rm -rf \"stackseal-$host\" && scp -rq \"hosts/$host\" \"root@$host:stackseal-$host\"",
        ),
    ];
    Task {
        id: "copy",
        phase: Phase::Copy,
        title: "Copy each folder under hosts/ to its host".into(),
        why: "Each host gets its own folder and nothing else; authorities/ and accounts/ stay here.".into(),
        actions: vec![Action::here(commands)],
        check: Check::here(
            over_hosts(draft, "ssh \"root@$host\" ls \"stackseal-$host/README.md\""),
            "each host shows its README.md",
        ),
    }
}

fn tidy(draft: &Draft<'_>) -> Task {
    Task {
        id: "tidy",
        phase: Phase::Afterwards,
        title: "Delete the copies, and take this folder offline".into(),
        why: "The copied folders hold passwords that now lie in the products' own stores. This folder signs \
              what the whole stack believes, and holds every password: keep all of it offline. It is needed \
              again to add a host or to renew, and gives back authorities and passwords then."
            .into(),
        actions: vec![Action::here(vec![over_hosts(draft, "ssh \"root@$host\" rm -rf \"stackseal-$host\"")])],
        check: Check::here(
            over_hosts(draft, "ssh \"root@$host\" ls -d \"stackseal-$host\""),
            "no host has it any more: each says that there is no such file",
        ),
    }
}

/// A loop over the hosts' folders: `$host` in the command is the name.
fn over_hosts(draft: &Draft<'_>, command: &str) -> String {
    let mut names: Vec<&str> = draft.stack.everywhere().map(|node| node.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() <= 8 {
        over_names(&names, command)
    } else {
        format!("for host in $(ls hosts); do {command}; done")
    }
}

fn over_names(names: &[&str], command: &str) -> String {
    format!("for host in {}; do {command}; done", names.join(" "))
}

/// One action for each install kind and config folder among `nodes`.
fn actions(nodes: &[Arc<Node>], commands: impl Fn(&Place) -> Vec<String>) -> Vec<Action> {
    let mut groups: Vec<(&Place, Vec<&Node>)> = Vec::new();
    for node in nodes {
        match groups.iter_mut().find(|(place, _)| same_commands(place, &node.place)) {
            Some((_, members)) => members.push(node),
            None => groups.push((&node.place, vec![node])),
        }
    }
    groups
        .into_iter()
        .map(|(place, members)| Action {
            product: Some(place.product),
            kind: Some(place.kind),
            folder: place.folder.clone(),
            hosts: some_names(&members),
            host: None,
            commands: commands(place).into_iter().filter(|command| !command.is_empty()).collect(),
        })
        .collect()
}

fn same_commands(one: &Place, other: &Place) -> bool {
    one.product == other.product && one.kind == other.kind && one.folder == other.folder
}

fn some_names(nodes: &[&Node]) -> String {
    match nodes {
        [first, second, .., last] if nodes.len() > 6 => {
            format!("{}, {} … {} ({} hosts)", first.name, second.name, last.name, nodes.len())
        }
        _ => nodes.iter().map(|node| node.name.as_str()).collect::<Vec<_>>().join(", "),
    }
}

/// Where an archive was unpacked: its config folder ends in `/config`, or an issue says so; Metricbeat's
/// is the same folder.
fn home(place: &Place) -> &str {
    place.folder.strip_suffix("/config").unwrap_or(&place.folder)
}

/// The user that an archive runs as, for commands that root gives.
fn archive_user(place: &Place) -> String {
    format!("user=$(stat -c %U {})   # the user that {} runs as", home(place), place.product)
}

/// A container image of the chosen line; the patch level is the operator's.
fn image(draft: &Draft<'_>, product: &str) -> String {
    let group = if product == "metricbeat" { "beats" } else { product };
    format!("image=docker.elastic.co/{group}/{product}:{0}.0   # your release of {0}", draft.stack.version)
}

/// Starts a container with these files of the config folder mounted one by one, so that the image's own
/// files stay.
fn run_container(draft: &Draft<'_>, place: &Place, names: &[&str], options: &str) -> Vec<String> {
    let word = place.product.word();
    let mut command = format!("docker run -d --name {word} --restart unless-stopped {options} \\\n");
    for name in names {
        // :Z gives the file SELinux's label for containers, and means nothing elsewhere.
        let _ =
            writeln!(command, "  -v {CONTAINER_FOLDER}/{word}/config/{name}:{}/{name}:Z \\", place.folder);
    }
    command.push_str("  \"$image\"");
    vec![image(draft, word), format!("docker rm -f {word} 2>/dev/null || true"), command]
}

/// Brings the files by the script that lies with them: as root, and for an archive as the user that it runs
/// as, who cannot read what was copied. Metricbeat's archive is its config folder, whose owner gets the files.
fn install(draft: &Draft<'_>, place: &Place) -> Vec<String> {
    let word = place.product.word();
    let script = format!("sh install.sh {word}   # --dry-run says what it would do, --undo puts all back");
    match place.kind {
        InstallKind::Container if !needs_tool(draft, place.product) => vec![script],
        InstallKind::Archive if place.product != Product::Metricbeat => vec![
            archive_user(place),
            format!(
                "tar -cf - install.sh {word}/config | runuser -u \"$user\" -- sh -c 'd=$(mktemp -d) && trap \"rm -rf $d\" EXIT && cd \"$d\" && tar -xf - && sh install.sh {word}'"
            ),
            format!("# and back: (cd / && runuser -u \"$user\" -- sh -s -- --undo {word}) < install.sh"),
        ],
        InstallKind::Archive | InstallKind::Package => vec![script],
        InstallKind::Container => vec![
            script,
            // The tool inside the image stores what lies there.
            format!(
                "[ ! -d {word}/secure-settings ] || {{ rm -rf {CONTAINER_FOLDER}/{word}/secure-settings && cp -R {word}/secure-settings {CONTAINER_FOLDER}/{word}/; }}"
            ),
        ],
    }
}

/// Whether the product's own tool has to store something on its hosts.
fn needs_tool(draft: &Draft<'_>, product: Product) -> bool {
    // API keys are made by a call, so that no store can hold them before.
    let late = product == Product::Metricbeat && draft.answers.beats.credential == beats::Credential::ApiKey;
    late || !secrets::has_store(draft.answers, product)
}

/// Stores secure settings by the tool inside the image, in a script file, since the commands have quotes
/// of both kinds.
fn store_in_container(draft: &Draft<'_>, product: Product, create: &str, add: &str) -> Vec<String> {
    let word = product.word();
    vec![
        image(draft, word),
        format!("cd {CONTAINER_FOLDER}/{word}"),
        "cat > store.sh <<'END'".into(),
        format!("cd /usr/share/{word} && {create}"),
        add.to_owned(),
        format!("cp config/{word}.keystore /in/config/"),
        "END".into(),
        format!("docker run --rm -u 0 -v \"$PWD:/in:Z\" --entrypoint bash \"$image\" /in/store.sh"),
        format!("chown 1000:0 config/{word}.keystore && chmod 660 config/{word}.keystore"),
        "rm -rf secure-settings store.sh; cd -".into(),
    ]
}

fn stop_command(place: &Place) -> String {
    let word = place.product.word();
    match place.kind {
        InstallKind::Archive => format!(
            "[ ! -f {0}/{word}.pid ] || kill \"$(cat {0}/{word}.pid)\"   # or as you started it",
            home(place)
        ),
        InstallKind::Container => format!("docker stop {word} 2>/dev/null || true"),
        InstallKind::Package => format!("systemctl stop {word}.service"),
    }
}
