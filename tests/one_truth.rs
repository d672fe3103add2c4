//! Three doors, one truth: for every scenario, with clock, randomness and keys injected, what the wizard
//! and plain mode write is what the command writes.

mod support;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use stackseal::forge::{inspect, read_keystore};
use stackseal::plain::{Dialogue, Effect, Event, Manner};
use stackseal::steps::STEPS;
use stackseal::store::{Library, Session};
use stackseal::tui::{Cmd, Jobs, Model, Msg, News, Theme, Work, update};
use stackseal::values::Secret;
use support::fixed::Fixed;
use support::scenario::{self, Scenario, files_below};
use time::macros::datetime;

/// The wizard with its real jobs, and nobody at the screen.
struct Wizard {
    model: Model,
    jobs: Jobs,
    messages: Receiver<News>,
}

impl Wizard {
    fn open(path: &Path) -> Self {
        let (sender, messages) = channel();
        let library = Library::at(path.with_file_name("sessions"));
        let jobs = Jobs::start::<News>(Some(library), Arc::new(Fixed::new()), sender);
        let model =
            Model::new(Theme { color: true, unicode: true }, datetime!(2026-11-22 12:00 UTC), (80, 24));
        let mut wizard = Self { model, jobs, messages };
        wizard.jobs.take(Cmd::OpenFile(path.display().to_string()));
        wizard.wait("the session to open", |msg| matches!(msg, News::Opened(_)));
        wizard
    }

    /// Takes messages until one fits.
    fn wait(&mut self, what: &str, fits: impl Fn(&News) -> bool) {
        loop {
            let msg = self
                .messages
                .recv_timeout(Duration::from_secs(120))
                .unwrap_or_else(|_| panic!("waited for {what}"));
            if let News::Failed { text, .. } | News::WriteFailed(text) | News::ForgeFailed(_, text) = &msg {
                panic!("while waiting for {what}: {text}");
            }
            let done = fits(&msg);
            self.tell(msg);
            if done {
                return;
            }
        }
    }

    fn tell(&mut self, msg: impl Into<Msg>) {
        for cmd in update(&mut self.model, msg.into()) {
            self.jobs.take(cmd);
        }
    }

    fn press(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        self.tell(Msg::Key(KeyEvent::new(code, modifiers)));
    }

    fn tap(&mut self, code: KeyCode) {
        self.press(code, KeyModifiers::NONE);
    }

    fn tab(&mut self, index: usize) {
        let digit = char::from_digit(u32::try_from(index + 1).unwrap(), 10).unwrap();
        self.press(KeyCode::Char(digit), KeyModifiers::ALT);
    }

    fn type_secret(&mut self, id: &str, secret: &Secret) {
        self.tab(STEPS.iter().position(|step| id.starts_with(&format!("{}.", step.id))).unwrap());
        for _ in 0..200 {
            if self.model.focus_id() == id {
                break;
            }
            self.tap(KeyCode::Tab);
        }
        assert_eq!(self.model.focus_id(), id);
        self.tap(KeyCode::Enter);
        for _ in 0..2 {
            secret.reveal().chars().for_each(|c| self.tap(KeyCode::Char(c)));
            self.tap(KeyCode::Enter);
        }
    }

    fn write(mut self) {
        self.tab(STEPS.len());
        if !matches!(self.model.making.work, Work::Forged { .. }) {
            self.wait("the keys", |msg| matches!(msg, News::Forged(..)));
        }
        self.tap(KeyCode::F(9));
        self.wait("a look at the folder", |msg| matches!(msg, News::Found(..)));
        self.tap(KeyCode::Enter);
        self.wait("the write", |msg| matches!(msg, News::Written(_)));
    }
}

/// Plain mode with its real jobs, told line by line.
struct Teller {
    dialogue: Dialogue,
    jobs: Jobs,
    news: Receiver<News>,
    asks: Asks,
    heard: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    Nothing,
    Line,
    Secret,
    Over,
}

impl Teller {
    fn open(path: &Path) -> Self {
        let (sender, news) = channel();
        let library = Library::at(path.with_file_name("sessions"));
        let jobs = Jobs::start::<News>(Some(library), Arc::new(Fixed::new()), sender);
        let manner = Manner { unicode: true, typed: false };
        let mut dialogue = Dialogue::new(manner, datetime!(2026-11-22 12:00 UTC));
        let effects = dialogue.begin(Some(path.display().to_string()));
        let mut teller = Self { dialogue, jobs, news, asks: Asks::Nothing, heard: String::new() };
        teller.carry_out(effects);
        teller.wait();
        teller
    }

