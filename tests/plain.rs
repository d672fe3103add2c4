//! The questions of plain mode: each is asked, answered, explained, taken back, and tells no secret.

mod support;
mod teller;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use stackseal::plain::Event;
use stackseal::sitting::Opened;
use stackseal::steps::{Answers, HostField, Kind, STEPS};
use stackseal::store::Session;
use support::scenario;
use teller::{Teller, Wants, field};

const PLANTED: &str = "Planted-Secret-7531";

/// Plain mode knows the questions by the field table alone, so that none of them is told apart by name.
#[test]
fn no_field_is_named_in_the_room() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/plain");
    let text: String = fs::read_dir(folder)
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .map(|text| text.split("#[cfg(test)]").next().unwrap().to_owned())
        .collect();
    assert!(text.len() > 30_000);
    let mut names: BTreeSet<String> = BTreeSet::new();
    for step in STEPS {
        // Neither as a text, nor as a way into the answers.
        names.extend([format!("\"{}\"", step.id), format!(".{}.", step.id)]);
        for field in step.fields {
            names.insert(field.id.to_owned());
            // Those of one word are words of the language too.
            names.extend(Some(field.key()).filter(|key| key.contains('_')).map(|key| format!("\"{key}\"")));
            names.extend(columns(&field.kind).iter().map(|column| format!("\"{}\"", column.id)));
        }
    }
    assert!(names.len() > 100);
    let found: Vec<&String> = names.iter().filter(|name| text.contains(name.as_str())).collect();
    assert!(found.is_empty(), "{found:?}");
}

fn columns(kind: &Kind) -> &'static [HostField] {
    match kind {
        Kind::Hosts(_, columns) => columns,
        _ => &[],
    }
}

/// Whoever answers every question as a session does ends with that session, and with its plan.
#[test]
fn answering_each_question_makes_each_good_session() {
    for (number, scenario) in scenario::good().into_iter().enumerate() {
        // Every other one over a pipe.
        let mut teller = Teller::new(number % 2 == 0, true);
        teller.opened = Opened { run: scenario.session.run().to_owned(), ..Opened::default() };
        let mut teller = teller.begin(None);
        teller.walk(&scenario.session.answers, &scenario.typed);
        let session = Session { answers: teller.answers().clone(), ..scenario.session.clone() };
        assert_eq!(session.to_yaml().unwrap(), scenario.session.to_yaml().unwrap(), "{}", scenario.name);
        let plan = teller.dialogue.session().plan();
        assert_eq!(format!("{plan:?}"), format!("{:?}", scenario.plan()), "{}", scenario.name);
        assert_eq!(*teller.saves.last().unwrap().answers, scenario.session.answers, "{}", scenario.name);
        for (_, secret) in secrets(&scenario) {
            assert!(!teller.heard.contains(&secret), "{} says a secret", scenario.name);
        }
    }
}

fn secrets(scenario: &scenario::Scenario) -> Vec<(String, String)> {
    let specs = scenario.plan().secrets.into_iter();
    let typed = specs
        .filter_map(|spec| Some((spec.id.to_string(), scenario.typed.get(&spec.id)?.reveal().to_owned())));
    typed.collect()
}

/// Answers with which most questions are asked.
fn rich() -> Answers {
    let mut answers = scenario::named("good_browser_mtls_beats").session.answers;
    answers.kibana_client.monitoring = true;
    answers
}

#[test]
fn each_question_takes_help_list_back_and_go() {
    let mut teller = Teller::with(rich());
    let mut seen: Vec<String> = Vec::new();
    while teller.wants == Wants::Secret || !teller.dialogue.asked().is_empty() {
        assert!(seen.len() < 200, "never ends; at {}", teller.dialogue.asked());
        let id = teller.dialogue.asked();
        let first_words: String = field(&id).help.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
        teller.any("?").says(&first_words).says(&format!("In session files: {id}")).asks(&id);
        assert!(
            teller
                .last
                .split("In session files")
                .next()
                .unwrap()
                .lines()
                .all(|line| line.chars().count() <= 76)
        );
        teller.any("list").says(&format!("  {} ", seen.len() + 1)).asks(&id);
        teller.any("? step").asks(&id).any("? words").says("goes to the question before").asks(&id);
        teller.any("<");
        match seen.last() {
            Some(before) => teller.asks(before),
            None => teller.says("first question").asks(&id),
        };
        seen.push(id.clone());
        if teller.wants == Wants::Secret {
            teller.any("<");
            teller.line("review");
        }
        if teller.dialogue.asked() != id {
            teller.line(&format!("go {}", seen.len()));
        }
        teller.asks(&id);
        // Enter keeps the answer; a secret that is wanted is left open, an issue is told once.
        for _ in 0..3 {
            if teller.dialogue.asked() == id {
                teller.any("");
            }
        }
    }
    let shown = STEPS.iter().flat_map(|step| step.fields).filter(|field| (field.shown)(teller.answers()));
    assert_eq!(seen, shown.map(|field| field.id).collect::<Vec<_>>());
    assert!(seen.len() > 55, "{}", seen.len());
    assert_eq!(*teller.answers(), rich());
}

#[test]
fn each_question_can_be_left_by_quit() {
    let all = Teller::with(rich());
    let count =
        STEPS.iter().flat_map(|step| step.fields).filter(|field| (field.shown)(all.answers())).count();
    for number in 1..=count {
        let mut teller = Teller::with(rich());
        teller.line(&format!("go {number}"));
        let step = field(&teller.dialogue.asked()).step();
        teller.any("quit");
        let (code, words) = teller.quit.clone().unwrap();
        assert_eq!((code, words.contains("`stackseal held` opens it again")), (0, true), "{number}: {words}");
        // Where one was is remembered.
        let last = teller.saves.last().map_or(STEPS[0].id, |snapshot| snapshot.last_step.as_str());
        assert_eq!(last, step, "{number}");
    }
}

