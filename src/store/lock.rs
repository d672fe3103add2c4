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

    /// A folder itself, so that no other file is needed. Whoever holds it holds what stands at `path`: not one
    /// that another process, which held it before, has taken away or put elsewhere.
    pub(super) fn take_folder(path: &Path) -> io::Result<Option<Self>> {
        let file = match platform::open_folder(path) {
            Ok(Some(file)) => file,
            // Where no folder is opened as a file, two runs at once are told apart by `make_dir` alone.
            Ok(None) => return Ok(Some(Self { _file: None, path: path.to_owned() })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let held = platform::lock(&file)? && platform::is_at(&file, path)?;
        Ok(held.then(|| Self { _file: Some(file), path: path.to_owned() }))
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}
