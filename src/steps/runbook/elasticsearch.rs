//! Tasks on Elasticsearch hosts: before the first start, stopping, placing, storing, starting.

use super::accounts::has_tokens;
use super::cluster;
use super::{
    CONTAINER_FOLDER, actions, archive_user, home, install, needs_tool, run_container, stop_command,
    store_in_container,
};
use crate::plan::{Check, InstallKind, Phase, Place, Product, Task};
use crate::steps::{Draft, accounts as file_accounts, browser, mtls, overview, secrets};

/// Feeds every secure setting by standard input, so that no value reaches a process list or history.
const ADD: &str = "for file in elasticsearch/secure-settings/*; do $keystore add --stdin --force \"${file##*/}\" < \"$file\"; done";
/// What auto-configuration may have left; its passwords would keep a node with other stores from starting.
const REMOVE: &str = "for name in $($keystore list | grep -E '^(autoconfiguration\\.|xpack\\.security\\.(transport|http)\\.ssl\\.)'); do $keystore remove \"$name\"; done";

pub fn draft(draft: &mut Draft<'_>) {
    let always = [prerequisites(draft), stop(draft), place(draft), start(draft)];
    let secure = needs_tool(draft, Product::Elasticsearch).then(|| secure(draft));
    let sometimes = [secure, cluster::allocation(draft), cluster::locked_names(draft)];
    draft.plan.tasks.extend(always.into_iter().chain(sometimes.into_iter().flatten()));
}

fn prerequisites(draft: &Draft<'_>) -> Task {
    let mut all = actions(&draft.stack.elasticsearch, |place| {
        let mut commands = vec![
            "sysctl vm.max_map_count       # 262144 or more, else: sysctl -w vm.max_map_count=262144, and in /etc/sysctl.d".to_owned(),
            "timedatectl show -p NTPSynchronized   # yes: certificates need the right time".to_owned(),
            "ss -Hltnp '( sport = :9200 or sport = :9300 )'   # nothing, or the Elasticsearch that is stopped below".to_owned(),
        ];
        match place.kind {
            InstallKind::Package => {
                commands.push("systemctl show elasticsearch -p LimitNOFILE   # 65535 or more".into());
                commands.push("ls /var/lib/elasticsearch   # empty on a new cluster".into());
            }
            InstallKind::Archive => {
                commands.push(archive_user(place));
                commands.push("runuser -u \"$user\" -- sh -c 'ulimit -n'   # 65535 or more".into());
                commands.push(format!("ls {}/data   # empty or absent on a new cluster", home(place)));
            }
            InstallKind::Container => {
                commands.push("docker run --rm busybox sh -c 'ulimit -n'   # 65535 or more".into());
            }
        }
        commands
    });
    let port = browser::port(draft.answers);
    all.extend(actions(&draft.stack.kibana, |_| {
        vec![
            "timedatectl show -p NTPSynchronized   # yes".to_owned(),
            format!("ss -Hltnp 'sport = :{port}'   # nothing, or the Kibana that is stopped below"),
        ]
    }));
    all.extend(actions(&draft.stack.metricbeat, |_| {
        vec!["timedatectl show -p NTPSynchronized   # yes".to_owned()]
    }));
    Task {
        id: "prerequisites",
        phase: Phase::Prepare,
        title: "Check what stops a first start".into(),
        why: "On a real address Elasticsearch enforces its start-up checks: too few memory maps or open \
              files, a port in use or data of another cluster end the start; a wrong clock makes valid \
              certificates look invalid. Ports 9200 and 9300, and Kibana's, must be open between the hosts that need \
              them."
            .into(),
        actions: all,
        check: Check::there("", "each command shows what stands behind it"),
    }
}

