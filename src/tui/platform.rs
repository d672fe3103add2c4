//! What terminals and processes differ in from system to system. The rest of this room must not ask where it runs.

#[cfg(unix)]
mod job;
#[cfg(unix)]
mod unix;
#[cfg(not(unix))]
mod windows;

#[cfg(unix)]
pub(super) use job::stop;
#[cfg(unix)]
pub(super) use unix::{RESIZE_IS_READ, hung_up, spawn_watches, switch_off, switch_on};
#[cfg(not(unix))]
pub(super) use windows::{RESIZE_IS_READ, hung_up, spawn_watches, stop, switch_off, switch_on};
