//! Somebody at plain mode: types lines, reads what is said, and answers commands as the jobs would,
//! without files and threads.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::VecDeque;

use stackseal::plain::{Dialogue, Effect, Event, Manner};
use stackseal::plan::{IdentityId, TypedSecrets};
use stackseal::sitting::{Cmd, Existing, Made, MadeFile, News, Opened, Snapshot, Written};
use stackseal::steps::{Answers, Field, HostKind, Kind, STEPS};
use stackseal::store::Listing;
use stackseal::values::Secret;
use time::macros::datetime;

pub struct Teller {
    pub dialogue: Dialogue,
    /// Everything that was said and asked.
    pub heard: String,
    /// What was said since the last line.
    pub last: String,
    pub wants: Wants,
    pub run: String,
    pub opened: Opened,
    pub saved: Vec<Listing>,
    pub saves: Vec<Snapshot>,
    pub saves_fail: bool,
    /// The thread of the jobs breaks down over each.
    pub saves_break: bool,
    pub existing: Existing,
    /// Forging waits until it is told to end.
    pub slow: bool,
    /// So does writing.
    pub slow_write: bool,
    pub kept_wanted: bool,
    pub sent: Vec<Cmd>,
    pub quit: Option<(u8, String)>,
    typed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    Nothing,
    Line,
    Secret,
}

impl Teller {
    pub fn new(typed: bool, unicode: bool) -> Self {
        let manner = Manner { unicode, typed };
        Self {
            dialogue: Dialogue::new(manner, datetime!(2026-11-22 12:00 UTC)),
            heard: String::new(),
            last: String::new(),
            wants: Wants::Nothing,
            run: "4f2a".into(),
            opened: Opened::default(),
            saved: Vec::new(),
            saves: Vec::new(),
            saves_fail: false,
            saves_break: false,
            existing: Existing::Free,
            slow: false,
            slow_write: false,
            kept_wanted: false,
            sent: Vec::new(),
            quit: None,
            typed,
        }
    }

    /// At the list of sessions.
    pub fn start() -> Self {
        Self::new(true, true).begin(None)
    }

    /// In a session with these answers that was left at the first step.
    pub fn with(answers: Answers) -> Self {
        let mut teller = Self::new(true, true);
        teller.opened = Opened {
            name: "held".into(),
            path: "/data/held.yml".into(),
            run: "4f2a".into(),
            answers,
            last_step: STEPS[0].id.into(),
            visited: vec![STEPS[0].id.into()],
            ..Opened::default()
        };
        let mut teller = teller.begin(Some("held"));
        teller.line("go 1");
        teller
    }

    pub fn begin(mut self, session: Option<&str>) -> Self {
        let effects = self.dialogue.begin(session.map(str::to_owned));
        self.carry_out(effects);
        self
    }

    pub fn line(&mut self, text: &str) -> &mut Self {
        assert_eq!(self.wants, Wants::Line, "nothing is asked where {text:?} is typed: {}", self.last);
        self.tell(Event::Line(format!("{text}\n")))
    }

    pub fn secret(&mut self, text: &str) -> &mut Self {
        assert_eq!(self.wants, Wants::Secret, "no secret is asked for: {}", self.last);
        self.tell(Event::Secret(Secret::new(format!("{text}\n"))))
    }

    /// A line to whatever is asked.
    pub fn any(&mut self, text: &str) -> &mut Self {
        if self.wants == Wants::Secret { self.secret(text) } else { self.line(text) }
    }

    pub fn tell(&mut self, event: Event) -> &mut Self {
        self.last.clear();
        if matches!(event, Event::Line(_) | Event::Pasted(_) | Event::Secret(_)) {
            self.wants = Wants::Nothing;
        }
        let effects = self.dialogue.take(event);
        self.carry_out(effects);
        self
    }

    /// Keeps what is there up to this question.
    pub fn enter_until(&mut self, id: &str) {
        for _ in 0..200 {
            if self.dialogue.asked() == id {
                return;
            }
            self.line("");
        }
        panic!("{id} is never asked; at {}", self.dialogue.asked());
    }

    pub fn says(&mut self, text: &str) -> &mut Self {
        assert!(self.last.contains(text), "not said: {text:?} in\n{}", self.last);
        self
    }

    pub fn asks(&mut self, id: &str) -> &mut Self {
        assert_eq!(self.dialogue.asked(), id, "{}", self.last);
        self
    }

    pub fn answers(&self) -> &Answers {
        self.dialogue.session().answers()
    }

    fn hear(&mut self, text: &str) {
        for held in [&mut self.heard, &mut self.last] {
            held.push_str(text);
            held.push('\n');
        }
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut queue = VecDeque::from(effects);
        while let Some(effect) = queue.pop_front() {
            match effect {
                Effect::Say(text) => self.hear(&text),
                Effect::Ask(text) => {
                    self.hear(&text);
                    self.wants = Wants::Line;
                }
                Effect::AskSecret(text) => {
                    self.hear(&text);
                    self.wants = Wants::Secret;
                }
                Effect::Do(cmd) => {
                    for news in self.answer(&cmd) {
                        queue.extend(self.dialogue.take(Event::News(news)));
                    }
                    self.sent.push(cmd);
                }
                Effect::Quit { code, words } => {
                    self.hear(&words);
                    self.quit = Some((code, words));
                }
            }
        }
    }

