//! A mistake in each field: what is said names what was typed and what to type instead, and typing
//! that ends the issue.

use std::collections::BTreeSet;
use std::path::Path;

use stackseal::plan::{Issue, SecretId, TypedSecrets, Weight};
use stackseal::steps::{Answers, Context, HostKind, Kind, STEPS, draft, field};
use stackseal::store::Session;
use stackseal::values::Secret;

/// Field, what is typed wrongly, what to type instead.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("overview.cluster_name", "prod eu", "prod-eu"),
    ("overview.cluster_name", "", "prod"),
    ("overview.stack_version", "nine", "9.1"),
    ("overview.stack_version", "7.17", "8.19"),
    ("overview.elasticsearch_folder", "opt/es", "/opt/elasticsearch/config"),
    ("overview.elasticsearch_folder", "", "/opt/elasticsearch/config"),
    ("overview.kibana_folder", "kibana/config", "/opt/kibana/config"),
    ("overview.metricbeat_folder", "~/metricbeat", "/opt/metricbeat"),
    ("overview.elasticsearch[0].name", "", "es-1"),
    ("overview.elasticsearch[0].name", "es 1", "es-1"),
    ("overview.elasticsearch[0].name", "-es", "es-1"),
    ("overview.elasticsearch[0].name", "nul", "es-1"),
    ("overview.elasticsearch[1].name", "es-1", "es-2"),
    ("overview.elasticsearch[0].dns", "es_1.corp", "es-1.corp"),
    ("overview.elasticsearch[0].dns", "https://es-1", "es-1"),
    ("overview.elasticsearch[0].dns", "es-1:9200", "es-1"),
    ("overview.elasticsearch[0].dns", "10.0.0.11", "es-1.corp.example"),
    ("overview.elasticsearch[0].dns", "es..corp", "es.corp"),
    ("overview.elasticsearch[0].dns", "-es.corp", "es.corp"),
    ("overview.elasticsearch[0].dns", "es*.corp.example", "*.corp.example"),
    ("overview.elasticsearch[0].dns", "*.example", "*.corp.example"),
    ("overview.elasticsearch[0].dns", "es.1", "es.corp"),
    ("overview.elasticsearch[0].ip", "10.0.0.300", "10.0.0.11"),
    ("overview.elasticsearch[0].ip", "10.0.0.0/24", "10.0.0.11"),
    ("overview.elasticsearch[0].ip", "10.0.0.11:9200", "10.0.0.11"),
    ("overview.elasticsearch[0].ip", "fe80::1%eth0", "fd00::11"),
    ("overview.elasticsearch[1].ip", "10.0.0.11", "10.0.0.12"),
    ("overview.elasticsearch[0].network_host", "my host", "_site_"),
    ("overview.elasticsearch[0].network_host", "10.0.0.11:9200", "0.0.0.0"),
    ("overview.elasticsearch[0].config_folder", "config", "/opt/elasticsearch/config"),
    ("overview.kibana[0].name", "kb 1", "kb-1"),
    ("overview.kibana[0].dns", "kb_1.corp", "kb-1.corp"),
    ("overview.kibana[0].ip", "10.0.0", "10.0.0.11"),
    ("overview.kibana[0].public_url", "kb.corp.example", "https://kb.corp.example"),
    ("overview.kibana[0].public_url", "https://kb.corp.example/?a", "https://kb.corp.example"),
    ("overview.kibana[0].public_url", "https://kb.corp.example:99999", "https://kb.corp.example:5601"),
    ("overview.kibana[0].public_url", "http://kb.corp.example", "https://kb.corp.example"),
    ("overview.kibana[0].network_host", "a b", "0.0.0.0"),
    ("overview.kibana[0].config_folder", "config", "/opt/kibana/config"),
    ("overview.metricbeat[0].name", "be/at", "beat-1"),
    ("overview.metricbeat[0].dns", "be_at", "be-at"),
    ("overview.metricbeat[0].ip", "x", "10.0.0.31"),
    ("overview.metricbeat[0].config_folder", "beat", "/opt/metricbeat"),
    ("overview.client_names", "es_lb.corp", "es-lb.corp"),
    ("overview.session_name", "write", "prod"),
    ("overview.session_name", "a/b", "prod"),
    ("overview.output", "~/out", "out"),
    ("overview.output", "/", "out"),
    ("transport.ca_subject", "O=Example, Inc.", "O=Example\\, Inc."),
    ("transport.ca_subject", "CN=", "CN=prod"),
    ("transport.ca_subject", "XX=prod", "CN=prod"),
    ("transport.ca_subject", "CN=a,C=Germany", "CN=a,C=DE"),
    ("transport.ca_validity", "ten", "10y"),
    ("transport.ca_validity", "10", "10y"),
    ("transport.ca_validity", "101y", "100y"),
    ("transport.ca_validity", "0d", "10y"),
    ("transport.ca_validity", "-1y", "10y"),
    ("transport.ca_validity", "1d,1y", "1y,1d"),
    ("transport.validity", "soon", "3y"),
    ("https.ca_subject", "X=prod", "CN=prod"),
    ("https.ca_validity", "10 years", "10y"),
    ("https.validity", "", "2y"),
    ("https.validity", "2 lustra", "2y"),
    ("https.subject", "Example", "O=Example"),
    ("https.subject", "O=", "O=Example"),
    ("https.key_usage", "sign", "digitalSignature"),
    ("https.key_usage", "keyEncipherment", "digitalSignature"),
    ("kibana_client.hosts", "es-1:9200", "https://es-1.corp.example:9200"),
    ("kibana_client.hosts", "http://es-1.corp.example:9200", "https://es-1.corp.example:9200"),
    ("kibana_client.hosts", "https://other.example:9200", "https://es-1.corp.example:9200"),
    ("kibana_client.hosts", "https://*.corp.example", "https://es-1.corp.example:9200"),
    ("kibana_client.monitoring_hosts", "mon-1", "https://mon-1.corp.example:9200"),
    ("kibana_client.monitoring_hosts", "http://mon-1.corp.example", "https://mon-1.corp.example:9200"),
    ("browser.subject", "Example", "O=Example"),
    ("browser.names", "kb_lb.corp", "kb-lb.corp"),
    ("browser.names", "https://kb.corp.example", "kb.corp.example"),
    ("browser.validity", "3y", "825d"),
    ("browser.validity", "soon", "825d"),
    ("browser.ca_subject", "OU=", "CN=prod"),
    ("browser.ca_validity", "x", "10y"),
    ("browser.port", "http", "5601"),
    ("browser.port", "70000", "5601"),
    ("browser.redirect_port", "5601", "80"),
    ("browser.redirect_port", "x", "80"),
    ("mtls.other_clients", "log stash/1", "logstash"),
    ("mtls.other_clients", "probe, probe", "logstash"),
    ("mtls.subject", "Ops", "OU=Ops"),
    ("mtls.subject", "O=a*", "O=a"),
    ("mtls.validity", "x", "2y"),
    ("mtls.ca_subject", "C=Germany", "C=DE"),
    ("mtls.ca_validity", "x", "10y"),
    ("mtls.pki_realm", "pki 1", "pki1"),
    ("mtls.pki_order", "first", "1"),
    ("mtls.native_order", "1", "2"),
    ("mtls.native_realm", "native 1", "native1"),
    ("mtls.native_realm", "pki1", "native1"),
    ("mtls.native_order", "x", "2"),
    ("beats.index", "Metric Beat", "metricbeat"),
    ("beats.kibana_url", "kb", "https://kb.corp.example:5601"),
    ("beats.kibana_url", "http://kb.corp.example:5601", "https://kb.corp.example:5601"),
    ("beats.kibana_url", "https://kb.corp.example:5602", "https://kb.corp.example:5601"),
    ("beats.kibana_url", "https://other.corp.example:5601", "https://kb.corp.example:5601"),
    ("beats.space", "My Space", "my-space"),
];

