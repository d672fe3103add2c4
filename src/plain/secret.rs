//! Secrets: typed twice where somebody types, once from a pipe; never said, never saved.

use super::command::{self, Said};
use super::dialogue::{Dialogue, Stage};
use super::question::{self, Place};
use crate::sitting::answer::Held;
use crate::values::Secret;

impl Dialogue {
    pub(super) fn secret(&mut self, line: &Secret) {
        let Stage::Secret(place, first) = &mut self.stage else { return };
        let (place, first) = (*place, first.take());
        match command::read_secret(line.reveal()) {
            Said::Garbled => self.say("That holds a control character, or is not in UTF-8; type it again."),
            Said::Command(command) => self.command(command),
            Said::Keep if first.is_some() => self.say("Not taken, since it is typed twice; begin again."),
            Said::Keep => self.keep_secret(place),
            Said::Answer(_) if self.is_read_only() => self.go_on(place),
            Said::Answer(text) => self.typed(place, first.as_ref(), Secret::new(text)),
        }
    }

    fn typed(&mut self, place: Place, first: Option<&Secret>, secret: Secret) {
        match first {
            None if !secret.reveal().chars().all(|c| matches!(c, ' '..='~')) => {
                self.say("Not taken: Java and Kibana read only printable ASCII in passwords.");
            }
            None if self.manner.typed => self.stage = Stage::Secret(place, Some(secret)),
            Some(first) if *first != secret => self.say("The two are not the same; type it again."),
            _ => self.take_secret(place, secret),
        }
    }

    fn take_secret(&mut self, place: Place, secret: Secret) {
        let Some(field) = place.field() else { return };
        let short = secret.reveal().len() < 8;
        self.session.type_secret(field.id, Some(secret));
        if self.tell_errors(place) {
            return;
        }
        self.say(if short {
            "Taken; fewer than 8 characters are easy to guess."
        } else {
            "Taken; it goes into the output, never into the session."
        });
        self.go_on(place);
    }

    /// Enter: one that was typed stays, and without one the question is left open.
    fn keep_secret(&mut self, place: Place) {
        if !question::is_typed(&self.session, place) {
            self.say("Nothing is typed, so this stays to be mended before the write.");
        }
        self.go_on(place);
    }

    pub(super) fn unhidden(&mut self) {
        let Stage::Secret(place, _) = self.stage else { return };
        self.say("This terminal cannot hide what is typed, so no secret is asked for. stackseal write takes it by --secrets.");
        match place.held(self.session.answers()) {
            Some(Held::Secret) => self.go_on(place),
            _ => self.stage = Stage::Question(place),
        }
    }
}
