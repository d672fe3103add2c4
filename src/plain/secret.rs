//! Secrets: typed twice where somebody types, once from a pipe; never said, never saved.

use super::command::{self, Said};
use super::dialogue::{Dialogue, Stage};
use super::question::{self, Place};
use super::words::sentence;
use crate::sitting::answer::Held;
use crate::sitting::secret;
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

    fn typed(&mut self, place: Place, first: Option<&Secret>, typed: Secret) {
        match first {
            Some(first) if *first != typed => {
                self.say(sentence(&format!("{}; type it again", secret::NOT_THE_SAME)));
            }
            Some(_) => self.take_secret(place, typed),
            None => match secret::refusal(typed.reveal()) {
                Some(why) => self.say(sentence(why)),
                None if self.manner.typed => self.stage = Stage::Secret(place, Some(typed)),
                None => self.take_secret(place, typed),
            },
        }
    }

    fn take_secret(&mut self, place: Place, typed: Secret) {
        let Some(field) = place.field() else { return };
        let taken = secret::taken(&typed);
        self.session.type_secret(field.id, Some(typed));
        if self.tell_errors(place) {
            return;
        }
        self.say(sentence(taken));
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
