//! What is being made in the background, from idle to written, and of which answers. Writing can be
//! reached from forged alone, and any change of an answer falls back to idle. Says nothing: the doors do.

use std::sync::Arc;

use super::msg::{Cmd, Gauge, Made, Moment, Written};
use super::session::Session;

/// Work with the generation of the answers that it is of.
#[derive(Debug, Default)]
pub struct Making {
    pub work: Work,
    of: u64,
}

#[derive(Debug, Default)]
pub enum Work {
    #[default]
    Idle,
    Forging(Run),
    Failed(String),
    /// What an earlier output gives back is missing or no longer fits; only the operator can decide.
    Lost(String),
    Forged(Arc<Made>),
    Writing(Arc<Made>, Run),
    Written(Arc<Made>, Written),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    pub since: Moment,
    pub gauge: Gauge,
}

impl Making {
    /// Orders the keys of what the session holds now.
    #[must_use]
    pub fn begin(&mut self, session: &Session, now: Moment) -> Cmd {
        self.of = session.generation();
        self.work = Work::Forging(Run::begin(now));
        Cmd::Forge { generation: self.of, plan: session.plan().clone(), typed: session.typed().clone() }
    }

    /// How far the keys of these answers are, if they are being made.
    pub fn progress(&mut self, generation: u64, gauge: Gauge) -> Option<&Run> {
        match &mut self.work {
            Work::Forging(run) if self.of == generation => {
                run.gauge = gauge;
                Some(run)
            }
            _ => None,
        }
    }

    /// Orders the write of what is made; none where nothing is.
    pub fn write(&mut self, session: &Session, folder: String, replace: bool, now: Moment) -> Option<Cmd> {
        let made = self.work.made()?.clone();
        self.work = Work::Writing(made, Run::begin(now));
        let awaited = session.plan().requests();
        Some(Cmd::Write { generation: self.of, folder, replace, awaited })
    }

    /// The folders are there. Returns whether they hold what the session holds now; none where nothing
    /// was being written.
    pub fn wrote(&mut self, session: &mut Session, written: Written) -> Option<bool> {
        let Work::Writing(made, _) = &self.work else { return None };
        let made = made.clone();
        session.wrote(&written);
        self.work = Work::Written(made, written);
        // Not what was answered, or came back signed, during the write.
        let current = self.is_of(session.generation());
        if current {
            session.remember_written();
        }
        Some(current)
    }

    /// The write failed; what it was to write is still there.
    pub fn unwritten(&mut self) {
        if let Work::Writing(made, _) = &self.work {
            self.work = Work::Forged(made.clone());
        }
    }

    /// What was made of other answers than the session's is worth nothing: it is taken away. What is
    /// being written is written to its end, and told then.
    pub fn take_stale(&mut self, session: &Session) -> Option<Work> {
        let stale = !self.is_of(session.generation()) && !matches!(self.work, Work::Idle | Work::Writing(..));
        stale.then(|| std::mem::take(&mut self.work))
    }

    /// Asks what a forged file holds.
    pub fn show(&self, path: String) -> Cmd {
        Cmd::Show { generation: self.of, path }
    }

    pub fn passwords(&self) -> Cmd {
        Cmd::Passwords(self.of)
    }

    pub fn is_of(&self, generation: u64) -> bool {
        self.of == generation
    }

    /// Whether these keys are the ones that are being made.
    pub fn awaits(&self, generation: u64) -> bool {
        self.is_forging() && self.is_of(generation)
    }

    pub fn is_forging(&self) -> bool {
        matches!(self.work, Work::Forging(_))
    }

    pub fn is_writing(&self) -> bool {
        matches!(self.work, Work::Writing(..))
    }
}

impl Work {
    /// What exists in memory now.
    pub fn made(&self) -> Option<&Arc<Made>> {
        match self {
            Self::Forged(made) | Self::Writing(made, _) | Self::Written(made, _) => Some(made),
            Self::Idle | Self::Forging(_) | Self::Failed(_) | Self::Lost(_) => None,
        }
    }

    pub fn written(&self) -> Option<&Written> {
        match self {
            Self::Written(_, written) => Some(written),
            _ => None,
        }
    }

    pub fn is_running(&self) -> bool {
        matches!(self, Self::Forging(_) | Self::Writing(..))
    }
}

impl Run {
    pub fn begin(now: Moment) -> Self {
        Self { since: now, gauge: Gauge::default() }
    }

    /// `about 6 s left`, once enough is done to tell.
    pub fn left(&self, now: Moment) -> Option<String> {
        let Gauge { done, total, .. } = self.gauge;
        let spent = now.saturating_sub(self.since);
        if done == 0 || total <= done || spent < Moment::from_millis(800) || done * 20 < total {
            return None;
        }
        let seconds = spent.as_secs_f64() * f64::from(total - done) / f64::from(done);
        Some(if seconds < 90.0 {
            format!("about {:.0} s left", seconds.ceil())
        } else {
            format!("about {:.0} min left", (seconds / 60.0).ceil())
        })
    }
}
