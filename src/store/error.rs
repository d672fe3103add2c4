//! What can go wrong on disk; each says what was being done, to which path, and what helps.

use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot {doing} {}: {source}", path.display())]
    Io { doing: &'static str, path: PathBuf, source: std::io::Error },
    #[error("{0}")]
    TooLarge(String),
    #[error("{}: {message}", path.display())]
    Unreadable { path: PathBuf, message: String },
    #[error(
        "{} is a session of version {found}, and this stackseal knows up to {}; use a newer stackseal. Nothing was changed",
        path.display(), super::session::VERSION
    )]
    TooNew { path: PathBuf, found: u64 },
    #[error("there is no session {name:?}{hint}")]
    NoSession { name: String, hint: String },
    #[error("a session {0:?} exists already; choose another name")]
    SessionExists(String),
    #[error(
        "the session {0:?} is open in a wizard, in plain mode or in a `stackseal write`; close it there first"
    )]
    SessionOpen(String),
    #[error("{0}")]
    BadName(String),
    #[error(
        "{} exists and is not empty; name another folder with --out, or replace it with --replace, which keeps the old one aside",
        .0.display()
    )]
    OutputExists(PathBuf),
    #[error("{} is not a folder that stackseal wrote (it has no receipt.yml); it is not replaced. Name another folder with --out", .0.display())]
    NotOurs(PathBuf),
    #[error(
        "{} is the output of another session (run {run}); name another folder with --out, or say with --keep-from whose authorities to keep",
        folder.display()
    )]
    OtherSession { folder: PathBuf, run: String },
    #[error("another stackseal is writing to {} at this moment", .0.display())]
    Busy(PathBuf),
    #[error("{} is readable by others (mode {mode:04o}); it holds secrets: chmod 600 it", path.display())]
    Readable { path: PathBuf, mode: u32 },
    #[error(
        "{} lacks {missing}, without which a new authority or password would be made; put it back, name the folder that has it with --keep-from, or begin a new session for new ones",
        folder.display()
    )]
    KeptMissing { folder: PathBuf, missing: String },
    #[error(
        "this session was written to {folder} on {at}, which is gone; put it back, name the folder that has its authorities with --keep-from, or begin a new session for new ones, which nothing trusts yet"
    )]
    OutputGone { folder: String, at: String },
    #[error("no folder for sessions: this system names no data directory; set HOME or XDG_DATA_HOME")]
    NoDataFolder,
    #[error(transparent)]
    Forge(#[from] crate::forge::Error),
}

impl Error {
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }
}
