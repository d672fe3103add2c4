//! Plain mode without a terminal: the dialogue as data.

mod support;
mod teller;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use stackseal::plain::Event;
use stackseal::plan::{Arrival, Arrivals, IdentityId, TypedSecrets};
use stackseal::sitting::{Cmd, Existing, Gauge, News, Opened};
use stackseal::steps::{Answers, Context, HostField, Kind, STEPS, draft};
use stackseal::store::{Listing, Session};
use stackseal::values::Sans;
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

/// Keeps what is there up to this question.
fn enter_until(teller: &mut Teller, id: &str) {
    for _ in 0..200 {
        if teller.dialogue.asked() == id {
            return;
        }
        teller.line("");
    }
    panic!("{id} is never asked; at {}", teller.dialogue.asked());
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
    enter_until(&mut teller, flag);
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
fn hosts_come_line_by_line_and_go_to_their_lists() {
    let mut teller = Teller::start();
    teller.line("3").says("Type your hosts").asks("overview.elasticsearch");
    teller.line("es-1 es-1.corp.example 10.0.0.11").says("is taken, 1 host.").says("Host 2");
    teller.line("10.0.0.12\tes-2.corp.example es-2").says("es-2, es-2.corp.example, 10.0.0.12 is taken");
    teller.line("kibana-1 10.0.0.21 kibana").says("into Kibana, 1 host.");
    teller.line("es_3 bad!name").says("Not taken: ").says("Host 3");
    teller.line("es-2 10.0.0.99").says("was there and is replaced");
    teller
        .line("=edit 10.0.0.4")
        .says("edit, 10.0.0.4 is taken")
        .line("remove edit")
        .says("edit is removed.");
    teller.line("edit 9").says("no host \"9\"");
    teller.line("edit es-2").says("Elasticsearch host 2, es-2, 1 of 7: Name [es-2]");
    teller
        .line("")
        .line("es-2.corp.example")
        .line("10.0.0.12")
        .says("Master-eligible, yes or no [yes]")
        .line("no");
    teller.line("<").says("Master-eligible").line("").line("container").line("").line("");
    teller.asks("overview.elasticsearch").says("2 es-2, es-2.corp.example, 10.0.0.12");
    let hosts = &teller.answers().overview.elasticsearch;
    assert_eq!((hosts.len(), hosts[1].master, hosts[1].kind.index()), (2, false, 3));
    teller.line("").says("from the first on").asks("overview.cluster_name");
    // At Kibana's own list a line needs no word.
    teller.line("go 6").asks("overview.kibana").line("kibana-2 10.0.0.22").says("is taken, 2 hosts.");
    teller.line("").asks("overview.metricbeat_on_nodes");
}

#[test]
fn a_gap_in_pasted_hosts_does_not_end_their_list() {
    let mut teller = Teller::start();
    teller.line("3");
    for line in ["es-1 10.0.0.11\n", "\n", "# rack 2\n", "es-2 10.0.0.12\n"] {
        teller.tell(Event::Pasted(line.into())).asks("overview.elasticsearch");
    }
    assert_eq!(teller.answers().overview.elasticsearch.len(), 2);
    teller
        .line("")
        .asks("overview.cluster_name")
        .tell(Event::Pasted("\n".into()))
        .asks("overview.stack_version");
}

#[test]
fn a_host_with_addresses_begins_a_session_at_once() {
    let mut teller = Teller::start();
    teller.line("es-1 es-1.corp.example 10.0.0.11").asks("overview.elasticsearch").says("1 host");
    teller.line("es-2 10.0.0.12").line("").asks("overview.cluster_name");
    assert_eq!(teller.answers().overview.elasticsearch.len(), 2);
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
        enter_until(&mut teller, "transport.ca_password");
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

#[test]
fn the_review_tells_hosts_files_tasks_and_issues() {
    let scenario = scenario::named("good_three_full");
    let mut teller = Teller::with(scenario.session.answers.clone());
    teller.line("review").says("Host 1 ").says("files in all").says("No issues");
    let plan = teller.dialogue.session().plan().clone();
    teller.line("files es-1");
    let of_host = plan.files.iter().filter(|file| file.path.as_str().contains("es-1")).count();
    assert_eq!(teller.last.lines().filter(|line| line.contains("hosts/es-1/")).count(), of_host);
    for (index, file) in plan.files.iter().enumerate() {
        teller.line(&format!("show {}", index + 1)).says(file.path.as_str());
    }
    teller.line("show 999").says("from 1 to").line("tasks");
    assert_eq!(teller.last.lines().filter(|line| line.starts_with("  ")).count(), plan.tasks.len());
    for (index, task) in plan.tasks.iter().enumerate() {
        teller.line(&format!("task {}", index + 1)).says("It worked when");
        for command in task.actions.iter().flat_map(|action| &action.commands) {
            teller.says(command.lines().next().unwrap());
        }
    }
    teller.line("nonsense").says("no word of the review").line("3").asks("overview.licence");
    teller.line("review").line("make").says("made").line("show 1").says("the bytes of README.md");
    teller.line("fingerprints").says("AA:BB").line("passwords").says("once this session is written");
}

#[test]
fn the_write_asks_for_the_folder_and_tells_what_to_do_next() {
    let mut teller = Teller::with(scenario::named("good_three_full").session.answers);
    teller.existing = Existing::Output(String::new());
    teller.line("review").line("write").says("an output of stackseal already").line("1");
    teller.says("Another folder, absent or empty").line("<").line("write").line("9").says("from 1 to 3");
    teller.existing = Existing::Free;
    teller.line("1").line("./other").says("to ./other").says("[1 Write]").line("");
    teller.says("Making keys").says("3 files in ./other, for 2 hosts").says("What to do now:").says("  1 ");
    assert!(
        teller
            .sent
            .iter()
            .any(|cmd| matches!(cmd, Cmd::Write { folder, replace: false, .. } if folder == "./other"))
    );
    teller.line("passwords").line("").says("Written: ");
    assert!(!teller.heard.contains("Drawn-Password"));
    teller.line("passwords").line("yes").says("elastic: Drawn-Password");
    teller.existing = Existing::Own;
    teller.line("write").says("nothing changed since").line("replace").says("kept in aside-1").line("quit");
    assert!(teller.quit.clone().unwrap().1.contains("3 files are in"));
}

#[test]
fn lost_authorities_have_three_ways_out() {
    let mut teller = Teller::with(scenario::named("good_three_full").session.answers);
    teller.kept_wanted = true;
    teller.line("review").line("write").line("").says("20 November").says("1 Look for them").line("");
    teller.says("Review: ").line("write").line("1").line("/mnt/old").says("The folder is free");
    assert!(teller.sent.iter().any(|cmd| matches!(cmd, Cmd::KeepFrom(path) if path == "/mnt/old")));
    teller.line("3").kept_wanted = false;
    teller.line("write").line("").says("files in");
    teller.kept_wanted = true;
    teller
        .line("go 1")
        .line("prod")
        .line("review")
        .line("write")
        .line("")
        .line("2")
        .line("yes")
        .says("New authorities");
}

#[test]
fn long_work_is_told_and_can_be_stopped() {
    let mut teller = Teller::with(scenario::named("good_three_full").session.answers);
    teller.slow = true;
    teller.line("review").line("write").line("");
    assert_eq!(teller.wants, Wants::Nothing);
    let generation = teller.dialogue.session().generation();
    let gauge = Gauge { done: 3, total: 12, item: "es-2 · http.p12".into() };
    teller.tell(Event::News(News::Progress(generation, gauge))).says("3 of 12 made; now es-2, http.p12");
    teller.tell(Event::Interrupt).says("Stopped; nothing is on disk");
    assert!(teller.sent.iter().any(|cmd| matches!(cmd, Cmd::Cancel)) && teller.quit.is_none());
    teller.slow = false;
    teller.line("write").line("").says("files in").tell(Event::Stop);
    assert!(teller.quit.is_some());
}

#[test]
fn the_start_lists_sessions_and_opens_copies_and_removes_them() {
    let row = |name: &str| Listing {
        name: name.into(),
        summary: "3 Elasticsearch · 1 Kibana".into(),
        last_step: "transport".into(),
        issues: 2,
        ..Listing::default()
    };
    let mut teller = Teller::new(true, true);
    teller.saved = vec![row("prod"), Listing { problem: Some("not YAML".into()), ..row("broken") }];
    let mut teller = teller.begin(None);
    teller
        .says("1 prod: 3 Elasticsearch, 1 Kibana, 2 issues to mend, left at Transport")
        .says("2 broken: cannot be read");
    teller
        .line("2")
        .says("not YAML")
        .line("nobody")
        .says("no session \"nobody\"")
        .line("list")
        .says("begin a new one first");
    teller.line("copy 1 prod-2");
    assert!(
        matches!(teller.sent.last(), Some(Cmd::Duplicate { name, to }) if name == "prod" && to == "prod-2")
    );
    teller.tell(Event::News(News::Listed(teller.saved.clone()))).says("New ones");
    teller.line("remove prod").line("").says("Nothing is removed").line("remove 1").line("yes");
    assert!(matches!(teller.sent.last(), Some(Cmd::Remove(name)) if name == "prod"));
}

#[test]
fn a_session_that_another_has_is_only_read() {
    let mut teller = Teller::new(true, true);
    let answers = scenario::named("good_three_full").session.answers;
    teller.opened = Opened {
        name: "prod".into(),
        answers,
        read_only: Some("another wizard has this session open".into()),
        ..Opened::default()
    };
    let mut teller = teller.begin(Some("prod"));
    teller
        .says("can only be read")
        .line("yes")
        .line("other")
        .says("Nothing is changed")
        .line("review")
        .line("write");
    teller.says("Nothing is changed").line("quit");
    assert!(teller.quit.clone().unwrap().1.contains("was only read") && teller.saves.is_empty());
}

#[test]
fn what_cannot_be_saved_is_told_and_asked_twice() {
    let mut teller = Teller::with(scenario::named("good_three_full").session.answers);
    teller.saves_fail = true;
    teller.line("other").says("Not saved: the disk is full").line("quit").says("quit again leaves");
    assert!(teller.quit.is_none());
    teller.line("quit");
    assert_eq!(teller.quit.unwrap(), (1, "The last answers are not saved.".into()));
    let mut teller = Teller::with(scenario::named("good_three_full").session.answers);
    teller.saves_fail = true;
    teller.line("other").tell(Event::End);
    assert_eq!(teller.quit.unwrap(), (1, "The last answers are not saved.".into()));
}

#[test]
fn a_save_that_breaks_down_holds_nobody() {
    let mut teller = Teller::with(scenario::named("good_three_full").session.answers);
    teller.saves_break = true;
    teller
        .line("other")
        .says("Something broke down")
        .line("quit")
        .says("quit again leaves")
        .tell(Event::Stop);
    assert_eq!(teller.quit.unwrap(), (1, "The last answers are not saved.".into()));
}

#[test]
fn who_goes_on_once_saving_works_again_is_not_sent_away() {
    let mut teller = Teller::with(scenario::named("good_three_full").session.answers);
    teller.saves_fail = true;
    teller.line("other").line("quit").says("quit again leaves");
    teller.saves_fail = false;
    teller.line("go 1").line("prod").asks("overview.stack_version");
    assert!(teller.quit.is_none(), "{}", teller.last);
    assert_eq!(teller.saves.last().unwrap().answers.overview.cluster_name, "prod");
    // A later failure is told and asked twice as the first was.
    teller.saves_fail = true;
    teller.line("9.2").says("Not saved").line("quit").says("quit again leaves");
    assert!(teller.quit.is_none(), "{}", teller.last);
}

/// What came back signed changes what is written, and no answer.
fn arrived(teller: &mut Teller) {
    let mut arrivals = Arrivals::NONE;
    let arrival = Arrival { problem: None, sans: Sans::new(), key: String::new() };
    arrivals.insert(IdentityId::new("transport.ca"), arrival);
    teller.tell(Event::News(News::Arrived(arrivals)));
}

#[test]
fn keys_of_older_answers_are_neither_shown_nor_written() {
    let mut teller = Teller::with(scenario::named("good_three_full").session.answers);
    teller.line("review").line("make").says("Review, keys are made: ").line("fingerprints").says("AA:BB");
    teller.line("go 1").line("prod").line("review");
    assert!(!teller.last.contains("keys are made"), "{}", teller.last);
    teller.line("fingerprints").says("No keys are made yet").line("show 1");
    assert!(!teller.last.contains("the bytes of"), "{}", teller.last);
    // Between the question for the folder and its answer.
    teller.line("make").line("write").says("[1 Write]");
    arrived(&mut teller);
    teller.line("1").says("Making keys").says("files in");
    let now = teller.dialogue.session().generation();
    assert!(matches!(teller.sent.iter().rev().find(|cmd| matches!(cmd, Cmd::Write { .. })),
        Some(Cmd::Write { generation, .. }) if *generation == now));
    let forged = teller.sent.iter().filter(|cmd| matches!(cmd, Cmd::Forge { .. })).count();
    assert_eq!(forged, 3);
}

#[test]
fn keys_that_are_being_made_for_older_answers_are_given_up() {
    let mut teller = Teller::with(scenario::named("good_three_full").session.answers);
    teller.slow = true;
    teller.line("review").line("make");
    assert_eq!(teller.wants, Wants::Nothing);
    arrived(&mut teller);
    teller.says("making keys was stopped").says("Review: ");
    assert!(teller.sent.iter().any(|cmd| matches!(cmd, Cmd::Cancel)) && !teller.dialogue.is_running());
}

#[test]
fn leaving_waits_for_the_end_of_a_write() {
    for (fails, code, words) in
        [(false, 0, "3 files are in ./elastic-stack"), (true, 1, "The last answers are not saved.")]
    {
        let mut teller = Teller::with(scenario::named("good_three_full").session.answers);
        teller.slow_write = true;
        teller.line("review").line("write").line("").says("Writing.").tell(Event::Stop);
        assert!(teller.quit.is_none(), "left in the middle of the write");
        teller.saves_fail = fails;
        let written = teller.written("./elastic-stack", false);
        teller.tell(Event::News(written));
        let (left, said) = teller.quit.clone().unwrap();
        assert!(left == code && said.contains(words), "{left}: {said}");
    }
    let mut teller = Teller::with(scenario::named("good_three_full").session.answers);
    teller.slow_write = true;
    teller.line("review").line("write").line("").tell(Event::Stop);
    teller.tell(Event::News(News::WriteFailed("the disk is full".into()))).says("Nothing was written");
    assert_eq!(teller.quit.clone().unwrap().0, 0);
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

#[test]
fn a_resumed_session_goes_on_behind_its_last_answer() {
    let mut answers = scenario::named("good_three_full").session.answers;
    answers.transport = stackseal::steps::Transport { validity: "400d".into(), ..Default::default() };
    let plan = draft(&answers, Context::new("4f2a", &TypedSecrets::default()));
    let mut teller = Teller::new(true, true);
    teller.opened = Opened {
        name: "prod".into(),
        answers,
        last_step: "transport".into(),
        visited: vec!["overview".into(), "transport".into()],
        ..Opened::default()
    };
    let mut teller = teller.begin(Some("prod"));
    teller.says("left at Transport").asks("transport.format");
    assert_eq!(teller.last.contains("to mend"), plan.errors() > 0);
}
