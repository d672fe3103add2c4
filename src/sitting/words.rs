//! What every door says in the same words.

use std::fmt::Write;

use super::form;
use super::msg::Written;
use super::session::Session;
use crate::plan::Issue;
use crate::steps::STEPS;

/// What stands in the terminal once we are gone.
pub fn last_words(session: &Session, written: Option<&Written>) -> String {
    if session.read_only.is_some() {
        return format!("The session {} was only read; nothing of it was changed.", session.name);
    }
    if session.saving.has_failed() {
        return format!("The last answers of the session {} are not saved.", session.name);
    }
    let mut words = format!(
        "The session {} is saved; `stackseal {}` opens it again:\n{}",
        session.name, session.name, session.path
    );
    if let Some(written) = written {
        let _ =
            write!(words, "\n{} files are in {}; begin with README.md there.", written.files, written.folder);
    }
    words
}

/// Step and label, as people see them.
pub fn place(issue: &Issue) -> String {
    let found = form::find(&issue.field).and_then(|(step, slot)| {
        let step = STEPS.get(step)?;
        Some(format!("{}, {}", step.title, step.fields.get(slot.field())?.label))
    });
    found.unwrap_or_else(|| issue.field.clone())
}
