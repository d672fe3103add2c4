//! From the review to files on disk: the folder, the keys, the write, and what to do afterwards.

use std::sync::Arc;

use super::answer::yes_or_no;
use super::dialogue::{Dialogue, Stage};
use super::words::spoken;
use crate::sitting::msg::{Cmd, Existing, Gauge, Made, Written};
use crate::sitting::output::{WAYS_OUT, Way, ways, what_is_there};
use crate::sitting::text::count;
use crate::sitting::work::Work;
use crate::steps::output_of;
use crate::values::date_text;

/// Where an output is to go.
#[derive(Clone)]
pub(super) struct Target {
    pub folder: String,
    /// What is there, once it is known.
    pub existing: Option<Existing>,
    /// Whether what is there is replaced.
    pub replace: bool,
}

impl Dialogue {
    pub(super) fn ask_folder(&mut self) {
        if !self.may_write() {
            return;
        }
        let folder = output_of(self.session.answers());
        self.find(folder);
    }

    /// Without a write: so that the review reads the very bytes.
    pub(super) fn make(&mut self) {
        if self.making.work.made().is_some() {
            self.say("The keys are made; show reads what will be written.");
        } else if self.may_write() {
            self.forge();
        }
    }

    fn may_write(&mut self) -> bool {
        if self.is_read_only() {
            return false;
        }
        let errors = self.session.plan().errors();
        if errors > 0 {
            self.say(format!("{} to mend first.", count(errors, "issue")));
            self.tell_issues();
            return false;
        }
        if let Work::Lost(why) = &self.making.work {
            self.stage = Stage::Lost(why.clone());
            return false;
        }
        true
    }

    fn find(&mut self, folder: String) {
        self.wish(Cmd::Find(folder));
        self.stage = Stage::Wait;
    }

    pub(super) fn found(&mut self, folder: String, existing: Existing) {
        let existing = Some(existing);
        self.say(format!("{} to {folder}", count(self.session.plan().files.len(), "file")));
        self.say(what_is_there(existing.as_ref(), self.session.is_as_written()));
        self.stage = Stage::Folder(Target { folder, existing, replace: false });
    }

    pub(super) fn ask_write(&mut self) {
        match &self.stage {
            Stage::Folder(target) => {
                let ways = ways(target.existing.as_ref());
                for (index, way) in ways.iter().enumerate() {
                    let (title, means) = way.words();
                    self.say(format!("  {} {title}: {means}", index + 1));
                }
                let first = ways.first().map_or("", |way| way.words().0);
                self.prompt(format!("A number from 1 to {} [1 {first}]: ", ways.len()));
            }
            Stage::OtherFolder(target) => {
                let text = format!("Another folder, absent or empty [{}]: ", target.folder);
                self.prompt(text);
            }
            Stage::Lost(why) => {
                let text = format!("No keys were made: {why}");
                self.say(text);
                for (index, (title, means)) in WAYS_OUT.iter().enumerate() {
                    self.say(format!("  {} {title}: {means}", index + 1));
                }
                self.prompt(format!("A number from 1 to {} [{}]: ", WAYS_OUT.len(), WAYS_OUT.len()));
            }
            Stage::KeepFrom => self.prompt("The folder of the earlier output, with its authorities in it: "),
            Stage::Anew => {
                self.say("All hosts need new files, and every client has to trust the new authorities.");
                self.prompt("Begin with authorities that nothing trusts yet, yes or no [no]: ");
            }
            Stage::Passwords => {
                self.say("They will stand on the screen, and in whatever records it.");
                self.prompt("Tell the passwords, yes or no [no]: ");
            }
            _ => {}
        }
    }