#[test]
fn a_bad_answer_keeps_its_question_and_loses_nothing() {
    let mut teller = Teller::with(scenario::named("good_three_full").session.answers);
    let before = teller.answers().clone();
    teller.line("go 3").asks("overview.licence").line("7").says("from 1 to 3").asks("overview.licence");
    teller.line("golden").says("basic, trial, paid").asks("overview.licence");
    teller.line("go overview").line("\u{1b}[A").says("control character").asks("overview.cluster_name");
    assert_eq!(*teller.answers(), before);
    // What was typed is kept, told and asked again; Enter then leaves it so.
    teller.line("two words").says("Not right yet").asks("overview.cluster_name");
    assert_eq!(teller.answers().overview.cluster_name, "two words");
    teller.line("").asks("overview.stack_version").line("7.17").says("Not right yet").says("[7.17]");
    teller.line("9.1").asks("overview.licence").line("Trial").asks("overview.kind");
    teller
        .line("review")
        .says("To mend at 1, Overview, Cluster name")
        .line("write")
        .says("1 issue to mend first");
    teller.line("mend 1").asks("overview.cluster_name").line("prod").asks("overview.stack_version");
    teller.line("go accounts").says("go wants the number");
    let flag = "overview.metricbeat_on_nodes";
    teller.enter_until(flag);
    teller.line("perhaps").says("neither yes nor no").asks(flag);
    assert_eq!(teller.saves.last().unwrap().answers.overview.cluster_name, "prod");
}

#[test]
fn words_that_look_like_commands_are_answers_behind_an_equals_sign() {
    let mut teller = Teller::with(scenario::named("good_three_full").session.answers);
    teller.line("=back").asks("overview.stack_version").line("<").says("[back]");
    teller.line("=").says("Not right yet").line("=list");
    assert_eq!(teller.answers().overview.cluster_name, "list");
}

#[test]
fn the_last_answer_can_be_taken_back_and_a_step_passed_over() {
    let before = scenario::named("good_three_full").session.answers;
    let mut teller = Teller::with(before.clone());
    teller.line("other").line("9.2").line("go 5").line("remove 1").says("is removed");
    teller.line("undo").says("Taken back: Overview, Hosts: Elasticsearch").asks("overview.elasticsearch");
    teller.line("undo").asks("overview.stack_version").line("undo").asks("overview.cluster_name");
    assert_eq!(*teller.answers(), before);
    teller
        .line("undo")
        .says("Nothing more")
        .line("next")
        .says("Overview is answered")
        .asks("transport.ca_subject");
    for _ in 0..5 {
        teller.line("next");
    }
    teller.says("Review of held").line("next").says("no step");
    assert_eq!((teller.answers(), &*teller.saves.last().unwrap().answers), (&before, &before));
}

#[test]
fn questions_that_an_answer_hides_are_not_asked_and_the_number_is_told() {
    let mut teller = Teller::with(scenario::named("good_three_full").session.answers);
    teller
        .line("go 4")
        .asks("overview.kind")
        .line("archive")
        .says("With this answer there are")
        .says("To mend at");
    teller.asks("overview.elasticsearch_folder").line("<").line("1").says("With this answer there are");
    teller.asks("overview.elasticsearch");
}

#[test]
fn secrets_are_typed_twice_or_once_and_never_told() {
    for typed in [true, false] {
        let mut teller = Teller::new(typed, true);
        teller.opened.answers = scenario::named("good_three_full").session.answers;
        let mut teller = teller.begin(Some("held"));
        teller.line("go transport");
        teller.enter_until("transport.ca_password");
        teller.line("typed");
        assert_eq!(teller.wants, Wants::Secret);
        teller.secret("pässword").says("printable ASCII").secret("?").says("taken as it is");
        teller.secret("").says("to be mended").line("<").says("but nothing is typed yet").line("");
        teller.secret(PLANTED);
        if typed {
            teller.secret("other").says("not the same").secret(PLANTED).secret(PLANTED);
        }
        teller.says("never into the session").line("<").says("[2 typed]").line("list");
        teller.line("review").line("files").line("show 3").line("issues");
        assert!(!teller.heard.contains(PLANTED), "{}", teller.heard);
        assert!(teller.saves.iter().all(|save| !format!("{save:?}").contains(PLANTED)));
        assert!(teller.dialogue.session().plan().is_sound());
        // Where nothing can be hidden, nothing is asked for.
        teller.line("go transport").line("").line("").line("2").tell(Event::Unhidden).says("--secrets");
        teller.asks("transport.ca_password");
        assert_eq!(teller.wants, Wants::Line);
    }
}

/// A session from elsewhere moves no cursor and paints nothing.
#[test]
fn nothing_but_text_is_said() {
    let mut answers = rich();
    answers.overview.cluster_name = "a\u{1b}[2Jb\u{202e}\u{7}é".into();
    answers.overview.elasticsearch[0].name = "es\u{9b}31m".into();
    let mut teller = Teller::new(true, false);
    teller.opened.answers = answers;
    let mut teller = teller.begin(Some("held"));
    for line in ["list", "?", "? step", "? words", "review", "files", "show 1", "tasks", "task 1", "?"] {
        teller.line(line);
    }
    let other: String = teller.heard.chars().filter(|c| !matches!(c, ' '..='~' | '\n')).collect();
    assert_eq!(other, "");
}
