//! What a door wants done ([`Cmd`]) and what comes of it ([`News`]). Plain data: no threads, no files, no
//! terminal.

use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use crate::plan::{Arrivals, Awaited, IdentityId, Plan, TypedSecrets};
use crate::steps::Answers;
use crate::store::Listing;
use crate::values::Secret;

#[derive(Clone, Debug)]
pub enum News {
    Listed(Vec<Listing>),
    Opened(Box<Opened>),
    /// The session lies there now, under this name.
    Kept {
        name: String,
        path: String,
    },
    /// The session could not be saved.
    NotKept(String),
    Progress(u64, Gauge),
    Forged(u64, Arc<Made>),
    ForgeFailed(u64, String),
    /// Authorities that were made before are not where they were.
    KeptWanted(u64, String),
    /// The session has this run id now, and no output.
    Renewed(String),
    /// What a forged file holds, in words that may be shown.
    Shown {
        generation: u64,
        path: String,
        text: String,
    },
    /// What is in the folder to write to.
    Found(String, Existing),
    Written(Written),
    WriteFailed(String),
    /// What came back signed.
    Arrived(Arrivals),
    /// For the eyes of the operator, for ten seconds.
    Passwords(Vec<(String, Secret)>),
    /// One line for the status.
    Said(String),
    /// Something went wrong that needs more than a line.
    Failed {
        title: String,
        text: String,
    },
}

#[derive(Clone, Debug)]
pub enum Cmd {
    List,
    New,
    Load(String),
    OpenFile(String),
    Rename {
        from: String,
        to: String,
    },
    Duplicate {
        name: String,
        to: String,
    },
    Export {
        name: String,
        path: String,
    },
    Remove(String),
    Save(Box<Snapshot>),
    Forge {
        generation: u64,
        plan: Arc<Plan>,
        typed: TypedSecrets,
    },
    Cancel,
    /// Look for what came back signed.
    Look,
    /// Where the session's last output lies now.
    KeepFrom(String),
    /// Forget the last output: new authorities.
    Renew,
    Show {
        generation: u64,
        path: String,
    },
    Find(String),
    Write {
        generation: u64,
        folder: String,
        replace: bool,
        /// What is away from then on.
        awaited: Vec<Awaited>,
    },
    Passwords(u64),
    Copy(String),
    Redraw,
    Suspend,
    /// The last words, for the screen that was there before.
    Quit(String),
}

/// A session as it comes from disk or is made anew.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// Empty before it is first saved.
    pub name: String,
    pub path: String,
    pub run: String,
    pub answers: Answers,
    pub last_step: String,
    pub visited: Vec<String>,
    /// Why it can only be read.
    pub read_only: Option<String>,
    /// Folder and time of the last write.
    pub written: Option<(String, String)>,
    pub arrivals: Arrivals,
}

/// What saving needs to know; the rest of the session is where it was loaded.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub answers: Arc<Answers>,
    pub last_step: String,
    pub visited: Vec<String>,
}

/// How far forging is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gauge {
    pub done: u32,
    pub total: u32,
    pub item: String,
}

/// What forging made, as far as screens need it; the bytes stay with the jobs.
#[derive(Clone, Debug)]
pub struct Made {
    pub files: Vec<MadeFile>,
    /// Authorities with their SHA-256 fingerprint.
    pub authorities: Vec<(IdentityId, String)>,
    /// The certificate that ends first, and when.
    pub first_end: Option<(IdentityId, OffsetDateTime)>,
}

#[derive(Clone, Debug)]
pub struct MadeFile {
    pub path: String,
    pub size: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Absent or empty.
    Free,
    /// The last output of this very session.
    Own,
    /// An output of stackseal, with what its receipt says.
    Output(String),
    /// Something else; not ours to replace.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub folder: String,
    pub files: usize,
    pub hosts: usize,
    /// Where the former output lies now.
    pub aside: Option<String>,
    /// The session knows of it: its name and path, or why it could not be saved.
    pub kept: Result<(String, String), String>,
}

/// When things happen, counted from the start of the program.
pub type Moment = Duration;
