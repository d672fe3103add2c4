//! The beginning: saved sessions, the ways to a new one, and an opened session's first question.

use super::answer::yes_or_no;
use super::dialogue::{Dialogue, Stage};
use super::question::{self, Place};
use super::words::{paragraph, spoken, table};
use crate::sitting::form;
use crate::sitting::msg::{Cmd, Opened};
use crate::sitting::session::Session;
use crate::sitting::start::{EXTRA, step_title, when};
use crate::sitting::text::count;
use crate::sitting::work::Work;
use crate::steps::{STEPS, paste_hosts};
use crate::store::{Listing, Origin, named_or_file};

/// How a session that is being opened begins.
#[derive(Default)]
pub(super) struct Begin {
    /// It was named on the command line.
    pub named: bool,
    /// Hosts of a new session; empty asks for them.
    pub hosts: Option<String>,
}

pub(super) const START_WORDS: &[(&str, &str)] = &[
    ("a number", "opens that session, or begins a new one"),
    ("a name or a path", "opens that session or file"),
    ("a host with its addresses", "begins a new session with it: es-1 es-1.corp.example 10.0.0.11"),
    ("rename 1 NAME", "gives a saved session another name"),
    ("copy 1 NAME", "makes a session with the same answers and authorities of its own"),
    ("export 1 FILE", "writes a saved session to a file"),
    ("remove 1", "removes a saved session, after asking"),
    ("quit", "leaves"),
];

impl Dialogue {
    /// The first words, and the session or the list of sessions.
    pub fn begin(&mut self, session: Option<String>) -> Vec<super::Effect> {
        self.say(paragraph("stackseal secures an Elastic Stack: it asks, shows each file before it exists, and writes a folder per host."));
        self.say(paragraph("At each question: ? explains it, < goes back, Enter keeps what is in brackets, list shows all, quit saves and leaves; ? words tells the rest."));
        match session {
            Some(name) => {
                self.begin.named = true;
                self.wish(Cmd::Load(name));
            }
            None => self.wish(Cmd::List),
        }
        std::mem::take(&mut self.out)
    }

    pub(super) fn listed(&mut self, saved: Vec<Listing>) {
        self.saved = saved;
        self.stage = Stage::Start;
        if !self.saved.is_empty() {
            self.say("Saved sessions:");
        }
        for index in 0..self.saved.len() {
            let line = self.listing(&self.saved[index]);
            self.say(format!("  {} {line}", index + 1));
        }
        self.say("New ones:");
        for (index, extra) in EXTRA.iter().enumerate() {
            let title = extra.title.trim_start_matches("New: ").trim_end_matches('…');
            self.say(format!("  {} {title}: {}", self.saved.len() + index + 1, extra.note));
        }
    }

    fn listing(&self, saved: &Listing) -> String {
        if saved.problem.is_some() {
            return format!("{}: cannot be read", saved.name);
        }
        let mut parts = vec![spoken(&saved.summary)];
        if saved.issues > 0 {
            parts.push(format!("{} to mend", count(saved.issues, "issue")));
        }
        if let Some(first) = saved.awaited.first() {
            parts.push(format!("{} is awaited", first.certificate));
        } else if saved.written {
            parts.push("written".into());
        } else if !step_title(&saved.last_step).is_empty() {
            parts.push(format!("left at {}", spoken(step_title(&saved.last_step))));
        }
        parts.push(when(&saved.saved, self.today));
        parts.retain(|part| !part.is_empty());
        format!("{}: {}", saved.name, parts.join(", "))
    }

    pub(super) fn ask_start(&mut self) {
        match &self.stage {
            Stage::File => self.prompt("Path of a session file or of an instances.yml: "),
            Stage::Remove(name) => {
                let text = format!("Remove the session {name}, yes or no [no]: ");
                self.prompt(text);
            }
            Stage::ReadOnly => {
                let why = self.session.read_only.clone().unwrap_or_default();
                self.say(format!("This session can only be read: {why}."));
                self.prompt("Look at it without changing it, yes or no [no]: ");
            }
            _ => {
                let last = self.saved.len() + EXTRA.len();
                self.prompt(format!("A number from 1 to {last}, a name, or ? [1]: "));
            }
        }
    }

    pub(super) fn start_line(&mut self, text: Option<&str>) {
        match &self.stage {
            Stage::File => match text.filter(|text| !text.is_empty()) {
                Some(path) => self.open(Cmd::OpenFile(path.to_owned())),
                None => self.stage = Stage::Start,
            },
            Stage::Remove(name) => {
                let name = name.clone();
                if text.and_then(yes_or_no) == Some(true) {
                    self.stage = Stage::Wait;
                    self.wish(Cmd::Remove(name));
                } else {
                    self.say("Nothing is removed.");
                    self.stage = Stage::Start;
                }
            }
            Stage::ReadOnly if text.and_then(yes_or_no) == Some(true) => self.resume(),
            Stage::ReadOnly => {
                self.session = Session::open(Opened::default(), self.session.generation() + 1);
                self.at = "";
                self.stage = Stage::Wait;
                self.wish(Cmd::List);
            }
            _ => self.choose(text.unwrap_or("1")),
        }
    }

