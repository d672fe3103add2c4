//! What lies over a page, in a frame of its own.

use ratatui::layout::Rect;

use super::frame::keys_line;
use super::help::help_lines;
use super::paint::Paint;
use crate::sitting::form::Slot;
use crate::sitting::msg::Existing;
use crate::sitting::output::{WAYS_OUT, what_is_there};
use crate::sitting::text::{count, pad, squeeze, width, wrap};
use crate::tui::modal::{Modal, Password, Prompt, WriteDialog};
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::tui::update::options;

type Line = (String, Role);

pub fn draw(model: &Model, paint: &mut Paint<'_>, screen: Rect) {
    let Some(modal) = &model.modal else { return };
    let columns = screen.width.saturating_sub(8).min(84);
    let room = usize::from(columns).saturating_sub(4);
    let footer = keys_line(model, keys_room(screen));
    let footer = footer.trim_end();
    match modal {
        Modal::Help { top } => {
            let lines = help_lines(model, room);
            scrolled(paint, screen, columns, screen.height.saturating_sub(2), "Help", footer, &lines, *top);
        }
        Modal::Report { title, lines, top } => {
            let lines = report_lines(lines, room);
            let rows =
                u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(screen.height.saturating_sub(4));
            scrolled(paint, screen, columns, rows, title, footer, &lines, *top);
        }
        Modal::Options { slot, at } => list(model, paint, screen, *slot, *at, columns, footer),
        Modal::Several { items, at, .. } => several(paint, screen, items, *at, columns, footer),
        Modal::Password(password) => secret(model, paint, screen, password, columns, footer),
        Modal::Prompt(prompt) => ask(paint, screen, prompt, columns, footer),
        Modal::ReadOnly(why) => {
            let area = paint.window(screen, columns, 6, "This session can only be read", footer);
            let why = squeeze(&format!("{why}."), room);
            paint.put(area, 0, 0, &why, Role::Heading);
            paint.put(area, 0, 2, "Open it read-only? No answer can be changed here.", Role::Text);
        }
        Modal::Remove(name) => {
            let area = paint.window(screen, columns, 6, "Remove a session", footer);
            paint.put(area, 0, 0, &format!("Remove {name} and its answers?"), Role::Heading);
            paint.put(area, 0, 2, "What was written from it stays where it is.", Role::Text);
        }
        Modal::Lost { why, at } => lost(paint, screen, why, *at, columns, footer),
        Modal::Anew => anew(paint, screen, columns, footer),
        Modal::Write(dialog) => write(model, paint, screen, dialog, columns, footer),
    }
}

fn lost(paint: &mut Paint<'_>, screen: Rect, why: &str, at: usize, columns: u16, footer: &str) {
    let lines = wrap(why, usize::from(columns).saturating_sub(4));
    let rows = u16::try_from(lines.len() + 7).unwrap_or(u16::MAX);
    let area = paint.window(screen, columns, rows, "No keys were made", footer);
    for (y, line) in lines.iter().enumerate() {
        paint.put(area, 0, y, line, Role::Text);
    }
    // However long the reason is, the ways out are seen.
    let first = (lines.len() + 1).min(usize::from(area.height).saturating_sub(WAYS_OUT.len()));
    for (index, (title, means)) in WAYS_OUT.iter().enumerate() {
        let y = first + index;
        let role = if index == at { Role::Focus } else { Role::Text };
        paint.put(area, 0, y, &pad(if index == at { "▌" } else { "" }, usize::from(area.width)), role);
        paint.put(area, 2, y, title, role);
        paint.put(area, 35, y, means, Role::Dim);
        paint.spot(area, y, index);
    }
}

fn anew(paint: &mut Paint<'_>, screen: Rect, columns: u16, footer: &str) {
    let text = "New authorities sign new certificates. Nothing trusts them yet: every host and every client \
                needs the new files before it can talk to the others. The earlier output stays where it is.";
    let lines = wrap(text, usize::from(columns).saturating_sub(4));
    let rows = u16::try_from(lines.len() + 4).unwrap_or(u16::MAX);
    let area = paint.window(screen, columns, rows, "Start with new authorities?", footer);
    for (y, line) in lines.iter().enumerate() {
        paint.put(area, 0, y, line, Role::Text);
    }
}

