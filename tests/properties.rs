//! Properties: what is parsed prints and parses to the same again, and no text whatsoever, in whatever
//! field or file, makes anything panic.

mod support;

use std::path::Path;

use proptest::prelude::*;
use stackseal::plan::{Form, TypedSecrets};
use stackseal::steps::{Answers, Context, Host, HostKind, Kind, STEPS, draft, paste_hosts};
use stackseal::store::Session;
use stackseal::values::{
    Dn, DnsName, Endpoint, HostName, RelPath, Secret, Span, StackUrl, StackVersion, address,
};
use support::scenario;

/// Text as people and attackers type it: letters, separators, quotes, escapes, controls, other scripts.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9.,:=+\\\\/*%_ -]{0,40}",
        "\\PC{0,40}",
        any::<String>(),
        "(CN|O|DC|OU)=[a-zA-Z0-9 ,\\\\+=\"#<>;\u{a0}é]{0,30}",
        "https?://[a-z0-9.:\\[\\]/@?#$-]{0,40}",
        "[0-9]{0,12}[ymwdYMWD, ]{0,3}[0-9]{0,5}[ymd]?",
    ]
}

fn nothing() -> TypedSecrets {
    TypedSecrets::default()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("STACKSEAL_NIGHT").is_some() { 20_000 } else { 512 }))]

    #[test]
    fn values_print_as_they_parse(text in text()) {
        if let Ok(dn) = text.parse::<Dn>() {
            prop_assert_eq!(dn.to_string().parse::<Dn>(), Ok(dn));
        }
        if let Ok(span) = text.parse::<Span>() {
            prop_assert_eq!(span.to_string().parse::<Span>(), Ok(span));
        }
        if let Ok(name) = text.parse::<DnsName>() {
            prop_assert!(name.as_str().is_ascii() && name.as_str().len() <= 253);
            prop_assert_eq!(name.to_string().parse::<DnsName>(), Ok(name));
        }
        if let Ok(url) = StackUrl::parse(&text, 9200) {
            prop_assert_eq!(StackUrl::parse(&url.to_string(), 1), Ok(url));
        }
        if let Ok(endpoint) = text.parse::<Endpoint>() {
            prop_assert_eq!(endpoint.to_string().parse::<Endpoint>(), Ok(endpoint));
        }
        if let Ok(ip) = address(&text) {
            prop_assert_eq!(address(&ip.to_string()), Ok(ip));
        }
        if let Ok(version) = text.parse::<StackVersion>() {
            prop_assert_eq!(version.to_string().parse::<StackVersion>(), Ok(version));
        }
        if let Ok(path) = text.parse::<RelPath>() {
            prop_assert!(!Path::new(path.as_str()).is_absolute() && !path.as_str().split('/').any(|part| part == ".."), "{}", path);
        }
        if let Ok(name) = text.parse::<HostName>() {
            prop_assert!(name.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)));
        }
        let shown = format!("{:?}", Secret::new(text.clone()));
        prop_assert!(text.len() < 3 || "Secret(hidden)".contains(&text) || !shown.contains(&text));
    }

    /// Any text in any field: the plan is drafted, its issues name real fields, and every path stays inside.
    #[test]
    fn any_answer_can_be_drafted(field in any::<prop::sample::Index>(), texts in prop::collection::vec(text(), 1..4)) {
        let mut answers = scenario::named("good_browser_mtls_beats").session.answers;
        let fields: Vec<_> = STEPS.iter().flat_map(|step| step.fields).collect();
        fill(&mut answers, &field.get(&fields).kind, &texts);
        let typed = nothing();
        let plan = draft(&answers, Context::new("5ea1ed", &typed));
        for issue in &plan.issues {
            prop_assert!(stackseal::steps::field(&issue.field).is_some(), "{}", issue.field);
        }
        for file in &plan.files {
            prop_assert!(file.path.as_str().parse::<RelPath>().is_ok());
        }
        // What can be written is read back by the YAML readers, line by line.
        if plan.is_sound() {
            for config in &plan.configs {
                let text = stackseal::plan::config_text(config, &stackseal::steps::heading);
                let failed = |e| TestCaseError::fail(format!("{e}\n{text}"));
                let read: serde_yaml::Mapping = match config.form {
                    Form::Item => serde_yaml::from_str::<Vec<_>>(&text).map_err(failed)?.remove(0),
                    Form::Main | Form::Beside => serde_yaml::from_str(&text).map_err(failed)?,
                };
                prop_assert_eq!(read.len(), config.lines().len());
            }
        }
        // It can be saved and comes back.
        let session = Session { origin: stackseal::store::Origin::Unsaved, answers, progress: Default::default() };
        let again = Session::parse(&session.to_yaml().unwrap(), Path::new("x.yml"));
        prop_assert_eq!(again.unwrap().answers, session.answers);
    }

    #[test]
    fn any_paste_is_read(lines in prop::collection::vec(text(), 0..6)) {
        let text = lines.join("\n");
        let pasted = paste_hosts(&text);
        prop_assert!(pasted.taken.len() + pasted.refused.len() <= text.lines().count());
        for line in pasted.taken {
            prop_assert!(line.host.name.parse::<HostName>().is_ok());
        }
    }

    #[test]
    fn any_session_file_is_read_or_refused(text in any::<String>(), tail in text()) {
        let _ = Session::parse(&text, Path::new("x.yml"));
        let _ = Session::parse(&format!("version: 1\nanswers:\n  overview:\n    cluster_name: {tail}\n"), Path::new("x.yml"));
    }

    #[test]
    fn any_bytes_can_be_inspected(bytes in prop::collection::vec(any::<u8>(), 0..400), name in "[a-z]{1,4}\\.(p12|pem|zip|csr|key|yml)") {
        let description = stackseal::forge::inspect(&name, &bytes, &["", "x"]);
        prop_assert!(!description.to_string().is_empty());
    }
}

fn fill(answers: &mut Answers, kind: &Kind, texts: &[String]) {
    match kind {
        Kind::Text(lens) => (lens.get_mut)(answers).clone_from(&texts[0]),
        Kind::List(lens) => *(lens.get_mut)(answers) = texts.to_vec(),
        Kind::Flag(lens) => *(lens.get_mut)(answers) ^= true,
        Kind::Choice(pick) | Kind::Password(pick) => (pick.set)(answers, texts[0].len() % pick.options.len()),
        Kind::Secret => {}
        Kind::Hosts(lens, columns) => {
            let hosts = (lens.get_mut)(answers);
            if hosts.is_empty() {
                hosts.push(Host::named("es-1"));
            }
            let column = &columns[texts[0].len() % columns.len()];
            let row = texts.len() % hosts.len();
            match &column.kind {
                HostKind::Text(_, set) => set(&mut hosts[row]).clone_from(&texts[0]),
                HostKind::List(_, set) => *set(&mut hosts[row]) = texts.to_vec(),
                HostKind::Flag(get, set) => {
                    let on = get(&hosts[row]);
                    set(&mut hosts[row], !on);
                }
                HostKind::Choice { options, set, .. } => set(&mut hosts[row], texts[0].len() % options.len()),
            }
        }
    }
}
