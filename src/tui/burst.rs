//! A terminal without bracketed paste sends a pasted text as keys, one right behind the other. Tells
//! such a burst from typing, so that none of its letters is taken for a shortcut.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::modal::Modal;
use super::model::Model;
use crate::sitting::answer::Held;

/// Nobody types this much within a few milliseconds.
const LEAST: usize = 8;

/// What the key adds to a text, where it can be a part of a paste.
pub fn part(key: &KeyEvent) -> Option<char> {
    if !(key.modifiers - KeyModifiers::SHIFT).is_empty() {
        return None;
    }
    match key.code {
        KeyCode::Char(c) => Some(c),
        KeyCode::Enter => Some('\n'),
        KeyCode::Tab => Some('\t'),
        _ => None,
    }
}

/// The text of keys that came at once, where it is to be pasted; none where they are keys after all.
/// Where letters are typed anyway they may be what somebody typed ahead on a slow line, with the Tab
/// or Enter that was meant: only several lines are a paste there.
pub fn pasted(model: &Model, keys: &[KeyEvent]) -> Option<String> {
    if keys.len() < LEAST {
        return None;
    }
    let text: String = keys.iter().filter_map(part).collect();
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    let typing = match &model.modal {
        Some(Modal::Password(_) | Modal::Prompt(_)) => return None,
        Some(_) => false,
        None => model.review.search.is_some() || matches!(model.held(), Some(Held::Text(_))),
    };
    (lines > usize::from(typing)).then_some(text)
}
