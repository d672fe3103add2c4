//! The wizard by key scripts: from the keys that are made to the folders that are written.

mod robot;

use robot::{HOSTS, PLANTED, Robot, progress, written};
use stackseal::plan::{Arrival, Arrivals, IdentityId};
use stackseal::tui::{Cmd, Existing, News, Work};
use stackseal::values::Secret;

#[test]
fn four_lines_pasted_and_a_few_keys_are_a_written_folder() {
    let mut robot = Robot::start();
    robot.paste(HOSTS).keys("<Alt-R>w<Enter>");
    assert!(robot.is_at("Runbook"), "{}", robot.screen(80, 24));
    assert!(robot.pressed <= 10, "{} keys", robot.pressed);
    assert_eq!(robot.model.session.answers().overview.elasticsearch.len(), 3);
    robot.sees("41 files in ./elastic-stack, for 4 hosts");
}

/// What came back signed changes what is written, without a question.
#[test]
fn a_signed_certificate_is_taken_up_when_it_is_there() {
    let mut robot = Robot::pasted();
    robot.go("Browser").keys("<Right><Right><Tab>pki@corp.example");
    let id = IdentityId::new("browser.node.kibana-1");
    let plan = robot.model.session.plan().clone();
    assert_eq!(plan.awaited.len(), 1);
    assert_eq!(plan.awaited[0].to, "pki@corp.example");
    let has = |robot: &Robot, ending: &str| {
        robot.model.session.plan().files.iter().any(|f| f.path.as_str().ends_with(ending))
    };
    assert!(!has(&robot, "kibana-server.crt"));
    let arrival = |problem: Option<String>| Arrival {
        key: "RSA 2048".into(),
        problem,
        sans: (*plan.identity(&id).unwrap().sans).clone(),
    };
    let mut arrivals = Arrivals::default();
    arrivals.insert(id.clone(), arrival(Some("it ended on 2026-01-01".into())));
    robot.tell(News::Arrived(arrivals.clone())).go("Review").sees("it ended");
    arrivals.insert(id.clone(), arrival(None));
    robot.tell(News::Arrived(arrivals)).sees("what came back signed has been read");
    assert!(has(&robot, "kibana-server.crt") && robot.model.session.plan().awaited.is_empty());
}

/// What comes back while it is written is in no folder yet, and is in the next one.
#[test]
fn what_came_back_during_a_write_is_not_taken_for_written() {
    let mut robot = Robot::pasted();
    robot.go("Browser").keys("<Right><Right><Tab>pki@corp.example");
    let id = IdentityId::new("browser.node.kibana-1");
    let sans = (*robot.model.session.plan().identity(&id).unwrap().sans).clone();
    robot.writes_wait = true;
    robot.go("Review").keys("<F9><Enter>").sees("writing");
    let mut arrivals = Arrivals::default();
    arrivals.insert(id, Arrival { key: "RSA 2048".into(), problem: None, sans });
    robot.tell(News::Arrived(arrivals)).sees("what came back signed has been read");
    robot.tell(News::Written(written("/out", false))).sees("written, without what changed or came back");
    assert!(robot.is_at("Review") && robot.model.session.plan().awaited.is_empty());
    let forged = robot.sent.iter().filter(|cmd| matches!(cmd, Cmd::Write { .. })).count();
    assert_eq!(forged, 1);
    robot.existing = Existing::Own;
    robot.keys("w").sees("answers may have changed since");
    robot.keys("<Enter>");
    let Some(Cmd::Write { generation, awaited, .. }) = robot.sent.last() else { panic!("no write") };
    assert_eq!((*generation, awaited.len()), (robot.model.session.generation(), 1));
    robot.tell(News::Written(written("/out", true)));
    assert!(robot.is_at("Runbook") && robot.model.session.is_as_written());
}

#[test]
fn the_write_waits_for_the_keys_and_then_begins_by_itself() {
    let mut robot = Robot::pasted();
    robot.slow = true;
    robot.go("Review").keys("w<Enter>").sees("begins by itself");
    assert!(!robot.is_at("Runbook"));
    let generation = robot.model.session.generation();
    robot.tell(progress(generation, 57));
    robot.keys("<Esc>").sees("54 %").keys("w<Enter>");
    robot.slow = false;
    let made = forged(&mut robot);
    robot.tell(made);
    assert!(robot.is_at("Runbook"));
}

/// The answer to the last order to forge.
fn forged(robot: &mut Robot) -> News {
    let order = robot.sent.iter().rposition(|cmd| matches!(cmd, Cmd::Forge { .. })).unwrap();
    let Cmd::Forge { generation, plan, .. } = robot.sent.remove(order) else { unreachable!() };
    News::Forged(generation, robot::made(&plan))
}

#[test]
fn a_change_drops_what_was_forged_and_late_results() {
    let mut robot = Robot::pasted();
    robot.slow = true;
    robot.go("Review");
    let late = forged(&mut robot);
    robot.go("HTTPS").focus("https.validity").keys("<Back>");
    assert!(matches!(robot.model.making.work, Work::Idle));
    assert!(robot.sent.iter().any(|cmd| matches!(cmd, Cmd::Cancel)));
    robot.tell(late);
    assert!(robot.model.making.work.made().is_none());
    robot.keys("3y").go("Review");
    let order = robot.sent.iter().filter(|cmd| matches!(cmd, Cmd::Forge { .. })).count();
    assert_eq!(order, 1, "the new answers are forged");
}

#[test]
fn ctrl_c_stops_the_job_first_and_loses_nothing() {
    let mut robot = Robot::pasted();
    robot.slow = true;
    robot.go("Review").keys("<Ctrl-C>").sees("Stopped");
    assert!(robot.quit.is_none());
    robot.go("Overview").focus("overview.cluster_name").keys("x<Ctrl-C>");
    let words = robot.quit.clone().unwrap();
    assert!(
        words.contains("stackseal elastic-stack") && words.contains("/data/elastic-stack.yml"),
        "{words}"
    );
}

