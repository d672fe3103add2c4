//! A robot at the keyboard: it goes to tabs and fields by name, counts its key presses, and answers
//! commands as the jobs would, without files and threads.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};
use stackseal::steps::STEPS;
use stackseal::store::Listing;
use stackseal::tui::{
    Cmd, Existing, Gauge, Made, MadeFile, Model, Msg, News, Opened, Page, Theme, Written, burst, update, view,
};
use stackseal::values::Secret;
use time::macros::datetime;

pub const HOSTS: &str = "es-1 es-1.corp.example 10.0.0.11\nes-2 es-2.corp.example 10.0.0.12\n\
    es-3 es-3.corp.example 10.0.0.13\nkibana-1 kb.corp.example 10.0.0.21 kibana\n";
pub const PLANTED: &str = "Planted-Secret-7531";

pub struct Robot {
    pub model: Model,
    pub pressed: usize,
    /// What was asked for and not answered here.
    pub sent: Vec<Cmd>,
    pub quit: Option<String>,
    /// What stands where the output is to go.
    pub existing: Existing,
    pub saves_fail: bool,
    /// Saving waits until it is told to end.
    pub saves_wait: bool,
    /// Forging waits until it is told to end.
    pub slow: bool,
    /// So does writing.
    pub writes_wait: bool,
    pub saved: usize,
}

pub fn written(folder: &str, replaced: bool) -> Written {
    Written {
        folder: folder.to_owned(),
        files: 41,
        hosts: 4,
        aside: replaced.then(|| format!("{folder}.before-20261122")),
        kept: Ok(("elastic-stack".into(), "/data/elastic-stack.yml".into())),
    }
}

impl Robot {
    pub fn start() -> Self {
        Self::with(Vec::new())
    }

    pub fn with(saved: Vec<Listing>) -> Self {
        let theme = Theme { color: true, unicode: true };
        let model = Model::new(theme, datetime!(2026-11-22 12:00 UTC), (80, 24));
        let mut robot = Self {
            model,
            pressed: 0,
            sent: Vec::new(),
            quit: None,
            existing: Existing::Free,
            saves_fail: false,
            saves_wait: false,
            slow: false,
            writes_wait: false,
            saved: 0,
        };
        robot.tell(News::Listed(saved));
        robot
    }

    /// A new session with three nodes and Kibana.
    pub fn pasted() -> Self {
        let mut robot = Self::start();
        robot.paste(HOSTS);
        robot
    }

    /// Three nodes with a Metricbeat each, Kibana, all six steps on, mutual TLS included: pasted, answered, written.
    pub fn whole_stack() -> Self {
        let mut robot = Self::start();
        let beats = |line: &str| if line.ends_with("kibana") { "\n" } else { " es,beats\n" };
        robot.paste(&HOSTS.lines().map(|line| format!("{line}{}", beats(line))).collect::<String>());
        robot.keys("<Tab><Tab><Right><Alt-6><Space><Alt-R>w<Enter>");
        robot
    }

    pub fn tell(&mut self, msg: impl Into<Msg>) -> &mut Self {
        let mut queue = vec![msg.into()];
        while let Some(msg) = queue.pop() {
            for cmd in update(&mut self.model, msg) {
                let answer = self.answer(&cmd);
                if answer.is_none() {
                    self.sent.push(cmd);
                }
                queue.extend(answer.map(Msg::from));
            }
        }
        self
    }

    fn answer(&mut self, cmd: &Cmd) -> Option<News> {
        Some(match cmd {
            Cmd::New => News::Opened(Box::new(Opened { run: "4f2a".into(), ..Opened::default() })),
            Cmd::Load(name) => News::Opened(Box::new(Opened {
                name: name.clone(),
                path: format!("/data/{name}.yml"),
                run: "4f2a".into(),
                ..Opened::default()
            })),
            Cmd::Save(_) if self.saves_wait => return None,
            Cmd::Save(_) if self.saves_fail => News::NotKept("the disk is full".into()),
            Cmd::Save(_) => {
                self.saved += 1;
                News::Kept { name: "elastic-stack".into(), path: "/data/elastic-stack.yml".into() }
            }
            Cmd::Renew => News::Renewed("77aa".into()),
            Cmd::Forge { .. } if self.slow => return None,
            Cmd::Forge { generation, plan, .. } => News::Forged(*generation, made(plan)),
            Cmd::Show { generation, path, .. } => News::Shown {
                generation: *generation,
                path: path.clone(),
                text: format!("what parsing {path} back says\nentry http: private key"),
            },
            Cmd::Find(folder) => News::Found(folder.clone(), self.existing.clone()),
            Cmd::Write { .. } if self.writes_wait => return None,
            Cmd::Write { folder, replace, .. } => News::Written(written(folder, *replace)),
            Cmd::Passwords(_) => News::Passwords(vec![("elastic".into(), Secret::new(PLANTED))]),
            Cmd::Quit(words) => {
                self.quit = Some(words.clone());
                return None;
            }
            _ => return None,
        })
    }

    /// To a tab, by its title.
    pub fn go(&mut self, title: &str) -> &mut Self {
        let index = STEPS.iter().position(|step| step.title == title).unwrap_or(STEPS.len());
        let digit = char::from_digit(u32::try_from(index + 1).unwrap(), 10).unwrap();
        self.press(KeyCode::Char(digit), KeyModifiers::ALT)
    }

