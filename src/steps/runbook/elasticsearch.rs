//! Tasks on Elasticsearch hosts: before the first start, stopping, placing, storing, starting.

use std::fmt::Write;

use super::{actions, home, image};
use crate::plan::{Action, Check, InstallKind, Phase, Place, Task};
use crate::steps::Draft;
use crate::steps::kibana_client::Credential;

pub fn draft(draft: &mut Draft<'_>) {
    let always = [prerequisites(draft), stop(draft), place(draft), secure(draft)];
    let sometimes = [start(draft), locked_names(draft)];
    draft.plan.tasks.extend(always.into_iter().chain(sometimes.into_iter().flatten()));
}

fn prerequisites(draft: &Draft<'_>) -> Task {
    let actions = actions(&draft.stack.elasticsearch, |place| {
        let mut commands = vec![
            "sysctl vm.max_map_count                  # 262144 or more".to_owned(),
            "timedatectl show -p NTPSynchronized      # yes: certificates need the right time".to_owned(),
            "ss -Hltn '( sport = :9200 or sport = :9300 )'   # nothing listens there yet".to_owned(),
        ];
        match place.kind {
            InstallKind::Package => {
                commands.push("ls /var/lib/elasticsearch                # empty on a new cluster".into());
            }
            InstallKind::Archive => {
                commands.push(
                    "ulimit -n                                # 65535 or more for the product's user".into(),
                );
                commands.push(format!("ls {}/data                 # empty on a new cluster", home(place)));
            }
            InstallKind::Container => {
                commands.push("docker info --format '{{.Driver}}'       # Docker answers".into());
            }
        }
        commands
    });
    Task {
        id: "prerequisites",
        phase: Phase::Prepare,
        title: "Check what stops a first start".into(),
        why: "On a real address Elasticsearch enforces its start-up checks: too few memory maps or open \
              files, a port in use or data of another cluster end the start; a wrong clock makes valid \
              certificates look invalid."
            .into(),
        actions,
        check: None,
    }
}

fn stop(draft: &Draft<'_>) -> Task {
    let running = Action::here(vec![
        "# only where this cluster already runs; on any one node:".into(),
        "curl -XPUT localhost:9200/_cluster/settings -H 'Content-Type: application/json' -d '{\"persistent\":{\"cluster.routing.allocation.enable\":\"primaries\"}}'".into(),
        "curl -XPOST localhost:9200/_flush".into(),
    ]);
    let mut all = vec![running];
    all.extend(actions(&draft.stack.kibana, |place| vec![stop_command(place)]));
    all.extend(actions(&draft.stack.elasticsearch, |place| vec![stop_command(place)]));
    Task {
        id: "stop",
        phase: Phase::StopAll,
        title: "Stop Kibana and Elasticsearch on every host".into(),
        why: "Nodes with transport TLS cannot talk to nodes without, so this is a full restart. On a new \
              cluster nothing runs yet, but a package may have started by itself."
            .into(),
        actions: all,
        check: None,
    }
}

fn stop_command(place: &Place) -> String {
    let word = place.product.word();
    match place.kind {
        InstallKind::Archive => format!("pkill -f {}/ || true     # or the way you started it", home(place)),
        InstallKind::Container => format!("docker stop {word} || true"),
        InstallKind::Package => format!("systemctl stop {word}.service"),
    }
}

fn place(draft: &Draft<'_>) -> Task {
    let token =
        draft.answers.kibana_client.credential == Credential::ServiceToken && !draft.stack.kibana.is_empty();
    let actions = actions(&draft.stack.elasticsearch, |place| {
        let folder = &place.folder;
        match place.kind {
            InstallKind::Package => {
                let mut commands = vec![
                    format!("cp -a {folder}/elasticsearch.yml {folder}/elasticsearch.yml.before-stackseal"),
                    format!("rm -f {folder}/certs/http_ca.crt        # left by auto-configuration"),
                    format!("install -d -o root -g elasticsearch -m 2750 {folder}/certs"),
                    format!(
                        "install -o root -g elasticsearch -m 640 elasticsearch/config/certs/* {folder}/certs/"
                    ),
                    format!(
                        "install -o root -g elasticsearch -m 644 elasticsearch/config/elasticsearch.yml {folder}/"
                    ),
                ];
                if token {
                    commands.push(format!("install -o root -g elasticsearch -m 640 elasticsearch/config/service_tokens {folder}/"));
                }
                commands
            }
            InstallKind::Archive => vec![
                "# as the user that runs Elasticsearch".into(),
                format!("cp {folder}/elasticsearch.yml {folder}/elasticsearch.yml.before-stackseal"),
                format!("cp -R elasticsearch/config/. {folder}/"),
                format!("chmod 700 {folder}/certs && chmod 600 {folder}/certs/*"),
            ],
            InstallKind::Container => vec![
                "chown -R 1000:0 elasticsearch/config".into(),
                "chmod 750 elasticsearch/config elasticsearch/config/certs".into(),
                "chmod 640 elasticsearch/config/*.* elasticsearch/config/certs/*".into(),
            ],
        }
    });
    Task {
        id: "place-elasticsearch",
        phase: Phase::Place,
        title: "Put Elasticsearch's files into place".into(),
        why: "Elasticsearch opens certificates only below its config folder, and only if its own user may \
              read them. The old elasticsearch.yml stays beside the new one."
            .into(),
        actions,
        check: None,
    }
}

