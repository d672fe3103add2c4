//! Stopping and continuing as a job of the shell. Unix only; must not touch the terminal.

use super::super::terminal::Suspension;
use rustix::process::{Signal, kill_current_process_group};
use signal_hook::consts::SIGCONT;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Set while a SIGCONT answers our own stop, which needs no second repaint.
static OWN_STOP: AtomicBool = AtomicBool::new(false);

/// Did the SIGCONT that just arrived end a stop of our own? Says so once.
pub(super) fn was_own_stop() -> bool {
    OWN_STOP.swap(false, Ordering::SeqCst)
}

/// Stops every process of our job, as the terminal's own Ctrl-Z would: a script that started
/// us must stop too, or the shell never gets its prompt. Returns when we are continued.
///
/// The kernel throws SIGTSTP away for an orphaned process group, one that no shell waits for.
/// SIGSTOP would get through, but then nothing the user can type would ever wake us.
pub(in crate::tui) fn stop() -> io::Result<Suspension> {
    let continued = Arc::new(AtomicBool::new(false));
    let watch = signal_hook::flag::register(SIGCONT, Arc::clone(&continued))?;
    OWN_STOP.store(true, Ordering::SeqCst);
    let sent = kill_current_process_group(Signal::TSTP);
    // Any thread may be the one that takes the signal, so this one can still run for a moment.
    // Rounds are counted, not time: time goes on while we are stopped.
    for _ in 0..100 {
        if continued.load(Ordering::SeqCst) || sent.is_err() {
            break;
        }
        thread::sleep(Duration::from_millis(2));
    }
    signal_hook::low_level::unregister(watch);
    if continued.load(Ordering::SeqCst) {
        return Ok(Suspension::Resumed);
    }
    OWN_STOP.store(false, Ordering::SeqCst);
    sent?;
    Ok(Suspension::NoJobControl)
}