    /// To a field, by its id.
    pub fn focus(&mut self, id: &str) -> &mut Self {
        for _ in 0..2_500 {
            if self.model.focus_id() == id {
                return self;
            }
            self.press(KeyCode::Tab, KeyModifiers::NONE);
        }
        panic!("no way to {id}, at {}", self.model.focus_id());
    }

    /// To a field of another tab.
    pub fn focus_in(&mut self, title: &str, id: &str) -> &mut Self {
        if !self.is_at(title) {
            self.go(title);
        }
        self.focus(id)
    }

    /// Text as it is typed, with keys in angle brackets: `<Ctrl-U>30D<Tab>`.
    pub fn keys(&mut self, script: &str) -> &mut Self {
        let mut rest = script;
        while !rest.is_empty() {
            if let Some((name, tail)) = rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
                let (code, modifiers) = key(name);
                self.press(code, modifiers);
                rest = tail;
            } else {
                let c = rest.chars().next().unwrap();
                self.press(KeyCode::Char(c), KeyModifiers::NONE);
                rest = &rest[c.len_utf8()..];
            }
        }
        self
    }

    pub fn press(&mut self, code: KeyCode, modifiers: KeyModifiers) -> &mut Self {
        self.pressed += 1;
        self.tell(Msg::Key(KeyEvent::new(code, modifiers)))
    }

    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.tell(Msg::Paste(text.to_owned()))
    }

    /// Keys as a terminal without bracketed paste sends a text.
    pub fn burst(&mut self, text: &str) -> &mut Self {
        let code = |c| match c {
            '\n' => KeyCode::Enter,
            '\t' => KeyCode::Tab,
            other => KeyCode::Char(other),
        };
        let keys: Vec<KeyEvent> = text.chars().map(|c| KeyEvent::new(code(c), KeyModifiers::NONE)).collect();
        if let Some(text) = burst::pasted(&self.model, &keys) {
            return self.paste(&text);
        }
        for key in keys {
            self.tell(Msg::Key(key));
        }
        self
    }

    pub fn wait(&mut self, seconds: u64) -> &mut Self {
        self.model.now += Duration::from_secs(seconds);
        self.tell(Msg::Wake)
    }

    pub fn size(&mut self, columns: u16, rows: u16) -> &mut Self {
        self.tell(Msg::Resize(columns, rows))
    }

    pub fn buffer(&mut self, columns: u16, rows: u16) -> Buffer {
        self.size(columns, rows);
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        terminal.draw(|frame| view(&self.model, frame)).unwrap();
        terminal.backend().buffer().clone()
    }

    pub fn screen(&mut self, columns: u16, rows: u16) -> String {
        let buffer = self.buffer(columns, rows);
        let row = |y| {
            let mut skip = 0;
            let mut line = String::new();
            for x in 0..columns {
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                let symbol = buffer[(x, y)].symbol();
                skip = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
                line.push_str(symbol);
            }
            line.trim_end().to_owned()
        };
        (0..rows).map(row).collect::<Vec<_>>().join("\n")
    }

    /// The tab, the focus and the screen hold this.
    #[track_caller]
    pub fn sees(&mut self, text: &str) -> &mut Self {
        let screen = self.screen(80, 24);
        assert!(screen.contains(text), "{text:?} is not on\n{screen}");
        self
    }

    pub fn is_at(&self, title: &str) -> bool {
        match self.model.page {
            Page::Step(index) => STEPS[index].title == title,
            Page::Review => title == "Review",
            Page::Start => title == "Start",
            Page::Runbook => title == "Runbook",
        }
    }
}

pub fn made(plan: &stackseal::plan::Plan) -> Arc<Made> {
    let ca = plan.identities.iter().filter(|identity| identity.is_authority());
    Arc::new(Made {
        files: plan.files.iter().map(|f| MadeFile { path: f.path.to_string(), size: 3600 }).collect(),
        authorities: ca.map(|identity| (identity.id.clone(), ["51:0B"; 16].join(":"))).collect(),
        first_end: plan
            .identities
            .last()
            .map(|identity| (identity.id.clone(), datetime!(2028-11-21 12:00 UTC))),
    })
}

pub fn progress(generation: u64, done: u32) -> News {
    News::Progress(generation, Gauge { done, total: 104, item: "es-2 · http.p12".into() })
}

fn key(name: &str) -> (KeyCode, KeyModifiers) {
    let mut modifiers = KeyModifiers::NONE;
    let mut name = name;
    while let Some((modifier, rest)) = name.split_once('-') {
        modifiers |= match modifier {
            "Ctrl" => KeyModifiers::CONTROL,
            "Alt" => KeyModifiers::ALT,
            "Shift" => KeyModifiers::SHIFT,
            other => panic!("{other}"),
        };
        name = rest;
    }
    let code = match name {
        "Tab" if modifiers == KeyModifiers::SHIFT => KeyCode::BackTab,
        "Tab" => KeyCode::Tab,
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Space" => KeyCode::Char(' '),
        "Up" => KeyCode::Up,
        "Down" => KeyCode::Down,
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "Ins" => KeyCode::Insert,
        "Del" => KeyCode::Delete,
        "Back" => KeyCode::Backspace,
        "PgDn" => KeyCode::PageDown,
        "PgUp" => KeyCode::PageUp,
        "F1" => KeyCode::F(1),
        "F4" => KeyCode::F(4),
        "F9" => KeyCode::F(9),
        one => KeyCode::Char(one.chars().next().unwrap().to_ascii_lowercase()),
    };
    (code, modifiers)
}
