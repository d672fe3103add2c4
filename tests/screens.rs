//! What the screens look like: every tab, every layer, at the smallest size and at a roomy one.

mod robot;

use robot::{Robot, progress};
use stackseal::plan::Awaited;
use stackseal::store::Listing;
use stackseal::tui::{Existing, News, Theme};

#[track_caller]
fn snap(name: &str, robot: &mut Robot) {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let screen = robot.screen(columns, rows);
        assert!(
            screen.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= usize::from(columns))
        );
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), screen);
        });
    }
}

fn sessions() -> Vec<Listing> {
    let saved = |name: &str, summary: &str, last_step: &str, saved: &str, issues, written| Listing {
        name: name.into(),
        summary: summary.into(),
        last_step: last_step.into(),
        saved: saved.into(),
        issues,
        written,
        awaited: Vec::new(),
        problem: None,
        path: format!("~/.local/share/stackseal/sessions/{name}.yml").into(),
    };
    let mut list = vec![
        saved("prod-eu", "3 Elasticsearch · 1 Kibana", "https", "2026-11-22T09:40:00Z", 0, false),
        saved("lab", "1 Elasticsearch · 1 Kibana", "review", "2026-11-21T18:40:00Z", 0, true),
        saved("search-us", "50 Elasticsearch · 2 Kibana", "transport", "2026-10-02T18:40:00Z", 3, false),
    ];
    let problem = Some("line 4, column 3: unknown field `hots`, did you mean `hosts`".to_owned());
    list.push(Listing { name: "broken".into(), problem, ..Listing::default() });
    list[1].awaited = vec![Awaited {
        identity: "browser.node.kibana-1".into(),
        request: "requests/kibana-server.csr".into(),
        certificate: "requests/kibana-server.crt".into(),
        to: "pki@corp.example".into(),
    }];
    list
}

#[test]
fn start() {
    snap("start_empty", &mut Robot::start());
    snap("start_filled", &mut Robot::with(sessions()));
    snap("start_prompt", Robot::with(sessions()).keys("d"));
    snap("start_remove", Robot::with(sessions()).keys("<Down><Del>"));
}

#[test]
fn tabs_empty_and_filled() {
    let mut empty = Robot::start();
    empty.keys("<Down><Down><Enter>");
    snap("overview_empty", &mut empty);
    let mut robot = Robot::pasted();
    snap("overview", &mut robot);
    for (title, name) in [("Transport", "transport"), ("HTTPS", "https"), ("Kibana→ES", "kibana_client")] {
        snap(name, robot.go(title));
    }
}

/// Everything on: a licence for the realm, a Metricbeat beside every node.
#[test]
fn the_other_half() {
    let mut robot = Robot::pasted();
    robot.focus("overview.licence").keys("<Right>").focus("overview.metricbeat_on_nodes").keys("<Space>");
    robot.go("mTLS").focus("mtls.enabled").keys("<Space>");
    snap("mtls", &mut robot);
    snap("browser", robot.go("Browser"));
    snap("beats", robot.go("Beats"));
    snap("overview_full", robot.go("Overview"));
    snap("board", robot.keys("<F4>"));
    let mut robot = Robot::pasted();
    snap("browser_request", robot.go("Browser").keys("<Right><Right><Tab>pki@corp.example"));
    snap("mtls_off", robot.go("mTLS"));
}

#[test]
fn issues_and_marks() {
    let mut robot = Robot::pasted();
    robot.focus("overview.elasticsearch[1]").keys("<Enter><Tab><Ctrl-U>bad_name<Tab>");
    snap("host_editor", &mut robot);
    robot.go("HTTPS").focus("https.validity").keys("<Ctrl-U>soon<Tab><Shift-Tab>");
    snap("https_issue", &mut robot);
    snap("review_issues", robot.go("Review"));
    let mut robot = Robot::pasted();
    snap(
        "transport_changed",
        robot.go("Transport").focus("transport.verification_mode").keys("<Right><Right>"),
    );
}

#[test]
fn layers() {
    let mut robot = Robot::pasted();
    robot.go("Transport").focus("transport.verification_mode");
    snap("help", robot.keys("<F1>"));
    snap("options", robot.keys("<Esc><Enter>"));
    robot.keys("<Esc>").focus("transport.store_password").keys("<Right><Enter>secret<Enter>other<Enter>");
    snap("password", &mut robot);
    let mut robot = Robot::pasted();
    robot.focus("overview.kibana");
    snap("paste_report", robot.paste("es-9 10.0.0.19\nes_x bad_\n10.0.0.9\n"));
    let mut robot = Robot::pasted();
    snap("preview_zoomed", robot.go("Transport").keys("<F4>"));
}

#[test]
fn review_and_write() {
    let mut robot = Robot::pasted();
    robot.slow = true;
    robot.go("Review").keys("<Down><Down>");
    let generation = robot.model.session.generation();
    robot.model.now += std::time::Duration::from_secs(6);
    snap("forging", robot.tell(progress(generation, 57)));
    let mut robot = Robot::pasted();
    snap("review_files", robot.go("Review").keys("/http.p12<Esc>"));
    snap("review_tasks", robot.keys("<Tab><Down>"));
    robot.existing = Existing::Output(String::new());
    snap("write_replace", robot.keys("w"));
    robot.existing = Existing::Free;
    snap("write_confirm", robot.keys("<Esc>w"));
    snap("written", robot.keys("<Enter>"));
    snap("written_task", robot.keys("<Down><Enter>"));
    robot.tell(News::WriteFailed("late".into()));
}

#[test]
fn plain_terminals() {
    let mut robot = Robot::pasted();
    robot.model.theme = Theme { color: false, unicode: false };
    robot.go("Transport");
    let screen = robot.screen(80, 24);
    assert!(screen.is_ascii(), "{screen}");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("transport_ascii_80x24", screen);
        robot.model.theme = Theme { color: false, unicode: true };
        insta::assert_snapshot!("transport_mono_styles", format!("{:?}", robot.buffer(80, 24)));
        robot.model.theme = Theme { color: true, unicode: true };
        insta::assert_snapshot!("transport_styles", format!("{:?}", robot.buffer(80, 24)));
    });
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("too_small", robot.screen(59, 15));
        insta::assert_snapshot!("smallest", robot.screen(60, 15));
    });
}
