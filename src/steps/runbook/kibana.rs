//! Tasks on Kibana hosts, and the first log-in.

use std::fmt::Write;

use super::{actions, home, image};
use crate::plan::{Action, Check, InstallKind, Phase, Place, Task};
use crate::steps::Draft;
use crate::steps::kibana_client::Credential;

pub fn draft(draft: &mut Draft<'_>) {
    let mut tasks = vec![place(draft), secure(draft), start(draft), log_in(draft)];
    if draft.answers.kibana_client.credential == Credential::KibanaSystem {
        tasks.push(kibana_system(draft));
    }
    tasks.push(others(draft));
    draft.plan.tasks.extend(tasks);
}

fn place(draft: &Draft<'_>) -> Task {
    let actions = actions(&draft.stack.kibana, |place| {
        let folder = &place.folder;
        match place.kind {
            InstallKind::Package => vec![
                format!("cp -a {folder}/kibana.yml {folder}/kibana.yml.before-stackseal"),
                format!("install -d -o root -g kibana -m 2750 {folder}/certs"),
                format!("install -o root -g kibana -m 640 kibana/config/certs/* {folder}/certs/"),
                format!("install -o root -g kibana -m 644 kibana/config/kibana.yml {folder}/"),
            ],
            InstallKind::Archive => vec![
                "# as the user that runs Kibana".into(),
                format!("cp {folder}/kibana.yml {folder}/kibana.yml.before-stackseal"),
                format!("cp -R kibana/config/. {folder}/"),
            ],
            InstallKind::Container => vec![
                "chown -R 1000:0 kibana/config".into(),
                "chmod 750 kibana/config kibana/config/certs".into(),
                "chmod 640 kibana/config/*.yml kibana/config/certs/*".into(),
            ],
        }
    });
    Task {
        id: "place-kibana",
        phase: Phase::Place,
        title: "Put Kibana's files into place".into(),
        why: "kibana.yml names its CA file by absolute path; its user must be able to read it.".into(),
        actions,
        check: None,
    }
}

fn secure(draft: &Draft<'_>) -> Task {
    // The tool parses what it is given as JSON, so that a password of digits would become a number:
    // quotes around the value keep it a text.
    let add = |keystore: &str, folder: &str| {
        format!(
            "for file in {folder}/secure-settings/*; do printf '\"%s\"' \"$(cat \"$file\")\" | {keystore} add \"${{file##*/}}\" --stdin --force; done"
        )
    };
    let actions = actions(&draft.stack.kibana, |place| {
        let folder = &place.folder;
        match place.kind {
            InstallKind::Package => vec![
                "keystore='/usr/share/kibana/bin/kibana-keystore --allow-root'".into(),
                format!("[ -f {folder}/kibana.keystore ] || $keystore create"),
                add("$keystore", "kibana"),
                format!("chown root:kibana {folder}/kibana.keystore && chmod 660 {folder}/kibana.keystore"),
            ],
            InstallKind::Archive => vec![
                format!("keystore={}/bin/kibana-keystore; export KBN_PATH_CONF={folder}", home(place)),
                format!("[ -f {folder}/kibana.keystore ] || $keystore create"),
                add("$keystore", "kibana"),
            ],
            InstallKind::Container => container_secure(draft, &add("bin/kibana-keystore", "/in")),
        }
    });
    Task {
        id: "secure-kibana",
        phase: Phase::Secure,
        title: "Store Kibana's credential in its keystore".into(),
        why: "Kibana logs in with it, and nobody reads it in kibana.yml.".into(),
        actions,
        check: Some(Check {
            command: "$keystore list".into(),
            expect: "it lists each name of kibana/secure-settings".into(),
        }),
    }
}