fn stop(draft: &Draft<'_>) -> Task {
    let mut all = actions(&draft.stack.metricbeat, |place| vec![stop_command(place)]);
    all.extend(actions(&draft.stack.kibana, |place| vec![stop_command(place)]));
    all.extend(actions(&draft.stack.elasticsearch, |place| {
        vec![
            "# where this cluster already runs without TLS, on one node first; nothing answers on a new one".into(),
            "curl -s -XPUT localhost:9200/_cluster/settings -H 'Content-Type: application/json' -d '{\"persistent\":{\"cluster.routing.allocation.enable\":\"primaries\"}}'; curl -s -XPOST localhost:9200/_flush".into(),
            stop_command(place),
        ]
    }));
    Task {
        id: "stop",
        phase: Phase::StopAll,
        title: format!("Stop {} on every host", stopped(draft)),
        why: "Nodes with transport TLS cannot talk to nodes without, so this is a full restart. On a new \
              cluster nothing runs yet, but a package may have started by itself."
            .into(),
        actions: all,
        check: Check::there(
            format!(
                "ss -Hltn '( sport = :9200 or sport = :9300 or sport = :{} )'",
                browser::port(draft.answers)
            ),
            "it prints nothing",
        ),
    }
}

/// What runs on the hosts, in the order in which it is stopped.
fn stopped(draft: &Draft<'_>) -> &'static str {
    match (draft.stack.metricbeat.is_empty(), draft.stack.kibana.is_empty()) {
        (true, true) => "Elasticsearch",
        (true, false) => "Kibana and Elasticsearch",
        (false, true) => "Metricbeat and Elasticsearch",
        (false, false) => "Metricbeat, Kibana and Elasticsearch",
    }
}

fn place(draft: &Draft<'_>) -> Task {
    let actions = actions(&draft.stack.elasticsearch, |place| install(draft, place));
    Task {
        id: "place-elasticsearch",
        phase: Phase::Place,
        title: "Put Elasticsearch's files into place".into(),
        why: "Elasticsearch opens certificates only below its config folder, and only if its own user may \
              read them. What install.sh replaces stays in .stackseal-backup beside it."
            .into(),
        check: Check::there(
            format!(
                "ls -l {}",
                listed(draft.stack.elasticsearch.first().map(|node| &*node.place), "elasticsearch")
            ),
            "each file is there, and its owner or group is the one that the product runs as",
        ),
        actions,
    }
}

/// The folder of certificates to look at, on the kind of host that comes first.
pub fn listed(place: Option<&Place>, word: &str) -> String {
    match place {
        Some(place) if place.kind == InstallKind::Container => {
            format!("{CONTAINER_FOLDER}/{word}/config/certs")
        }
        Some(place) => format!("{}/certs", place.folder),
        None => String::new(),
    }
}

fn secure(draft: &Draft<'_>) -> Task {
    let actions = actions(&draft.stack.elasticsearch, |place| {
        let folder = &place.folder;
        let create = format!("[ -f {folder}/elasticsearch.keystore ] || $keystore create");
        match place.kind {
            InstallKind::Package => vec![
                "keystore=/usr/share/elasticsearch/bin/elasticsearch-keystore".into(),
                create,
                REMOVE.into(),
                ADD.into(),
                format!(
                    "chown root:elasticsearch {folder}/elasticsearch.keystore && chmod 660 {folder}/elasticsearch.keystore"
                ),
                "$keystore list   # keystore.seed, and each name of elasticsearch/secure-settings".into(),
            ],
            InstallKind::Archive => vec![
                archive_user(place),
                format!(
                    "keystore=\"runuser -u $user -- env ES_PATH_CONF={folder} {}/bin/elasticsearch-keystore\"",
                    home(place)
                ),
                create,
                REMOVE.into(),
                ADD.into(),
                "$keystore list   # keystore.seed, and each name of elasticsearch/secure-settings".into(),
            ],
            InstallKind::Container => store_in_container(
                draft,
                Product::Elasticsearch,
                "bin/elasticsearch-keystore create",
                "for file in /in/secure-settings/*; do bin/elasticsearch-keystore add --stdin --force \"${file##*/}\" < \"$file\"; done; bin/elasticsearch-keystore list",
            ),
        }
    });
    Task {
        id: "secure-elasticsearch",
        phase: Phase::Secure,
        title: "Store Elasticsearch's passwords in its keystore".into(),
        why: "The passwords of the certificate stores, and the first password of `elastic`, never stand in \
              elasticsearch.yml. They are read from files, so that they reach no process list or shell history."
            .into(),
        actions,
        check: Check::there("", "the last command lists keystore.seed and each name of elasticsearch/secure-settings"),
    }
}

fn start(draft: &Draft<'_>) -> Task {
    let mut files = vec!["elasticsearch.yml", "elasticsearch.keystore", "certs"];
    files.extend(has_tokens(draft).then_some("service_tokens"));
    files.extend(mtls::has_mapping_file(draft.answers).then_some("role_mapping.yml"));
    files.extend(file_accounts::files(draft));
    let actions = actions(&draft.stack.elasticsearch, |place| start_commands(draft, place, &files));
    let count = draft.stack.elasticsearch.len();
    Task {
        id: "start-elasticsearch",
        phase: Phase::StartElasticsearch,
        title: "Start Elasticsearch on every host, master-eligible hosts first".into(),
        why: "All within a few minutes: the first nodes wait for each other before they elect a master. Log-ins \
              may be refused in the first minute. Where a node had data before, elastic keeps the password it \
              had; elasticsearch-reset-password -u elastic sets another."
            .into(),
        actions,
        check: Check::here(
            format!(
                "{} '{}/_cat/nodes?h=name,master'   # asks for the password in accounts/elastic.password",
                curl(draft),
                url(draft)
            ),
            if count == 1 {
                "it names the node".into()
            } else {
                format!("it names {count} nodes, one of them with *")
            },
        ),
    }
}

/// Where the store has a password, the start gets it from a file of the copied folder.
fn start_commands(draft: &Draft<'_>, place: &Place, files: &[&str]) -> Vec<String> {
    let locked = secrets::has_store_password(draft.answers);
    match place.kind {
        InstallKind::Package if locked => [
            "install -o root -g elasticsearch -m 640 elasticsearch/keystore.password /run/elasticsearch-keystore.password",
            "systemctl set-environment ES_KEYSTORE_PASSPHRASE_FILE=/run/elasticsearch-keystore.password",
            "systemctl daemon-reload && systemctl enable --now elasticsearch.service",
            "rm /run/elasticsearch-keystore.password   # each later start needs these lines again",
        ]
        .map(str::to_owned)
        .into(),
        InstallKind::Package => {
            vec!["systemctl daemon-reload && systemctl enable --now elasticsearch.service".into()]
        }
        InstallKind::Archive => {
            let from = if locked { " < elasticsearch/keystore.password" } else { "" };
            vec![
                archive_user(place),
                format!(
                    "runuser -u \"$user\" -- {0}/bin/elasticsearch -d -p {0}/elasticsearch.pid{from}",
                    home(place)
                ),
            ]
        }
        InstallKind::Container => {
            let options = "-p 9200:9200 -p 9300:9300 -v elasticsearch-data:/usr/share/elasticsearch/data";
            if !locked {
                return run_container(draft, place, files, options);
            }
            let file = "/srv/stackseal/elasticsearch/keystore.password";
            let inside = "/usr/share/elasticsearch/config/keystore.password";
            let options = format!("{options} -v {file}:{inside}:Z -e KEYSTORE_PASSWORD_FILE={inside}");
            let mut commands = vec![format!("chown 1000:0 {file} && chmod 600 {file}")];
            commands.extend(run_container(draft, place, files, &options));
            commands
        }
    }
}

/// curl as `elastic`, with the CA for clients; the password is typed.
pub fn curl(draft: &Draft<'_>) -> String {
    let certificate = if mtls::operator_has_one(draft) {
        format!(" --cert accounts/{0}.crt --key accounts/{0}.key", overview::OPERATOR)
    } else {
        String::new()
    };
    format!("curl --cacert clients/elasticsearch-ca.pem{certificate} -u elastic")
}

/// The first node, as clients reach it.
pub fn url(draft: &Draft<'_>) -> String {
    let host = draft.stack.elasticsearch.first().map(|node| node.url_host().to_string());
    format!("https://{}:9200", host.unwrap_or_default())
}
