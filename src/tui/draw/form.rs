//! The left half of a step: questions with their answers, issues under them.

use ratatui::layout::Rect;

use super::paint::Paint;
use crate::plan::Weight;
use crate::sitting::answer::{self, Held};
use crate::sitting::describe::until;
use crate::sitting::form::{self, Row, Slot};
use crate::sitting::text::{cut, pad, squeeze, width};
use crate::steps::{STEPS, Step};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::tui::update::visible_rows;

pub fn draw(model: &Model, paint: &mut Paint<'_>, step_index: usize, area: Rect) {
    let Some(step) = STEPS.get(step_index).copied() else { return };
    if area.width < 10 {
        return;
    }
    let labels = layout::label_room(step, model);
    let top = model.form.top;
    for laid in visible_rows(model, step_index, area.width, usize::from(area.height)) {
        if let Some(y) = laid.y.checked_sub(top) {
            match laid.row {
                Row::Gap => {}
                Row::Group(title) => {
                    paint.put(area, 1, y, title, Role::Heading);
                }
                Row::Hosts(field) => host_heading(model, paint, step, field, area, y),
                Row::Slot(slot) => slot_row(model, paint, step, slot, labels, area, y),
            }
        }
        for (index, note) in laid.notes.iter().enumerate() {
            let Some(y) = (laid.y + 1 + index).checked_sub(top) else { continue };
            let role = match note.weight {
                None => Role::Dim,
                Some(Weight::Error) => Role::Bad,
                Some(Weight::Advice) => Role::Warn,
            };
            let inner = Rect { width: area.width - 1, ..area };
            paint.put(inner, if note.weight.is_none() { 4 } else { 3 }, y, &note.text, role);
        }
    }
    scroll_marks(model, paint, step_index, area);
}

/// Arrows at the edge tell that there is more.
fn scroll_marks(model: &Model, paint: &mut Paint<'_>, step: usize, area: Rect) {
    let laid = layout::lay(model, step, area.width);
    let total = laid.last().map_or(0, |last| last.y + last.height());
    let edge = usize::from(area.width) - 1;
    let rows = usize::from(area.height);
    if model.form.top > 0 {
        paint.put(area, edge, 0, "↑", Role::Accent);
    }
    if model.form.top + rows < total {
        paint.put(area, edge, rows - 1, "↓", Role::Accent);
    }
}

fn host_heading(model: &Model, paint: &mut Paint<'_>, step: &Step, field: usize, area: Rect, y: usize) {
    let Some(field) = step.fields.get(field) else { return };
    let count = answer::host_count(field, model.session.answers());
    let inner = Rect { width: area.width - 2, ..area };
    paint.put(inner, 1, y, field.label, Role::Heading);
    paint.right(inner, y, &count.to_string(), Role::Dim);
}

fn slot_row(
    model: &Model,
    paint: &mut Paint<'_>,
    step: &'static Step,
    slot: Slot,
    labels: usize,
    area: Rect,
    y: usize,
) {
    let focused = model.slot() == Some(slot);
    if focused {
        paint.put(area, 0, y, "▌", Role::Focus);
        paint.cursor(area, 2, y);
    }
    let role = if focused { Role::Focus } else { Role::Text };
    match slot {
        Slot::Row(..) => host_row(model, paint, step, slot, area, y, role),
        Slot::Add(_) => {
            let hint = if focused { "+ add: type a name, or paste lines" } else { "+ add, or paste lines" };
            paint.put(area, 2, y, hint, if focused { Role::Focus } else { Role::Dim });
        }
        Slot::Field(index) => {
            let Some(field) = step.fields.get(index) else { return };
            paint.put(area, 2, y, &cut(field.label, labels), role);
            value(model, paint, step, slot, 2 + labels, area, y);
        }
        Slot::Cell(index, _, column) => {
            let Some(column) = step.fields.get(index).and_then(|field| form::columns(field).get(column))
            else {
                return;
            };
            paint.put(area, 4, y, column.label, role);
            value(model, paint, step, slot, 4 + CELL_LABELS, area, y);
        }
    }
}

/// The longest label of a host's columns, and a gap.
const CELL_LABELS: usize = 17;

