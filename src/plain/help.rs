//! What `?` says, wherever it is typed.

use super::command::{HOST_WORDS, WORDS};
use super::dialogue::{Dialogue, Stage};
use super::question::{self, Place};
use super::review::REVIEW_WORDS;
use super::start::START_WORDS;
use super::words::{page, paragraph, table};
use crate::sitting::answer::{self, Held};
use crate::sitting::form;

impl Dialogue {
    pub(super) fn help(&mut self) {
        match &self.stage {
            Stage::Question(place) => self.help_on(*place),
            Stage::Secret(place, _) => {
                self.help_on(*place);
                self.say(paragraph(
                    "What is typed here is taken as it is; only a command word alone is a command. Where the secret is such a word, type = before it.",
                ));
            }
            Stage::Review => {
                self.say("In the review:");
                self.say(table(REVIEW_WORDS));
                self.say("And as everywhere:");
                self.say(table(WORDS));
            }
            Stage::Start => self.say(table(START_WORDS)),
            Stage::File => {
                self.say("A session file, or an instances.yml of elasticsearch-certutil; < goes back.");
            }
            Stage::Wait => {}
            _ => self.say("Enter takes what stands in brackets, < goes back, quit saves and leaves."),
        }
    }

    fn help_on(&mut self, place: Place) {
        let Some(field) = place.field() else { return };
        if let Some(column) = place.column() {
            self.say(paragraph(column.help));
        } else {
            self.say(paragraph(field.help));
            if question::is_hosts(place) {
                self.say("edit asks these about a host:");
                let rows: Vec<(&str, &str)> =
                    form::columns(field).iter().map(|column| (column.label, column.help)).collect();
                self.say(table(&rows));
            }
        }
        if let Some(Held::Choice { options, .. } | Held::Source { options, .. }) =
            place.held(self.session.answers())
        {
            self.tell_options(options);
        }
        if let Some(Held::Source { options, .. }) = place.held(self.session.answers())
            && (0..options.len()).any(|at| answer::is_typed(options, at))
        {
            self.say("A typed one is asked for twice, and not shown.");
        }
        let id = place.step().map_or_else(String::new, |step| place.slot.id(step));
        self.say(format!("In session files: {id}"));
        let more = if question::is_hosts(place) { " edit 2, remove 2, hosts," } else { "" };
        let words = "?, <, list, go 12, next, undo, review, quit, =; ? words explains them.";
        self.say(paragraph(&format!("Beside an answer:{more} {words}")));
        self.brief = true;
    }

    /// What can be typed beside an answer.
    pub(super) fn words(&mut self) {
        self.brief = true;
        self.say(table(WORDS));
        if matches!(self.stage, Stage::Question(place) if question::is_hosts(place)) {
            self.say(table(HOST_WORDS));
        }
    }

    /// The page of the step.
    pub(super) fn page(&mut self) {
        let place = match &self.stage {
            Stage::Question(place) | Stage::Secret(place, _) => *place,
            _ => return self.help(),
        };
        self.brief = true;
        if let Some(step) = place.step() {
            self.say(page(step.page));
        }
    }
}
