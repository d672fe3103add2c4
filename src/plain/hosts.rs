//! Lists of hosts: lines that add to them, rows that are edited or removed.

use super::answer::Before;
use super::dialogue::{Dialogue, Stage};
use super::question::{self, Place};
use crate::sitting::answer;
use crate::sitting::form::Slot;
use crate::sitting::hosts;
use crate::sitting::text::count;
use crate::steps::{Host, Kind, Target};

/// Rows that are read out before the next host is asked for.
pub(super) const SHOWN: usize = 12;

impl Dialogue {
    /// Tells the hosts of the list that is asked for.
    pub(super) fn rows(&mut self, most: usize) {
        let Stage::Question(place) = self.stage else { return };
        let rows: Vec<String> = self.hosts(place).iter().map(row).collect();
        for (index, row) in rows.iter().enumerate().take(most) {
            self.say(format!("  {} {row}", index + 1));
        }
        if rows.len() > most {
            self.say(format!("  and {} more; hosts shows all", rows.len() - most));
        }
    }

    /// One line, or several of a paste.
    pub(super) fn add_hosts(&mut self, place: Place, text: &str) {
        let Some(usual) = place.field().and_then(hosts::target_of) else { return };
        let (pasted, _) = hosts::read(text, usual);
        self.brief = true;
        for (_, why) in &pasted.refused {
            self.say(format!("Not taken: {why}"));
        }
        if pasted.taken.is_empty() {
            if pasted.refused.is_empty() {
                self.say("No host in that line; a line is name dns,dns ip,ip, with kibana or beats behind it for another list.");
            }
            return;
        }
        let mut replaced = Vec::new();
        let before = Before::of(self);
        self.session.edit(None, self.now, |answers| replaced = hosts::put(answers, &pasted));
        self.save();
        self.warned = None;
        for line in &pasted.taken {
            let list = hosts::list_of(line.target);
            let of = list.map_or(0, |list| answer::host_count(list, self.session.answers()));
            let where_to = match list {
                Some(list) if line.target != usual => format!(" into {}", list.label),
                _ => String::new(),
            };
            let was_there = replaced.contains(&line);
            let how = if was_there { hosts::REPLACED } else { "is taken" };
            self.say(format!("{} {how}{where_to}, {}.", row(&line.host), count(of, "host")));
        }
        self.tell_elsewhere(place, &before);
    }

    /// Hosts that a new session begins with.
    pub(super) fn begin_with(&mut self, text: &str) {
        let (pasted, mut notes) = hosts::read(text, Target::Elasticsearch);
        self.session.edit(None, self.now, |answers| {
            notes.extend(hosts::put(answers, &pasted).into_iter().map(hosts::replaced_note));
        });
        self.session.begin_here();
        self.save();
        self.say(format!("{}.", hosts::said(&pasted)));
        for note in notes {
            self.say(note);
        }
    }

    pub(super) fn edit_host(&mut self, which: &str) {
        let (Stage::Question(place), Some(row)) = (&self.stage, self.row_named(which)) else {
            return self.no_row(which);
        };
        self.enter(Place { slot: Slot::Cell(place.slot.field(), row, 0), ..*place });
    }

    pub(super) fn remove_host(&mut self, which: &str) {
        let (Stage::Question(place), Some(row)) = (&self.stage, self.row_named(which)) else {
            return self.no_row(which);
        };
        let place = *place;
        let Some(Kind::Hosts(lens, _)) = place.field().map(|field| &field.kind) else { return };
        if self.is_read_only() {
            return;
        }
        let before = Before::of(self);
        let name = self.hosts(place).get(row).map_or_else(String::new, |host| host.name.clone());
        self.session.edit(None, self.now, |answers| {
            (lens.get_mut)(answers).remove(row);
        });
        self.save();
        self.say(format!("{name} is removed."));
        self.tell_elsewhere(place, &before);
    }

    fn no_row(&mut self, which: &str) {
        self.brief = true;
        self.say(format!("There is no host {which:?} in this list; hosts shows all. If that was a host to add, type = before it."));
    }

    /// By number, or by name.
    fn row_named(&self, which: &str) -> Option<usize> {
        let Stage::Question(place) = self.stage else { return None };
        let hosts = self.hosts(place);
        let number = which.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        number.filter(|row| *row < hosts.len()).or_else(|| hosts.iter().position(|host| host.name == which))
    }

    fn hosts(&self, place: Place) -> &[Host] {
        match place.field().map(|field| &field.kind) {
            Some(Kind::Hosts(lens, _)) if question::is_hosts(place) => (lens.get)(self.session.answers()),
            _ => &[],
        }
    }
}

/// `es-1, es-1.corp.example, 10.0.0.11`.
fn row(host: &Host) -> String {
    let parts: Vec<&str> =
        [host.name.as_str()].into_iter().chain(host.dns.iter().chain(&host.ip).map(String::as_str)).collect();
    parts.join(", ")
}
