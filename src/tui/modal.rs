//! What can lie over a page: at most one, drawn last, asked first.

use super::line::Line;
use super::secret::SecretLine;
use crate::sitting::form::Slot;
use crate::sitting::msg::{Existing, Moment};
use crate::sitting::output::{Way, ways};

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
    /// What a list can hold, several at once, instead of being typed.
    Several {
        slot: Slot,
        items: Vec<(String, bool)>,
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
    /// Why no keys were made, and the ways out.
    Lost {
        why: String,
        at: usize,
    },
    /// Whether to begin with authorities that nothing trusts yet.
    Anew,
    /// Whether to open a session that can only be read, and why it can.
    ReadOnly(String),
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

impl WriteDialog {
    pub fn new(folder: String) -> Self {
        Self { folder, existing: None, at: 0, accepted: false }
    }

    pub fn ways(&self) -> &'static [Way] {
        ways(self.existing.as_ref())
    }

    pub fn way(&self) -> Way {
        self.ways().get(self.at).copied().unwrap_or(Way::Stay)
    }
}