/// In a script file, since the command has quotes of both kinds.
fn container_secure(draft: &Draft<'_>, add: &str) -> Vec<String> {
    vec![
        image(draft, "kibana"),
        "cat > kibana/store.sh <<'END'".into(),
        "cd /usr/share/kibana && bin/kibana-keystore create".into(),
        add.to_owned(),
        "cp config/kibana.keystore /in/config/".into(),
        "END".into(),
        "chmod -R a+rX kibana && chmod a+w kibana/config".into(),
        "docker run --rm -v \"$PWD/kibana:/in\" --entrypoint bash $image /in/store.sh".into(),
        "chown -R 1000:0 kibana/config && chmod 750 kibana/config && chmod 660 kibana/config/kibana.keystore"
            .into(),
        "chmod 700 kibana/secure-settings".into(),
    ]
}

fn start(draft: &Draft<'_>) -> Task {
    let actions = actions(&draft.stack.kibana, |place| match place.kind {
        InstallKind::Package => {
            vec!["systemctl daemon-reload && systemctl enable --now kibana.service".into()]
        }
        InstallKind::Archive => vec![format!("nohup {}/bin/kibana > kibana.log 2>&1 &", home(place))],
        InstallKind::Container => container_start(draft, place),
    });
    let url = draft.stack.kibana.first().map(|node| format!("http://{}:5601/api/status", node.url_host()));
    Task {
        id: "start-kibana",
        phase: Phase::StartKibana,
        title: "Start Kibana".into(),
        why: "It connects to Elasticsearch by https, checks its certificate, and logs in. The first start takes \
              a minute or two."
            .into(),
        actions,
        check: Some(Check {
            command: format!("curl -s {} | grep -o '\"level\":\"available\"' | head -1", url.unwrap_or_default()),
            expect: "it prints \"level\":\"available\"".into(),
        }),
    }
}

fn container_start(draft: &Draft<'_>, place: &Place) -> Vec<String> {
    let mut mounts = String::new();
    for name in ["kibana.yml", "kibana.keystore", "certs"] {
        let _ = writeln!(mounts, "  -v \"$PWD/kibana/config/{name}:{}/{name}\" \\", place.folder);
    }
    vec![image(draft, "kibana"), format!("docker run -d --name kibana -p 5601:5601 \\\n{mounts}  $image")]
}

fn log_in(draft: &Draft<'_>) -> Task {
    let url = draft.stack.kibana.first().map(|node| format!("http://{}:5601", node.url_host()));
    Task {
        id: "log-in",
        phase: Phase::LogIn,
        title: "Log in for the first time".into(),
        why: format!(
            "Open {} and log in as elastic with the password in accounts/elastic.password. Between browser \
             and Kibana this password crosses the network unencrypted: log in from a network you trust.",
            url.unwrap_or_default()
        ),
        actions: Vec::new(),
        check: Some(Check { command: String::new(), expect: "Kibana greets you".into() }),
    }
}

/// The password of a reserved user can only be set by an API call.
fn kibana_system(draft: &Draft<'_>) -> Task {
    let host = draft.stack.elasticsearch.first().map(|node| node.url_host().to_string()).unwrap_or_default();
    let body = "printf '{\"password\":\"%s\"}' \"$(cat accounts/kibana_system.password)\"";
    Task {
        id: "kibana-system",
        phase: Phase::Account,
        title: "Set the password of kibana_system".into(),
        why: "It cannot come from a file. curl asks for the password of elastic, which stands in \
              accounts/elastic.password; a password set before is replaced."
            .into(),
        actions: vec![Action::here(vec![format!(
            "{body} | curl --fail --cacert clients/elasticsearch-ca.pem -u elastic -XPOST https://{host}:9200/_security/user/kibana_system/_password -H 'Content-Type: application/json' -d @-"
        )])],
        check: Some(Check { command: String::new(), expect: "it prints {}".into() }),
    }
}

fn others(draft: &Draft<'_>) -> Task {
    let count = draft.stack.elasticsearch.len();
    Task {
        id: "other-clients",
        phase: Phase::Afterwards,
        title: "Move all other clients to https".into(),
        why: format!(
            "Port 9200 of {} answers https only from now on. Health probes, Logstash, Beats, agents, scripts \
             and curl jobs need the scheme https, the CA in clients/, and an account.",
            if count == 1 { "the node".to_owned() } else { format!("all {count} nodes") }
        ),
        actions: Vec::new(),
        check: None,
    }
}