fn report_lines(lines: &[String], room: usize) -> Vec<Line> {
    let folded = lines.iter().flat_map(|line| wrap_or_blank(line, room));
    folded.map(|line| (line, Role::Text)).collect()
}

/// How far the text over the page can be scrolled.
pub fn last_top(model: &Model) -> usize {
    let (width, height) = model.size;
    let room = usize::from(width.saturating_sub(8).min(84)).saturating_sub(4);
    let (lines, rows) = match &model.modal {
        Some(Modal::Help { .. }) => (help_lines(model, room).len(), height.saturating_sub(4)),
        Some(Modal::Report { lines, .. }) => (report_lines(lines, room).len(), height.saturating_sub(6)),
        _ => return 0,
    };
    lines.saturating_sub(usize::from(rows))
}

/// The room for the keys in the frame.
pub fn keys_room(screen: Rect) -> usize {
    usize::from(screen.width.saturating_sub(8).min(84)).saturating_sub(6)
}

/// What each option means, in the room behind the labels, and the lines that all take.
fn option_texts(model: &Model, slot: Slot, columns: u16) -> (Vec<Vec<String>>, usize) {
    let options = options(model, slot);
    let room = usize::from(columns).saturating_sub(4);
    let labels = options.iter().map(|option| width(option.label)).max().unwrap_or(0) + 2;
    let texts: Vec<Vec<String>> =
        options.iter().map(|option| wrap(option.means, room.saturating_sub(labels + 2))).collect();
    let rows = texts.iter().map(|lines| lines.len().max(1)).sum();
    (texts, rows)
}

fn wrap_or_blank(line: &str, room: usize) -> Vec<String> {
    let lines = wrap(line, room);
    if lines.is_empty() { vec![String::new()] } else { lines }
}

#[expect(clippy::too_many_arguments, reason = "a frame with its content, used twice")]
fn scrolled(
    paint: &mut Paint<'_>,
    screen: Rect,
    columns: u16,
    rows: u16,
    title: &str,
    footer: &str,
    lines: &[Line],
    top: usize,
) {
    let area = paint.window(screen, columns, rows, title, footer);
    let room = usize::from(area.height);
    let top = top.min(lines.len().saturating_sub(room));
    super::runbook::lines(
        paint,
        lines,
        Rect { x: area.x.saturating_sub(1), width: area.width + 1, ..area },
        top,
    );
    if top + room < lines.len() {
        paint.right(area, room.saturating_sub(1), "↓", Role::Accent);
    }
    if top > 0 {
        paint.right(area, 0, "↑", Role::Accent);
    }
}

fn list(
    model: &Model,
    paint: &mut Paint<'_>,
    screen: Rect,
    slot: crate::sitting::form::Slot,
    at: usize,
    columns: u16,
    footer: &str,
) {
    let options = options(model, slot);
    let labels = options.iter().map(|option| width(option.label)).max().unwrap_or(0) + 2;
    let (texts, rows) = option_texts(model, slot, columns);
    let title = model.step().and_then(|step| step.fields.get(slot.field())).map_or("", |field| field.label);
    let area = paint.window(screen, columns, u16::try_from(rows + 4).unwrap_or(u16::MAX), title, footer);
    let mut y = 1;
    for (index, (option, lines)) in options.iter().zip(&texts).enumerate() {
        let role = if index == at { Role::Focus } else { Role::Text };
        if index == at {
            paint.put(area, 0, y, "▌", Role::Focus);
        }
        paint.put(area, 2, y, option.label, role);
        (y..y + lines.len().max(1)).for_each(|y| paint.spot(area, y, index));
        for (below, line) in lines.iter().enumerate() {
            paint.put(area, 2 + labels, y + below, line, if index == at { Role::Text } else { Role::Dim });
        }
        y += lines.len().max(1);
    }
}