/// Any text will do there.
const FREE: &[&str] = &["browser.send_to"];

/// Words that begin an example, a list of what is allowed, or what to do.
const WAYS: &[&str] = &[
    "such as ",
    "as in ",
    "type ",
    "write ",
    "use ",
    "leave ",
    "add ",
    "choose ",
    "put it ",
    "known keys ",
    "key usages of a server are ",
];

fn shows_a_way(message: &str) -> bool {
    // At the start of a word: "because " holds "use " as well.
    let starts = |at: usize| !message[..at].ends_with(char::is_alphanumeric);
    WAYS.iter().any(|word| message.match_indices(word).any(|(at, _)| starts(at)))
}

#[test]
fn what_is_said_names_the_value_and_a_way_out_that_works() {
    let mut faults = Vec::new();
    for (id, wrong, instead) in MISTAKES {
        let base = base_of(id);
        let issues = errors_at(&put(&base, id, wrong), id);
        if issues.is_empty() {
            faults.push(format!("{id} takes {wrong:?}"));
        }
        for issue in &issues {
            let said = &issue.message;
            let named = if wrong.is_empty() {
                said.starts_with("missing") || said.contains("needs a name")
            } else {
                wrong.split(", ").any(|part| said.contains(part))
            };
            if !named {
                faults.push(format!("{id} does not name {wrong:?}: {said}"));
            }
            if !shows_a_way(said) {
                faults.push(format!("{id} shows no way out: {said}"));
            }
        }
        let left = errors_at(&put(&base, id, instead), id);
        if !left.is_empty() {
            faults.push(format!("{id} refuses {instead:?} as well: {left:?}"));
        }
    }
    assert_eq!(faults, [] as [&str; 0]);
}

