//! The review in words: hosts, files and what they hold, tasks, issues.

use super::command::{self, Command, Said};
use super::dialogue::{Dialogue, Stage};
use super::hosts::SHOWN;
use super::question;
use super::words::spoken;
use crate::plan::{FileSpec, Plan, Task};
use crate::sitting::describe::describe;
use crate::sitting::msg::Cmd;
use crate::sitting::text::count;
use crate::sitting::work::Work;

/// Its name in session files.
pub(super) const ID: &str = "review";

pub(super) const REVIEW_WORDS: &[(&str, &str)] = &[
    ("files", "all files with numbers; files es-1 those with es-1 in their path"),
    ("show 12", "what file 12 holds; secrets stay hidden"),
    ("hosts", "all hosts, with what they get"),
    ("tasks", "what is to be done after the write, in order"),
    ("task 1", "that task with its commands and its check"),
    ("issues", "what is wrong or to be weighed, with numbers"),
    ("mend 1", "goes to the question of issue 1"),
    ("make", "makes keys and certificates now, so that show reads the very bytes to be written"),
    ("write", "asks for the folder, makes what is not made yet, and writes"),
    ("passwords", "after the write: those that people need, after asking"),
    ("fingerprints", "after keys are made: those of the authorities"),
];

impl Dialogue {
    pub(super) fn enter_review(&mut self) {
        self.stage = Stage::Review;
        self.hosts_first = false;
        if self.at != ID {
            self.at = ID;
            self.session.visit(ID);
            if !self.session.name.is_empty() {
                self.save();
            }
        }
        self.session.end_answer();
        let plan = self.session.plan().clone();
        let name =
            if self.session.name.is_empty() { String::new() } else { format!(" of {}", self.session.name) };
        self.say(format!("Review{name}: {}.", spoken(&plan.summary())));
        self.tell_hosts(&plan, SHOWN);
        self.say(format!(
            "{} in all, {} after the write.",
            count(plan.files.len(), "file"),
            count(plan.tasks.len(), "task")
        ));
        self.tell_issues();
        self.say("Here work files, show 12, tasks, issues, write; ? tells all words.");
        // A signed certificate may have come back meanwhile.
        if self.session.written.is_some() || self.making.work.written().is_some() {
            self.wish(Cmd::Look);
        }
    }

    pub(super) fn ask_review(&mut self) {
        let state = match &self.making.work {
            Work::Written(..) => "Written",
            Work::Forged(_) => "Review, keys are made",
            _ => "Review",
        };
        self.prompt(format!("{state}: "));
    }

    pub(super) fn review_line(&mut self, text: &str) {
        let (word, rest) = text.split_once(' ').map_or((text, ""), |(word, rest)| (word, rest.trim()));
        let plan = self.session.plan().clone();
        match (word.to_ascii_lowercase().as_str(), rest) {
            ("files", part) => self.tell_files(&plan, part),
            ("show" | "file", which) => self.show(&plan, which),
            ("hosts", "") => self.tell_hosts(&plan, usize::MAX),
            ("tasks", "") => self.tell_tasks(&plan, usize::MAX),
            ("task", which) => match numbered(&plan.tasks, which) {
                Some(task) => self.say(task_text(task)),
                None => self.say(format!("task wants a number from 1 to {}.", plan.tasks.len())),
            },
            ("issues", "") => self.tell_issues(),
            ("mend", which) => self.mend(&plan, which),
            ("make", "") => self.make(),
            ("write", "") => self.ask_folder(),
            ("passwords", "") => self.ask_passwords(),
            ("fingerprints", "") => self.tell_fingerprints(),
            ("", "") => self.say("write writes; ? tells all words."),
            _ => {
                // A number alone is that of a question, as everywhere.
                match command::read(&format!("go {text}"), false) {
                    Said::Command(Command::Go(to)) if to.parse::<usize>().is_ok() => {
                        self.command(Command::Go(to));
                    }
                    _ => self.say(format!("{text:?} is no word of the review; ? tells them.")),
                }
            }
        }
    }

    fn tell_hosts(&mut self, plan: &Plan, most: usize) {
        let mut hosts: Vec<(&str, Vec<&str>, usize)> = Vec::new();
        for place in plan.files.iter().filter_map(|file| file.place.as_ref()) {
            let (host, product) = (place.host.as_str(), place.product.word());
            let at = hosts.iter().position(|(name, ..)| *name == host).unwrap_or_else(|| {
                hosts.push((host, Vec::new(), 0));
                hosts.len() - 1
            });
            hosts[at].2 += 1;
            if !hosts[at].1.contains(&product) {
                hosts[at].1.push(product);
            }
        }
        for (index, (name, products, files)) in hosts.iter().enumerate().take(most) {
            self.say(format!(
                "  Host {} {name}, {}: {}",
                index + 1,
                products.join(" and "),
                count(*files, "file")
            ));
        }
        if hosts.len() > most {
            self.say(format!("  and {} more; hosts tells all", hosts.len() - most));
        }
    }

