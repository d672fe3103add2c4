//! Typing a secret: it can be appended to and cut from the end, nothing else; no cursor, no undo, no
//! copy. What is shown never tells its length.

use crate::values::Secret;

/// Long enough for any secret, so that a growing text leaves no copies behind.
const ROOM: usize = 1024;

#[derive(Clone, Debug, Default)]
pub struct SecretLine(Option<Secret>);

impl SecretLine {
    pub fn push(&mut self, text: &str) {
        let mut next = String::with_capacity(ROOM);
        next.push_str(self.text());
        next.extend(text.trim_end_matches(['\r', '\n']).chars().filter(|c| !c.is_control()).take(ROOM / 4));
        self.0 = Some(Secret::new(next));
    }

    pub fn back(&mut self) {
        let text = self.text();
        let mut next = String::with_capacity(ROOM);
        next.push_str(&text[..text.char_indices().next_back().map_or(0, |(at, _)| at)]);
        self.0 = (!next.is_empty()).then(|| Secret::new(next));
    }

    pub fn clear(&mut self) {
        self.0 = None;
    }

    pub fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    pub fn same(&self, other: &Self) -> bool {
        self.text() == other.text()
    }

    pub fn secret(&self) -> Option<&Secret> {
        self.0.as_ref()
    }

    /// The mask, of one length for all secrets.
    pub fn mask(&self) -> &'static str {
        if self.is_empty() { "" } else { "********" }
    }

    fn text(&self) -> &str {
        self.0.as_ref().map_or("", Secret::reveal)
    }
}