#[test]
fn an_existing_output_is_replaced_only_when_told() {
    let mut robot = Robot::pasted();
    robot.existing = Existing::Output(String::new());
    robot.go("Review").keys("w").sees("an output of stackseal already").keys("<Down><Enter>");
    robot.sees("The former output is kept in ./elastic-stack.before-20261122");
    let mut robot = Robot::pasted();
    robot.existing = Existing::Other(String::new());
    robot.go("Review").keys("w<Enter><Ctrl-U>./other");
    robot.existing = Existing::Free;
    robot.keys("<Enter>").sees("53 files to ./other").keys("<Enter>").sees("41 files in ./other");
}

#[test]
fn passwords_are_shown_on_request_and_hidden_again() {
    let mut robot = Robot::pasted();
    robot.keys("<F9><Enter>");
    assert!(!robot.screen(80, 24).contains(PLANTED));
    robot.keys("p").sees(PLANTED).wait(11);
    assert!(!robot.screen(80, 24).contains(PLANTED));
    robot.keys("p<Esc>");
    assert!(robot.is_at("Runbook") && !robot.screen(80, 24).contains(PLANTED));
    robot.keys("<Down>c").sees("sent to the terminal's clipboard");
    assert!(robot.sent.iter().any(|cmd| matches!(cmd, Cmd::Copy(text) if text.contains("scp"))));
    robot.keys("<Esc>");
    assert!(robot.is_at("Review"));
}

#[test]
fn authorities_made_before_are_asked_for_and_never_made_twice_unasked() {
    let mut robot = Robot::pasted();
    robot.slow = true;
    robot.go("Review");
    let generation = robot.model.session.generation();
    robot.tell(News::KeptWanted(generation, "the output of 20 November is gone".into()));
    robot.sees("Look for them in another folder").sees("is gone").keys("<Esc>").sees("no keys made");
    robot.sees("is gone").sees("Issues 1").sees("w shows the ways out");
    assert!(matches!(robot.model.making.work, Work::Lost(_)), "nothing new is made");
    robot.keys("w<Enter>").sees("Where are the authorities made before?");
    robot.slow = false;
    robot.paste("/mnt/safe/elastic-stack").keys("<Enter>");
    assert!(
        robot.sent.iter().any(|cmd| matches!(cmd, Cmd::KeepFrom(path) if path == "/mnt/safe/elastic-stack"))
    );
    assert!(robot.model.making.work.made().is_some());
}

#[test]
fn a_task_taller_than_the_screen_can_be_read_to_its_end() {
    let mut robot = Robot::pasted();
    robot.keys("<F9><Enter>");
    for index in 0..robot.model.session.plan().tasks.len() {
        let task = robot.model.session.plan().tasks[index].clone();
        robot.size(80, 16).keys("<Enter>");
        let mut seen = String::new();
        for _ in 0..12 {
            seen.push_str(&robot.screen(80, 16));
            robot.keys("<PgDn>");
        }
        let end = task.check.expect;
        let last = end.split_whitespace().last().unwrap_or_default();
        assert!(seen.contains(last), "{}: {last}", task.title);
        robot.keys("<Enter><Down>");
    }
}

#[test]
fn new_authorities_in_the_place_of_lost_ones_are_made_only_when_told_twice() {
    let mut robot = Robot::pasted();
    robot.slow = true;
    robot.go("Review");
    let generation = robot.model.session.generation();
    let why = "the output is gone ".repeat(30);
    robot.tell(News::KeptWanted(generation, format!("{why} at last")));
    robot.sees("at last").keys("<Down><Enter>").sees("Nothing trusts them yet").keys("<Esc>");
    assert!(matches!(robot.model.making.work, Work::Lost(_)));
    robot.slow = false;
    robot.keys("w<Down><Enter>y").sees("ready to write");
    assert_eq!(robot.model.session.context().run, "77aa");
    // A failure of another kind ends the wait for the write as well.
    let mut robot = Robot::pasted();
    robot.slow = true;
    robot.go("Review").keys("w<Enter>");
    let generation = robot.model.session.generation();
    robot.tell(News::ForgeFailed(generation, "the system has no random bytes".into()));
    robot.sees("no random bytes").keys("<Esc>").sees("no keys made");
}

#[test]
fn the_length_of_a_secret_is_told_nowhere() {
    let mut robot = Robot::pasted();
    robot.go("Review").keys("/.password<Esc>");
    let screen = robot.screen(160, 40);
    for line in screen.lines().map(|line| line.split('│').next().unwrap()) {
        if !line.contains(".password") {
            continue;
        }
        assert!(!line.contains("KB") && !line.contains(" B"), "{line}");
    }
    assert!(screen.contains("KB"));
}

#[test]
fn a_second_write_says_whether_anything_changed_and_replaces_by_default() {
    let mut robot = Robot::pasted();
    robot.keys("<F9><Enter><Esc>");
    robot.existing = Existing::Own;
    robot.keys("w").sees("nothing changed since it was written").keys("<Enter>");
    robot.sees("kept in ./elastic-stack.before-20261122").keys("<Esc>");
    robot.keys("w").sees("nothing changed since").keys("<Esc>");
    // A typed password is no answer, and is written all the same.
    robot.model.session.type_secret("https.password", Some(Secret::new("long enough")));
    robot.keys("w").sees("may have changed since").keys("<Esc>");
    robot.go("HTTPS").focus("https.validity").keys("<Ctrl-U>3y<F9>").sees("may have changed since");
}
