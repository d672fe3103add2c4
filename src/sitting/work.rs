//! What is being made in the background, from idle to written. Writing can be reached from forged
//! alone, and any change of an answer falls back to idle.

use std::sync::Arc;

use super::msg::{Gauge, Made, Moment, Written};

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
