//! What a key press costs before anything reaches the terminal: redraft, update and draw, by the robot
//! that also plays the tests, without threads and files.

#[path = "../tests/robot/mod.rs"]
mod robot;

use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::{Terminal, backend::TestBackend};
use robot::Robot;
use stackseal::forge::System;
use stackseal::steps::{Answers, Context, draft};
use stackseal::store::Session;
use stackseal::tui::view;
use std::process::Command;

use crate::support::clock::{Cost, median, quantile};
use crate::support::stacks::{answers, lines};
use crate::support::table::{Goal, Table};

const SIZE: (u16, u16) = (120, 40);
/// One frame at 60 a second.
const FRAME: Goal = Goal::Within(0.016);

pub fn measure(table: &mut Table) {
    for hosts in [50, 1000] {
        redraft(table, hosts);
        typing(table, hosts);
        review(table, hosts);
    }
    plan(table, 1000);
}

fn redraft(table: &mut Table, hosts: usize) {
    let answers = answers(hosts, "rsa-2048", "rsa-3072");
    let typed = stackseal::plan::TypedSecrets::default();
    let context = Context::new("4f2a", &typed);
    let again = || Cost::of(|| draft(&answers, context)).0;
    spread(table, &format!("redraft, {hosts} hosts"), (0..60).map(|_| again()));
}

/// A letter and its removal, in turns, so that the answer stays as long as it is.
fn typing(table: &mut Table, hosts: usize) {
    let mut screen = Screen::new(hosts);
    let middle = format!("overview.elasticsearch[{}].dns", hosts / 2);
    for (tab, id) in [
        ("Overview", "overview.client_names"),
        ("Overview", middle.as_str()),
        ("Transport", "transport.validity"),
        ("Kibana→ES", "kibana_client.hosts"),
    ] {
        screen.robot.go(tab);
        assert!(screen.robot.is_at(tab), "{tab}");
        screen.focus(id);
        let keys = [KeyCode::Char('7'), KeyCode::Backspace].into_iter().cycle().take(60);
        let costs: Vec<Cost> = keys.map(|key| screen.press(key, KeyModifiers::NONE)).collect();
        let name = id.split_once('.').map_or(id, |(_, name)| name);
        spread(table, &format!("key in {name}, {hosts} hosts"), costs);
    }
    screen.robot.go("Overview");
    screen.focus("overview.client_names");
    let costs: Vec<Cost> = (0..60).map(|_| screen.press(KeyCode::Down, KeyModifiers::NONE)).collect();
    spread(table, &format!("focus down the host list, {hosts} hosts"), costs);
}

fn review(table: &mut Table, hosts: usize) {
    let mut screen = Screen::new(hosts);
    let mut open = Vec::new();
    for _ in 0..15 {
        screen.robot.go("Overview");
        screen.focus("overview.client_names");
        // Another answer each time, so that nothing of the last visit is of use.
        screen.press(KeyCode::Char('x'), KeyModifiers::NONE);
        screen.robot.slow = true;
        open.push(screen.press(KeyCode::Char('r'), KeyModifiers::ALT));
        assert!(screen.robot.is_at("Review"));
    }
    spread(table, &format!("draw Review anew, {hosts} hosts"), open);
    let moves = |screen: &mut Screen| -> Vec<Cost> {
        let keys = [KeyCode::Down; 25].into_iter().chain([KeyCode::Up; 25]);
        keys.map(|key| screen.press(key, KeyModifiers::NONE)).collect()
    };
    spread(table, &format!("move in Review while forging, {hosts} hosts"), moves(&mut screen));
    screen.robot.slow = false;
    screen.robot.go("Overview");
    screen.focus("overview.client_names");
    screen.press(KeyCode::Char('x'), KeyModifiers::NONE);
    screen.robot.go("Review");
    assert!(screen.robot.model.making.work.made().is_some());
    spread(table, &format!("move in Review with the keys, {hosts} hosts"), moves(&mut screen));
}

/// The headless door, from the start of the program to its end.
fn plan(table: &mut Table, hosts: usize) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("big.yml");
    let session = |answers: Answers| Session::new(answers, &System).unwrap().to_yaml().unwrap();
    std::fs::write(&file, session(answers(hosts, "rsa-2048", "rsa-3072"))).unwrap();
    let run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stackseal"));
        let output = command.arg("plan").arg(&file).env("HOME", folder.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let walls: Vec<f64> = (0..15).map(|_| Cost::of(run).0.wall).collect();
    let (middle, worst) = (median(walls.iter().copied()), quantile(walls.iter().copied(), 0.95));
    table.spread(&format!("`stackseal plan`, {hosts} hosts"), middle, worst, Goal::Within(0.05));
}

/// Processor time, since other work on the machine is no fault of a frame; nothing here waits.
fn spread(table: &mut Table, what: &str, costs: impl IntoIterator<Item = Cost>) {
    let times: Vec<f64> = costs.into_iter().map(|cost| cost.cpu).collect();
    table.spread(what, median(times.iter().copied()), quantile(times.iter().copied(), 0.95), FRAME);
}

struct Screen {
    robot: Robot,
    terminal: Terminal<TestBackend>,
}

impl Screen {
    fn new(hosts: usize) -> Self {
        let mut robot = Robot::start();
        robot.paste(&lines(hosts)).size(SIZE.0, SIZE.1);
        assert_eq!(robot.model.session.answers().overview.elasticsearch.len(), hosts);
        assert!(robot.model.session.plan().is_sound());
        Self { robot, terminal: Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).unwrap() }
    }

    /// To a field, through the model's own keys; a row opens on the way to its cells.
    fn focus(&mut self, id: &str) {
        let Some((row, _)) = id.split_once("].") else {
            self.robot.focus(id);
            return;
        };
        self.robot.focus(&format!("{row}]")).keys("<Enter>").focus(id);
    }

    fn press(&mut self, code: KeyCode, modifiers: KeyModifiers) -> Cost {
        let Self { robot, terminal } = self;
        let press = || {
            robot.press(code, modifiers);
            terminal.draw(|frame| view(&robot.model, frame)).unwrap();
        };
        Cost::of(press).0
    }
}
