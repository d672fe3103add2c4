//! What somebody else has to hand over: signed certificates, CA files of others.

use super::over_names;
use crate::plan::{Action, Awaited, Check, Phase, Task};
use crate::steps::{Draft, beats, browser, https};

pub fn draft(draft: &mut Draft<'_>) {
    if https::ca(draft).is_none() {
        draft.plan.tasks.push(signed_certificates(draft));
    }
    let tasks = [browser_request(draft), browser_ca(draft)];
    draft.plan.tasks.extend(tasks.into_iter().flatten());
    let beats: &[_] = if beats::to_monitoring(draft.answers) { &draft.stack.metricbeat } else { &[] };
    let kibanas: &[_] = if draft.answers.kibana_client.monitoring { &draft.stack.kibana } else { &[] };
    if !beats.is_empty() || !kibanas.is_empty() {
        let hosts = kibanas.iter().chain(beats).map(|node| {
            let folder = format!("hosts/{}/{}/config/certs", node.name, node.place.product.word());
            format!("mkdir -p {folder} && cp monitoring-ca.pem {folder}/monitoring-ca.pem")
        });
        draft.plan.tasks.push(Task {
            id: "monitoring-ca",
            phase: Phase::Await,
            title: "Place the CA of the monitoring cluster".into(),
            why: "Whoever connects to the monitoring cluster checks it by this. Ask whoever runs that cluster for the \
                  certificate of its HTTP CA, in PEM."
                .into(),
            actions: vec![Action::here(hosts.collect())],
            check: Check::here(
                shown_ca("monitoring-ca.pem"),
                format!("it names the CA of the monitoring cluster: {IS_CA}"),
            ),
        });
    }
}

/// A server's own certificate in the place of its CA would be believed until it is renewed, or never.
const IS_CA: &str =
    "an end in the future, and CA:TRUE; a file without CA:TRUE is the certificate of a server";

/// As text, since `LibreSSL` shows no single extensions.
fn shown_ca(file: &str) -> String {
    format!("openssl x509 -noout -text -in {file} | grep -E 'Subject:|Not After|CA:'")
}

/// What a server shows: its names, its end, and what it may be used for.
fn shown_certificate(file: &str) -> String {
    format!("openssl x509 -noout -text -in {file} | grep -E 'Subject:|Not After|DNS:|IP Address:|TLS Web'")
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
    for nodes in [&draft.stack.kibana, &draft.stack.metricbeat] {
        let Some(product) = nodes.first().map(|node| node.place.product) else { continue };
        let names: Vec<&str> = nodes.iter().map(|node| node.name.as_str()).collect();
        let folder = format!("hosts/$host/{}/config/certs", product.word());
        commands.push(format!("# and for each {product} host:"));
        let copy = format!("mkdir -p \"{folder}\" && cp ca.pem \"{folder}/elasticsearch-ca.pem\"");
        commands.push(over_names(&names, &copy));
    }
    Task {
        id: "signed-certificates",
        phase: Phase::Await,
        title: "Have the requests signed, and place the certificates".into(),
        why:
            "The configuration is complete for the signed state: nothing starts before the certificates are \
              there, and nothing ever starts without TLS. Ask for server authentication and for all names in \
              the request. Put beside its request in requests/, as http-NAME.crt, and written again, a certificate \
              is compared with key and names and stays with every later write."
                .into(),
        actions: vec![Action::here(commands)],
        check: Check::here(
            format!(
                "for d in hosts/*/elasticsearch/config/certs; do {}; done; {}",
                shown_certificate("\"$d/http.crt\""),
                shown_ca("clients/elasticsearch-ca.pem")
            ),
            format!(
                "every host shows an end in the future, and its names among those of its certificate; of the CA {IS_CA}"
            ),
        ),
    }
}

/// Kibana's request is away; everything else can start meanwhile.
fn browser_request(draft: &Draft<'_>) -> Option<Task> {
    let is_kibanas = |row: &&Awaited| {
        draft.stack.kibana.iter().any(|node| browser::identity_of(node).as_str() == row.identity)
    };
    let rows: Vec<&Awaited> = draft.plan.awaited.iter().filter(is_kibanas).collect();
    let first = rows.first()?;
    let to = if first.to.is_empty() { "your CA".to_owned() } else { first.to.clone() };
    let names: Vec<&str> = rows.iter().map(|row| row.request.as_str()).collect();
    let mut commands = vec![format!("# to {to}: the .csr files and nothing else of requests/")];
    commands.extend(names.iter().map(|name| format!("openssl req -in {name} -noout -subject -verify")));
    Some(Task {
        id: "browser-request",
        phase: Phase::Await,
        title: format!("Have Kibana's request signed by {to}"),
        why: format!(
            "Until the certificate is there, kibana.yml has no server.ssl settings and Kibana answers its own host \
             only. Put what comes back beside the request, as {}, and write this session again (w on Review, or \
             stackseal write SESSION --replace): it is checked, and Kibana's folder gets TLS. Then copy that folder \
             again and repeat its steps on its host. Everything else can start meanwhile.",
            rows.iter().map(|row| row.certificate.as_str()).collect::<Vec<_>>().join(", ")
        ),
        actions: vec![Action::here(commands)],
        check: Check::here(
            shown_certificate(&first.certificate),
            "it shows an end in the future, all names of the request, and TLS Web Server Authentication",
        ),
    })
}

/// Metricbeat's setup checks Kibana by the CA that signed its request.
fn browser_ca(draft: &Draft<'_>) -> Option<Task> {
    let node = beats::setup_node(draft)?;
    let kibana = beats::setup_kibana(draft).filter(|kibana| kibana.url.tls)?.node?;
    if draft.way_of(&kibana) != browser::Way::Request {
        return None;
    }
    let folder = format!("hosts/{}/metricbeat/config/certs", node.name);
    Some(Task {
        id: "browser-ca",
        phase: Phase::Await,
        title: "Place the CA of Kibana's certificate for Metricbeat".into(),
        why: "Metricbeat loads dashboards through Kibana and checks it by the CA that signs your organisation's \
              certificates: its root, in PEM."
            .into(),
        actions: vec![Action::here(vec![format!("cp organisation-ca.pem {folder}/browser-ca.crt")])],
        check: Check::here(
            shown_ca(&format!("{folder}/browser-ca.crt")),
            format!("it names that CA: {IS_CA}"),
        ),
    })
}
