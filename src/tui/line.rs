//! A single-line editor: graphemes, columns, readline's keys, one clean edit a paste. Knows nothing
//! of fields. Secrets are not edited here: see `secret.rs`.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::sitting::text::clean;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    text: String,
    /// In bytes, always between graphemes.
    at: usize,
}

/// What a key does to the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    Back,
    BackWord,
    Delete,
    DeleteToEnd,
    DeleteToStart,
    End,
    Home,
    Left,
    Right,
    WordLeft,
    WordRight,
}

impl Line {
    /// With the cursor at the end.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { at: text.len(), text }
    }

    /// Inserts a key or a whole paste as one edit, without what must not be in a value.
    pub fn insert(&mut self, text: &str) {
        let text = clean(text);
        self.text.insert_str(self.at, &text);
        self.at += text.len();
        // A combining mark joins the grapheme before it; stay between graphemes.
        let joined = self.boundaries().find(|boundary| *boundary >= self.at);
        self.at = joined.unwrap_or(self.text.len());
    }

    /// Whether the text changed.
    pub fn apply(&mut self, edit: Edit) -> bool {
        let (before, after) = (self.previous(), self.next());
        let range = match edit {
            Edit::Back => before..self.at,
            Edit::BackWord => self.word_left()..self.at,
            Edit::Delete => self.at..after,
            Edit::DeleteToEnd => self.at..self.text.len(),
            Edit::DeleteToStart => 0..self.at,
            Edit::End => return self.go(self.text.len()),
            Edit::Home => return self.go(0),
            Edit::Left => return self.go(before),
            Edit::Right => return self.go(after),
            Edit::WordLeft => return self.go(self.word_left()),
            Edit::WordRight => return self.go(self.word_right()),
        };
        let changed = !range.is_empty();
        self.at = range.start;
        self.text.drain(range);
        changed
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The part that fits, and the column of the cursor in it.
    pub fn window(&self, room: usize) -> (String, usize) {
        let cursor = self.text[..self.at].width();
        let mut skipped = 0;
        let mut shown = String::new();
        let mut used = 0;
        for grapheme in self.text.graphemes(true) {
            let wide = grapheme.width();
            // The cursor needs a column of its own behind the text.
            if cursor >= skipped + room && shown.is_empty() {
                skipped += wide;
                continue;
            }
            if used + wide > room {
                break;
            }
            used += wide;
            shown.push_str(grapheme);
        }
        (shown, cursor.saturating_sub(skipped).min(room.saturating_sub(1)))
    }

    fn go(&mut self, at: usize) -> bool {
        self.at = at;
        false
    }

    fn boundaries(&self) -> impl Iterator<Item = usize> + '_ {
        self.text.grapheme_indices(true).map(|(at, _)| at).chain([self.text.len()])
    }

    fn previous(&self) -> usize {
        self.text[..self.at].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn next(&self) -> usize {
        self.boundaries().find(|boundary| *boundary > self.at).unwrap_or(self.text.len())
    }

    fn word_left(&self) -> usize {
        let head = self.text[..self.at].trim_end_matches(|c: char| !c.is_alphanumeric());
        head.trim_end_matches(char::is_alphanumeric).len()
    }

    fn word_right(&self) -> usize {
        let tail = self.text[self.at..].trim_start_matches(|c: char| !c.is_alphanumeric());
        self.text.len() - tail.trim_start_matches(char::is_alphanumeric).len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readlines_keys() {
        let mut line = Line::new("es-1.corp.example");
        line.apply(Edit::BackWord);
        assert_eq!(line.text(), "es-1.corp.");
        line.apply(Edit::WordLeft);
        line.apply(Edit::DeleteToStart);
        assert_eq!((line.text(), line.at), ("corp.", 0));
        line.apply(Edit::WordRight);
        line.apply(Edit::DeleteToEnd);
        assert_eq!(line.text(), "corp");
        assert!(!line.apply(Edit::Delete));
        line.apply(Edit::Home);
        assert!(line.apply(Edit::Delete));
        assert_eq!(line.text(), "orp");
    }

    #[test]
    fn a_paste_is_cleaned() {
        let mut line = Line::default();
        line.insert("a\u{202e}b\u{1b}[31m\tc\u{200b}\r\n");
        assert_eq!(line.text(), "ab[31m c");
    }

    #[test]
    fn the_window_follows_the_cursor_by_columns() {
        let mut line = Line::new("日本語abc");
        assert_eq!(line.window(10), ("日本語abc".to_owned(), 9));
        assert_eq!(line.window(5), ("abc".to_owned(), 3));
        line.apply(Edit::Home);
        assert_eq!(line.window(5), ("日本".to_owned(), 0));
        assert_eq!(Line::new("é").window(0), (String::new(), 0));
        line = Line::new("e");
        line.insert("\u{301}");
        assert!(line.apply(Edit::Back));
        assert_eq!(line.text(), "");
    }
}
