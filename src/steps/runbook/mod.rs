//! The runbook: what the operator does with the folders, in order, with the commands of each install
//! kind and the check that shows that it worked. A new cluster and one that runs without TLS take the
//! same road.

mod elasticsearch;
mod kibana;
mod texts;

use std::fmt::Write;
use std::sync::Arc;

use super::stack::Node;
use super::{Draft, https};
use crate::plan::{Action, Check, InstallKind, Phase, Place, Product, Task};

/// Where a container's files live on its host. Not the copied folder, which is deleted in the end.
const CONTAINER_FOLDER: &str = "/srv/stackseal";

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
        draft.plan.tasks.push(signed_certificates(draft));
    }
    if draft.answers.kibana_client.monitoring && !draft.stack.kibana.is_empty() {
        let hosts = draft.stack.kibana.iter().map(|node| {
            let folder = format!("hosts/{}/kibana/config/certs", node.name);
            format!("mkdir -p {folder} && cp monitoring-ca.pem {folder}/monitoring-ca.pem")
        });
        draft.plan.tasks.push(Task {
            id: "monitoring-ca",
            phase: Phase::Await,
            title: "Place the CA of the monitoring cluster".into(),
            why: "Kibana checks the monitoring cluster by it. Ask whoever runs that cluster for the \
                  certificate of its HTTP CA, in PEM."
                .into(),
            actions: vec![Action::here(hosts.collect())],
            check: Check::here(
                "openssl x509 -noout -subject -enddate -in monitoring-ca.pem",
                "it names the CA of the monitoring cluster and an end in the future",
            ),
        });
    }
}

fn signed_certificates(draft: &Draft<'_>) -> Task {
    let mut commands: Vec<String> = Vec::new();
    let shared = !draft.answers.https.certificate_per_node;
    if let Some(node) = draft.stack.elasticsearch.first().filter(|_| !shared) {
        commands.push(format!(
            "# requests/*.csr go to your CA. What comes back for {} goes here, the",
            node.name
        ));
        commands.push("# certificate first and the intermediates behind it, and so for each host:".into());
        commands.push(format!("cp signed-{0}.crt hosts/{0}/elasticsearch/config/certs/http.crt", node.name));
    }
    if shared {
        commands
            .push("# The file in requests/ goes to your CA. What comes back goes to every host, the".into());
        commands.push("# certificate first and the intermediates behind it:".into());
        commands.push(
            "for certs in hosts/*/elasticsearch/config/certs; do cp signed.crt \"$certs/http.crt\"; done"
                .into(),
        );
    }
    commands.push("# The root certificate of that CA, for all clients:".into());
    commands.push("cp ca.pem clients/elasticsearch-ca.pem".into());
    if let Some(node) = draft.stack.kibana.first() {
        commands.push("# and for each Kibana host:".into());
        commands.push(format!("mkdir -p hosts/{}/kibana/config/certs", node.name));
        commands.push(format!("cp ca.pem hosts/{}/kibana/config/certs/elasticsearch-ca.pem", node.name));
    }
    Task {
        id: "signed-certificates",
        phase: Phase::Await,
        title: "Have the requests signed, and place the certificates".into(),
        why:
            "The configuration is complete for the signed state: nothing starts before the certificates are \
              there, and nothing ever starts without TLS. Ask for server authentication and for all names in \
              the request."
                .into(),
        actions: vec![Action::here(commands)],
        check: Check::here(
            "for d in hosts/*/elasticsearch/config/certs; do openssl x509 -in \"$d/http.crt\" -noout -subject -enddate -ext subjectAltName; done",
            "every host shows an end in the future, and its names among those of its certificate",
        ),
    }
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
    let mut names: Vec<&str> =
        draft.stack.elasticsearch.iter().chain(&draft.stack.kibana).map(|node| node.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let list = if names.len() <= 8 { names.join(" ") } else { "$(ls hosts)".to_owned() };
    format!("for host in {list}; do {command}; done")
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

/// Where an archive was unpacked: its config folder ends in `/config`, or an issue says so.
fn home(place: &Place) -> &str {
    place.folder.strip_suffix("/config").unwrap_or(&place.folder)
}

/// The user that an archive runs as, for commands that root gives.
fn archive_user(place: &Place) -> String {
    format!("user=$(stat -c %U {})   # the user that {} runs as", home(place), place.product)
}

/// A container image of the chosen line; the patch level is the operator's.
fn image(draft: &Draft<'_>, product: &str) -> String {
    format!("image=docker.elastic.co/{product}/{product}:{0}.0   # your release of {0}", draft.stack.version)
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

/// Takes a container's files to where they stay.
fn place_container(product: Product) -> Vec<String> {
    let word = product.word();
    vec![
        format!("mkdir -p {CONTAINER_FOLDER} && rm -rf {CONTAINER_FOLDER}/{word}.before"),
        format!(
            "[ ! -d {CONTAINER_FOLDER}/{word} ] || mv {CONTAINER_FOLDER}/{word} {CONTAINER_FOLDER}/{word}.before"
        ),
        format!("cp -R {word} {CONTAINER_FOLDER}/{word}"),
        format!(
            "chown -R 1000:0 {CONTAINER_FOLDER}/{word} && chmod -R u=rwX,g=rX,o= {CONTAINER_FOLDER}/{word}"
        ),
    ]
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
        "rm -r secure-settings store.sh && cd -".into(),
    ]
}

/// Whether nodes get `service_tokens`.
fn has_tokens(draft: &Draft<'_>) -> bool {
    use super::kibana_client::Credential;
    draft.answers.kibana_client.credential == Credential::ServiceToken && !draft.stack.kibana.is_empty()
}

fn stop_command(place: &Place) -> String {
    let word = place.product.word();
    match (place.kind, place.product) {
        (InstallKind::Archive, Product::Elasticsearch) => {
            format!(
                "[ ! -f {0}/elasticsearch.pid ] || kill \"$(cat {0}/elasticsearch.pid)\"   # or as you started it",
                home(place)
            )
        }
        (InstallKind::Archive, Product::Kibana) => {
            format!(
                "[ ! -f {0}/kibana.pid ] || kill \"$(cat {0}/kibana.pid)\"   # or as you started it",
                home(place)
            )
        }
        (InstallKind::Container, _) => format!("docker stop {word} 2>/dev/null || true"),
        (InstallKind::Package, _) => format!("systemctl stop {word}.service"),
    }
}
