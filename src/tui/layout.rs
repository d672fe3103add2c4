//! Where things are on a screen of a given size; shared by drawing and by the mouse. Paints nothing.

use ratatui::layout::Rect;

use super::model::Model;
use crate::plan::Weight;
use crate::sitting::answer::{self, Held};
use crate::sitting::form::{self, Row, Slot};
use crate::sitting::text::{width, wrap};
use crate::steps::{STEPS, Step};

/// Below this a notice stands in the place of everything.
pub const NEEDED: (u16, u16) = (60, 15);
/// From this many columns on both halves get more.
const WIDE: u16 = 100;

#[derive(Clone, Copy, Debug, Default)]
pub struct Areas {
    pub header: Rect,
    pub tabs: Rect,
    pub rule: Rect,
    pub left: Rect,
    pub divider: Rect,
    pub right: Rect,
    pub status: Rect,
    pub help: Rect,
    pub footer: Rect,
}

/// The parts of a step or of Review.
pub fn areas((columns, rows): (u16, u16), help: u16, zoom: bool) -> Areas {
    let line = |y: u16| Rect::new(0, y, columns, 1);
    let body_top = 3.min(rows);
    let body_end = rows.saturating_sub(help + 2).max(body_top);
    let body = body_end - body_top;
    let left = match columns {
        _ if zoom => 0,
        WIDE.. => (columns * 42 / 100).clamp(39, 64),
        _ => (columns / 2).saturating_sub(1),
    };
    let right = if zoom { 0 } else { left + 1 };
    Areas {
        header: line(0),
        tabs: line(1),
        rule: line(2),
        left: Rect::new(0, body_top, left, body),
        divider: Rect::new(left, body_top, u16::from(!zoom), body),
        right: Rect::new(right, body_top, columns.saturating_sub(right), body),
        status: line(body_end),
        help: Rect::new(0, body_end + 1, columns, help),
        footer: line(rows.saturating_sub(1)),
    }
}

/// Lines kept for help: as many as the longest help of the step needs, so that nothing jumps while the
/// focus moves.
pub fn help_lines(step: Option<&Step>, (columns, rows): (u16, u16)) -> u16 {
    let most = match rows {
        ..18 => 2,
        18..22 => 3,
        22..30 => 5,
        _ => 7,
    };
    let room = usize::from(columns).saturating_sub(2);
    let needed = step.map_or(1, |step| {
        let lines = |field: &crate::steps::Field| {
            let meaning = usize::from(matches!(
                field.kind,
                crate::steps::Kind::Choice(_) | crate::steps::Kind::Password(_)
            ));
            wrap(field.help, room).len() + meaning
        };
        step.fields.iter().map(lines).max().unwrap_or(1)
    });
    // One line more for what the focused answer stands for.
    u16::try_from(needed + usize::from(step.is_some())).unwrap_or(most).clamp(1, most)
}

/// A row of the form with what stands under it.
#[derive(Debug)]
pub struct Laid {
    pub row: Row,
    /// The first line, counted from the top of the form.
    pub y: usize,
    pub notes: Vec<Note>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Note {
    pub text: String,
    /// None for what an automatic answer stands for.
    pub weight: Option<Weight>,
}

impl Laid {
    pub fn height(&self) -> usize {
        1 + self.notes.len()
    }
}

/// The whole form; cheap, since only rows with something to say carry text.
pub fn lay(model: &Model, step_index: usize, columns: u16) -> Vec<Laid> {
    let Some(step) = STEPS.get(step_index) else { return Vec::new() };
    let room = usize::from(columns).saturating_sub(6);
    let mut y = 0;
    let rows = form::rows(step, model.session.answers(), model.form.open);
    rows.into_iter()
        .map(|row| {
            let notes = match row {
                Row::Slot(slot) => notes(model, step, slot, room),
                Row::Gap | Row::Group(_) | Row::Hosts(_) => Vec::new(),
            };
            let laid = Laid { row, y, notes };
            y += laid.height();
            laid
        })
        .collect()
}

fn notes(model: &Model, step: &Step, slot: Slot, room: usize) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(text) = automatic_below(model, step, slot) {
        notes.extend(wrap(&text, room).into_iter().map(|text| Note { text, weight: None }));
    }
    let Some(field) = answer::field(step, slot) else { return notes };
    if !model.form.scolds(field.id) {
        return notes;
    }
    for index in model.form.issues.get(&slot).into_iter().flatten().take(ISSUES_BELOW) {
        let Some(issue) = model.session.plan().issues.get(*index) else { continue };
        let weight = Some(issue.code.weight);
        let lines = wrap(&issue.message, room);
        let more = lines.len() > LINES_BELOW;
        for (at, mut text) in lines.into_iter().take(LINES_BELOW).enumerate() {
            if more && at + 1 == LINES_BELOW {
                text = crate::sitting::text::cut(&format!("{text} …"), room);
            }
            let mark = if at > 0 {
                "  "
            } else if weight == Some(Weight::Error) {
                "! "
            } else {
                "· "
            };
            notes.push(Note { text: format!("{mark}{text}"), weight });
        }
    }
    let all = model.form.issues.get(&slot).map_or(0, Vec::len);
    if all > ISSUES_BELOW {
        let text = format!("+{} more", all - ISSUES_BELOW);
        notes.push(Note { text, weight: Some(Weight::Advice) });
    }
    notes
}

/// Issues under one field, and lines of one issue; the focused field shows all of it below.
const ISSUES_BELOW: usize = 2;
const LINES_BELOW: usize = 3;

/// What an automatic choice stands for, in a line of its own.
fn automatic_below(model: &Model, step: &Step, slot: Slot) -> Option<String> {
    let Slot::Field(_) = slot else { return None };
    let answers = model.session.answers();
    match answer::held(step, slot, answers)? {
        Held::Choice { .. } | Held::Source { .. } | Held::Flag(_) => {}
        _ => return None,
    }
    let text = (answer::field(step, slot)?.automatic)(answers, &model.session.context());
    (!text.is_empty()).then_some(text)
}

/// The column where values begin.
pub fn label_room(step: &Step, model: &Model) -> usize {
    let answers = model.session.answers();
    let shown = step.fields.iter().filter(|field| (field.shown)(answers));
    let plain = shown.filter(|field| !matches!(field.kind, crate::steps::Kind::Hosts(..)));
    plain.map(|field| width(field.label)).max().unwrap_or(0).clamp(13, 20) + 1
}