/// A new field needs its mistake here.
#[test]
fn every_field_for_text_has_its_mistake() {
    let tried: BTreeSet<String> = MISTAKES.iter().map(|(id, ..)| without_row(id)).collect();
    let mut lacking = Vec::new();
    for field in STEPS.iter().flat_map(|step| step.fields) {
        match &field.kind {
            Kind::Text(_) | Kind::List(_) => lacking.push(field.id.to_owned()),
            Kind::Hosts(_, columns) => {
                let texts =
                    columns.iter().filter(|c| matches!(c.kind, HostKind::Text(..) | HostKind::List(..)));
                lacking.extend(texts.map(|column| format!("{}.{}", field.id, column.id)));
            }
            Kind::Choice(_) | Kind::Flag(_) | Kind::Password(_) | Kind::Secret => {}
        }
    }
    lacking.retain(|id| !tried.contains(id) && !FREE.contains(&id.as_str()));
    assert_eq!(lacking, [] as [&str; 0]);
}

/// What is said of a secret tells where it is typed and what is wrong with it, and never the secret.
#[test]
fn secrets_are_asked_for_and_never_repeated() {
    let mut seen = 0;
    for field in STEPS.iter().flat_map(|step| step.fields) {
        if !matches!(field.kind, Kind::Password(_) | Kind::Secret) {
            continue;
        }
        seen += 1;
        let mut answers = base_of(field.id);
        if let Kind::Password(pick) = &field.kind {
            (pick.set)(&mut answers, pick.options.iter().position(|o| o.word == "typed").unwrap());
        }
        let said = |secret: Option<&str>| {
            let mut typed = TypedSecrets::default();
            if let Some(secret) = secret {
                typed.insert(SecretId::new(field.id), Secret::new(secret));
            }
            let plan = draft(&answers, Context::new("4f2a", &typed));
            let at = plan.issues.iter().filter(|issue| issue.field == field.id);
            at.map(|issue| issue.message.clone()).collect::<Vec<_>>()
        };
        let missing = said(None);
        let variable = format!("STACKSEAL_SECRET_{}", field.id.replace('.', "_").to_uppercase());
        assert_eq!(missing.len(), 1, "{}", field.id);
        assert!(missing[0].contains("Enter types it") && missing[0].contains(&variable), "{}", missing[0]);
        // How long a token is, its cluster knows.
        let long = "planted-".repeat(if matches!(field.kind, Kind::Secret) { 0 } else { 7 });
        for wrong in ["planted-pässword", " planted", &long] {
            let said = said(Some(wrong));
            assert_eq!(said.len(), 1, "{} takes {wrong:?}", field.id);
            assert!(!said[0].contains("planted") && shows_a_way(&said[0]), "{}: {}", field.id, said[0]);
        }
        assert_eq!(said(Some("Correct-horse-9")), [] as [&str; 0], "{}", field.id);
    }
    assert!(seen > 8, "{seen}");
}

