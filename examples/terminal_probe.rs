//! The smallest program on the terminal guard, for its tests and as a subject for pictures.
//! Knows the guard only; keys are listed in `main`.
#![allow(clippy::unwrap_used, clippy::panic)] // it exists to fail

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout};
use ratatui::style::{Color, Style, Stylize};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Paragraph};
use stackseal::tui::terminal::{self, Input, Options, Screen, Suspension};
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;

enum Message {
    Input(Input),
    WorkerEnded,
}

/// Tells the main thread that a worker has ended, also by a panic.
struct Ended(mpsc::Sender<Message>);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.send(Message::WorkerEnded);
    }
}

fn main() -> ExitCode {
    terminal::install_panic_hook();
    let (sender, receiver) = mpsc::channel();
    terminal::spawn_inputs(sender.clone(), Message::Input).unwrap();
    let mut screen = Screen::enter(Options { mouse: true, focus: true }).unwrap();
    let env = |name: &str| std::env::var(name).ok();
    let color = terminal::color_wanted(None, &env, true);
    let unicode = terminal::unicode_wanted(None, &env);
    let mut last = String::from("nothing yet");
    loop {
        screen.draw(|frame| paint(frame, color, unicode, &last)).unwrap();
        let first = receiver.recv().unwrap();
        for message in std::iter::once(first).chain(receiver.try_iter()) {
            let input = match message {
                Message::Input(input) => input,
                Message::WorkerEnded => return ExitCode::from(101),
            };
            last = match &input {
                Input::Key(key) => format!("key {} {}", key.code, key.modifiers),
                Input::Paste(text) => format!("paste of {} bytes", text.len()),
                other => format!("{other:?}"),
            };
            match input {
                Input::Key(KeyEvent { code, modifiers, .. }) => match (code, modifiers) {
                    (KeyCode::Char('q'), KeyModifiers::NONE) => return ExitCode::SUCCESS,
                    (KeyCode::Char('p'), KeyModifiers::NONE) => panic!("on the main thread"),
                    (KeyCode::Char('w'), KeyModifiers::NONE) => {
                        let ended = Ended(sender.clone());
                        thread::spawn(move || {
                            let _ended = ended;
                            panic!("on a worker thread");
                        });
                    }
                    (KeyCode::Char('z'), KeyModifiers::CONTROL) => {
                        last = match screen.suspend().unwrap() {
                            Suspension::Resumed => "resumed".into(),
                            Suspension::NoJobControl => "no job control".into(),
                        };
                    }
                    (KeyCode::Char('l'), KeyModifiers::CONTROL) => screen.redraw_all().unwrap(),
                    _ => {}
                },
                Input::Resize(..) => screen.redraw_all().unwrap(),
                Input::Signal(signal) => match signal.exit_code() {
                    Some(code) => return ExitCode::from(code),
                    None => screen.reclaim().unwrap(),
                },
                Input::Dead => return ExitCode::from(101),
                _ => {}
            }
        }
    }
}

fn paint(frame: &mut Frame<'_>, color: bool, unicode: bool, last: &str) {
    let area = frame.area();
    let accent = if color { Style::new().fg(Color::Cyan) } else { Style::new() };
    let mut block = Block::bordered().title(" terminal probe ").border_style(accent);
    if unicode {
        block = block.border_type(BorderType::Rounded);
    } else {
        block = block.border_set(ratatui::symbols::border::Set {
            top_left: "+",
            top_right: "+",
            bottom_left: "+",
            bottom_right: "+",
            vertical_left: "|",
            vertical_right: "|",
            horizontal_top: "-",
            horizontal_bottom: "-",
        });
    }
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let [head, body] = Layout::vertical([Constraint::Length(2), Constraint::Min(0)]).areas(inner);
    let tabs = Line::from(vec![
        Span::from(" ready ").bold().reversed(),
        Span::from(" second ").style(accent),
        Span::from(" third ").dim(),
    ]);
    frame.render_widget(tabs, head);
    let lines =
        vec![Line::from(format!("size {}x{}", area.width, area.height)), Line::from(format!("last {last}"))];
    frame.render_widget(Paragraph::new(lines), body);
}
