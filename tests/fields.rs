//! The field table holds together: ids, help, options, saved form, schema and the commented session.

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_yaml::Value;
use stackseal::forge::System;
use stackseal::plan::{Awaited, TypedSecrets};
use stackseal::steps::{Answers, Context, HostKind, Kind, STEPS, draft, field};
use stackseal::store::{Progress, Session, Written};
use support::scenario;

#[test]
fn ids_are_unique_and_belong_to_their_step() {
    let mut seen = BTreeSet::new();
    for step in STEPS {
        for field in step.fields {
            assert!(field.id.starts_with(&format!("{}.", step.id)), "{}", field.id);
            assert!(seen.insert(field.id), "{} stands twice", field.id);
        }
    }
}

/// Columns of the help below the form at 80×24, its lines there, and the most that a help page gives one field.
const ROOM: usize = 78;
const PANEL: usize = 5;
const MOST: usize = 6;

fn lines(text: &str) -> usize {
    let mut rows = 1;
    let mut used = 0;
    for word in text.split_whitespace() {
        let wide = word.chars().count();
        if used > 0 && used + 1 + wide > ROOM {
            rows += 1;
            used = wide;
        } else {
            used += wide + usize::from(used > 0);
        }
    }
    rows
}

/// What it is, why one would change it, what breaks: short enough to be read whole below the form, with
/// the meaning of the option that is chosen above it.
#[test]
fn every_help_is_short_and_every_option_explained() {
    let fields = || STEPS.iter().flat_map(|step| step.fields);
    for field in fields() {
        let mut above = 0;
        if let Kind::Choice(pick) | Kind::Password(pick) = &field.kind {
            let words: BTreeSet<&str> = pick.options.iter().map(|option| option.word).collect();
            assert_eq!(words.len(), pick.options.len(), "{}", field.id);
            above = meanings(field.id, pick.options);
        }
        assert!(!field.label.is_empty(), "{}", field.id);
        help_fits(field.id, field.help, above);
    }
    for (field, column) in fields().flat_map(|field| match &field.kind {
        Kind::Hosts(_, columns) => columns.iter().map(|column| (field, column)).collect(),
        _ => Vec::new(),
    }) {
        let id = format!("{}.{}", field.id, column.id);
        let above = match &column.kind {
            HostKind::Choice { options, .. } => meanings(&id, options),
            _ => 0,
        };
        help_fits(&id, column.help, above);
    }
}

fn help_fits(id: &str, help: &str, above: usize) {
    // One that says all three is longer than this.
    assert!(help.len() > 100 && help.ends_with('.'), "{id}: {help}");
    assert!(lines(help) <= MOST && lines(help) + above <= PANEL, "{id}: {} lines", lines(help) + above);
    assert!(help.lines().all(|line| line.chars().count() <= 92), "{id}");
}

/// The lines that the longest of these takes.
fn meanings(id: &str, options: &[stackseal::steps::Choice]) -> usize {
    assert!(options.len() > 1 && options.iter().all(|option| option.means.ends_with('.')), "{id}");
    options.iter().map(|option| lines(&format!("{}: {}", option.label, option.means))).max().unwrap()
}

/// What is saved and what is asked are the same set of names.
#[test]
fn saved_answers_have_exactly_the_fields() {
    let saved = serde_yaml::to_value(Answers::default()).unwrap();
    let mut names = BTreeSet::new();
    for (step, fields) in saved.as_mapping().unwrap() {
        for (key, _) in fields.as_mapping().unwrap() {
            names.insert(format!("{}.{}", step.as_str().unwrap(), key.as_str().unwrap()));
        }
    }
    let fields = STEPS.iter().flat_map(|step| step.fields);
    let asked: BTreeSet<String> =
        fields.filter(|field| !matches!(field.kind, Kind::Secret)).map(|field| field.id.to_owned()).collect();
    assert_eq!(names, asked);
}

#[test]
fn the_commented_session_is_read_back_as_the_defaults() {
    let text = run(&["new"]);
    let session = Session::parse(&text, Path::new("new.yml")).unwrap();
    let mut answers = session.answers.clone();
    assert_eq!(answers.overview.elasticsearch.len(), 3);
    answers.overview.elasticsearch.clear();
    answers.overview.kibana.clear();
    assert_eq!(answers, Answers::default());
    let typed = TypedSecrets::default();
    assert!(draft(&session.answers, Context::new(session.run(), &typed)).is_sound());
}