fn several(
    paint: &mut Paint<'_>,
    screen: Rect,
    items: &[(String, bool)],
    at: usize,
    columns: u16,
    footer: &str,
) {
    let rows = u16::try_from(items.len() + 4).unwrap_or(u16::MAX).min(screen.height);
    let area = paint.window(screen, columns, rows, "In the certificates", footer);
    let seen = usize::from(area.height).saturating_sub(1).max(1);
    let first = at.saturating_sub(seen - 1);
    for (y, (index, (item, taken))) in items.iter().enumerate().skip(first).take(seen).enumerate() {
        let role = if index == at { Role::Focus } else { Role::Text };
        paint.put(area, 0, y, if index == at { "▌" } else { " " }, Role::Focus);
        paint.put(area, 2, y, if *taken { "[x]" } else { "[ ]" }, role);
        paint.put(area, 6, y, item, role);
        paint.spot(area, y, index);
    }
}

fn secret(
    model: &Model,
    paint: &mut Paint<'_>,
    screen: Rect,
    password: &Password,
    columns: u16,
    footer: &str,
) {
    let area = paint.window(screen, columns, 10, &password.title, footer);
    paint.put(area, 0, 0, "Printable ASCII, at most 50 characters.", Role::Dim);
    paint.put(area, 0, 1, "It goes into files of the output, never into the session.", Role::Dim);
    let shown = password.shown_until.is_some_and(|until| until > model.now);
    for (index, label) in ["Type it", "Once more"].into_iter().enumerate() {
        let y = 3 + index;
        let here = password.at == index;
        let line = &password.lines[index];
        let text = match line.secret() {
            Some(secret) if shown => squeeze(secret.reveal(), usize::from(area.width).saturating_sub(14)),
            _ => line.mask().to_owned(),
        };
        paint.put(area, 0, y, &pad(label, 12), if here { Role::Focus } else { Role::Text });
        let used = paint.put(area, 12, y, &text, Role::Text);
        paint.spot(area, y, index);
        if here {
            paint.cursor(area, 12 + used, y);
        }
    }
    if let Some(problem) = &password.problem {
        paint.put(area, 0, 6, problem, Role::Bad);
    }
}

fn ask(paint: &mut Paint<'_>, screen: Rect, prompt: &Prompt, columns: u16, footer: &str) {
    let area = paint.window(screen, columns, 6, &prompt.title, footer);
    paint.put(area, 0, 0, prompt.hint, Role::Dim);
    let (text, cursor) = prompt.line.window(usize::from(area.width));
    paint.put(area, 0, 2, &text, Role::Text);
    paint.cursor(area, cursor, 2);
}

fn write(
    model: &Model,
    paint: &mut Paint<'_>,
    screen: Rect,
    dialog: &WriteDialog,
    columns: u16,
    footer: &str,
) {
    let area = paint.window(screen, columns, 12, "Write", footer);
    let room = usize::from(area.width);
    let files = model.session.plan().files.len();
    paint.put(
        area,
        0,
        0,
        &squeeze(&format!("{} to {}", count(files, "file"), dialog.folder), room),
        Role::Heading,
    );
    let there = what_is_there(dialog.existing.as_ref(), model.session.is_as_written());
    let role = match &dialog.existing {
        None => Role::Dim,
        Some(Existing::Free) => Role::Good,
        Some(Existing::Own) if model.session.is_as_written() => Role::Good,
        Some(Existing::Own | Existing::Output(_)) => Role::Warn,
        Some(Existing::Other(_)) => Role::Bad,
    };
    paint.put(area, 0, 1, &there, role);
    if dialog.accepted && model.making.is_forging() {
        paint.put(area, 0, 2, "The keys are still being made; the write begins by itself.", Role::Accent);
    }
    for (index, way) in dialog.ways().iter().enumerate() {
        let (title, means) = way.words();
        let selected = index == dialog.at;
        let y = 4 + index;
        if selected {
            paint.put(area, 0, y, "▌", Role::Focus);
        }
        paint.put(area, 2, y, &pad(title, 16), if selected { Role::Focus } else { Role::Text });
        paint.put(area, 18, y, means, Role::Dim);
        paint.spot(area, y, index);
    }
    paint.put(area, 0, 8, "The folder is readable by you alone (0700).", Role::Dim);
}
