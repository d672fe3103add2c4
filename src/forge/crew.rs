//! Threads that share a queue of equal work. Knows nothing of what is made.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::{Error, Progress};

/// Does all `jobs` on as many threads as there are processors, taking them in order; the results stand
/// in the order of the jobs. The first failure, panic or cancellation ends the rest.
pub(super) fn share<J: Sync, T: Send>(
    jobs: &[J],
    progress: &Progress,
    work: impl Fn(&J) -> Result<T, Error> + Sync,
) -> Result<Vec<T>, Error> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let (next, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let worker = || {
        // Whoever leaves, in whatever way, ends the others: either the queue is empty, or it must be.
        let _over = Raise(&over);
        let mut done = Vec::new();
        while !over.load(Ordering::Relaxed) {
            if progress.is_cancelled() {
                return Err(Error::Cancelled);
            }
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(index) else { break };
            done.push((index, work(job)?));
        }
        Ok(done)
    };
    let parts: Vec<Result<_, Error>> = thread::scope(|scope| {
        let crew: Vec<_> = (0..processors.min(jobs.len())).map(|_| scope.spawn(worker)).collect();
        crew.into_iter().map(|thread| thread.join().unwrap_or(Err(Error::Worker))).collect()
    });
    let mut results = Vec::with_capacity(jobs.len());
    for part in parts {
        results.extend(part?);
    }
    if progress.is_cancelled() {
        return Err(Error::Cancelled);
    }
    results.sort_unstable_by_key(|(index, _)| *index);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

struct Raise<'a>(&'a AtomicBool);

impl Drop for Raise<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_jobs() {
        let jobs: Vec<usize> = (0..1000).collect();
        let done = share(&jobs, &Progress::new(), |job| Ok(job * 2)).unwrap();
        assert!(done.iter().enumerate().all(|(index, result)| *result == index * 2));
        assert!(share(&[], &Progress::new(), |(): &()| Ok(())).unwrap().is_empty());
    }

    #[test]
    fn a_failure_a_panic_and_a_cancellation_end_the_rest() {
        let jobs: Vec<usize> = (0..1000).collect();
        let failed =
            share(&jobs, &Progress::new(), |job| if *job == 3 { Err(Error::Locked) } else { Ok(()) });
        assert!(matches!(failed, Err(Error::Locked)));
        let broken: Result<Vec<()>, _> =
            share(&jobs, &Progress::new(), |job| if *job == 3 { unreachable!("planted") } else { Ok(()) });
        assert!(matches!(broken, Err(Error::Worker)));
        let progress = Progress::new();
        let cancelled = share(&jobs, &progress, |job| {
            if *job == 3 {
                progress.cancel();
            }
            Ok(())
        });
        assert!(matches!(cancelled, Err(Error::Cancelled)));
    }
}
