//! From question to question: on, back, to a number or a step, and the list of all.

use super::dialogue::{Dialogue, Stage};
use super::question::{self, Place};
use super::words::spoken;
use crate::plan::{Issue, Weight};
use crate::sitting::answer::{self, Held};
use crate::sitting::form::{self, Slot};
use crate::sitting::text::count;
use crate::sitting::words::place;
use crate::steps::STEPS;

impl Dialogue {
    pub(super) fn back(&mut self) {
        self.later = None;
        match &self.stage {
            Stage::Question(Place { step, slot: Slot::Cell(field, row, column) }) => {
                let slot = match column.checked_sub(1) {
                    Some(column) => Slot::Cell(*field, *row, column),
                    None => Slot::Add(*field),
                };
                self.stage = Stage::Question(Place { step: *step, slot });
            }
            Stage::Secret(place, _) if !matches!(place.held(self.session.answers()), Some(Held::Secret)) => {
                self.stage = Stage::Question(*place);
            }
            Stage::Question(place) | Stage::Secret(place, _) => {
                match question::before(self.session.answers(), *place) {
                    Some(before) => self.enter(before),
                    None => self.say("This is the first question."),
                }
            }
            Stage::Review => match question::all(self.session.answers()).last() {
                Some(last) => self.enter(*last),
                None => self.say("There is no question."),
            },
            Stage::Start => self.say("This is the start; quit leaves."),
            Stage::File | Stage::Remove(_) => self.stage = Stage::Start,
            Stage::ReadOnly => self.start_line(None),
            Stage::Wait => {}
            _ => self.stage = Stage::Review,
        }
    }

    pub(super) fn go(&mut self, to: &str) {
        self.later = None;
        let answers = self.session.answers();
        let all = question::all(answers);
        if let Ok(number) = to.parse::<usize>() {
            match number.checked_sub(1).and_then(|at| all.get(at)) {
                Some(place) => self.enter(*place),
                None => self.say(format!("There is no question {number}; they go from 1 to {}.", all.len())),
            }
        } else if to.eq_ignore_ascii_case("review") {
            self.enter_review();
        } else if let Some(step) = step_named(to) {
            match all.iter().find(|place| place.step == step) {
                Some(place) => self.enter(*place),
                None => self.say("That step asks nothing with these answers."),
            }
        } else {
            self.brief = true;
            self.say(format!("go wants the number of a question, or a step: {}, review.", step_names()));
            self.say("If that was an answer, type = before it.");
        }
    }

    /// Past the rest of the step.
    pub(super) fn next_step(&mut self) {
        let Some(step) = STEPS.iter().position(|step| step.id == self.at) else {
            return self.say("Behind the review there is no step.");
        };
        self.later = None;
        self.hosts_first = false;
        self.tell_step(step);
        match question::all(self.session.answers()).into_iter().find(|place| place.step > step) {
            Some(place) => self.enter(place),
            None => self.enter_review(),
        }
    }

    /// Goes to the answer that changes, and changes it.
    pub(super) fn undo(&mut self) {
        if self.is_read_only() {
            return;
        }
        let other = self.session.other_answers(true);
        let change = other.map(|other| answer::first_change(self.session.answers(), other));
        if change.is_none() || !self.session.travel(true, self.now) {
            self.brief = true;
            return self.say("Nothing more to take back.");
        }
        self.save();
        let Some((step, slot)) = change.flatten() else { return };
        let index = slot.field();
        let Some(field) = STEPS.get(step).and_then(|step| step.fields.get(index)) else { return };
        let place = Place::of(step, index, field);
        self.say(format!("Taken back: {}.", question::title(place)));
        self.enter(place);
    }

    pub(super) fn list(&mut self, of: &str) {
        let only = step_named(of);
        self.brief = true;
        if only.is_none() && !of.is_empty() {
            self.say(format!("list wants nothing behind it, or a step: {}.", step_names()));
            return self.say("If that was an answer, type = before it.");
        }
        let mut step = usize::MAX;
        let places = question::all(self.session.answers());
        for (at, place) in places.into_iter().enumerate() {
            if only.is_some_and(|only| only != place.step) {
                continue;
            }
            if step != place.step {
                step = place.step;
                self.say(place.step().map_or_else(String::new, |step| spoken(step.title)));
            }
            let current = question::current(&self.session, place);
            let wrong = match question::errors(&self.session, place).len() {
                0 => String::new(),
                n => format!("; {} to mend", count(n, "issue")),
            };
            let title = question::title(place);
            let title = title.split_once(", ").map_or(title.as_str(), |(_, rest)| rest);
            self.say(format!("  {} {title}: {current}{wrong}", at + 1));
        }
    }

