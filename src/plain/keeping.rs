//! Saving after each answer, and leaving: never before all is saved, unless that failed.

use super::dialogue::{Dialogue, Effect, Stage};
use super::words::fit;
use crate::sitting::saving::Leaving;
use crate::sitting::words::last_words;

/// Said with exit code 1.
pub(super) const UNSAVED: &str = "The last answers are not saved.";

impl Dialogue {
    pub(super) fn save(&mut self) {
        if self.session.read_only.is_none() {
            self.session.saving.due_at(self.now);
            self.save_due();
        }
    }

    /// One save at a time: what is answered meanwhile is saved by the next.
    pub(super) fn save_due(&mut self) {
        if self.session.saving.is_behind() && !self.session.saving.is_running() {
            self.order_save();
        }
    }

    fn order_save(&mut self) {
        if let Some(order) = self.session.save(self.at) {
            self.wish(order);
        }
    }

    pub(super) fn leave(&mut self, how: Leaving) {
        // The output would be there and the session not know it.
        if self.making.is_writing() {
            self.leaving = how;
            self.stage = Stage::Wait;
            return;
        }
        // Nor may a write begin behind the back of who left.
        self.stop_forging();
        let open = !self.at.is_empty();
        let unsaved = open && self.session.is_unsaved(self.at);
        let runs = self.session.saving.is_running();
        let given_up = self.leaving == Leaving::Unsaved && how == Leaving::Asked && !runs;
        if unsaved && given_up {
            return self.quit(1, UNSAVED);
        }
        if !unsaved {
            let said = open && !self.session.name.is_empty();
            let words =
                if said { last_words(&self.session, self.making.work.written()) } else { String::new() };
            return self.quit(0, &words);
        }
        self.leaving = how;
        self.stage = Stage::Wait;
        if !runs {
            self.order_save();
        }
    }

    /// After a write: to the review, or on with leaving; whether to ask.
    pub(super) fn write_ended(&mut self) -> bool {
        self.stage = Stage::Review;
        if self.leaving.waits() {
            self.leave(self.leaving);
            return false;
        }
        true
    }

    pub(super) fn quit(&mut self, code: u8, words: &str) {
        self.stage = Stage::Wait;
        let words = fit(words, self.manner.unicode);
        self.out.push(Effect::Quit { code, words });
    }
}
