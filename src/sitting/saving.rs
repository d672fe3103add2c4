//! Whether the file of the open session holds all that was answered, and who waits for it in order to
//! leave. Knows no file: the jobs save, the doors say when.

use super::msg::Moment;

/// Saves are done in the order in which they are asked for, so that the last one decides.
#[derive(Debug, Default)]
pub struct Saving {
    missing: Missing,
    /// Saves under way. Only behind the last of them everything is kept.
    running: usize,
}

/// What neither the file nor a save under way holds.
#[derive(Debug, Default)]
enum Missing {
    #[default]
    Nothing,
    /// To be saved at this moment.
    Due(Moment),
    /// A save failed, and none was begun since.
    Failed,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Leaving {
    #[default]
    No,
    /// Waits for the session to be saved.
    Asked,
    /// The same, by a signal or the end of the input: goes in any case.
    Told,
    /// Saving failed; the next wish to leave is granted.
    Unsaved,
}

impl Saving {
    /// More changes do not put it off: whoever never pauses would never be saved.
    pub fn due_at(&mut self, moment: Moment) {
        if !matches!(self.missing, Missing::Due(_)) {
            self.missing = Missing::Due(moment);
        }
    }

    /// All that there is now is being saved.
    pub fn begin(&mut self) {
        self.missing = Missing::Nothing;
        self.running += 1;
    }

    /// A save has ended well. It was begun after any that failed, and held what those did.
    pub fn kept(&mut self) {
        self.running = self.running.saturating_sub(1);
        if self.has_failed() {
            self.missing = Missing::Nothing;
        }
    }

    /// A save has ended, and the file lacks what it was to hold.
    pub fn not_kept(&mut self) {
        self.running = self.running.saturating_sub(1);
        self.fail();
    }

    /// Something else that the file was to hold is not in it.
    pub fn fail(&mut self) {
        // What is due to be saved will hold that too.
        if !self.is_behind() {
            self.missing = Missing::Failed;
        }
    }

    /// A save may have broken down, whose end would be waited for in vain.
    pub fn give_up(&mut self, now: Moment) {
        if std::mem::take(&mut self.running) > 0 {
            self.due_at(now);
        }
    }

    pub fn due(&self) -> Option<Moment> {
        match self.missing {
            Missing::Due(moment) => Some(moment),
            Missing::Nothing | Missing::Failed => None,
        }
    }

    pub fn has_failed(&self) -> bool {
        matches!(self.missing, Missing::Failed)
    }

    pub fn is_running(&self) -> bool {
        self.running > 0
    }

    /// Whether another save is needed, whatever becomes of those under way.
    pub fn is_behind(&self) -> bool {
        !matches!(self.missing, Missing::Nothing)
    }

    pub fn is_done(&self) -> bool {
        !self.is_running() && !self.is_behind()
    }
}

impl Leaving {
    /// Whether it goes on as soon as all is saved.
    pub fn waits(self) -> bool {
        matches!(self, Self::Asked | Self::Told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_save_decides() {
        let mut saving = Saving::default();
        assert!(saving.is_done());
        saving.due_at(Moment::from_secs(2));
        saving.due_at(Moment::from_secs(3));
        assert_eq!(saving.due(), Some(Moment::from_secs(2)));
        saving.begin();
        saving.due_at(Moment::from_secs(5));
        saving.begin();
        saving.kept();
        assert!(saving.is_running() && !saving.is_behind() && !saving.is_done());
        saving.kept();
        assert!(saving.is_done());
    }

    #[test]
    fn what_failed_or_broke_down_is_saved_again() {
        let mut saving = Saving::default();
        saving.begin();
        saving.not_kept();
        assert!(saving.has_failed() && saving.is_behind() && !saving.is_running());
        saving.begin();
        assert!(!saving.has_failed());
        saving.give_up(Moment::ZERO);
        assert!(saving.is_behind() && !saving.is_running());
        let mut saving = Saving::default();
        saving.begin();
        saving.begin();
        saving.not_kept();
        assert!(saving.has_failed());
        saving.kept();
        assert!(saving.is_done(), "the later save held it all");
        // What is due is saved at its time, though a save before it failed.
        let mut saving = Saving::default();
        saving.begin();
        saving.due_at(Moment::from_secs(2));
        saving.not_kept();
        assert_eq!(saving.due(), Some(Moment::from_secs(2)));
        // Without a save under way nothing broke down.
        let mut saving = Saving::default();
        saving.give_up(Moment::ZERO);
        assert!(saving.is_done());
    }
}