    fn answer(&mut self, cmd: &Cmd) -> Vec<News> {
        let news = match cmd {
            Cmd::List => News::Listed(self.saved.clone()),
            Cmd::New => News::Opened(Box::new(Opened { run: self.run.clone(), ..Opened::default() })),
            Cmd::Load(_) | Cmd::OpenFile(_) => News::Opened(Box::new(self.opened.clone())),
            Cmd::Save(_) if self.saves_break => {
                News::Failed { title: "A fault of stackseal".into(), text: "Something broke down.".into() }
            }
            Cmd::Save(_) if self.saves_fail => News::NotKept("the disk is full".into()),
            Cmd::Save(snapshot) => {
                self.saves.push((**snapshot).clone());
                News::Kept { name: "held".into(), path: "/data/held.yml".into() }
            }
            Cmd::Forge { generation, .. } if self.kept_wanted => {
                News::KeptWanted(*generation, "the output of 20 November is gone".into())
            }
            Cmd::Forge { generation, .. } if !self.slow => News::Forged(*generation, made().into()),
            Cmd::Renew => News::Renewed("77aa".into()),
            Cmd::Show { generation, path } => News::Shown {
                generation: *generation,
                path: path.clone(),
                text: format!("the bytes of {path}"),
            },
            Cmd::Find(folder) => News::Found(folder.clone(), self.existing.clone()),
            Cmd::Write { .. } if self.slow_write => return Vec::new(),
            Cmd::Write { folder, replace, .. } => self.written(folder, *replace),
            Cmd::Passwords(_) => News::Passwords(vec![("elastic".into(), Secret::new("Drawn-Password"))]),
            _ => return Vec::new(),
        };
        vec![news]
    }

    /// What comes of a write: the output, and whether the session knows it.
    pub fn written(&self, folder: &str, replace: bool) -> News {
        let aside = replace.then(|| "aside-1".into());
        let kept = if self.saves_fail {
            Err("the disk is full".into())
        } else {
            Ok(("held".into(), "/data/held.yml".into()))
        };
        News::Written(Written { folder: folder.into(), files: 3, hosts: 2, aside, kept })
    }

    /// Goes through every question and answers it as `wanted` does, from the start page to the review.
    pub fn walk(&mut self, wanted: &Answers, secrets: &TypedSecrets) {
        self.line("from-nowhere.yml");
        for _ in 0..5000 {
            if self.wants == Wants::Secret {
                let id = self.dialogue.asked();
                let secret = secrets.get(&stackseal::plan::SecretId::new(id.as_str()));
                let text = secret.map_or_else(String::new, |secret| secret.reveal().to_owned());
                self.secret(&text);
                if self.typed && self.wants == Wants::Secret && !text.is_empty() {
                    self.secret(&text);
                }
                continue;
            }
            let id = self.dialogue.asked();
            if id.is_empty() {
                return;
            }
            let answer = answer(&id, self.answers(), wanted).unwrap_or_default();
            self.line(&answer);
        }
        panic!("never ends; at {}: {}", self.dialogue.asked(), self.last);
    }
}

fn made() -> Made {
    Made {
        files: vec![MadeFile { path: "README.md".into(), size: 3 }],
        authorities: vec![(IdentityId::new("transport.ca"), "AA:BB".into())],
        first_end: None,
    }
}

/// What is typed at this question so that it is answered as in `wanted`; none where it is already.
fn answer(id: &str, now: &Answers, wanted: &Answers) -> Option<String> {
    let field = field(id);
    match &field.kind {
        Kind::Choice(pick) | Kind::Password(pick) => {
            let (now, wanted) = ((pick.get)(now), (pick.get)(wanted));
            (now != wanted).then(|| pick.options[wanted].word.to_owned())
        }
        Kind::Flag(lens) => {
            let (now, wanted) = (*(lens.get)(now), *(lens.get)(wanted));
            (now != wanted).then(|| if wanted { "yes".into() } else { "no".into() })
        }
        Kind::Text(lens) => literal((lens.get)(now), (lens.get)(wanted)),
        Kind::List(lens) => literal(&(lens.get)(now).join(", "), &(lens.get)(wanted).join(", ")),
        Kind::Secret => None,
        Kind::Hosts(lens, columns) => {
            let (now, wanted) = ((lens.get)(now), (lens.get)(wanted));
            if let Some((row, column)) = cell(id) {
                return match &columns.iter().find(|held| held.id == column).unwrap().kind {
                    HostKind::Choice { options, get, .. } => {
                        let (now, wanted) = (get(&now[row]), get(&wanted[row]));
                        (now != wanted).then(|| (wanted + 1).to_string()).filter(|_| wanted < options.len())
                    }
                    HostKind::Flag(get, _) => {
                        let (now, wanted) = (get(&now[row]), get(&wanted[row]));
                        (now != wanted).then(|| if wanted { "Y".into() } else { "N".into() })
                    }
                    HostKind::List(get, _) => {
                        literal(&get(&now[row]).join(", "), &get(&wanted[row]).join(", "))
                    }
                    HostKind::Text(get, _) => literal(get(&now[row]), get(&wanted[row])),
                };
            }
            if let Some(next) = wanted.get(now.len()) {
                return Some(format!("{} {} {}", next.name, next.dns.join(","), next.ip.join(",")));
            }
            let other = now.iter().zip(wanted).position(|(now, wanted)| now != wanted);
            other.map(|row| format!("edit {}", row + 1))
        }
    }
}

/// A text as it is, whatever it looks like.
fn literal(now: &str, wanted: &str) -> Option<String> {
    (now != wanted).then(|| format!("={wanted}"))
}

pub fn field(id: &str) -> &'static Field {
    let base = id.split('[').next().unwrap();
    STEPS.iter().flat_map(|step| step.fields).find(|field| field.id == base).unwrap_or_else(|| panic!("{id}"))
}

/// Row and column of `list[2].name`.
fn cell(id: &str) -> Option<(usize, &str)> {
    let (row, column) = id.split_once('[')?.1.split_once("].")?;
    Some((row.parse().unwrap(), column))
}
