//! One wizard a session: a second one is told, and may look but not touch.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::platform;

/// Held as long as the wizard has the session open; given back by the system even when it dies.
#[derive(Debug)]
pub struct Lock {
    _file: Option<File>,
    path: PathBuf,
}

impl Lock {
    /// `None` where another process holds it.
    pub(super) fn take(path: &Path) -> io::Result<Option<Self>> {
        let file = platform::private_file().create(true).truncate(false).write(true).open(path)?;
        Ok(platform::lock(&file)?.then(|| Self { _file: Some(file), path: path.to_owned() }))
    }

    /// A folder itself, so that no other file is needed.
    pub(super) fn take_folder(path: &Path) -> io::Result<Option<Self>> {
        // Where no folder is opened as a file, two runs at once are told apart by `make_dir` alone.
        let Some(file) = platform::open_folder(path)? else {
            return Ok(Some(Self { _file: None, path: path.to_owned() }));
        };
        Ok(platform::lock(&file)?.then(|| Self { _file: Some(file), path: path.to_owned() }))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}
