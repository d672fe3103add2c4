//! Stacks of any number of nodes, and one Kibana. Made in code, so that no file has a thousand hosts.

use stackseal::plan::{Plan, TypedSecrets};
use stackseal::steps::{Answers, Context, Host, Kind, draft, field};

/// `key` and `ca_key` are words of the session file, such as `rsa-2048`.
pub fn answers(nodes: usize, key: &str, ca_key: &str) -> Answers {
    let mut answers = Answers::default();
    answers.overview.elasticsearch = (0..nodes).map(|n| host(&format!("es-{n:04}"), n)).collect();
    answers.overview.kibana = vec![host("kibana-1", 60_000)];
    choose(&mut answers, "overview.key_type", key);
    choose(&mut answers, "overview.ca_key_type", ca_key);
    answers
}

/// Three nodes with a Metricbeat each, Kibana, all steps on: browser TLS, a PKI realm, accounts.
pub fn whole() -> Answers {
    let mut answers = answers(3, "rsa-2048", "rsa-3072");
    choose(&mut answers, "overview.licence", "trial");
    answers.overview.metricbeat_on_nodes = true;
    answers.mtls.enabled = true;
    answers
}

/// As near as a session comes to node certificates for the transport layer and nothing else. What it cannot
/// leave out is made all the same: the CA and one certificate of HTTPS, the settings, the runbook.
pub fn transport_alone(nodes: usize, key: &str) -> Answers {
    let mut answers = answers(nodes, key, key);
    answers.overview.kibana.clear();
    answers.overview.operator = false;
    choose(&mut answers, "overview.elasticsearch_secrets", "commands");
    choose(&mut answers, "https.format", "pem");
    answers.https.certificate_per_node = false;
    answers
}

/// What a session of these nodes and one Kibana writes where nothing else was answered.
pub fn all_channels(nodes: usize, key: &str) -> Answers {
    answers(nodes, key, key)
}

pub fn plan_of(answers: &Answers) -> Plan {
    let typed = TypedSecrets::default();
    draft(answers, Context::new("4f2a", &typed))
}

/// The same as lines to be pasted.
pub fn lines(nodes: usize) -> String {
    let hosts = (0..nodes).map(|n| host(&format!("es-{n:04}"), n));
    let mut text: String =
        hosts.map(|host| format!("{} {} {}\n", host.name, host.dns[0], host.ip[0])).collect();
    text.push_str("kibana-1 kibana-1.corp.example 10.0.255.1 kibana\n");
    text
}

fn host(name: &str, number: usize) -> Host {
    Host {
        dns: vec![format!("{name}.corp.example")],
        ip: vec![format!("10.1.{}.{}", number / 250, number % 250 + 1)],
        ..Host::named(name)
    }
}

fn choose(answers: &mut Answers, id: &str, word: &str) {
    let Some(Kind::Choice(pick)) = field(id).map(|field| &field.kind) else { panic!("{id} is no choice") };
    let at = pick.options.iter().position(|option| option.word == word).unwrap();
    (pick.set)(answers, at);
}