    /// To a question, and into its step.
    pub(super) fn enter(&mut self, place: Place) {
        if let Some(step) = place.step().filter(|step| step.id != self.at) {
            self.at = step.id;
            self.session.visit(step.id);
            let here =
                question::all(self.session.answers()).iter().filter(|other| other.step == place.step).count();
            self.say(format!(
                "Step {} of {}, {}: {}.",
                place.step + 1,
                STEPS.len(),
                spoken(step.title),
                count(here, "question")
            ));
            if !self.session.name.is_empty() {
                self.save();
            }
        }
        self.session.end_answer();
        self.warned = None;
        self.brief = false;
        let secret = matches!(place.held(self.session.answers()), Some(Held::Secret));
        self.stage = if secret { Stage::Secret(place, None) } else { Stage::Question(place) };
    }

    /// From an answered question to the next one; behind the last one comes the review.
    pub(super) fn go_on(&mut self, place: Place) {
        if let Slot::Cell(field, row, column) = place.slot {
            let columns = place.field().map_or(0, |field| form::columns(field).len());
            let slot =
                if column + 1 < columns { Slot::Cell(field, row, column + 1) } else { Slot::Add(field) };
            return self.enter(Place { step: place.step, slot });
        }
        let answers = self.session.answers();
        if self.hosts_first && question::is_hosts(place) {
            self.hosts_first = false;
            self.earlier.clear();
            if let Some(first) = question::all(answers).first().copied() {
                self.say("Now the questions from the first on; review goes past them.");
                return self.enter(first);
            }
        }
        let next = match self.later.take() {
            Some(later) => question::all(answers).into_iter().find(|other| other.order() >= later.order()),
            None => question::next(answers, place),
        };
        if let Some(earlier) = self.next_earlier() {
            self.later = next;
            self.say("Further up, an answer has brought another question.");
            return self.enter(earlier);
        }
        if next.is_none_or(|next| next.step != place.step) {
            self.tell_step(place.step);
        }
        match next {
            Some(next) => self.enter(next),
            None => self.enter_review(),
        }
    }

    fn next_earlier(&mut self) -> Option<Place> {
        let shown = question::all(self.session.answers());
        self.earlier.retain(|place| shown.contains(place));
        (!self.earlier.is_empty()).then(|| self.earlier.remove(0))
    }

    /// What is wrong, or to be weighed, in a step that was answered.
    fn tell_step(&mut self, step: usize) {
        let issues: Vec<Issue> = {
            let of = |issue: &&Issue| form::find(&issue.field).is_some_and(|(at, _)| at == step);
            self.session.plan().issues.iter().filter(of).cloned().collect()
        };
        let title = STEPS.get(step).map_or_else(String::new, |step| spoken(step.title));
        if issues.is_empty() {
            return self.say(format!("{title} is answered; nothing is wrong with it."));
        }
        self.say(format!("{title} is answered, with {}:", count(issues.len(), "issue")));
        for issue in &issues {
            let line = self.issue_line(issue);
            self.say(format!("  {line}"));
        }
    }

    /// `To mend at 8, Overview, Elasticsearch: ...`.
    pub(super) fn issue_line(&self, issue: &Issue) -> String {
        let kind = match issue.code.weight {
            Weight::Error => "To mend",
            Weight::Advice => "To consider",
        };
        let answers = self.session.answers();
        let number = question::of_issue(answers, issue).map(|place| question::number(answers, place).0);
        let number = number.map_or_else(String::new, |number| format!("{number}, "));
        format!("{kind} at {number}{}: {}", spoken(&place(issue)), issue.message)
    }
}

/// A step by its name in session files or the beginning of its title.
fn step_named(text: &str) -> Option<usize> {
    let text = text.to_lowercase();
    let begins = |title: &str| spoken(title).to_lowercase().starts_with(&text);
    let exact = STEPS.iter().position(|step| step.id == text || spoken(step.title).to_lowercase() == text);
    exact.or_else(|| STEPS.iter().position(|step| begins(step.title))).filter(|_| !text.is_empty())
}

fn step_names() -> String {
    STEPS.iter().map(|step| spoken(step.title)).collect::<Vec<_>>().join(", ")
}
