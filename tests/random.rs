//! Whatever is typed, pasted, clicked or resized: nothing breaks, nothing leaks, and what the terminal
//! shows is what was drawn.

mod robot;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::Write;
use std::rc::Rc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use robot::{HOSTS, PLANTED, Robot};
use stackseal::steps::STEPS;
use stackseal::tui::{Cmd, Msg, Page, view};

/// Where the terminal's bytes go.
struct Sheet(Rc<RefCell<Vec<u8>>>);

impl Write for Sheet {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[derive(Clone, Debug)]
enum Act {
    Key(KeyCode, KeyModifiers),
    Paste(String),
    Mouse(MouseEventKind, u16, u16),
    Resize(u16, u16),
    Wait(u64),
}

fn key() -> impl Strategy<Value = KeyCode> {
    prop_oneof![
        4 => prop_oneof![
            Just(KeyCode::Tab), Just(KeyCode::BackTab), Just(KeyCode::Enter), Just(KeyCode::Esc),
            Just(KeyCode::Up), Just(KeyCode::Down), Just(KeyCode::Left), Just(KeyCode::Right),
            Just(KeyCode::Home), Just(KeyCode::End), Just(KeyCode::PageDown), Just(KeyCode::PageUp),
            Just(KeyCode::Insert), Just(KeyCode::Delete), Just(KeyCode::Backspace),
        ],
        1 => (1_u8..13).prop_map(KeyCode::F),
        3 => prop::sample::select("abq/w?cpnrde 0123456789.,:-é日\u{301}\u{200d}🧑".chars().collect::<Vec<_>>())
            .prop_map(KeyCode::Char),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let modifiers = prop_oneof![
        6 => Just(KeyModifiers::NONE),
        2 => Just(KeyModifiers::ALT),
        2 => Just(KeyModifiers::CONTROL),
        1 => Just(KeyModifiers::SHIFT),
    ];
    let pasted = prop_oneof![
        Just(HOSTS.to_owned()),
        Just("日本語 漢字.example\n".repeat(30)),
        "[a-z0-9 .,\n\t\u{1b}\u{202e}é]{0,60}",
    ];
    let mouse = prop_oneof![
        Just(MouseEventKind::Down(MouseButton::Left)),
        Just(MouseEventKind::ScrollDown),
        Just(MouseEventKind::ScrollUp),
    ];
    prop_oneof![
        20 => (key(), modifiers).prop_map(|(code, modifiers)| Act::Key(code, modifiers)),
        1 => pasted.prop_map(Act::Paste),
        3 => (mouse, any::<u8>(), 0_u16..70).prop_map(|(kind, x, y)| Act::Mouse(kind, x.into(), y)),
        1 => (1_u16..=220, 1_u16..=70).prop_map(|(columns, rows)| Act::Resize(columns, rows)),
        1 => (0_u64..12).prop_map(Act::Wait),
    ]
}

fn perform(robot: &mut Robot, act: &Act) {
    match act {
        Act::Key(code, modifiers) => drop(robot.tell(Msg::Key(KeyEvent::new(*code, *modifiers)))),
        Act::Paste(text) => drop(robot.paste(text)),
        Act::Mouse(kind, column, row) => {
            let (kind, column, row) = (*kind, *column, *row);
            robot.tell(Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
        }
        Act::Resize(columns, rows) => drop(robot.size(*columns, *rows)),
        Act::Wait(seconds) => drop(robot.wait(*seconds)),
    }
}

/// A secret that was typed and may be seen nowhere but where it was asked for.
fn with_secret() -> Robot {
    let mut robot = Robot::pasted();
    robot.go("Transport").focus("transport.store_password").keys("<Right><Enter>");
    robot.paste(PLANTED).keys("<Enter>").paste(PLANTED).keys("<Enter>");
    robot
}

fn holds(robot: &mut Robot) -> Result<(), TestCaseError> {
    let (columns, rows) = robot.model.size;
    let buffer = robot.buffer(columns, rows);
    let text: String = buffer.content.iter().map(|cell| cell.symbol()).collect();
    for cmd in robot.sent.drain(..) {
        if let Cmd::Copy(copied) = cmd {
            prop_assert!(!copied.contains(PLANTED), "a copy has the secret");
        }
    }
    let asked = !robot.model.runbook.passwords.is_empty();
    prop_assert!(asked || !text.contains(PLANTED));
    if let Page::Step(index) = robot.model.page {
        prop_assert!(index < STEPS.len());
        let id = robot.model.focus_id();
        prop_assert!(id.starts_with(STEPS[index].id), "{id}");
        if columns >= 60 && rows >= 15 && robot.model.modal.is_none() && !robot.model.form.zoom {
            prop_assert!(text.contains('▌'), "the focus {id} is off the screen");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_breaks_and_nothing_leaks(acts in prop::collection::vec(act(), 1..60)) {
        let mut robot = with_secret();
        for (index, act) in acts.iter().enumerate() {
            // The line of keys answers to clicks, and has Ctrl-Q in it.
            let last = robot.model.size.1.saturating_sub(1);
            let leaving = match act {
                Act::Key(KeyCode::Char('q' | 'c'), _) => true,
                Act::Mouse(MouseEventKind::Down(MouseButton::Left), _, row) => *row == last,
                _ => false,
            };
            perform(&mut robot, act);
            if robot.quit.is_some() {
                prop_assert!(leaving, "{act:?} does not leave");
                break;
            }
            if index % 4 == 0 || matches!(act, Act::Resize(..)) {
                holds(&mut robot)?;
            }
        }
        holds(&mut robot)?;
    }

    #[test]
    fn the_terminal_shows_what_was_drawn(
        acts in prop::collection::vec(act(), 1..25), columns in 60_u16..110, rows in 15_u16..40,
    ) {
        let mut robot = Robot::pasted();
        let mut parser = vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0);
        let bytes = Rc::new(RefCell::new(Vec::new()));
        let area = Rect::new(0, 0, columns, rows);
        let mut terminal = Terminal::with_options(
            CrosstermBackend::new(Sheet(bytes.clone())),
            TerminalOptions { viewport: Viewport::Fixed(area) },
        ).unwrap();
        let others = acts.iter().filter(|act| !matches!(act, Act::Resize(..)));
        for act in std::iter::once(None).chain(others.map(Some)) {
            if let Some(act) = act {
                perform(&mut robot, act);
            }
            robot.size(columns, rows);
            terminal.draw(|frame| view(&robot.model, frame)).unwrap();
            parser.process(&std::mem::take(&mut *bytes.borrow_mut()));
        }
        let fresh = robot.screen(columns, rows);
        let shown = parser.screen().contents();
        let trim = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
        let (fresh, mut shown) = (trim(&fresh), trim(&shown));
        shown.resize(fresh.len(), String::new());
        prop_assert_eq!(fresh, shown);
    }
}

/// Events in a row on one wizard after the other: 10,000, or as many as `STACKSEAL_EVENTS` says, drawn from
/// `STACKSEAL_SEED`. What breaks it is told with the events before.
#[test]
fn ten_thousand_events_in_a_row() {
    let number = |name: &str, usual: u64| {
        std::env::var(name).map_or(usual, |text| text.parse().expect("a number of events or a seed"))
    };
    let (count, seed) = (number("STACKSEAL_EVENTS", 10_000), number("STACKSEAL_SEED", 1));
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
    let strategy = act();
    let mut history = History::default();
    let (mut robot, mut wizards) = (with_secret(), 1);
    for index in 0..count {
        let act = strategy.new_tree(&mut runner).unwrap().current();
        history.note(index, &act);
        perform(&mut robot, &act);
        if robot.quit.is_some() {
            let leaving = matches!(act, Act::Key(KeyCode::Char('q' | 'c'), _));
            assert!(leaving, "{act:?} does not leave");
        }
        if index % 16 == 0 || matches!(act, Act::Resize(..)) {
            holds(&mut robot).unwrap_or_else(|fault| panic!("event {index}: {fault}"));
        }
        // A wizard of a few hundred events has been everywhere; a longer one only grows.
        if robot.quit.is_some() || history.of_this_wizard > 500 {
            (robot, wizards) = (with_secret(), wizards + 1);
            history = History::default();
        }
    }
    eprintln!("{count} events on {wizards} wizards, seed {seed}");
    assert!(u64::try_from(wizards).unwrap() > count / 1000);
}

/// The last events, told when the test breaks.
#[derive(Default)]
struct History {
    of_this_wizard: usize,
    last: VecDeque<(u64, Act)>,
}

impl History {
    fn note(&mut self, index: u64, act: &Act) {
        self.of_this_wizard += 1;
        self.last.push_back((index, act.clone()));
        if self.last.len() > 40 {
            self.last.pop_front();
        }
    }
}

impl Drop for History {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the last events were {:#?}", self.last);
        }
    }
}

#[test]
fn every_small_size_is_drawn() {
    let mut robot = Robot::pasted();
    for title in ["Overview", "HTTPS", "Review"] {
        robot.go(title);
        for columns in 1..=90 {
            for rows in (1..=30).step_by(3) {
                robot.buffer(columns, rows);
            }
        }
    }
}
