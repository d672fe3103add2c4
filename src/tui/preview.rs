//! The right half of a step: what it means on disk, one host at a time, with the lines that the last
//! answer changed. Remade when the plan, the step or the host changed, never while drawing.

use std::collections::HashMap;

use time::OffsetDateTime;

use crate::plan::{Content, FileSpec, Plan};
use crate::sitting::describe;
use crate::sitting::session::Session;
use crate::sitting::text::{fold, fold_prose, width};
use crate::steps::{STEPS, Step};

#[derive(Debug, Default)]
pub struct Preview {
    pub lines: Vec<Line>,
    /// Where each file begins, and the folder that its name is shown below.
    pub heads: Vec<(usize, String)>,
    pub top: usize,
    /// The host whose files are shown.
    pub host: Option<String>,
    columns: usize,
    made_of: Option<(u64, usize, usize)>,
}

#[derive(Debug)]
pub struct Line {
    pub text: String,
    pub role: LineRole,
    pub changed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineRole {
    /// A file begins; its mode is behind the tab.
    Head,
    Comment,
    Body,
}

impl Preview {
    /// Follows the session; `wanted` is the host that the focus is on, `room` the columns and lines
    /// there are.
    pub fn follow(
        &mut self,
        session: &Session,
        step: usize,
        wanted: Option<&str>,
        today: OffsetDateTime,
        room: (usize, usize),
    ) {
        let Some(definition) = STEPS.get(step) else { return };
        let plan = session.plan();
        let known = |name: &&str| host_file(plan, definition, Some(name), true).is_some();
        let host = wanted
            .filter(known)
            .or(self.host.as_deref().filter(known))
            .or_else(|| host_file(plan, definition, None, true).and_then(host_of))
            .or_else(|| host_file(plan, definition, None, false).and_then(host_of))
            .map(str::to_owned);
        let (columns, room) = room;
        let made_of = Some((session.generation(), step, columns));
        if made_of == self.made_of && host == self.host && !self.heads.is_empty() {
            return;
        }
        let place = |(_, step, columns)| (step, columns);
        let moved = host != self.host || self.made_of.map(place) != made_of.map(place);
        self.host = host;
        self.made_of = made_of;
        self.columns = columns;
        self.remake(plan, session.before(), definition, today);
        if moved {
            let heading = format!("# {}", definition.heading);
            let at = self.lines.iter().position(|line| line.text == heading).unwrap_or(0);
            self.top = if at < room.saturating_sub(4) { 0 } else { at.saturating_sub(1) };
        } else if !self.lines.iter().skip(self.top).take(room).any(|line| line.changed)
            && let Some(first) = self.lines.iter().position(|line| line.changed)
        {
            self.top = first.saturating_sub(2);
        }
        self.top = self.top.min(self.lines.len().saturating_sub(1));
    }

    /// Gives up its lines, until a step is looked at again.
    pub fn put_away(&mut self) {
        self.lines = Vec::new();
        self.heads = Vec::new();
    }

    pub fn scroll(&mut self, by: isize) {
        self.top = self.top.saturating_add_signed(by).min(self.lines.len().saturating_sub(1));
    }

    /// The next file, or the first of the next host.
    pub fn next_file(&mut self, session: &Session, step: usize, today: OffsetDateTime) {
        if let Some((head, _)) = self.heads.iter().find(|(head, _)| *head > self.top) {
            self.top = *head;
        } else if self.other_host(session, step, today, 1) {
            self.top = 0;
        }
    }

    pub fn previous_file(&mut self, session: &Session, step: usize, today: OffsetDateTime) {
        if let Some((head, _)) = self.heads.iter().rev().find(|(head, _)| *head < self.top) {
            self.top = *head;
        } else if self.other_host(session, step, today, -1) {
            self.top = self.heads.last().map_or(0, |(head, _)| *head);
        }
    }

    /// Which file is at the top, from 0.
    pub fn current(&self) -> usize {
        self.heads.iter().filter(|(head, _)| *head <= self.top).count().saturating_sub(1)
    }

