//! What a file holds, in words that may be shown to anybody. Never a secret.

use std::fmt;

use serde::Serialize;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Description {
    /// `PKCS#12`, `certificate`, `encrypted key`, …
    pub kind: String,
    pub notes: Vec<String>,
    pub items: Vec<Item>,
}

/// A thing inside, such as an entry of a store, with its properties and what it holds in turn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Item {
    pub title: String,
    pub lines: Vec<(&'static str, String)>,
    pub children: Vec<Item>,
}

impl Description {
    pub(super) fn new(kind: &str) -> Self {
        Self { kind: kind.to_owned(), ..Self::default() }
    }

    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(harmless(&note.into()));
        self
    }
}

impl Item {
    pub(super) fn new(title: impl Into<String>) -> Self {
        Self { title: harmless(&title.into()), ..Self::default() }
    }

    pub(super) fn line(&mut self, label: &'static str, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.lines.push((label, harmless(&value)));
        }
    }
}

/// Names in somebody else's file could carry control characters, and with them orders to a terminal.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Aligned text: labels of one item share a column, children stand two blanks further in.
impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.kind)?;
        self.notes.iter().try_for_each(|note| writeln!(f, "  {note}"))?;
        self.items.iter().try_for_each(|item| write_item(f, item, 2))
    }
}

fn write_item(f: &mut fmt::Formatter<'_>, item: &Item, indent: usize) -> fmt::Result {
    writeln!(f, "{:indent$}{}", "", item.title)?;
    let width = item.lines.iter().map(|(label, _)| label.len()).max().unwrap_or(0);
    for (label, value) in &item.lines {
        writeln!(f, "{:indent$}  {label:<width$}  {value}", "")?;
    }
    item.children.iter().try_for_each(|child| write_item(f, child, indent + 2))
}
