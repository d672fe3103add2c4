//! The wizard by key scripts: how answers, lists, keys and mouse behave on any page.

mod robot;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use robot::{PLANTED, Robot};
use stackseal::steps::Kind;
use stackseal::tui::Msg;

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
fn enter_on_an_issue_goes_to_its_field() {
    let mut robot = Robot::pasted();
    robot.focus("overview.elasticsearch[1]").keys("<Enter><Tab><Ctrl-U>bad_name<Esc>");
    robot.go("Review");
    robot.sees("Issues 1").keys("<F9>").sees("1 issue to mend first").keys("<Enter>");
    assert_eq!(robot.model.focus_id(), "overview.elasticsearch[1].dns");
    robot.keys("<Ctrl-U>es-2.corp.example<Alt-R>").sees("ready to write");
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