fn host_row(model: &Model, paint: &mut Paint<'_>, step: &Step, slot: Slot, area: Rect, y: usize, role: Role) {
    let [name, dns, ip] = answer::host_cells(step, slot, model.session.answers());
    let room = usize::from(area.width).saturating_sub(4);
    let name_room = width(&name).clamp(6, 16) + 1;
    let ip_room = width(&ip).min(15);
    let dns_room = room.saturating_sub(name_room + ip_room + 1);
    let open = slot.row().is_some_and(|row| model.form.open == Some((slot.field(), row)));
    let name = if name.is_empty() { "(no name)" } else { &name };
    let mut x = 2 + paint.put(area, 2, y, &pad(name, name_room), if open { Role::Focus } else { role });
    x += paint.put(
        area,
        x,
        y,
        &pad(&squeeze(&dns, dns_room), dns_room + 1),
        if role == Role::Text { Role::Text } else { role },
    );
    paint.put(area, x, y, &squeeze(&ip, ip_room), role);
}

fn value(
    model: &Model,
    paint: &mut Paint<'_>,
    step: &'static Step,
    slot: Slot,
    x: usize,
    area: Rect,
    y: usize,
) {
    let focused = model.slot() == Some(slot);
    let room = usize::from(area.width).saturating_sub(x + 1);
    let role = if focused { Role::Focus } else { Role::Text };
    match answer::held(step, slot, model.session.answers()) {
        Some(Held::Flag(on)) => {
            let word = if on { "yes" } else { "no" };
            choice(paint, word, focused, x, area, y, role);
        }
        Some(Held::Choice { options, at }) => {
            let label = options.get(at).map_or("", |option| option.label);
            choice(
                paint,
                &cut(label, room.saturating_sub(if focused { 4 } else { 0 })),
                focused,
                x,
                area,
                y,
                role,
            );
        }
        Some(Held::Source { options, at }) => {
            let mut label = options.get(at).map_or("", |option| option.label).to_owned();
            if answer::is_typed(options, at) {
                label = if is_typed(model, step, slot) { "typed".into() } else { "not typed yet".into() };
            }
            let room = room.saturating_sub(if focused { 4 } else { 0 });
            choice(paint, &cut(&label, room), focused, x, area, y, role);
        }
        Some(Held::Secret) => {
            let word = if is_typed(model, step, slot) { "typed" } else { "not typed yet" };
            paint.put(area, x, y, word, role);
        }
        Some(Held::Text(text)) => text_value(model, paint, step, slot, &text, (x, y, room), area),
        Some(Held::Row | Held::Add) | None => {}
    }
}

fn is_typed(model: &Model, step: &Step, slot: Slot) -> bool {
    answer::field(step, slot)
        .is_some_and(|field| model.session.typed().get(&crate::plan::SecretId::new(field.id)).is_some())
}

/// `‹ full ›` where the arrows change it, `full` elsewhere.
fn choice(paint: &mut Paint<'_>, text: &str, focused: bool, x: usize, area: Rect, y: usize, role: Role) {
    if focused {
        paint.put(area, x, y, &format!("‹ {text} ›"), role);
        // Screen readers and magnifiers follow the cursor, not our marks.
        paint.cursor(area, x, y);
    } else {
        paint.put(area, x, y, text, role);
    }
}

fn text_value(
    model: &Model,
    paint: &mut Paint<'_>,
    step: &Step,
    slot: Slot,
    text: &str,
    (x, y, room): (usize, usize, usize),
    area: Rect,
) {
    if let Some((held, line)) = &model.form.line
        && *held == slot
    {
        let (shown, cursor) = line.window(room);
        paint.put(area, x, y, &shown, Role::Text);
        paint.cursor(area, x + cursor, y);
        if !shown.is_empty() {
            return behind(model, paint, text, (x + width(&shown) + 2, y, room), area);
        }
    } else if !text.is_empty() {
        let shown = squeeze(text, room);
        paint.put(area, x, y, &shown, Role::Text);
        return behind(model, paint, text, (x + width(&shown) + 2, y, room), area);
    }
    let field = answer::field(step, slot).filter(|_| matches!(slot, Slot::Field(_)));
    let automatic = field.map(|field| (field.automatic)(model.session.answers(), &model.session.context()));
    paint.put(area, x, y, &squeeze(&automatic.unwrap_or_default(), room), Role::Dim);
}

/// A span said as a date, where there is room behind it.
fn behind(model: &Model, paint: &mut Paint<'_>, text: &str, (x, y, _): (usize, usize, usize), area: Rect) {
    if let Some(date) = until(text, model.today) {
        let inner = Rect { width: area.width - 1, ..area };
        let room = usize::from(inner.width).saturating_sub(x);
        // The bare date where there is no room for the word.
        let date = if width(&date) > room { date.trim_start_matches("until ") } else { &date };
        if width(date) <= room {
            paint.put(inner, x, y, date, Role::Dim);
        }
    }
}
