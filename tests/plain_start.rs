//! How a session begins in plain mode: the list of sessions, hosts line by line, and where one goes on.

mod support;
mod teller;

use stackseal::plain::Event;
use stackseal::plan::TypedSecrets;
use stackseal::sitting::{Cmd, News, Opened};
use stackseal::steps::{Context, draft};
use stackseal::store::Listing;
use support::scenario;
use teller::Teller;

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