    /// An answer to one of these questions; none is Enter.
    pub(super) fn write_line(&mut self, text: Option<&str>) {
        match &self.stage {
            Stage::Folder(target) => {
                let target = target.clone();
                let all = ways(target.existing.as_ref());
                let by_name =
                    |text: &str| all.iter().position(|way| way.words().0.eq_ignore_ascii_case(text));
                let at = match text {
                    None => Some(0),
                    Some(text) => number(text, all.len()).or_else(|| by_name(text)),
                };
                match at.and_then(|at| all.get(at)) {
                    Some(way) => self.take_way(*way, target),
                    None => self.say(format!("Type a number from 1 to {}.", all.len())),
                }
            }
            Stage::OtherFolder(target) => {
                let folder = text.unwrap_or(&target.folder).to_owned();
                self.find(folder);
            }
            Stage::Lost(_) => {
                match text.map_or(Some(WAYS_OUT.len() - 1), |text| number(text, WAYS_OUT.len())) {
                    Some(0) => self.stage = Stage::KeepFrom,
                    Some(1) => self.stage = Stage::Anew,
                    Some(_) => self.stage = Stage::Review,
                    None => self.say(format!("Type a number from 1 to {}.", WAYS_OUT.len())),
                }
            }
            Stage::KeepFrom => {
                self.stage = Stage::Review;
                if let Some(folder) = text {
                    self.making.work = Work::Idle;
                    self.wish(Cmd::KeepFrom(folder.to_owned()));
                    self.ask_folder();
                }
            }
            Stage::Anew => {
                self.stage = Stage::Review;
                if text.and_then(yes_or_no) == Some(true) {
                    self.stage = Stage::Wait;
                    self.wish(Cmd::Renew);
                }
            }
            Stage::Passwords => {
                self.stage = Stage::Review;
                if text.and_then(yes_or_no) == Some(true) {
                    self.stage = Stage::Wait;
                    self.wish(self.making.passwords());
                }
            }
            _ => {}
        }
    }

    fn take_way(&mut self, way: Way, target: Target) {
        match way {
            Way::Write | Way::Replace => {
                // The plan may have changed since the folder was asked for.
                self.stage = Stage::Review;
                if !self.may_write() {
                    return;
                }
                let target = Target { replace: way == Way::Replace, ..target };
                if self.making.work.made().is_some() {
                    self.write(target);
                } else {
                    self.forge();
                    self.target = Some(target);
                }
            }
            Way::OtherFolder => self.stage = Stage::OtherFolder(target),
            Way::Stay => self.stage = Stage::Review,
        }
    }

    fn forge(&mut self) {
        self.say("Making keys and certificates; nothing is on disk yet.");
        self.target = None;
        self.stage = Stage::Wait;
        let order = self.making.begin(&self.session, self.now);
        self.wish(order);
    }

    pub(super) fn progress(&mut self, generation: u64, gauge: Gauge) {
        if let Some(run) = self.making.progress(generation, gauge) {
            let left = run.left(self.now).map_or_else(String::new, |left| format!(", {left}"));
            let text = format!(
                "{} of {} made{left}; now {}",
                run.gauge.done,
                run.gauge.total,
                spoken(&run.gauge.item)
            );
            self.say(text);
        }
    }

    pub(super) fn forged(&mut self, made: Arc<Made>) {
        self.making.work = Work::Forged(made);
        if let Some(target) = self.target.take() {
            self.write(target);
        } else {
            self.say("Keys and certificates are made; show reads what will be written.");
            self.stage = Stage::Review;
        }
    }

    pub(super) fn forge_failed(&mut self, why: String) {
        self.say(format!("No keys were made: {why}"));
        self.making.work = Work::Failed(why);
        self.target = None;
        self.stage = Stage::Review;
    }

    fn write(&mut self, target: Target) {
        let order = self.making.write(&self.session, target.folder, target.replace, self.now);
        let Some(order) = order else { return };
        self.say("Writing.");
        self.stage = Stage::Wait;
        self.wish(order);
    }

    pub(super) fn written(&mut self, written: &Written) {
        let Some(current) = self.making.wrote(&mut self.session, written.clone()) else { return };
        self.say(format!(
            "{} in {}, for {}. Receipt and runbook (README.md) are beside them.",
            count(written.files, "file"),
            written.folder,
            count(written.hosts, "host")
        ));
        if let Some(aside) = &written.aside {
            self.say(format!("The former output is kept in {aside}"));
        }
        if let Some((id, end)) = self.making.work.made().and_then(|made| made.first_end.clone()) {
            self.say(format!("First to expire: {id}, on {}", date_text(end)));
        }
        if let Err(why) = &written.kept {
            self.say(format!("Not saved: {why}"));
        }
        self.tell_next();
        self.say(if current {
            "passwords tells those that people need, quit leaves."
        } else {
            "What came back signed meanwhile is not in it; write again for that."
        });
    }

    pub(super) fn ask_passwords(&mut self) {
        if self.making.work.written().is_some() {
            self.stage = Stage::Passwords;
        } else {
            self.say(
                "Passwords are drawn with the keys; they can be told once this session is written here.",
            );
        }
    }
}

/// A number from 1 to `most`, counted from 0.
fn number(text: &str, most: usize) -> Option<usize> {
    text.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).filter(|at| *at < most)
}