fn secure(draft: &Draft<'_>) -> Task {
    const ADD: &str = "for file in elasticsearch/secure-settings/*; do $keystore add --stdin --force \"${file##*/}\" < \"$file\"; done";
    let actions = actions(&draft.stack.elasticsearch, |place| {
        let folder = &place.folder;
        match place.kind {
            InstallKind::Package => vec![
                "keystore=/usr/share/elasticsearch/bin/elasticsearch-keystore".into(),
                format!("[ -f {folder}/elasticsearch.keystore ] || $keystore create"),
                "# passwords of auto-configuration would keep the node from starting".into(),
                "for name in $($keystore list | grep -E '^(autoconfiguration\\.|xpack\\.security\\.(transport|http)\\.ssl\\.)'); do $keystore remove \"$name\"; done".into(),
                ADD.into(),
                format!("chown root:elasticsearch {folder}/elasticsearch.keystore && chmod 660 {folder}/elasticsearch.keystore"),
            ],
            InstallKind::Archive => vec![
                format!("keystore={}/bin/elasticsearch-keystore; export ES_PATH_CONF={folder}", home(place)),
                format!("[ -f {folder}/elasticsearch.keystore ] || $keystore create"),
                ADD.into(),
            ],
            InstallKind::Container => container_secure(draft),
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
        check: Some(Check {
            command: "$keystore list".into(),
            expect: "it lists keystore.seed and each name of elasticsearch/secure-settings".into(),
        }),
    }
}

/// In a script file, since the command has quotes of both kinds.
fn container_secure(draft: &Draft<'_>) -> Vec<String> {
    vec![
        image(draft, "elasticsearch"),
        "cat > elasticsearch/store.sh <<'END'".into(),
        "cd /usr/share/elasticsearch && bin/elasticsearch-keystore create".into(),
        "for file in /in/secure-settings/*; do bin/elasticsearch-keystore add --stdin --force \"${file##*/}\" < \"$file\"; done".into(),
        "cp config/elasticsearch.keystore /in/config/".into(),
        "END".into(),
        "docker run --rm -u 0 -v \"$PWD/elasticsearch:/in\" --entrypoint bash $image /in/store.sh".into(),
        "chown 1000:0 elasticsearch/config/elasticsearch.keystore && chmod 660 elasticsearch/config/elasticsearch.keystore".into(),
    ]
}

fn start(draft: &Draft<'_>) -> Option<Task> {
    let actions = actions(&draft.stack.elasticsearch, |place| match place.kind {
        InstallKind::Package => {
            vec!["systemctl daemon-reload && systemctl enable --now elasticsearch.service".into()]
        }
        InstallKind::Archive => vec![format!("{}/bin/elasticsearch -d -p elasticsearch.pid", home(place))],
        InstallKind::Container => container_start(draft, place),
    });
    let first = draft.stack.elasticsearch.first()?;
    let count = draft.stack.elasticsearch.len();
    Some(Task {
        id: "start-elasticsearch",
        phase: Phase::StartElasticsearch,
        title: "Start Elasticsearch on every host, master-eligible hosts first".into(),
        why: "All within a few minutes: the first nodes wait for each other before they elect a master."
            .into(),
        actions,
        check: Some(Check {
            command: format!(
                "curl --cacert clients/elasticsearch-ca.pem -u elastic 'https://{}:9200/_cat/nodes?h=name,master'   # password: accounts/elastic.password",
                first.url_host()
            ),
            expect: if count == 1 {
                "it names the node".into()
            } else {
                format!("it names {count} nodes, one of them with *")
            },
        }),
    })
}

fn container_start(draft: &Draft<'_>, place: &Place) -> Vec<String> {
    let mut mounts = String::new();
    for name in ["elasticsearch.yml", "elasticsearch.keystore", "certs"] {
        let _ = writeln!(mounts, "  -v \"$PWD/elasticsearch/config/{name}:{}/{name}\" \\", place.folder);
    }
    if draft.answers.kibana_client.credential == Credential::ServiceToken && !draft.stack.kibana.is_empty() {
        let _ = writeln!(
            mounts,
            "  -v \"$PWD/elasticsearch/config/service_tokens:{}/service_tokens\" \\",
            place.folder
        );
    }
    vec![
        image(draft, "elasticsearch"),
        format!(
            "docker run -d --name elasticsearch -p 9200:9200 -p 9300:9300 \\\n{mounts}  -v elasticsearch-data:/usr/share/elasticsearch/data $image"
        ),
    ]
}

fn locked_names(draft: &Draft<'_>) -> Option<Task> {
    if draft.stack.elasticsearch.len() < 2 {
        return None;
    }
    let masters: Vec<_> = draft.stack.elasticsearch.iter().filter(|node| node.master).cloned().collect();
    let actions = actions(&masters, |place| {
        let file = match place.kind {
            InstallKind::Container => "elasticsearch/config/elasticsearch.yml".to_owned(),
            _ => format!("{}/elasticsearch.yml", place.folder),
        };
        // The list is one line for up to three hosts, and a block of indented rows beyond.
        vec![format!(
            "sed -i '/^cluster.initial_master_nodes:/,/^[^ ]/{{/^cluster.initial_master_nodes:/d;/^  - /d}}' {file}"
        )]
    });
    Some(Task {
        id: "initial-masters",
        phase: Phase::Afterwards,
        title: "Once the cluster has formed: remove cluster.initial_master_nodes".into(),
        why:
            "It is for the very first start only; left in place it could found a second cluster one day, and \
              every restart warns of it. No restart is needed now. Where you switched allocation off before, \
              switch it on again."
                .into(),
        actions,
        check: None,
    })
}