    /// Until something is asked.
    fn wait(&mut self) {
        while self.asks == Asks::Nothing {
            let news = self.news.recv_timeout(Duration::from_secs(120));
            let effects = self.dialogue.take(Event::News(news.unwrap_or_else(|_| panic!("{}", self.heard))));
            self.carry_out(effects);
        }
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Say(text) => self.heard += &format!("{text}\n"),
                Effect::Ask(_) => self.asks = Asks::Line,
                Effect::AskSecret(_) => self.asks = Asks::Secret,
                Effect::Do(cmd) => self.jobs.take(cmd),
                Effect::Quit { code, .. } => {
                    assert_eq!(code, 0, "{}", self.heard);
                    self.asks = Asks::Over;
                }
            }
        }
    }

    fn line(&mut self, text: &str) {
        let line = format!("{text}\n");
        let event =
            if self.asks == Asks::Secret { Event::Secret(Secret::new(line)) } else { Event::Line(line) };
        self.asks = Asks::Nothing;
        let effects = self.dialogue.take(event);
        self.carry_out(effects);
        self.wait();
    }

    fn type_secret(&mut self, id: &str, secret: &Secret) {
        self.line("go 1");
        for _ in 0..200 {
            if self.dialogue.asked() == id {
                break;
            }
            self.line("");
        }
        assert_eq!(self.dialogue.asked(), id);
        if self.asks != Asks::Secret {
            self.line("");
        }
        assert_eq!(self.asks, Asks::Secret);
        self.line(secret.reveal());
    }

    fn write(mut self) {
        for line in ["go review", "write", "", "quit"] {
            self.line(line);
        }
        assert_eq!(self.asks, Asks::Over, "{}", self.heard);
    }
}

#[test]
fn all_doors_write_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for scenario in scenario::good() {
        let (by_hand, by_command) = (folder.path().join("by-hand"), folder.path().join("by-command"));
        let told = folder.path().join("told");
        let mut session = scenario.session.clone();
        session.answers.overview.output = by_hand.display().to_string();
        let file = folder.path().join("session.yml");
        fs::write(&file, session.to_yaml().unwrap()).unwrap();
        let mut wizard = Wizard::open(&file);
        for spec in scenario.plan().secrets {
            if let Some(secret) = scenario.typed.get(&spec.id) {
                wizard.type_secret(spec.id.as_str(), secret);
            }
        }
        wizard.write();
        session.answers.overview.output = told.display().to_string();
        let other = folder.path().join("told.yml");
        fs::write(&other, session.to_yaml().unwrap()).unwrap();
        let mut teller = Teller::open(&other);
        for spec in scenario.plan().secrets {
            if let Some(secret) = scenario.typed.get(&spec.id) {
                teller.type_secret(spec.id.as_str(), secret);
            }
        }
        teller.write();
        scenario::write(&scenario, &by_command, &Fixed::new());
        compare(&scenario, &by_hand, &by_command);
        compare(&scenario, &told, &by_command);
        let remembered = Session::read(&file).unwrap().progress.written.unwrap().folder;
        assert_eq!(Path::new(&remembered), by_hand, "{}", scenario.name);
        let by_lines = Session::read(&other).unwrap();
        let told_to = by_lines.progress.written.unwrap().folder;
        assert_eq!((Path::new(&told_to), by_lines.progress.last_step.as_str()), (told.as_path(), "review"));
        fs::remove_dir_all(&told).unwrap();
        fs::remove_dir_all(&by_hand).unwrap();
        fs::remove_dir_all(&by_command).unwrap();
    }
}

fn compare(scenario: &Scenario, one: &Path, other: &Path) {
    assert_eq!(files_below(one), files_below(other), "{}", scenario.name);
    let secrets: Vec<String> = files_below(one)
        .iter()
        .filter(|path| path.ends_with(".password") || path.contains("secure-settings/"))
        .map(|path| fs::read_to_string(one.join(path)).unwrap())
        .collect();
    let stores = files_below(one).into_iter().filter(|path| path.ends_with(".keystore"));
    let stored = stores.flat_map(|path| {
        let bytes = fs::read(one.join(path)).unwrap();
        let mut tries = [""].into_iter().chain(secrets.iter().map(String::as_str));
        tries.find_map(|password| read_keystore(&bytes, password).ok()).unwrap()
    });
    let stored: Vec<String> = stored.map(|entry| entry.value.reveal().to_owned()).collect();
    let passwords: Vec<&str> = secrets.iter().chain(&stored).map(String::as_str).collect();
    for path in files_below(one) {
        let (a, b) = (fs::read(one.join(&path)).unwrap(), fs::read(other.join(&path)).unwrap());
        // Salts of stores are random, and so are EC signatures, which fingerprints are made of.
        let (a, b) = match path.rsplit('.').next() {
            Some("keystore" | "p12" | "zip" | "pem" | "crt" | "csr") => {
                (inspect(&path, &a, &passwords).to_string(), inspect(&path, &b, &passwords).to_string())
            }
            Some("key") => (format!("{} bytes", a.len()), format!("{} bytes", b.len())),
            _ => (String::from_utf8(a).unwrap(), String::from_utf8(b).unwrap()),
        };
        assert_eq!(steady(&a), steady(&b), "{}: {path}", scenario.name);
    }
}

/// The text without hashes and fingerprints.
fn steady(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once("sha256:") {
        Some((before, _)) => before.to_owned(),
        None => line
            .split(' ')
            .filter(|word| !word.trim_matches('`').contains(":") || word.len() < 60)
            .collect::<Vec<_>>()
            .join(" "),
    });
    lines.collect::<Vec<_>>().join("\n")
}