    fn other_host(&mut self, session: &Session, step: usize, today: OffsetDateTime, by: isize) -> bool {
        let Some(definition) = STEPS.get(step) else { return false };
        let plan = session.plan();
        let mut hosts: Vec<&str> = Vec::new();
        for host in plan.files.iter().filter(|file| plan.touches(definition.id, file)).filter_map(host_of) {
            if hosts.last() != Some(&host) && !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        let at = hosts.iter().position(|host| Some(*host) == self.host.as_deref());
        let next = at.and_then(|at| at.checked_add_signed(by)).and_then(|at| hosts.get(at));
        let Some(next) = next.map(|host| (*host).to_owned()) else { return false };
        self.host = Some(next);
        self.remake(plan, session.before(), definition, today);
        true
    }

    fn remake(&mut self, plan: &Plan, before: &Plan, step: &Step, today: OffsetDateTime) {
        self.lines.clear();
        self.heads.clear();
        let host = self.host.clone();
        let of_host = |file: &&FileSpec| host.is_some() && host_of(file) == host.as_deref();
        let is_settings = |file: &&FileSpec| matches!(file.content, Content::Settings(_));
        // What it touches is asked last: that looks into every file, and a thousand hosts have ten thousand.
        let touched = |file: &&FileSpec| plan.touches(step.id, file);
        let own = || plan.files.iter().filter(of_host);
        let without_place = plan.files.iter().filter(|file| file.place.is_none() && touched(file));
        let files = own()
            .filter(|file| is_settings(file) && touched(file))
            .chain(own().filter(|file| !is_settings(file) && touched(file)))
            .chain(without_place.take(OPERATOR_FILES));
        for file in files {
            self.push_file(plan, before, file, today);
        }
    }

    fn push_file(&mut self, plan: &Plan, before: &Plan, file: &FileSpec, today: OffsetDateTime) {
        if !self.lines.is_empty() {
            self.lines.push(Line { text: String::new(), role: LineRole::Body, changed: false });
        }
        let old = before.file(&file.path).map(|old| describe::text(before, old, today));
        let path = file.path.as_str();
        let folder = match &file.place {
            Some(place) => format!("hosts/{}/{}/", place.host, place.product.word()),
            None => String::new(),
        };
        let shown = path.strip_prefix(folder.as_str()).unwrap_or(path);
        let head = format!("{shown}\t{}", file.mode());
        self.heads.push((self.lines.len(), folder));
        self.lines.push(Line { text: head, role: LineRole::Head, changed: old.is_none() });
        let new = describe::text(plan, file, today);
        // Most files are as they were, and the archive of a thousand nodes has thousands of lines.
        let same = old.as_ref() == Some(&new);
        let mut held: HashMap<&str, usize> = HashMap::new();
        for line in old.iter().filter(|_| !same).flat_map(|old| old.lines()) {
            *held.entry(line).or_default() += 1;
        }
        let yaml = matches!(file.content, Content::Settings(_));
        let fold = if matches!(file.content, Content::Text(_)) { fold_prose } else { fold };
        for text in new.lines() {
            let known = held.get_mut(text).filter(|count| **count > 0);
            let changed = !same && known.is_none() && !text.is_empty();
            if let Some(count) = known {
                *count -= 1;
            }
            let role = if yaml && text.starts_with('#') { LineRole::Comment } else { LineRole::Body };
            if width(text) <= self.columns {
                self.lines.push(Line { text: text.to_owned(), role, changed });
                continue;
            }
            for text in fold(text, self.columns) {
                self.lines.push(Line { text, role, changed });
            }
        }
    }
}

/// More of the operator's own files than this (requests of a thousand nodes) say nothing new.
const OPERATOR_FILES: usize = 12;

fn host_of(file: &FileSpec) -> Option<&str> {
    file.place.as_ref().map(|place| place.host.as_str())
}

/// A file of this host, or of any, that the step touches; of those with settings, where asked for.
fn host_file<'a>(plan: &'a Plan, step: &Step, host: Option<&str>, settings: bool) -> Option<&'a FileSpec> {
    plan.files.iter().find(|file| {
        file.place.is_some()
            && host.is_none_or(|host| host_of(file) == Some(host))
            && (!settings || matches!(file.content, Content::Settings(_)))
            && plan.touches(step.id, file)
    })
}