    fn choose(&mut self, text: &str) {
        let known = self.saved.iter().position(|saved| saved.name == text);
        let number = text.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        if let Some(at) = known.or(number) {
            return match self.saved.get(at) {
                Some(saved) => match &saved.problem {
                    None => self.open(Cmd::Load(saved.name.clone())),
                    Some(problem) => {
                        let text = format!("{} cannot be read: {problem}", saved.name);
                        self.say(text);
                    }
                },
                None => self.new_one(at - self.saved.len()),
            };
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [verb @ ("rename" | "copy" | "export" | "remove"), which, rest @ ..] => {
                self.of_saved(verb, which, rest);
            }
            [path] if matches!(named_or_file(path), Origin::File(_)) => {
                self.open(Cmd::OpenFile((*path).to_owned()));
            }
            [_, _, ..] if !paste_hosts(text).taken.is_empty() => {
                self.begin.hosts = Some(text.to_owned());
                self.hosts_first = true;
                self.open(Cmd::New);
            }
            _ => {
                self.say(format!("There is no session {text:?}. Here one can type:"));
                self.say(table(START_WORDS));
            }
        }
    }

    fn new_one(&mut self, at: usize) {
        match EXTRA.get(at).map(|extra| extra.hosts) {
            Some(Some(hosts)) => {
                self.begin.hosts = Some(hosts.to_owned());
                self.hosts_first = hosts.is_empty();
                self.open(Cmd::New);
            }
            Some(None) => self.stage = Stage::File,
            None => self.say(format!("The numbers go from 1 to {}.", self.saved.len() + EXTRA.len())),
        }
    }

    fn of_saved(&mut self, verb: &str, which: &str, rest: &[&str]) {
        let number = which.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let by_name = self.saved.iter().position(|saved| saved.name == which);
        let Some(saved) = by_name.or(number).and_then(|at| self.saved.get(at)) else {
            return self.say(format!("There is no saved session {which}."));
        };
        let name = saved.name.clone();
        let cmd = match (verb, rest) {
            ("remove", []) => {
                self.stage = Stage::Remove(name);
                return;
            }
            ("rename", [to]) => Cmd::Rename { from: name, to: (*to).to_owned() },
            ("copy", [to]) => Cmd::Duplicate { name, to: (*to).to_owned() },
            ("export", [_, ..]) => Cmd::Export { name, path: rest.join(" ") },
            _ => return self.say(format!("{verb} wants the number of a session and what to call it.")),
        };
        self.stage = Stage::Wait;
        self.wish(cmd);
    }

    fn open(&mut self, cmd: Cmd) {
        self.stage = Stage::Wait;
        self.wish(cmd);
    }

    pub(super) fn opened(&mut self, opened: Opened) {
        let (last, fresh) = (opened.last_step.clone(), opened.visited.is_empty());
        let generation = self.session.generation() + 1;
        self.session = Session::open(opened, generation);
        self.session.saved_step = form_step(&last);
        self.making.work = Work::Idle;
        self.begin.named = false;
        if self.session.read_only.is_some() {
            self.stage = Stage::ReadOnly;
            return;
        }
        if let Some(hosts) = self.begin.hosts.take() {
            if !hosts.is_empty() {
                self.begin_with(&hosts);
            }
            if self.hosts_first {
                return self.enter_hosts();
            }
        }
        if fresh && self.session.name.is_empty() {
            return self.first();
        }
        self.resume();
    }

    /// To the question where an earlier run ended.
    fn resume(&mut self) {
        let (name, errors) = (self.session.name.clone(), self.session.plan().errors());
        let wrong = match errors {
            0 => String::new(),
            n => format!(", with {} to mend, which review lists", count(n, "issue")),
        };
        let left = match step_title(self.session.saved_step) {
            "" => String::new(),
            title => format!(", left at {}", spoken(title)),
        };
        if name.is_empty() {
            self.say(format!("A new session with these hosts{wrong}."));
        } else {
            self.say(format!("The session {name} is open{left}{wrong}."));
        }
        if self.session.saved_step == super::review::ID {
            return self.enter_review();
        }
        let step = STEPS.iter().position(|step| step.id == self.session.saved_step).unwrap_or(0);
        match question::resumed(self.session.answers(), step) {
            Some(place) => self.enter(place),
            None => self.enter_review(),
        }
    }

    fn first(&mut self) {
        match question::all(self.session.answers()).first() {
            Some(first) => self.enter(*first),
            None => self.enter_review(),
        }
    }

    /// To the first list of hosts, before any other question.
    fn enter_hosts(&mut self) {
        let lists = |step: &&crate::steps::Step| {
            step.fields.iter().position(|field| !form::columns(field).is_empty())
        };
        let found = STEPS.iter().enumerate().find_map(|(at, step)| Some((at, lists(step)?)));
        let Some((step, index)) = found else { return self.first() };
        let Some(field) = STEPS.get(step).and_then(|step| step.fields.get(index)) else {
            return self.first();
        };
        self.say(paragraph("Type your hosts, one a line, each with its names and addresses; kibana or beats at its end says what runs there."));
        self.say("An empty line ends the list.");
        self.enter(Place::of(step, index, field));
    }
}

/// The name of a step or of the review, as long as the program lives.
fn form_step(id: &str) -> &'static str {
    let step = STEPS.iter().find(|step| step.id == id);
    step.map_or(if id == super::review::ID { super::review::ID } else { "" }, |step| step.id)
}
