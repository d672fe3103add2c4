//! The first screen: saved sessions and the ways to a new one.

use ratatui::layout::Rect;

use super::frame;
use super::paint::Paint;
use crate::sitting::start::{EXTRA, step_title, when};
use crate::sitting::text::{apart, count, pad, squeeze, width, wrap};
use crate::store::Listing;
use crate::tui::model::Model;
use crate::tui::theme::Role;

/// The first line of the list.
const TOP: usize = 4;

pub fn draw(model: &Model, paint: &mut Paint<'_>, screen: Rect) {
    let room = usize::from(screen.width);
    paint.put(screen, 1, 0, "stackseal", Role::Heading);
    paint.right(Rect { width: screen.width - 1, ..screen }, 0, "secure an Elastic Stack", Role::Dim);
    let greeting = match model.start.saved.len() {
        _ if !model.start.listed => "Reading your sessions…",
        0 => "Nothing saved yet. Choose a beginning, or paste lines of hosts right here.",
        _ => "Open a session, begin a new one, or paste lines of hosts right here.",
    };
    paint.put(screen, 3, 2, greeting, Role::Text);
    let saved = &model.start.saved;
    let rows = shown(model);
    let names = saved.iter().map(|saved| width(&saved.name)).max().unwrap_or(0).clamp(8, 24);
    let first = first_row(model, rows);
    for (y, item) in (first..saved.len()).take(rows).enumerate() {
        let selected = model.start.at == item;
        if selected {
            paint.put(screen, 3, TOP + y, "▌", Role::Focus);
        }
        session(model, paint, screen, TOP + y, &saved[item], names, selected);
    }
    let below = TOP + rows + usize::from(rows > 0);
    for (index, extra) in EXTRA.iter().enumerate() {
        let selected = model.start.at == saved.len() + index;
        let role = if selected { Role::Focus } else { Role::Text };
        if selected {
            paint.put(screen, 3, below + index, "▌", Role::Focus);
        }
        paint.put(screen, 5, below + index, extra.title, role);
        paint.put(screen, 36, below + index, extra.note, Role::Dim);
    }
    let last = usize::from(screen.height) - 1;
    if let Some(saved) = saved.get(model.start.at) {
        details(paint, screen, below + EXTRA.len() + 1, last.saturating_sub(2), saved, room);
    }
    if model.start.listed && saved.is_empty() {
        for (index, line) in wrap(ABOUT, room - 6).iter().enumerate() {
            paint.put(screen, 3, below + EXTRA.len() + 1 + index, line, Role::Dim);
        }
    }
    frame::status(model, paint, Rect { y: screen.height - 2, height: 1, ..screen });
    frame::footer(model, paint, Rect { y: screen.height - 1, height: 1, ..screen });
}

/// For who is here for the first time.
const ABOUT: &str = "stackseal asks each thing once, shows every file before it exists, and writes one folder for \
                     each host. Until you copy these to the hosts, nothing there changes.";

/// Sessions that fit above the rest.
fn shown(model: &Model) -> usize {
    let room = usize::from(model.size.1).saturating_sub(TOP + EXTRA.len() + 7).max(1);
    model.start.saved.len().min(room)
}

fn first_row(model: &Model, rows: usize) -> usize {
    let at = model.start.at.min(model.start.saved.len().saturating_sub(1));
    (at + 1).saturating_sub(rows)
}

/// The item at a line of the list, for the mouse.
pub fn item_at(model: &Model, row: usize) -> Option<usize> {
    let rows = shown(model);
    if row < rows {
        return Some(first_row(model, rows) + row);
    }
    let extra = row.checked_sub(rows + usize::from(rows > 0))?;
    (extra < EXTRA.len()).then_some(model.start.saved.len() + extra)
}

fn session(
    model: &Model,
    paint: &mut Paint<'_>,
    screen: Rect,
    y: usize,
    saved: &Listing,
    names: usize,
    selected: bool,
) {
    let role = if selected { Role::Focus } else { Role::Text };
    let mut x = 5 + paint.put(screen, 5, y, &pad(&saved.name, names), role) + 2;
    let room = usize::from(screen.width).saturating_sub(x + 2);
    if saved.problem.is_some() {
        paint.put(screen, x, y, "cannot be read; Enter says why", Role::Bad);
        return;
    }
    let (state, state_role) = if saved.issues > 0 {
        (count(saved.issues, "issue"), Role::Bad)
    } else if !saved.awaited.is_empty() {
        ("waiting".to_owned(), Role::Warn)
    } else if saved.written {
        ("written".to_owned(), Role::Good)
    } else {
        (step_title(&saved.last_step).to_owned(), Role::Dim)
    };
    let when = when(&saved.saved, model.today);
    let summary = squeeze(&saved.summary, room.saturating_sub(24));
    x += paint.put(screen, x, y, &pad(&summary, room.saturating_sub(24)), Role::Text);
    x += paint.put(screen, x, y, &pad(&state, 12), state_role);
    paint.put(screen, x, y, &apart("", &when, 12), Role::Dim);
}

fn details(paint: &mut Paint<'_>, screen: Rect, top: usize, end: usize, saved: &Listing, room: usize) {
    let mut lines: Vec<String> = Vec::new();
    if let Some(problem) = &saved.problem {
        lines.extend(wrap(problem, room - 6));
    } else {
        let place = match step_title(&saved.last_step) {
            "" => String::new(),
            title => format!(" at {title}"),
        };
        let issues = match saved.issues {
            0 => "nothing is wrong with its answers".to_owned(),
            n => format!("{} to mend", count(n, "issue")),
        };
        lines.push(format!("{} was left{place}; {issues}.", saved.name));
        if let Some(first) = saved.awaited.first() {
            let with = if first.to.is_empty() { String::new() } else { format!(" with {}", first.to) };
            lines.push(format!("{} is away{with}; {} is awaited.", first.request, first.certificate));
        }
        lines.push(
            if saved.written { "It has been written." } else { "Nothing of it is written yet." }.into(),
        );
    }
    lines.push(squeeze(&saved.path.to_string_lossy(), room - 6));
    for (index, line) in lines.iter().enumerate().take(end.saturating_sub(top)) {
        paint.put(screen, 3, top + index, line, Role::Dim);
    }
}