/// In a session file anything can be written: a word that is no choice is found by its line, with all that are.
#[test]
fn a_wrong_word_in_a_session_file_names_the_right_ones() {
    for field in STEPS.iter().flat_map(|step| step.fields) {
        let (Kind::Choice(pick) | Kind::Password(pick)) = &field.kind else { continue };
        let text = format!("version: 1\nanswers:\n  {}:\n    {}: sometimes\n", field.step(), field.key());
        let said = Session::parse(&text, Path::new("prod.yml")).map(drop).expect_err(field.id).to_string();
        assert!(said.contains(field.id) && said.contains("line 4"), "{}: {said}", field.id);
        for option in pick.options {
            assert!(said.contains(option.word), "{} hides {}: {said}", field.id, option.word);
        }
    }
}

fn without_row(id: &str) -> String {
    match (id.find('['), id.find(']')) {
        (Some(open), Some(close)) => [&id[..open], &id[close + 1..]].concat(),
        _ => id.to_owned(),
    }
}

fn bases() -> Vec<Answers> {
    let text = "
overview:
  licence: trial
  kind: archive
  elasticsearch_folder: /opt/elasticsearch/config
  kibana_folder: /opt/kibana/config
  metricbeat_folder: /opt/metricbeat
  elasticsearch:
    - {name: es-1, dns: [es-1.corp.example], ip: [10.0.0.11]}
    - {name: es-2, dns: [es-2.corp.example], ip: [10.0.0.12]}
    - {name: es-3, dns: [es-3.corp.example], ip: [10.0.0.13]}
  kibana: [{name: kb-1, dns: [kb.corp.example], ip: [10.0.0.21]}]
  metricbeat: [{name: beat-1, ip: [10.0.0.31]}]
  metricbeat_on_nodes: true
kibana_client: {monitoring: true, monitoring_hosts: ['https://mon-1.corp.example:9200']}
mtls: {enabled: true}
beats: {to_monitoring: false}
";
    let one: Answers = serde_yaml::from_str(text).unwrap();
    let mut two = one.clone();
    let field = field("browser.signed_by").unwrap();
    let Kind::Choice(pick) = &field.kind else { unreachable!() };
    (pick.set)(&mut two, pick.options.iter().position(|option| option.word == "request").unwrap());
    vec![one, two]
}

fn base_of(id: &str) -> Answers {
    let shown = field(id).unwrap_or_else(|| panic!("{id}")).shown;
    bases().into_iter().find(shown).unwrap_or_else(|| panic!("{id} is never shown"))
}

fn typed() -> TypedSecrets {
    let mut typed = TypedSecrets::default();
    typed.insert(SecretId::new("kibana_client.monitoring_token"), Secret::new("AAEAAWVsYXN0aWM"));
    typed
}

fn errors_at(answers: &Answers, id: &str) -> Vec<Issue> {
    let typed = typed();
    let plan = draft(answers, Context::new("4f2a", &typed));
    let errors = plan.issues.iter().filter(|issue| issue.code.weight == Weight::Error);
    errors.filter(|issue| issue.field == id).cloned().collect()
}

fn put(answers: &Answers, id: &str, text: &str) -> Answers {
    let mut answers = answers.clone();
    let field = field(id).unwrap();
    let list = |text: &str| text.split(", ").filter(|t| !t.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    match &field.kind {
        Kind::Text(lens) => *(lens.get_mut)(&mut answers) = text.into(),
        Kind::List(lens) => *(lens.get_mut)(&mut answers) = list(text),
        Kind::Hosts(lens, columns) => {
            let column = columns.iter().find(|column| id.ends_with(&format!(".{}", column.id))).unwrap();
            let row: usize = id[id.find('[').unwrap() + 1..id.find(']').unwrap()].parse().unwrap();
            let host = &mut (lens.get_mut)(&mut answers)[row];
            match &column.kind {
                HostKind::Text(_, get) => *get(host) = text.into(),
                HostKind::List(_, get) => *get(host) = list(text),
                _ => unreachable!(),
            }
        }
        _ => unreachable!(),
    }
    answers
}
