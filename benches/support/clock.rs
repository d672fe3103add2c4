//! Wall time with processor time beside it, since other work on the machine changes only the first.

use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, Instant};

/// What a piece of work took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    pub wall: f64,
    /// Of all threads of the process that did it.
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

    /// A process of its own, started and waited for by `run`. Its processor time comes in hundredths of a
    /// second: right in the sum of some turns, not in each. Not a number where there is no `/proc`.
    pub fn of_child<T>(run: impl FnOnce() -> T) -> (Self, T) {
        let (start, used) = (Instant::now(), children());
        let made = run();
        (Self { wall: start.elapsed().as_secs_f64(), cpu: children() - used }, made)
    }
}

/// What all children that were waited for have spent, and theirs: `cutime` and `cstime` of proc(5).
fn children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program stands in brackets and may hold blanks.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(f64::NAN);
    (ticks(13) + ticks(14)) / 100.0
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
