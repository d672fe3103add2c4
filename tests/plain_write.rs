//! The review of plain mode, the write, and leaving: nothing old is written and nothing is lost.

mod support;
mod teller;

use stackseal::plain::Event;
use stackseal::plan::{Arrival, Arrivals, IdentityId};
use stackseal::sitting::{Cmd, Existing, Gauge, News};
use stackseal::values::Sans;
use support::scenario;
use teller::{Teller, Wants};

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