    fn tell_files(&mut self, plan: &Plan, part: &str) {
        let mut told = 0;
        for (index, file) in
            plan.files.iter().enumerate().filter(|(_, file)| file.path.as_str().contains(part))
        {
            told += 1;
            self.say(format!("  {} {}, {}", index + 1, file.path, file.content.kind()));
        }
        if told == 0 {
            self.say(format!("No file has {part:?} in its path."));
        }
    }

    fn show(&mut self, plan: &Plan, which: &str) {
        let by_path = || plan.files.iter().find(|file| file.path.as_str() == which);
        let Some(file) = numbered(&plan.files, which).or_else(by_path) else {
            return self.say(format!(
                "show wants the number of a file, from 1 to {}; files lists them.",
                plan.files.len()
            ));
        };
        self.say(format!("{}, {}, mode {}, {}", file.path, file.content.kind(), file.mode(), owner(file)));
        if self.making.work.made().is_some() {
            self.stage = Stage::Wait;
            return self.wish(self.making.show(file.path.to_string()));
        }
        let lines = describe(plan, file, self.today);
        self.say(lines.join("\n"));
    }

    fn tell_tasks(&mut self, plan: &Plan, most: usize) {
        for (index, task) in plan.tasks.iter().enumerate().take(most) {
            let mut hosts: Vec<&str> = task.actions.iter().map(|action| action.hosts.as_str()).collect();
            hosts.retain(|hosts| !hosts.is_empty());
            hosts.dedup();
            let on = if hosts.is_empty() { String::new() } else { format!(", on {}", hosts.join(", ")) };
            self.say(format!("  {} {}{on}", index + 1, spoken(&task.title)));
        }
    }

    /// What to do first, once all is written.
    pub(super) fn tell_next(&mut self) {
        let plan = self.session.plan().clone();
        self.say("What to do now:");
        self.tell_tasks(&plan, 3);
        if plan.tasks.len() > 3 {
            self.say(format!(
                "  and {} more; tasks tells all, task 1 the first with its commands",
                plan.tasks.len() - 3
            ));
        }
    }

    pub(super) fn tell_issues(&mut self) {
        let lines: Vec<String> =
            self.session.plan().issues.iter().map(|issue| self.issue_line(issue)).collect();
        if lines.is_empty() {
            return self.say("No issues: nothing is wrong.");
        }
        self.say(format!("{}:", count(lines.len(), "issue")));
        for (index, line) in lines.iter().enumerate() {
            self.say(format!("  Issue {}, {line}", index + 1));
        }
        if self.session.plan().errors() > 0 {
            self.say("mend 1 goes to the question of issue 1. Those to mend stop the write.");
        }
    }

    fn mend(&mut self, plan: &Plan, which: &str) {
        let Some(issue) = numbered(&plan.issues, which) else {
            return self.say(format!("mend wants the number of an issue, from 1 to {}.", plan.issues.len()));
        };
        match question::of_issue(self.session.answers(), issue) {
            Some(place) => {
                self.enter(place);
                self.say(format!("To mend: {}", issue.message));
            }
            None => self.say("No question can mend this; please report it."),
        }
    }

    fn tell_fingerprints(&mut self) {
        let Some(made) = self.making.work.made().cloned() else { return self.say("No keys are made yet.") };
        let plan = self.session.plan().clone();
        for (id, fingerprint) in &made.authorities {
            let subject = plan.identity(id).map_or_else(String::new, |identity| identity.subject.to_string());
            self.say(format!("SHA-256 of {subject}:\n  {fingerprint}"));
        }
    }
}

/// By a number from 1.
fn numbered<'a, T>(all: &'a [T], which: &str) -> Option<&'a T> {
    which.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).and_then(|at| all.get(at))
}

fn owner(file: &FileSpec) -> String {
    match &file.place {
        Some(place) => format!("there {}", place.owner()),
        None if file.path.as_str().starts_with("hosts/") => "goes with the host's folder".into(),
        None => "stays with you".into(),
    }
}

/// A task in full: why, the commands for each kind of host, and the check.
fn task_text(task: &Task) -> String {
    let mut lines = vec![spoken(&task.title), spoken(&task.why)];
    let commands = |all: &[String], lines: &mut Vec<String>| {
        lines.extend(all.iter().flat_map(|command| command.lines()).map(|line| format!("  {line}")));
    };
    for action in &task.actions {
        if !action.hosts.is_empty() {
            let kind = action.kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
            lines.push(format!("On {}{kind}:", action.hosts));
        }
        commands(&action.commands, &mut lines);
    }
    lines.push(format!("It worked when {}", task.check.expect));
    commands(std::slice::from_ref(&task.check.command), &mut lines);
    lines.retain(|line| !line.trim().is_empty());
    lines.join("\n")
}
