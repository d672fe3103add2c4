//! Wall time with processor time beside it, since other work on the machine changes only the first.

use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, Instant};

/// What a piece of work took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    pub wall: f64,
    /// Of all threads of this process.
    pub cpu: f64,
}

impl Cost {
    pub fn of<T>(work: impl FnOnce() -> T) -> (Self, T) {
        let (start, used) = (Instant::now(), spent(ClockId::ProcessCPUTime));
        let made = work();
        (Self { wall: start.elapsed().as_secs_f64(), cpu: spent(ClockId::ProcessCPUTime) - used }, made)
    }

    /// The same for work that stays in this thread.
    pub fn here<T>(work: impl FnOnce() -> T) -> (Self, T) {
        let (start, used) = (Instant::now(), spent(ClockId::ThreadCPUTime));
        let made = work();
        (Self { wall: start.elapsed().as_secs_f64(), cpu: spent(ClockId::ThreadCPUTime) - used }, made)
    }
}

fn spent(clock: ClockId) -> f64 {
    Duration::try_from(clock_gettime(clock)).unwrap().as_secs_f64()
}

/// The value below which `part` of the values lie.
pub fn quantile(values: impl IntoIterator<Item = f64>, part: f64) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let at = ((values.len() - 1) as f64 * part).round() as usize;
    values[at]
}

pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    quantile(values, 0.5)
}
