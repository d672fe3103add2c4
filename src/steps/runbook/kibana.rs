//! Tasks on Kibana hosts, and the first log-in.

use super::elasticsearch::{curl, listed, url};
use super::{actions, archive_user, home, place_container, run_container, store_in_container};
use crate::plan::{Action, Check, InstallKind, Phase, Product, Task};
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
                format!("cp -an {folder}/kibana.yml {folder}/kibana.yml.before-stackseal"),
                format!("install -d -o root -g kibana -m 2750 {folder}/certs"),
                format!("install -o root -g kibana -m 640 kibana/config/certs/* {folder}/certs/"),
                format!("install -o root -g kibana -m 644 kibana/config/kibana.yml {folder}/"),
            ],
            InstallKind::Archive => vec![
                archive_user(place),
                format!("cp -an {folder}/kibana.yml {folder}/kibana.yml.before-stackseal"),
                format!("cp -R kibana/config/. {folder}/ && chown -R \"$user\" {folder}"),
            ],
            InstallKind::Container => place_container(Product::Kibana),
        }
    });
    Task {
        id: "place-kibana",
        phase: Phase::Place,
        title: "Put Kibana's files into place".into(),
        why: "kibana.yml names its CA file by absolute path; its user must be able to read it.".into(),
        actions,
        check: Check::there(
            format!("ls -l {}", listed(draft.stack.kibana.first().map(|node| &*node.place), "kibana")),
            "elasticsearch-ca.pem is there, readable for the user that Kibana runs as",
        ),
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
        let create = format!("[ -f {folder}/kibana.keystore ] || $keystore create");
        match place.kind {
            InstallKind::Package => vec![
                "keystore='/usr/share/kibana/bin/kibana-keystore --allow-root'".into(),
                create,
                add("$keystore", "kibana"),
                format!("chown root:kibana {folder}/kibana.keystore && chmod 660 {folder}/kibana.keystore"),
                "$keystore list   # each name of kibana/secure-settings".into(),
            ],
            InstallKind::Archive => vec![
                archive_user(place),
                format!(
                    "keystore=\"runuser -u $user -- env KBN_PATH_CONF={folder} {}/bin/kibana-keystore\"",
                    home(place)
                ),
                create,
                add("$keystore", "kibana"),
                "$keystore list   # each name of kibana/secure-settings".into(),
            ],
            InstallKind::Container => store_in_container(
                draft,
                Product::Kibana,
                "bin/kibana-keystore --allow-root create",
                &format!(
                    "{}; bin/kibana-keystore --allow-root list",
                    add("bin/kibana-keystore --allow-root", "/in")
                ),
            ),
        }
    });
    Task {
        id: "secure-kibana",
        phase: Phase::Secure,
        title: "Store Kibana's credential in its keystore".into(),
        why: "Kibana logs in with it, and nobody reads it in kibana.yml.".into(),
        actions,
        check: Check::there("", "the last command lists each name of kibana/secure-settings"),
    }
}

fn start(draft: &Draft<'_>) -> Task {
    let actions = actions(&draft.stack.kibana, |place| match place.kind {
        InstallKind::Package => {
            vec!["systemctl daemon-reload && systemctl enable --now kibana.service".into()]
        }
        InstallKind::Archive => vec![
            archive_user(place),
            format!(
                "runuser -u \"$user\" -- sh -c 'cd {0} && nohup bin/kibana > kibana.log 2>&1 & echo $! > {0}/kibana.pid'",
                home(place)
            ),
        ],
        InstallKind::Container => {
            run_container(draft, place, &["kibana.yml", "kibana.keystore", "certs"], "-p 5601:5601")
        }
    });
    Task {
        id: "start-kibana",
        phase: Phase::StartKibana,
        title: "Start Kibana".into(),
        why: "It connects to Elasticsearch by https, checks its certificate, and logs in. The first start takes \
              a minute or two."
            .into(),
        actions,
        check: Check::here(
            format!("curl -s {}/api/status | grep -o '\"level\":\"available\"' | head -1", kibana_url(draft)),
            "it prints \"level\":\"available\"",
        ),
    }
}

/// Kibana itself: a public URL may lead through something that ends TLS before it.
fn kibana_url(draft: &Draft<'_>) -> String {
    let node = draft.stack.kibana.first();
    let path = node.and_then(|node| node.public_url.as_ref()).map(|url| url.path.clone()).unwrap_or_default();
    let host = node.map(|node| node.url_host().to_string()).unwrap_or_default();
    format!("http://{host}:5601{path}")
}

fn log_in(draft: &Draft<'_>) -> Task {
    let public = draft.stack.kibana.first().and_then(|node| node.public_url.as_ref());
    let place = public.map_or_else(|| kibana_url(draft), ToString::to_string);
    let warning = if public.is_some_and(|url| url.tls) {
        "What stands before Kibana ends TLS there: from it to Kibana this password crosses the network unencrypted."
    } else {
        "Between browser and Kibana this password crosses the network unencrypted: log in from a network you trust."
    };
    Task {
        id: "log-in",
        phase: Phase::LogIn,
        title: "Log in for the first time".into(),
        why: format!(
            "Open {place} and log in as elastic with the password in accounts/elastic.password. {warning}"
        ),
        actions: Vec::new(),
        check: Check::here("", "Kibana greets you"),
    }
}

/// The password of a reserved user can only be set by an API call.
fn kibana_system(draft: &Draft<'_>) -> Task {
    let body = "printf '{\"password\":\"%s\"}' \"$(cat accounts/kibana_system.password)\"";
    Task {
        id: "kibana-system",
        phase: Phase::Account,
        title: "Set the password of kibana_system".into(),
        why: "It cannot come from a file. curl asks for the password of elastic, which stands in \
              accounts/elastic.password; a password set before is replaced."
            .into(),
        actions: vec![Action::here(vec![format!(
            "{body} | {} --fail -XPOST {}/_security/user/kibana_system/_password -H 'Content-Type: application/json' -d @-",
            curl(),
            url(draft)
        )])],
        check: Check::here("", "it prints {}"),
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
        check: Check::here("", "no node logs `received plaintext http traffic on an https channel` any more"),
    }
}
