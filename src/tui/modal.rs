//! What can lie over a page: at most one, drawn last, asked first.

use super::form::Slot;
use super::line::Line;
use super::msg::{Existing, Moment};
use super::secret::SecretLine;

#[derive(Debug)]
pub enum Modal {
    Help {
        top: usize,
    },
    /// All options of a choice, with what they mean.
    Options {
        slot: Slot,
        at: usize,
    },
    Password(Password),
    Prompt(Prompt),
    /// Whether to remove a session.
    Remove(String),
    Report {
        title: String,
        lines: Vec<String>,
        top: usize,
    },
    Write(WriteDialog),
}

/// A secret, typed twice.
#[derive(Debug)]
pub struct Password {
    pub id: &'static str,
    pub title: String,
    pub lines: [SecretLine; 2],
    pub at: usize,
    pub shown_until: Option<Moment>,
    pub problem: Option<String>,
}

#[derive(Debug)]
pub struct Prompt {
    pub purpose: Purpose,
    pub title: String,
    pub hint: &'static str,
    pub line: Line,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    Duplicate(String),
    Export(String),
    Folder,
    KeepFrom,
    OpenFile,
    Rename(String),
}

/// The question before the write.
#[derive(Debug)]
pub struct WriteDialog {
    pub folder: String,
    /// What is there already, once it is known.
    pub existing: Option<Existing>,
    /// The way that Enter takes, of [`WriteDialog::ways`].
    pub at: usize,
    /// Enter was pressed before everything was ready.
    pub accepted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Write,
    Replace,
    OtherFolder,
    Stay,
}

impl WriteDialog {
    pub fn new(folder: String) -> Self {
        Self { folder, existing: None, at: 0, accepted: false }
    }

    pub fn ways(&self) -> &'static [Way] {
        match self.existing {
            None | Some(Existing::Free) => &[Way::Write, Way::OtherFolder, Way::Stay],
            Some(Existing::Output(_)) => &[Way::OtherFolder, Way::Replace, Way::Stay],
            Some(Existing::Other(_)) => &[Way::OtherFolder, Way::Stay],
        }
    }

    pub fn way(&self) -> Way {
        self.ways().get(self.at).copied().unwrap_or(Way::Stay)
    }
}
