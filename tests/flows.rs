//! The wizard by key scripts: what an operator does, and what becomes of it.

mod robot;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use robot::{HOSTS, PLANTED, Robot, progress};
use stackseal::steps::Kind;
use stackseal::tui::{Cmd, Existing, Modal, Msg, Opened, Page, Saved, Work};

#[test]
fn four_lines_pasted_and_a_few_keys_are_a_written_folder() {
    let mut robot = Robot::start();
    robot.paste(HOSTS).keys("<Alt-R>w<Enter>");
    assert!(robot.is_at("Runbook"), "{}", robot.screen(80, 24));
    assert!(robot.pressed <= 10, "{} keys", robot.pressed);
    assert_eq!(robot.model.session.answers().overview.elasticsearch.len(), 3);
    robot.sees("41 files in ./elastic-stack, for 4 hosts");
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
fn forged(robot: &mut Robot) -> Msg {
    let order = robot.sent.iter().rposition(|cmd| matches!(cmd, Cmd::Forge { .. })).unwrap();
    let Cmd::Forge { generation, plan, .. } = robot.sent.remove(order) else { unreachable!() };
    Msg::Forged(generation, robot::made(&plan))
}

#[test]
fn text_is_typed_into_the_answer_and_the_preview_shows_what_it_changed() {
    let mut robot = Robot::pasted();
    robot.go("HTTPS").focus("https.validity").keys("<Ctrl-U>30D");
    assert_eq!(robot.model.session.answers().https.validity, "30D");
    assert!(robot.model.preview.lines.iter().any(|line| line.changed && line.text.contains("30d")));
    robot.keys("<Tab>").sees("30d leaves little time");
    robot.keys("<Shift-Tab><Ctrl-U>soon<Tab>").sees("! \"soon\": write years");
}

#[test]
fn choices_flags_and_lists_are_answered_by_keys() {
    let mut robot = Robot::pasted();
    robot.go("Transport").focus("transport.verification_mode").keys("<Right><Right>");
    robot.sees("verification_mode: certificate").keys("<Enter><Up><Enter>");
    robot.sees("verification_mode: full");
    robot.focus("transport.certificate_per_node").keys(" ").sees("elastic-certificates.p12");
    robot.go("Overview").focus("overview.client_names").keys("es.example.com *.corp.example");
    let names = &robot.model.session.answers().overview.client_names;
    assert_eq!(names, &["es.example.com", "*.corp.example"]);
}

#[test]
fn a_password_is_typed_twice_and_never_shown() {
    let mut robot = Robot::pasted();
    robot.go("Transport").focus("transport.store_password").keys("<Right>");
    robot.sees("not typed yet").keys("<Enter>").keys(PLANTED).keys("<Enter>typo<Enter>");
    robot.sees("the two are not the same").sees("********");
    assert!(!robot.screen(80, 24).contains(PLANTED));
    robot.keys("<Ctrl-U>").keys(PLANTED).keys("<Ctrl-R>").sees(PLANTED).wait(11);
    assert!(!robot.screen(80, 24).contains(PLANTED), "masked again");
    robot.keys("<Enter>").sees("‹ typed ›");
    assert!(robot.model.session.plan().is_sound());
    assert!(!format!("{:?}", robot.model).contains(PLANTED));
}

#[test]
fn hosts_are_added_changed_removed_and_come_back() {
    let mut robot = Robot::pasted();
    robot.focus("overview.elasticsearch").keys("es-4<Tab>es-4.corp.example<Tab>10.0.0.14<Tab><Space>");
    robot.focus("overview.kibana");
    let host = robot.model.session.answers().overview.elasticsearch[3].clone();
    assert_eq!(
        (host.name.as_str(), host.dns.len(), host.ip[0].as_str(), host.master),
        ("es-4", 1, "10.0.0.14", false)
    );
    robot.focus("overview.elasticsearch[1]").keys("<Del>").sees("es-2 is removed");
    assert_eq!(robot.model.session.answers().overview.elasticsearch.len(), 3);
    robot.keys("<Alt-U>");
    assert_eq!(robot.model.session.answers().overview.elasticsearch[1].name, "es-2");
    // A row that was opened and left empty leaves no trace.
    robot.focus("overview.elasticsearch").keys("<Enter><Esc>").focus("overview.kibana");
    assert_eq!(robot.model.session.answers().overview.elasticsearch.len(), 4);
}

#[test]
fn undo_takes_back_whole_answers() {
    let mut robot = Robot::pasted();
    let before = robot.model.session.answers().clone();
    robot.go("HTTPS").focus("https.validity").keys("<Ctrl-U>5y<Tab>").focus("https.format").keys("<Right>");
    assert_ne!(robot.model.session.answers(), &before);
    robot.keys("<Alt-U>");
    assert_eq!(robot.model.session.answers().https.validity, "5y");
    robot.keys("<Alt-U>");
    assert_eq!(robot.model.session.answers(), &before);
    robot.keys("<Alt-U><Alt-U>").sees("no answer to take back");
}

#[test]
fn a_paste_says_what_was_not_taken_and_why() {
    let mut robot = Robot::pasted();
    robot.focus("overview.kibana").paste("es-9 10.0.0.19\nkb-2 kibana\nes_x bad_\n10.0.0.9\n");
    robot.sees("2 hosts taken: 1 Elasticsearch, 1 Kibana").sees("line 4: 10.0.0.9 has no name");
    robot.keys("<Esc>");
    let overview = &robot.model.session.answers().overview;
    assert_eq!((overview.elasticsearch.len(), overview.kibana.len()), (4, 2));
    // Letters of a paste are no keys.
    robot.go("Review").paste("q\u{11}w");
    assert!(robot.quit.is_none() && robot.model.modal.is_none());
}

#[test]
fn enter_on_an_issue_goes_to_its_field() {
    let mut robot = Robot::pasted();
    robot.focus("overview.elasticsearch[1]").keys("<Enter><Tab><Ctrl-U>bad_name<Esc>");
    robot.go("Review");
    robot.sees("Issues 1").keys("<F9>").sees("1 issue to mend first").keys("<Enter>");
    assert_eq!(robot.model.focus_id(), "overview.elasticsearch[1].dns");
    robot.keys("<Ctrl-U>es-2.corp.example<Alt-R>").sees("ready to write");
}

#[test]
fn a_change_drops_what_was_forged_and_late_results() {
    let mut robot = Robot::pasted();
    robot.slow = true;
    robot.go("Review");
    let late = forged(&mut robot);
    robot.go("HTTPS").focus("https.validity").keys("<Back>");
    assert!(matches!(robot.model.work, Work::Idle));
    assert!(robot.sent.iter().any(|cmd| matches!(cmd, Cmd::Cancel)));
    robot.tell(late);
    assert!(robot.model.work.made().is_none());
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
fn esc_closes_one_layer_and_never_leaves() {
    let mut robot = Robot::pasted();
    robot.focus("overview.elasticsearch[0]").keys("<Enter><F1><Esc>");
    assert_eq!(robot.model.focus_id(), "overview.elasticsearch[0].name");
    robot.keys("<Esc>");
    assert_eq!(robot.model.focus_id(), "overview.elasticsearch[0]");
    robot.keys("<Esc><Esc><Esc><Esc>");
    assert!(robot.quit.is_none() && robot.is_at("Overview"));
    // Letters always type in a form: q is a name here.
    robot.focus("overview.cluster_name").keys("q");
    assert!(robot.quit.is_none());
}

#[test]
fn a_session_that_cannot_be_saved_is_not_left_unasked() {
    let mut robot = Robot::pasted();
    robot.saves_fail = true;
    robot.keys("<Ctrl-Q>").sees("not saved; Ctrl-Q again leaves");
    assert!(robot.quit.is_none());
    robot.keys("<Ctrl-Q>");
    assert!(robot.quit.is_some());
}

#[test]
fn answers_are_saved_when_nothing_is_typed_for_a_while() {
    let mut robot = Robot::pasted();
    assert_eq!(robot.saved, 0);
    assert!(robot.model.wake().is_some());
    robot.wait(3);
    assert_eq!(robot.saved, 1);
    assert_eq!(robot.model.wake(), None, "idle means no ticks at all");
    robot.keys("x").go("Transport");
    assert_eq!(robot.saved, 2, "a change of tab saves");
}

#[test]
fn a_session_that_another_wizard_holds_can_only_be_read() {
    let mut robot = Robot::pasted();
    let answers = robot.model.session.answers().clone();
    let opened = Opened {
        name: "lab".into(),
        answers: answers.clone(),
        read_only: Some("another wizard has it".into()),
        ..Opened::default()
    };
    robot.tell(Msg::Opened(Box::new(opened))).sees("read-only: another wizard has it");
    robot.focus("overview.cluster_name").keys("x").sees("read-only");
    robot.focus("overview.elasticsearch[0]").keys("<Del>").paste("es-7 10.0.0.7").keys("<Alt-U><F9>");
    assert_eq!(robot.model.session.answers(), &answers);
    robot.keys("<Ctrl-Q>");
    assert_eq!(robot.saved, 0);
    assert!(robot.quit.is_some());
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
    robot.keys("<Enter>").sees("41 files to ./other").keys("<Enter>").sees("41 files in ./other");
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
fn the_start_screen_opens_renames_and_asks_before_it_removes() {
    let saved =
        |name: &str| Saved { name: name.into(), saved: "2026-11-21T18:40:00Z".into(), ..Saved::default() };
    let mut robot = Robot::with(vec![saved("prod-eu"), saved("lab")]);
    robot.keys("<Down>r<Ctrl-U>lab-2<Enter>");
    assert!(matches!(&robot.sent[..], [Cmd::Rename { from, to }] if from == "lab" && to == "lab-2"));
    robot.keys("<Del>").sees("Remove lab").keys("<Esc><Del><Enter>");
    assert!(matches!(&robot.sent[1..], [Cmd::Remove(name)] if name == "lab"));
    robot.keys("<Up><Enter>");
    assert!(robot.is_at("Overview") && robot.model.session.name == "prod-eu");
    let mut robot = Robot::start();
    robot.keys("<Enter>");
    assert_eq!(robot.model.session.plan().configs.len(), 4);
}

#[test]
fn the_mouse_reaches_tabs_fields_and_the_preview() {
    let mut robot = Robot::pasted();
    let click = |robot: &mut Robot, text: &str| {
        let screen = robot.screen(80, 24);
        let (row, line) = screen.lines().enumerate().find(|(_, line)| line.contains(text)).unwrap();
        let column = line[..line.find(text).unwrap()].chars().count();
        let at = MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column: u16::try_from(column).unwrap(),
            row: u16::try_from(row).unwrap(),
            modifiers: KeyModifiers::NONE,
        };
        robot.tell(Msg::Mouse(at));
    };
    click(&mut robot, "HTTPS");
    assert!(robot.is_at("HTTPS"));
    click(&mut robot, "One per node");
    assert_eq!(robot.model.focus_id(), "https.certificate_per_node");
    click(&mut robot, "One per node");
    assert!(!robot.model.session.answers().https.certificate_per_node);
    let top = robot.model.preview.top;
    let event =
        MouseEvent { kind: MouseEventKind::ScrollDown, column: 70, row: 8, modifiers: KeyModifiers::NONE };
    robot.tell(Msg::Mouse(event));
    assert_eq!(robot.model.preview.top, top + 3);
}

#[test]
fn every_field_can_be_reached_and_is_drawn() {
    let mut robot = Robot::pasted();
    for step in stackseal::steps::STEPS {
        robot.go(step.title);
        let answers = robot.model.session.answers().clone();
        for field in step.fields.iter().filter(|field| (field.shown)(&answers)) {
            robot.focus(field.id);
            let label = if matches!(field.kind, Kind::Hosts(..)) { "+ add" } else { field.label };
            robot.sees(&format!("▌{}", if label == "+ add" { " + add" } else { " " }));
            robot.sees(label);
        }
    }
}

#[test]
fn a_thousand_hosts_scroll() {
    let mut robot = Robot::start();
    let hosts: String = (1..=1000)
        .map(|n| format!("es-{n} es-{n}.corp.example 10.0.{}.{}\n", n / 250, n % 250 + 1))
        .collect();
    robot.paste(&hosts).sees("1000 hosts taken");
    robot.keys("<Ctrl-Down><Ctrl-Down><Up><Up>").sees("es-1000");
    assert_eq!(robot.model.focus_id(), "overview.elasticsearch[999]");
    assert!(
        matches!(robot.model.page, Page::Step(0)) && !matches!(robot.model.modal, Some(Modal::Report { .. }))
    );
}

#[test]
fn authorities_made_before_are_asked_for_and_never_made_twice_unasked() {
    let mut robot = Robot::pasted();
    robot.slow = true;
    robot.go("Review");
    let generation = robot.model.session.generation();
    robot.tell(Msg::KeptWanted(generation, "the output of 20 November is gone".into()));
    robot.sees("Where are the authorities made before?").keys("<Esc>").sees("is gone");
    assert!(matches!(robot.model.work, Work::Failed(_)), "nothing new is made");
    robot.keys("w").tell(Msg::KeptWanted(generation, "gone".into()));
    robot.slow = false;
    robot.paste("/mnt/safe/elastic-stack").keys("<Enter>");
    assert!(
        robot.sent.iter().any(|cmd| matches!(cmd, Cmd::KeepFrom(path) if path == "/mnt/safe/elastic-stack"))
    );
    assert!(robot.model.work.made().is_some());
}

#[test]
fn a_signal_saves_and_goes_even_where_saving_fails() {
    let mut robot = Robot::pasted();
    robot.tell(Msg::Terminate);
    assert_eq!((robot.saved, robot.quit.is_some()), (1, true));
    let mut robot = Robot::pasted();
    robot.saves_fail = true;
    robot.tell(Msg::Terminate);
    assert!(robot.quit.is_some());
}

#[test]
fn help_names_every_key() {
    let mut robot = Robot::pasted();
    robot.keys("<F1>");
    let mut seen = String::new();
    for _ in 0..400 {
        seen.push_str(&robot.screen(120, 40));
        robot.keys("<Down>");
        if seen.len() > 4_000_000 {
            break;
        }
    }
    for binding in stackseal::tui::keys::TABLE {
        assert!(seen.contains(binding.help), "{}", binding.help);
    }
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
