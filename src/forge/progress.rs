//! How far forging is, shared between the forging threads and whoever shows it. Knows no terminal.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// Counters may be read at any moment; each is right in itself, and that is all a gauge needs.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU32,
    total: AtomicU32,
    files_done: AtomicU32,
    files_total: AtomicU32,
    cancelled: AtomicBool,
    item: Mutex<String>,
}

/// One look at a [`Progress`]; `done` and `total` are in units of [`crate::values::KeyKind::effort`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    pub done: u32,
    pub total: u32,
    pub files_done: u32,
    pub files_total: u32,
    /// What is being made right now.
    pub item: String,
}

impl Progress {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes effect between two items: a running key generation cannot be interrupted.
    pub fn cancel(&self) {
        self.cancelled.store(true, Relaxed);
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Relaxed)
    }

    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            done: self.done.load(Relaxed),
            total: self.total.load(Relaxed),
            files_done: self.files_done.load(Relaxed),
            files_total: self.files_total.load(Relaxed),
            item: self.item.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    pub(super) fn plan(&self, effort: u32, files: u32) {
        self.total.store(effort, Relaxed);
        self.files_total.store(files, Relaxed);
    }

    pub(super) fn begin(&self, item: String) {
        *self.item.lock().unwrap_or_else(PoisonError::into_inner) = item;
    }

    pub(super) fn add(&self, effort: u32) {
        self.done.fetch_add(effort, Relaxed);
    }

    pub(super) fn add_files(&self, files: u32) {
        self.files_done.fetch_add(files, Relaxed);
    }
}
