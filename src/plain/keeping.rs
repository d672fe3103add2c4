//! Saving after each answer, and leaving: never before all is saved, unless that failed.

use super::dialogue::{Dialogue, Effect, Stage};
use super::words::fit;
use crate::sitting::msg::Cmd;
use crate::sitting::session::Saving;
use crate::sitting::words::last_words;

/// Said with exit code 1.
pub(super) const UNSAVED: &str = "The last answers are not saved.";

/// Whether all is saved, and whether that is waited for.
#[derive(Default)]
pub(super) struct Keeping {
    pub dirty: bool,
    pub pending: bool,
    pub leaving: Leaving,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Leaving {
    #[default]
    No,
    Asked,
    /// By a signal or the end of the input: goes in any case.
    Told,
    /// Saving failed; the next wish to leave is granted.
    Unsaved,
}

impl Dialogue {
    pub(super) fn save(&mut self) {
        if self.session.read_only.is_none() {
            self.keeping.dirty = true;
            self.save_due();
        }
    }

    /// One save at a time: what is answered meanwhile is saved by the next.
    pub(super) fn save_due(&mut self) {
        if self.keeping.dirty && !self.keeping.pending {
            self.keeping.dirty = false;
            self.keeping.pending = true;
            self.session.saving = Saving::Running;
            self.session.saved_step = self.at;
            let snapshot = self.session.snapshot(self.at);
            self.wish(Cmd::Save(snapshot));
        }
    }

    pub(super) fn leave(&mut self, how: Leaving) {
        // The output would be there and the session not know it.
        if self.making.is_writing() {
            self.keeping.leaving = how;
            self.stage = Stage::Wait;
            return;
        }
        // Nor may a write begin behind the back of who left.
        self.stop_forging();
        let open = !self.at.is_empty();
        if open && self.session.read_only.is_none() && !self.session.name.is_empty() {
            self.keeping.dirty |= self.session.saved_step != self.at;
        }
        let unsaved = self.session.read_only.is_none() && (self.keeping.dirty || self.keeping.pending);
        let given_up = self.keeping.leaving == Leaving::Unsaved && how == Leaving::Asked;
        if open && unsaved && given_up && !self.keeping.pending {
            return self.quit(1, UNSAVED);
        }
        if !open || !unsaved {
            let said = open && !self.session.name.is_empty();
            let words =
                if said { last_words(&self.session, self.making.work.written()) } else { String::new() };
            return self.quit(0, &words);
        }
        self.keeping.leaving = how;
        self.stage = Stage::Wait;
        self.save_due();
    }

    pub(super) fn is_leaving(&self) -> bool {
        matches!(self.keeping.leaving, Leaving::Asked | Leaving::Told)
    }

    /// After a write: to the review, or on with leaving; whether to ask.
    pub(super) fn write_ended(&mut self) -> bool {
        self.stage = Stage::Review;
        if self.is_leaving() {
            self.leave(self.keeping.leaving);
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
