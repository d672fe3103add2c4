//! A new operator's hour by keyboard and by mouse: a lab, three nodes, fifty, requests for a company CA, a PKI
//! realm, mistakes, and a session that is open elsewhere. What leaves the process is in `wizard_pty.rs`.

mod robot;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use robot::{PLANTED, Robot};
use stackseal::steps::{Choice, HostKind, Kind, STEPS};
use stackseal::store::Listing;
use stackseal::tui::{Cmd, Modal, Msg, News, Opened, Theme};

/// A click where this text stands.
#[track_caller]
fn click(robot: &mut Robot, text: &str) {
    let screen = robot.screen(80, 24);
    let found = screen.lines().enumerate().find_map(|(y, line)| line.find(text).map(|at| (y, at, line)));
    let (y, at, line) = found.unwrap_or_else(|| panic!("{text:?} is not on\n{screen}"));
    let x = unicode_width::UnicodeWidthStr::width(&line[..at]) + 1;
    let kind = MouseEventKind::Down(MouseButton::Left);
    let (column, row) = (u16::try_from(x).unwrap(), u16::try_from(y).unwrap());
    robot.tell(Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
}

#[track_caller]
fn paths(robot: &Robot, ending: &str) -> usize {
    robot.model.session.plan().files.iter().filter(|file| file.path.as_str().ends_with(ending)).count()
}

#[test]
fn a_lab_is_one_row_of_the_start_screen() {
    let mut robot = Robot::start();
    robot.sees("asks each thing once").keys("<Down><Enter>");
    let overview = &robot.model.session.answers().overview;
    assert_eq!((overview.elasticsearch.len(), overview.kibana.len()), (1, 1));
    // One machine for both: the name of the one is given to the other, and an address to each.
    robot.focus("overview.elasticsearch[0]").keys("<Enter><Ctrl-U>lab<Tab><Tab>192.168.1.5<Esc>");
    robot.focus("overview.kibana[0]").keys("<Enter><Ctrl-U>lab<Tab><Tab>192.168.1.5<Esc>");
    robot.keys("<PgDn>").sees("PgDn next step").keys("<PgDn><PgDn><PgDn><PgDn>");
    assert!(robot.is_at("mTLS"));
    robot.keys("<PgDn>");
    assert!(robot.is_at("Review"), "Beats asks nothing here and is passed over");
    robot.keys("w<Enter>");
    assert!(robot.is_at("Runbook"), "{}", robot.screen(80, 24));
    assert!(paths(&robot, "hosts/lab/install.sh") == 1 && paths(&robot, "hosts/es-1/install.sh") == 0);
}

#[test]
fn fifty_pasted_hosts_are_left_by_one_key() {
    let lines = (1..=50).map(|n| format!("es-{n},es-{n}.corp.example,10.0.1.{n}\n")).collect::<String>();
    let mut robot = Robot::start();
    robot.paste(&format!("{lines}kibana-1 kb.corp.example 10.0.0.21 kibana\nbad x_y\n10.0.0.9\n"));
    robot.sees("line 53").sees("has no name behind it").keys("<Esc>").sees("es-1 ═ es-2 ═ … ═ es-50");
    assert_eq!(robot.model.session.answers().overview.elasticsearch.len(), 50);
    robot.keys("<Ctrl-Down><Ctrl-Down>");
    assert_eq!(robot.model.focus_id(), "overview.kibana[0]");
}

/// Requests out, answers in: both for Elasticsearch and for browsers, named alike on both tabs.
#[test]
fn a_company_ca_signs_everything_by_request() {
    let mut robot = Robot::pasted();
    robot.go("HTTPS").keys("<Left>").sees("‹ your CA by request ›").sees("nodes start once signed");
    robot.go("Browser").keys("<Right><Right>").sees("‹ your CA by request ›");
    robot.focus("browser.send_to").keys("pki@corp.example");
    assert_eq!(paths(&robot, ".csr"), 4);
    assert_eq!(robot.model.session.plan().awaited.len(), 4);
    robot.go("Review").keys("<Tab>").sees("Have the requests signed").keys("<Tab>");
    robot.sees("requests/kibana-server.csr").sees("pki@corp.example");
    robot.keys("w<Enter>");
    assert!(robot.is_at("Runbook"));
    robot.sees("Have the requests signed");
}

#[test]
fn a_pki_realm_is_three_answers() {
    let mut robot = Robot::pasted();
    robot
        .focus("overview.licence")
        .keys("<Right>")
        .go("mTLS")
        .keys("y")
        .sees("PKI realm from the first start");
    robot.sees("kibana-ca.crt").focus("mtls.other_clients").keys("logstash, probe");
    assert_eq!(paths(&robot, "accounts/probe.key"), 1);
    robot.focus("mtls.pki_order").keys("<Ctrl-U>2").focus("mtls.native_order").keys("<Tab>");
    robot.sees("2 is the order of the PKI").focus("mtls.pki_order").keys("<Ctrl-U>1").go("Kibana→ES");
    assert!(!robot.screen(80, 24).contains("Logs in with"), "the certificate logs in");
    robot.go("mTLS").focus("mtls.enabled").keys("n");
    assert!(!robot.model.session.answers().mtls.enabled);
}

/// What cannot be typed here says what to press, and changes nothing.
#[test]
fn text_where_none_is_taken_is_answered() {
    let mut robot = Robot::pasted();
    let before = robot.model.session.answers().clone();
    robot.focus("overview.licence").keys("t").sees("Enter shows all that can be chosen");
    robot.focus("overview.operator").keys("x").sees("y or n answers this");
    robot.focus("overview.keystore_password").keys("s").sees("typed is among the options");
    robot.go("Transport").keys("<Alt-Z>").keys("x").sees("Esc brings the questions back");
    assert_eq!(robot.model.session.answers(), &before);
    let top = robot.model.preview.top;
    robot.keys("<Down>").sees("Esc back to both halves");
    assert_eq!((robot.model.focus_id().as_str(), robot.model.preview.top), ("transport.ca_subject", top + 3));
}

/// Every option of every choice is read whole at 80×24, and so is the help below it.
#[test]
fn every_choice_and_every_help_is_whole_on_a_small_screen() {
    let mut robot = Robot::whole_stack();
    robot.keys("<Esc>").focus_in("Overview", "overview.licence").keys("<Right>");
    robot.go("Kibana→ES").focus("kibana_client.monitoring").keys("y");
    let mut seen = 0;
    for step in STEPS {
        for field in step.fields {
            if !(field.shown)(robot.model.session.answers()) {
                continue;
            }
            let before = robot.model.session.answers().clone();
            let id = match field.kind {
                Kind::Hosts(..) => continue,
                _ => field.id,
            };
            let options: &[Choice] = match &field.kind {
                Kind::Choice(pick) | Kind::Password(pick) => pick.options,
                _ => &[],
            };
            for turn in 0..options.len().max(1) {
                robot.focus_in(step.title, id);
                if turn > 0 {
                    robot.keys("<Right>");
                }
                let screen = robot.screen(80, 24);
                let issues = &robot.model.session.plan().issues;
                assert!(issues.iter().any(|i| i.field == id) || !screen.contains("… F1"), "{id}\n{screen}");
                if let Kind::Choice(pick) = &field.kind {
                    let label = options[(pick.get)(robot.model.session.answers())].label;
                    assert!(screen.contains(&format!("‹ {label} ›")), "{label} is cut\n{screen}");
                    seen += 1;
                }
            }
            for _ in 0..=options.len() {
                if robot.model.session.answers() != &before {
                    robot.keys("<Alt-U>");
                }
            }
            assert_eq!(robot.model.session.answers(), &before, "{id} is not taken back");
        }
    }
    assert!(seen > 40, "{seen}");
    // Those of hosts have more room for less.
    let columns = STEPS.iter().flat_map(|step| step.fields).filter_map(|field| match &field.kind {
        Kind::Hosts(_, columns) => Some(*columns),
        _ => None,
    });
    let labels = columns.flatten().filter_map(|column| match &column.kind {
        HostKind::Choice { options, .. } => Some(options.iter().map(|option| option.label.len())),
        _ => None,
    });
    assert!(labels.flatten().all(|label| label <= 14));
}

#[test]
fn a_second_wizard_reads_and_changes_nothing() {
    let first = Robot::pasted();
    let mut second = Robot::start();
    let opened = Opened {
        name: "prod".into(),
        answers: first.model.session.answers().clone(),
        read_only: Some("another wizard has it open; leave it there to change answers here".into()),
        ..Opened::default()
    };
    second.tell(News::Opened(Box::new(opened))).sees("leave it there to change answers here").keys("<Enter>");
    second.focus("overview.cluster_name").keys("x<Space>");
    second.go("Transport").focus("transport.certificate_per_node").keys("n");
    assert_eq!(second.model.session.answers(), first.model.session.answers());
    second.go("Review").sees("where the session can be changed").keys("w").sees("read-only");
    assert!(!second.screen(80, 24).contains("w write") && second.saved == 0);
    second.keys("<Ctrl-Q>");
    assert!(second.quit.unwrap().contains("only read"));
}

/// The line is lost while an earlier save is still under way: the wizard goes when the later one has ended.
#[test]
fn the_last_answers_are_waited_for() {
    let mut robot = Robot::pasted();
    robot.saves_wait = true;
    robot.go("Transport").keys("prod=").tell(Msg::Terminate);
    let saves = robot.sent.iter().filter(|cmd| matches!(cmd, Cmd::Save(_))).count();
    assert_eq!(saves, 2, "one when the tab changed, one with what was typed");
    let kept = || News::Kept { name: "elastic-stack".into(), path: "/data/elastic-stack.yml".into() };
    robot.tell(kept());
    assert!(robot.quit.is_none(), "gone before the last answers are kept");
    robot.tell(kept());
    assert!(robot.quit.is_some());
}

/// From the start to the written folder without the keyboard.
#[test]
fn the_mouse_alone_goes_all_the_way() {
    let mut robot = Robot::start();
    click(&mut robot, "New: one node");
    click(&mut robot, "New: three nodes");
    click(&mut robot, "Enter open");
    click(&mut robot, "PgDn next step");
    assert!(robot.is_at("Transport"));
    click(&mut robot, "HTTPS");
    click(&mut robot, "Enter all options");
    click(&mut robot, "the transport CA");
    robot.sees("‹ the transport CA ›");
    click(&mut robot, "Kibana→ES");
    click(&mut robot, "URLs");
    click(&mut robot, "Enter choose");
    click(&mut robot, "Esc back");
    click(&mut robot, "Browser");
    click(&mut robot, "F1 help");
    assert!(matches!(robot.model.modal, Some(Modal::Help { .. })));
    click(&mut robot, "Esc close");
    click(&mut robot, "Review");
    click(&mut robot, "Tasks 1");
    click(&mut robot, " 3  ");
    assert_eq!(robot.model.review.tasks.at, 2);
    click(&mut robot, " 3  ");
    click(&mut robot, "Esc back to both halves");
    click(&mut robot, "Issues");
    click(&mut robot, "Enter go to the field");
    assert!(robot.is_at("Overview"));
    click(&mut robot, "Review");
    click(&mut robot, "w write");
    click(&mut robot, "Not now");
    assert!(robot.model.modal.is_none());
    click(&mut robot, "w write");
    click(&mut robot, "Write           a folder");
    assert!(robot.is_at("Runbook"), "{}", robot.screen(80, 24));
    click(&mut robot, " 2  Copy");
    click(&mut robot, " 2  Copy");
    assert_eq!(robot.model.runbook.tasks.open, Some(1));
    click(&mut robot, "p passwords");
    robot.sees(PLANTED);
    click(&mut robot, "Esc back to review");
    assert!(!robot.screen(80, 24).contains(PLANTED));
    click(&mut robot, "Ctrl-Q quit");
    assert!(robot.quit.is_some());
}

/// Where a list has several values, or a secret two lines, a click goes to the line.
#[test]
fn the_mouse_marks_values_and_lines() {
    let mut robot = Robot::pasted();
    robot.go("Kibana→ES").focus("kibana_client.hosts");
    click(&mut robot, "Enter choose");
    click(&mut robot, "https://10.0.0.12:9200");
    click(&mut robot, "Enter take");
    assert_eq!(robot.model.session.answers().kibana_client.hosts, ["https://10.0.0.12:9200"]);
    robot.go("Transport").focus("transport.store_password").keys("<Right>");
    click(&mut robot, "Enter type it");
    robot.keys("long enough 1");
    click(&mut robot, "Once more");
    robot.keys("long enough 1");
    click(&mut robot, "Enter take it");
    assert!(robot.model.modal.is_none(), "{}", robot.screen(80, 24));
    let listing = Listing { name: "prod-eu".into(), ..Listing::default() };
    let mut robot = Robot::with(vec![listing]);
    click(&mut robot, "Del remove");
    click(&mut robot, "Esc no");
    assert!(robot.model.modal.is_none() && robot.sent.is_empty());
}

/// The same keys lead on where a terminal knows neither colours nor other signs than ASCII.
#[test]
fn without_colour_and_signs_nothing_is_lost() {
    let mut robot = Robot::pasted();
    robot.model.theme = Theme { color: false, unicode: false };
    robot.go("HTTPS").focus("https.validity").keys("<Ctrl-U>soon<Tab>");
    for title in ["Overview", "Transport", "HTTPS", "Browser", "mTLS", "Review"] {
        let screen = robot.go(title).screen(80, 24);
        assert!(screen.is_ascii() && screen.contains("F1 help"), "{screen}");
        assert!(title == "HTTPS" || screen.contains("HTTPS!"), "the tab names its issue\n{screen}");
    }
    robot.go("HTTPS").sees("! \"soon\": write years").focus("https.validity").sees("such as 3y, 18m, 90d");
}
