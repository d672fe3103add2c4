//! The wizard by key scripts: what an operator does, and what becomes of it.

mod robot;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use robot::{HOSTS, PLANTED, Robot, progress, written};
use stackseal::plan::{Arrival, Arrivals, IdentityId};
use stackseal::steps::Kind;
use stackseal::store::Listing;
use stackseal::tui::{Cmd, Existing, Jobs, Modal, Msg, News, Opened, Page, Session, Work};
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

/// README.md names the number; `tests/typing.rs` compares.
#[test]
fn the_whole_standard_stack_takes_few_keys() {
    let mut robot = Robot::whole_stack();
    assert!(robot.pressed <= 10, "{} keys", robot.pressed);
    let answers = robot.model.session.answers();
    assert_eq!(answers.overview.metricbeat.len(), 3);
    assert!(answers.mtls.enabled);
    assert!(robot.is_at("Runbook"), "{}", robot.screen(80, 24));
    let plan = robot.model.session.plan();
    for ending in [
        "kibana-client.p12",
        "role_mapping.yml",
        "kibana-server.crt",
        "metricbeat.yml",
        "elasticsearch-xpack.yml",
    ] {
        assert!(plan.files.iter().any(|file| file.path.as_str().ends_with(ending)), "{ending}");
    }
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
fn a_save_or_a_write_that_breaks_down_holds_nobody() {
    let broken =
        || News::Failed { title: "A fault of stackseal".into(), text: "Something broke down.".into() };
    let mut robot = Robot::pasted();
    robot.saves_wait = true;
    robot.focus("overview.cluster_name").keys("x").wait(3);
    robot.tell(broken()).sees("Something broke down").keys("<Esc>");
    robot.saves_wait = false;
    robot.keys("<Ctrl-Q>");
    assert!(robot.quit.is_some(), "{}", robot.screen(80, 24));

    let mut robot = Robot::pasted();
    robot.writes_wait = true;
    robot.go("Review").keys("<F9><Enter><Ctrl-Q>").sees("as soon as the folders are written");
    robot.tell(broken());
    assert!(robot.quit.is_some() && robot.model.making.work.made().is_some());
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
    robot.keys("<Alt-U><Alt-U>").sees("nothing more to undo");
    assert_eq!(robot.model.session.answers(), &before, "the paste that made the session stays");
    robot.keys("<Alt-Y>").sees("done again: Valid for").keys("<Alt-Y><Alt-Y>").sees("nothing to do again");
    assert_eq!(robot.model.session.answers().https.validity, "5y");
}

#[test]
fn undo_goes_to_the_answer_that_it_takes_back_and_names_it() {
    let mut robot = Robot::pasted();
    robot.go("HTTPS").focus("https.validity").keys("<Ctrl-U>5y").go("Review");
    robot.keys("<Alt-U>").sees("taken back: Valid for");
    assert_eq!((robot.is_at("HTTPS"), robot.model.focus_id().as_str()), (true, "https.validity"));
    robot.go("Overview").focus("overview.elasticsearch").keys("es-4<Tab>es-4.corp<Esc>");
    robot.go("Transport").keys("<Alt-U>").sees("taken back: Elasticsearch, es-4, DNS names");
    assert_eq!(robot.model.focus_id(), "overview.elasticsearch[3].dns");
    robot.keys("<Alt-U>");
    assert_eq!(robot.model.session.answers().overview.elasticsearch.len(), 3);
    robot.keys("<Alt-Y><Alt-Y>");
    assert_eq!(robot.model.session.answers().overview.elasticsearch[3].dns, ["es-4.corp"]);
    // A new answer ends what could be done again.
    robot.keys("<Alt-U>").focus("overview.cluster_name").keys("x<Alt-Y>").sees("nothing to do again");
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
fn hosts_pasted_on_a_text_of_overview_are_hosts() {
    let mut robot = Robot::pasted();
    let name = robot.model.session.answers().overview.cluster_name.clone();
    robot
        .focus("overview.cluster_name")
        .paste("es-8 es-8.corp 10.0.0.18\nes-9 es-9.corp 10.0.0.19 es,beats\n");
    robot.sees("3 hosts taken: 2 Elasticsearch, 0 Kibana, 1 Metricbeat");
    let overview = &robot.model.session.answers().overview;
    assert_eq!((&overview.cluster_name, overview.elasticsearch.len()), (&name, 5));
    // One line may be a text, and what is no list of hosts is one.
    robot.focus("overview.cluster_name").paste("-two").paste("-three\n10.0.0.9\n");
    assert_eq!(robot.model.session.answers().overview.cluster_name, format!("{name}-two-three"));
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
    // It works again: nothing leaves by itself, and nobody has agreed to lose anything.
    robot.saves_fail = false;
    robot.keys("x").wait(3);
    assert!(robot.quit.is_none() && robot.saved == 1);
    robot.saves_fail = true;
    robot.keys("y<Ctrl-Q>").sees("not saved; Ctrl-Q again leaves");
    assert!(robot.quit.is_none());
    robot.keys("<Ctrl-Q>");
    assert!(robot.quit.unwrap().contains("are not saved"));
}

/// A folder that the session did not know of would get second authorities the next time.
#[test]
fn what_is_being_written_is_written_before_anybody_leaves() {
    let mut robot = Robot::pasted();
    robot.writes_wait = true;
    robot.go("Review").keys("<F9><Enter>");
    robot.keys("<Ctrl-Q>").sees("as soon as the folders are written");
    assert!(robot.quit.is_none());
    robot.tell(News::Written(written("/out", false)));
    assert!(robot.quit.unwrap().contains("41 files"));

    // An answer that changes meanwhile makes the keys old, not the folder untold.
    let mut robot = Robot::pasted();
    robot.writes_wait = true;
    robot.go("Review").keys("<F9><Enter>").go("Overview").focus("overview.cluster_name").keys("x");
    robot.tell(News::Written(written("/out", false))).sees("written, without what changed");
    assert_eq!(robot.model.session.written.as_ref().unwrap().0, "/out");
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
    robot.tell(News::Opened(Box::new(opened))).sees("another wizard has it").keys("<Enter>");
    robot.sees("read-only");
    assert!(!robot.screen(80, 24).contains("Alt-U undo"));
    robot.focus("overview.cluster_name").keys("x").sees("read-only");
    robot.focus("overview.elasticsearch[0]").keys("<Del>").paste("es-7 10.0.0.7").keys("<Alt-U><F9>");
    assert_eq!(robot.model.session.answers(), &answers);
    robot.keys("<Esc>");
    assert!(!robot.screen(80, 24).contains("saved"));
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
fn the_start_screen_opens_renames_and_asks_before_it_removes() {
    let saved = |name: &str| Listing {
        name: name.into(),
        saved: "2026-11-21T18:40:00Z".into(),
        ..Listing::default()
    };
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
    for binding in stackseal::tui::keys::bindings() {
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

#[test]
fn a_burst_of_keys_is_a_paste_and_no_shortcut() {
    let saved = Listing { name: "prod-eu".into(), ..Listing::default() };
    let mut robot = Robot::with(vec![saved]);
    robot.burst("r d e\nes-1 es-1.corp 10.0.0.1\n");
    assert!(robot.model.modal.is_none() || !matches!(robot.model.modal, Some(Modal::Prompt(_))));
    assert!(robot.sent.iter().all(|cmd| !matches!(cmd, Cmd::Rename { .. } | Cmd::Duplicate { .. })));
    let mut robot = Robot::start();
    robot.burst(HOSTS).sees("4 hosts taken");
    robot.focus("overview.elasticsearch").burst("es-4 es-4.corp 10.0.0.14\n");
    assert_eq!(robot.model.session.answers().overview.elasticsearch[3].ip, ["10.0.0.14"]);
    // What is typed ahead on a slow line stays keys.
    robot.go("HTTPS").focus("https.validity").burst("0000000\t");
    assert_eq!(robot.model.focus_id(), "https.subject");
    robot.focus("https.password").keys("<Right><Enter>").burst("long enough\nlong enough\n");
    robot.sees("typed");
    assert!(robot.model.modal.is_none());
}

#[test]
fn a_line_typed_into_the_end_of_a_list_is_a_host_with_names_and_addresses() {
    let mut robot = Robot::pasted();
    robot.focus("overview.elasticsearch").keys("es-4 es-4.corp 10.0.0.14<Enter>");
    robot.focus("overview.kibana").keys("kb-2 kb-2.corp<Esc>");
    let overview = &robot.model.session.answers().overview;
    let host = &overview.elasticsearch[3];
    assert_eq!(
        (host.name.as_str(), &host.dns[..], &host.ip[..]),
        ("es-4", &["es-4.corp".into()][..], &["10.0.0.14".into()][..])
    );
    assert_eq!(
        (overview.kibana[1].name.as_str(), &overview.kibana[1].dns[..]),
        ("kb-2", &["kb-2.corp".into()][..])
    );
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
fn pasted_hosts_that_are_there_already_are_replaced_aloud() {
    let mut robot = Robot::pasted();
    robot.focus("overview.elasticsearch[2]").keys("<Enter><Tab><Tab><Tab><Space><Esc>");
    robot
        .focus("overview.elasticsearch")
        .paste("es-3 es-3.new 10.0.0.33")
        .sees("es-3 was there and is replaced");
    let host = &robot.model.session.answers().overview.elasticsearch[2];
    assert_eq!((&host.ip[..], host.master), (&["10.0.0.33".to_owned()][..], false));
    robot.paste("es-5 10.0.0.5\nes-5 10.0.0.55\n").sees("1 host taken").sees("es-5 is pasted more than once");
    assert_eq!(robot.model.session.answers().overview.elasticsearch.len(), 4);
    assert_eq!(robot.model.session.answers().overview.elasticsearch[3].ip, ["10.0.0.55"]);
}

#[test]
fn the_cursor_of_the_list_stays_on_its_session() {
    let saved = |name: &&str| Listing { name: (*name).into(), ..Listing::default() };
    let list = |names: &[&str]| News::Listed(names.iter().map(saved).collect());
    let mut robot = Robot::with(["prod", "lab"].iter().map(saved).collect());
    robot.keys("<Down>d<Enter>").tell(list(&["lab-copy", "prod", "lab"]));
    assert_eq!(robot.model.start.at, 2);
    robot.keys("r<Ctrl-U>first<Enter>").tell(list(&["first", "lab-copy", "prod"]));
    assert_eq!(robot.model.start.at, 0);
    robot.keys("<Down><Del><Enter>").tell(list(&["first", "prod"]));
    assert_eq!(robot.model.start.at, 1);
    robot.keys("o./inst.yml<Enter>").tell(News::Failed { title: "no".into(), text: "no".into() });
    robot.keys("<Esc>o").sees("./inst.yml");
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
fn a_session_that_nobody_named_follows_its_cluster_and_a_rename_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (out, results) = std::sync::mpsc::channel::<News>();
    let started = || {
        let library = stackseal::store::Library::at(folder.path().join("sessions"));
        Jobs::start(Some(library), std::sync::Arc::new(stackseal::forge::System), out.clone())
    };
    let jobs = started();
    let next = || results.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
    let mut session = Session::default();
    let mut save = |name: &str| {
        session.edit(None, stackseal::tui::Moment::ZERO, |a| a.overview.cluster_name = name.into());
        jobs.take(session.save("overview").unwrap());
        let News::Kept { name, .. } = next() else { panic!() };
        name
    };
    jobs.take(Cmd::New);
    assert!(matches!(next(), News::Opened(_)));
    assert_eq!((save("elastic-stack"), save("prod")), ("elastic-stack".into(), "prod".into()));
    drop(jobs);
    let jobs = started();
    let list = renamed_once_free(&jobs, &next, "prod", "eu-1");
    assert_eq!(list[0].name, "eu-1");
    jobs.take(Cmd::Load("eu-1".into()));
    let News::Opened(opened) = next() else { panic!() };
    assert_eq!(opened.answers.overview.session_name, "eu-1");
    // What means to be an instances.yml is judged as one.
    let file = folder.path().join("instances.yml");
    std::fs::write(&file, "instances:\n  - name: es-1\n    ipp: [10.0.0.1]\n").unwrap();
    jobs.take(Cmd::OpenFile(file.display().to_string()));
    let News::Failed { text, .. } = next() else { panic!() };
    assert!(text.contains("ipp") && !text.contains("version"), "{text}");
}

/// The next save there would bring the old name back.
#[test]
fn what_another_wizard_has_open_is_neither_renamed_nor_removed() {
    let folder = tempfile::tempdir().unwrap();
    let started = || {
        let (out, results) = std::sync::mpsc::channel::<News>();
        let library = stackseal::store::Library::at(folder.path().join("sessions"));
        let jobs = Jobs::start(Some(library), std::sync::Arc::new(stackseal::forge::System), out);
        (jobs, move || results.recv_timeout(std::time::Duration::from_secs(20)).unwrap())
    };
    let (first, of_first) = started();
    first.take(Cmd::New);
    assert!(matches!(of_first(), News::Opened(_)));
    first.take(Session::default().save("overview").unwrap());
    let News::Kept { name, .. } = of_first() else { panic!() };
    let rename = || Cmd::Rename { from: name.clone(), to: "other".into() };
    let (second, of_second) = started();
    for cmd in [rename(), Cmd::Remove(name.clone())] {
        second.take(cmd.clone());
        let News::Failed { text, .. } = of_second() else { panic!("{cmd:?}") };
        assert!(text.contains(&name) && text.contains("close it there first"), "{text}");
    }
    drop(first);
    // What does not exist and what cannot be read is no session that somebody has open.
    second.take(Cmd::Remove("nothing".into()));
    let News::Failed { text, .. } = of_second() else { panic!() };
    assert!(text.contains("no session \"nothing\""), "{text}");
    let list = renamed_once_free(&second, &of_second, &name, "other");
    assert_eq!(list.iter().map(|row| &*row.name).collect::<Vec<_>>(), ["other"]);
    std::fs::write(folder.path().join("sessions/broken.yml"), "version: 1\nanswers: [").unwrap();
    second.take(Cmd::Load("broken".into()));
    assert!(matches!(of_second(), News::Failed { .. }));
    for name in ["broken", "other"] {
        second.take(Cmd::Remove(name.into()));
        let News::Listed(list) = of_second() else { panic!("{name}") };
        assert!(list.iter().all(|row| row.name != name));
    }
}

/// The jobs of a wizard that is gone give its session back in their own time.
fn renamed_once_free(jobs: &Jobs, next: &dyn Fn() -> News, from: &str, to: &str) -> Vec<Listing> {
    for _ in 0..500 {
        jobs.take(Cmd::Rename { from: from.into(), to: to.into() });
        match next() {
            News::Listed(list) => return list,
            News::Failed { text, .. } if text.contains("close it there first") => {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            _ => panic!(),
        }
    }
    panic!("{from} is still open")
}

#[test]
fn help_scrolls_back_from_its_end_and_the_mouse_picks_and_closes() {
    let mut robot = Robot::pasted();
    robot.go("Transport").focus("transport.verification_mode").keys("<F1><End>");
    let end = robot.screen(80, 24);
    assert_ne!(robot.keys("<Up>").screen(80, 24), end);
    let click = |robot: &mut Robot, column, row| {
        let kind = MouseEventKind::Down(MouseButton::Left);
        robot.tell(Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
    };
    click(&mut robot, 40, 12);
    assert!(robot.model.modal.is_none());
    let screen = robot.keys("<Enter>").sees("Esc back").screen(80, 24);
    let row = screen.lines().position(|line| line.contains("│   certificate")).unwrap_or(0);
    click(&mut robot, 10, u16::try_from(row).unwrap());
    assert!(robot.model.modal.is_none(), "{screen}");
    robot.keys("<F4>").sees("Esc back to both halves").keys("<Esc>").sees("Ctrl-Q quit");
    assert!(!robot.model.form.zoom);
}

#[test]
fn a_letter_on_a_closed_host_changes_nothing() {
    let mut robot = Robot::pasted();
    let answers = robot.model.session.answers().clone();
    robot.focus("overview.elasticsearch[1]").keys("prod").sees("Enter edits this host");
    assert_eq!(robot.model.session.answers(), &answers);
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

#[test]
fn a_reopened_session_marks_its_issues_and_its_last_page_is_saved() {
    let mut robot = Robot::pasted();
    robot.go("HTTPS").focus("https.validity").keys("<Ctrl-U>0d");
    let answers = robot.model.session.answers().clone();
    let opened = || Opened { name: "lab".into(), answers: answers.clone(), ..Opened::default() };
    robot.tell(News::Opened(Box::new(opened()))).sees("HTTPS!");
    let before = robot.saved;
    robot.go("Review").keys("<Ctrl-Q>");
    assert_eq!(robot.saved, before + 1, "where one was is saved");
    let mut robot = Robot::start();
    robot.tell(News::Opened(Box::new(Opened { read_only: Some("held".into()), ..opened() }))).keys("<Esc>");
    assert!(robot.is_at("Start"));
}

/// The URLs that certificates cover can be chosen; what is chosen is what is saved.
#[test]
fn kibanas_urls_are_chosen_from_the_certificates_names() {
    let mut robot = Robot::pasted();
    robot.go("Kibana→ES").focus("kibana_client.hosts").keys("<Enter>");
    let screen = robot.screen(80, 24);
    assert!(screen.contains("[ ] https://es-1.corp.example:9200"), "{screen}");
    assert!(screen.contains("[ ] https://10.0.0.12:9200"), "{screen}");
    robot.keys("<Space><Down><Down><Space><Enter>");
    let hosts = &robot.model.session.answers().kibana_client.hosts;
    assert_eq!(hosts, &["https://es-1.corp.example:9200", "https://es-2.corp.example:9200"]);
    robot.keys("<Enter><Space><Esc>");
    assert_eq!(robot.model.session.answers().kibana_client.hosts.len(), 2, "Esc changes nothing");
    robot.keys("<Enter><Space><Down><Down><Space><Enter>");
    assert!(robot.model.session.answers().kibana_client.hosts.is_empty());
}
