//! The wizard by key scripts: hosts, typed and pasted.

mod robot;

use robot::{HOSTS, Robot};
use stackseal::store::Listing;
use stackseal::tui::{Cmd, Modal, Page};

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
fn a_letter_on_a_closed_host_changes_nothing() {
    let mut robot = Robot::pasted();
    let answers = robot.model.session.answers().clone();
    robot.focus("overview.elasticsearch[1]").keys("prod").sees("Enter edits this host");
    assert_eq!(robot.model.session.answers(), &answers);
}
