//! Work that ends before its time: stopped by Ctrl-C, left behind by other answers, or failed. Says
//! nothing of work that goes well.

use super::dialogue::{Dialogue, Stage};
use crate::sitting::msg::Cmd;
use crate::sitting::work::Work;

impl Dialogue {
    /// Ctrl-C while something is made: it stops, and the session goes on.
    pub(super) fn stop_work(&mut self) -> bool {
        if self.stop_forging() {
            self.say("Stopped; nothing is on disk. write starts again.");
            self.stage = Stage::Review;
            return true;
        }
        self.say("Writing cannot be stopped; it is done in a moment.");
        false
    }

    /// Whether anything was being made.
    pub(super) fn stop_forging(&mut self) -> bool {
        let runs = self.making.is_forging();
        if runs {
            self.making.work = Work::Failed("stopped".into());
            self.target = None;
            self.wish(Cmd::Cancel);
        }
        runs
    }

    /// Keys of other answers are neither shown nor written; whether their making was stopped.
    pub(super) fn drop_stale(&mut self) -> bool {
        let stale = self.making.take_stale(&self.session);
        let stopped = matches!(stale, Some(Work::Forging(_)));
        if stopped {
            self.target = None;
            self.wish(Cmd::Cancel);
            self.say("What is to be made has changed, so making keys was stopped; nothing is on disk.");
            self.stage = Stage::Review;
        }
        stopped
    }
}
