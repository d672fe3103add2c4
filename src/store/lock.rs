//! One wizard a session: a second one is told, and may look but not touch.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// Held as long as the wizard has the session open; given back by the system even when it dies.
#[derive(Debug)]
pub struct Lock {
    _file: Option<File>,
    path: PathBuf,
}

impl Lock {
    /// `None` where another process holds it.
    pub(super) fn take(path: &Path) -> io::Result<Option<Self>> {
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        Ok(exclusive(&file)?.then(|| Self { _file: Some(file), path: path.to_owned() }))
    }

    /// A folder itself, so that no other file is needed.
    pub(super) fn take_folder(path: &Path) -> io::Result<Option<Self>> {
        // Windows opens no folder as a file; there two runs at once are told apart by `make_dir` alone.
        let Some(file) = cfg!(unix).then(|| File::open(path)).transpose()? else {
            return Ok(Some(Self { _file: None, path: path.to_owned() }));
        };
        Ok(exclusive(&file)?.then(|| Self { _file: Some(file), path: path.to_owned() }))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// flock(2) without waiting.
#[cfg(unix)]
fn exclusive(file: &File) -> io::Result<bool> {
    use rustix::fs::{FlockOperation, flock};
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Windows shares files as its own rules say; there the last save wins.
#[cfg(not(unix))]
fn exclusive(_: &File) -> io::Result<bool> {
    Ok(true)
}