#[test]
fn the_schema_has_every_field_and_default() {
    let schema: serde_json::Value = serde_json::from_str(&run(&["schema"])).unwrap();
    let answers = &schema["properties"]["answers"]["properties"];
    let saved = serde_yaml::to_value(Answers::default()).unwrap();
    for field in STEPS.iter().flat_map(|step| step.fields) {
        if matches!(field.kind, Kind::Secret) {
            continue;
        }
        let described = &answers[field.step()]["properties"][field.key()];
        assert!(described.is_object(), "{}", field.id);
        let default = &saved[field.step()][field.key()];
        match described.get("enum").and_then(|words| words.as_array()) {
            Some(words) => {
                assert!(words.iter().any(|word| word.as_str() == default.as_str()), "{}", field.id)
            }
            None => assert!(described["type"].to_string().contains(type_of(default)), "{}", field.id),
        }
    }
}

/// A session that stackseal saved is one that the schema allows.
#[test]
fn the_schema_has_all_progress() {
    let schema: serde_json::Value = serde_json::from_str(&run(&["schema"])).unwrap();
    let text = || "x".to_owned();
    let awaited = Awaited { identity: text(), request: text(), certificate: text(), to: text() };
    let progress = Progress {
        run: text(),
        last_step: text(),
        saved: text(),
        visited: vec![text()],
        written: Some(Written { folder: text(), at: text() }),
        awaited: vec![awaited.clone()],
    };
    let keys = |saved: serde_yaml::Value| {
        let keys = saved.as_mapping().unwrap().keys().map(|key| key.as_str().unwrap().to_owned());
        keys.collect::<BTreeSet<String>>()
    };
    let known = |schema: &serde_json::Value| {
        schema["properties"].as_object().unwrap().keys().cloned().collect::<BTreeSet<String>>()
    };
    let described = &schema["properties"]["progress"];
    assert_eq!(keys(serde_yaml::to_value(progress).unwrap()), known(described));
    let items = &described["properties"]["awaited"]["items"];
    assert_eq!(keys(serde_yaml::to_value(awaited).unwrap()), known(items));
}

/// What is not asked is not checked either: nobody could see or mend it.
#[test]
fn a_field_that_is_not_shown_never_has_an_issue() {
    let (mut at_fault, mut hidden) = (BTreeSet::new(), BTreeSet::new());
    for scenario in scenario::good().iter().filter(|s| s.session.answers.overview.elasticsearch.len() < 10) {
        let sound = &scenario.session.answers;
        for answers in variants(sound).chain(variants(&spoiled(sound))) {
            let plan = draft(&answers, Context::new(scenario.session.run(), &scenario.typed));
            for issue in &plan.issues {
                // Faults of stackseal itself name a step, and other tests show that there are none.
                let Some(field) = field(&issue.field) else { continue };
                assert!((field.shown)(&answers), "{}: {issue}", scenario.name);
                at_fault.insert(field.id);
            }
            let fields = STEPS.iter().flat_map(|step| step.fields);
            hidden.extend(fields.filter(|field| !(field.shown)(&answers)).map(|field| field.id));
        }
    }
    let both: Vec<_> = at_fault.intersection(&hidden).collect();
    assert!(both.len() > 30, "only {} fields are hidden here and at fault there: {both:?}", both.len());
}

/// These answers with one choice or flag at a time answered otherwise, in every way.
fn variants(answers: &Answers) -> impl Iterator<Item = Answers> {
    let fields = STEPS.iter().flat_map(|step| step.fields);
    fields.flat_map(move |field| {
        let ways = match &field.kind {
            Kind::Choice(pick) | Kind::Password(pick) => pick.options.len(),
            Kind::Flag(_) => 2,
            _ => 0,
        };
        (0..ways).map(move |way| {
            let mut answers = answers.clone();
            match &field.kind {
                Kind::Choice(pick) | Kind::Password(pick) => (pick.set)(&mut answers, way),
                Kind::Flag(lens) => *(lens.get_mut)(&mut answers) = way == 1,
                _ => {}
            }
            answers
        })
    })
}

/// The same hosts, with a wrong answer wherever one can be typed.
fn spoiled(answers: &Answers) -> Answers {
    let mut answers = answers.clone();
    for field in STEPS.iter().flat_map(|step| step.fields) {
        match &field.kind {
            Kind::Text(lens) => *(lens.get_mut)(&mut answers) = "?".into(),
            Kind::List(lens) => *(lens.get_mut)(&mut answers) = vec!["?".into()],
            Kind::Password(pick) => {
                let typed = pick.options.iter().position(|option| option.word == "typed").unwrap();
                (pick.set)(&mut answers, typed);
            }
            Kind::Choice(_) | Kind::Flag(_) | Kind::Hosts(..) | Kind::Secret => {}
        }
    }
    answers
}

#[test]
fn run_ids_differ() {
    let ids: BTreeSet<String> =
        (0..20).map(|_| Session::new(Answers::default(), &System).unwrap().progress.run).collect();
    assert!(ids.len() > 18 && ids.iter().all(|id| id.len() == 6), "{ids:?}");
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "boolean",
        Value::Sequence(_) => "array",
        _ => "string",
    }
}

fn run(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_stackseal")).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
