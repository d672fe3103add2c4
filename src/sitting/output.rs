//! The question before a write: what is in the folder already, and the ways that there are.

use super::msg::Existing;

/// The ways out where an earlier output is missing or no longer fits.
pub const WAYS_OUT: [(&str, &str); 3] = [
    ("Look for them in another folder", "say where the earlier output lies now"),
    ("Start with new authorities", "nothing trusts them yet: all hosts need new files"),
    ("Back to the answers", "change nothing now"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Write,
    Replace,
    OtherFolder,
    Stay,
}

/// The first is what most people want there.
pub fn ways(existing: Option<&Existing>) -> &'static [Way] {
    match existing {
        None | Some(Existing::Free) => &[Way::Write, Way::OtherFolder, Way::Stay],
        Some(Existing::Own) => &[Way::Replace, Way::OtherFolder, Way::Stay],
        Some(Existing::Output(_)) => &[Way::OtherFolder, Way::Replace, Way::Stay],
        Some(Existing::Other(_)) => &[Way::OtherFolder, Way::Stay],
    }
}

impl Way {
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Write => ("Write", "a folder per host, all in one step"),
            Self::Replace => ("Replace", "the old output is kept aside, under another name"),
            Self::OtherFolder => ("Another folder", "say where"),
            Self::Stay => ("Not now", "back to review"),
        }
    }
}

/// `as_written`: no answer changed since this session's last write.
pub fn what_is_there(existing: Option<&Existing>, as_written: bool) -> String {
    match existing {
        None => "Looking whether that folder is free…".into(),
        Some(Existing::Free) => "The folder is free. Nothing else is touched.".into(),
        Some(Existing::Own) if as_written => {
            "This session's last output; nothing changed since it was written.".into()
        }
        Some(Existing::Own) => "This session's last output is there; answers may have changed since.".into(),
        Some(Existing::Output(what)) => format!("There is an output of stackseal already{what}."),
        Some(Existing::Other(what)) => format!("Something else is there{what}; it is not replaced."),
    }
}
