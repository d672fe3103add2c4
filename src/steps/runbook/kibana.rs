//! Tasks on Kibana hosts, and the first log-in.

use std::sync::Arc;

use super::elasticsearch::listed;
use super::{actions, archive_user, home, install, needs_tool, run_container, store_in_container};
use crate::plan::{Action, Check, InstallKind, Phase, Place, Product, Task};
use crate::steps::accounts::Accounts;
use crate::steps::stack::Node;
use crate::steps::{Draft, browser, overview};

/// A credential stored before would be refused beside this one: `serviceAccountToken cannot be specified
/// when "username" is also set`.
const FORGET: &str = "for name in $($keystore list | grep -xE 'elasticsearch\\.(serviceAccountToken|username|password)'); do $keystore remove \"$name\"; done";

/// Keys that are there have encrypted something; ours could not read it.
const SPARE: &str = "for name in $($keystore list | grep -E '^xpack\\..*ncryptionKey$'); do rm -f \"kibana/secure-settings/$name\"; done   # keys that are there stay";

pub fn draft(draft: &mut Draft<'_>) {
    let secure = needs_tool(draft, Product::Kibana).then(|| secure(draft));
    draft.plan.tasks.extend([place(draft), start(draft), log_in(draft)].into_iter().chain(secure));
}

fn place(draft: &Draft<'_>) -> Task {
    let actions = actions(&draft.stack.kibana, |place| install(draft, place));
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
    // quotes around the value keep it a text, and those inside it are escaped. Where there is nothing to
    // store, the pattern stands for itself.
    let add = |keystore: &str, folder: &str| {
        format!(
            "for file in {folder}/secure-settings/*; do [ ! -f \"$file\" ] || printf '\"%s\"' \"$(sed 's/[\\\\\"]/\\\\&/g' \"$file\")\" | {keystore} add \"${{file##*/}}\" --stdin --force; done"
        )
    };
    let actions = actions(&draft.stack.kibana, |place| {
        let folder = &place.folder;
        let create = format!("[ -f {folder}/kibana.keystore ] || $keystore create");
        match place.kind {
            InstallKind::Package => vec![
                "keystore='/usr/share/kibana/bin/kibana-keystore --allow-root'".into(),
                create,
                FORGET.into(),
                SPARE.into(),
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
                FORGET.into(),
                SPARE.into(),
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
        title: "Store Kibana's secrets in its keystore".into(),
        why: "Its login and the passwords of its keys: nobody reads them in kibana.yml.".into(),
        actions,
        check: Check::there("", "the last command lists each name of kibana/secure-settings"),
    }
}

fn start(draft: &Draft<'_>) -> Task {
    let awaited = |node: &Arc<Node>| browser::is_awaited(draft, node);
    let some = draft.stack.kibana.iter().any(awaited);
    let actions = if some && !draft.stack.kibana.iter().all(awaited) {
        let mut each = Vec::new();
        for node in &draft.stack.kibana {
            let one =
                actions(std::slice::from_ref(node), |place| start_commands(draft, place, awaited(node)));
            each.extend(one.into_iter().map(|action| Action { host: Some(node.name.clone()), ..action }));
        }
        each
    } else {
        actions(&draft.stack.kibana, |place| start_commands(draft, place, some))
    };
    Task {
        id: "start-kibana",
        phase: Phase::StartKibana,
        title: "Start Kibana".into(),
        why: "It connects to Elasticsearch by https, checks its certificate, and logs in. The first start takes \
              a minute or two."
            .into(),
        actions,
        check: status_check(draft),
    }
}

fn start_commands(draft: &Draft<'_>, place: &Place, awaited: bool) -> Vec<String> {
    match place.kind {
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
            let port = browser::port(draft.answers);
            let redirect = browser::redirect_port(draft).filter(|_| !awaited);
            let redirect = redirect.map(|port| format!(" -p {port}:{port}")).unwrap_or_default();
            // Without its certificate it answers its own host alone.
            let alone = if awaited { "127.0.0.1:" } else { "" };
            let ports = format!("-p {alone}{port}:{port}{redirect}");
            run_container(draft, place, &["kibana.yml", "kibana.keystore", "certs"], &ports)
        }
    }
}

/// How one sees that Kibana is up and logged in.
pub fn status_check(draft: &Draft<'_>) -> Check {
    let Some(node) = draft.stack.kibana.first() else { return Check::here("", "Kibana is up") };
    if browser::is_awaited(draft, node) {
        return Check::there("", "its log says Kibana is now available");
    }
    let ca = if browser::ca_of(draft, node).is_some() { " --cacert clients/browser-ca.crt" } else { "" };
    Check::here(
        format!(
            "curl -s{ca} {}/api/status | grep -o '\"level\":\"available\"' | head -1",
            browser::url_of(draft, node)
        ),
        "it prints \"level\":\"available\"",
    )
}

fn log_in(draft: &Draft<'_>) -> Task {
    Task {
        id: "log-in",
        phase: Phase::LogIn,
        title: "Log in for the first time".into(),
        why: how_to_log_in(draft),
        actions: Vec::new(),
        check: Check::here("", "Kibana greets you"),
    }
}

fn how_to_log_in(draft: &Draft<'_>) -> String {
    let Some(node) = draft.stack.kibana.first() else { return String::new() };
    let port = browser::port(draft.answers);
    let name = if draft.answers.overview.operator && draft.answers.overview.accounts == Accounts::Files {
        overview::OPERATOR
    } else {
        "elastic"
    };
    let who = format!("log in as {name} with the password in accounts/{name}.password");
    if browser::is_awaited(draft, node) {
        return format!(
            "Kibana answers its own host only until its certificate is there. Through a tunnel (ssh -L {port}:localhost:{port} {}) \
             open http://localhost:{port} and {who}.",
            node.url_host()
        );
    }
    let place = browser::public_url(draft, node).unwrap_or_else(|| browser::url_of(draft, node));
    let more = match (draft.way_of(node), place.tls) {
        (browser::Way::OwnCa | browser::Way::HttpCa, _) => {
            "Browsers warn until they trust clients/browser-ca.crt; clients/browsers.md says how for each system."
        }
        (browser::Way::Request, _) => "Browsers that trust your organisation's CA show no warning.",
        (browser::Way::Plain, true) => {
            "What stands before Kibana ends TLS there: from it to Kibana this password crosses the network unencrypted."
        }
        (browser::Way::Plain, false) => {
            "Between browser and Kibana this password crosses the network unencrypted: log in from a network you trust."
        }
    };
    format!("Open {place} and {who}. {more}")
}
