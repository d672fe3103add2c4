//! What a place of a form holds, and how it is set: the one file that looks into the kinds of the
//! field table.

use super::form::{Slot, columns, join, split};
use crate::steps::{Answers, Choice, Field, Host, HostField, HostKind, Kind, STEPS, Step};

pub enum Held {
    Add,
    Choice {
        options: &'static [Choice],
        at: usize,
    },
    Flag(bool),
    Row,
    Secret,
    /// Where a password comes from.
    Source {
        options: &'static [Choice],
        at: usize,
    },
    Text(String),
}

/// The word of the option under which a password is typed, in every list of sources.
const TYPED: &str = "typed";

pub fn field(step: &Step, slot: Slot) -> Option<&'static Field> {
    step.fields.get(slot.field())
}

pub fn held(step: &Step, slot: Slot, answers: &Answers) -> Option<Held> {
    let field = field(step, slot)?;
    Some(match (&field.kind, slot) {
        (Kind::Hosts(..), Slot::Row(..)) => Held::Row,
        (Kind::Hosts(lens, columns), Slot::Cell(_, row, column)) => {
            let host = (lens.get)(answers).get(row)?;
            match &columns.get(column)?.kind {
                HostKind::Choice { options, get, .. } => Held::Choice { options, at: get(host) },
                HostKind::Flag(get, _) => Held::Flag(get(host)),
                HostKind::List(get, _) => Held::Text(join(get(host))),
                HostKind::Text(get, _) => Held::Text(get(host).clone()),
            }
        }
        (Kind::Hosts(..), _) => Held::Add,
        (Kind::Choice(pick), _) => Held::Choice { options: pick.options, at: (pick.get)(answers) },
        (Kind::Password(pick), _) => Held::Source { options: pick.options, at: (pick.get)(answers) },
        (Kind::Flag(lens), _) => Held::Flag(*(lens.get)(answers)),
        (Kind::List(lens), _) => Held::Text(join((lens.get)(answers))),
        (Kind::Secret, _) => Held::Secret,
        (Kind::Text(lens), _) => Held::Text((lens.get)(answers).clone()),
    })
}

pub fn set_text(step: &Step, slot: Slot, answers: &mut Answers, text: &str) {
    let Some(field) = field(step, slot) else { return };
    match (&field.kind, slot) {
        (Kind::List(lens), _) => *(lens.get_mut)(answers) = split(text),
        (Kind::Text(lens), _) => text.clone_into((lens.get_mut)(answers)),
        (Kind::Hosts(lens, columns), Slot::Cell(_, row, column)) => {
            let Some(host) = (lens.get_mut)(answers).get_mut(row) else { return };
            match columns.get(column).map(|column| &column.kind) {
                Some(HostKind::List(_, get_mut)) => *get_mut(host) = split(text),
                Some(HostKind::Text(_, get_mut)) => text.clone_into(get_mut(host)),
                _ => {}
            }
        }
        _ => {}
    }
}

/// Sets a choice by number, or a flag to whether the number is not 0.
pub fn set_option(step: &Step, slot: Slot, answers: &mut Answers, at: usize) {
    let Some(field) = field(step, slot) else { return };
    match (&field.kind, slot) {
        (Kind::Choice(pick) | Kind::Password(pick), _) => (pick.set)(answers, at),
        (Kind::Flag(lens), _) => *(lens.get_mut)(answers) = at != 0,
        (Kind::Hosts(lens, columns), Slot::Cell(_, row, column)) => {
            let Some(host) = (lens.get_mut)(answers).get_mut(row) else { return };
            match columns.get(column).map(|column| &column.kind) {
                Some(HostKind::Choice { set, .. }) => set(host, at),
                Some(HostKind::Flag(_, set)) => set(host, at != 0),
                _ => {}
            }
        }
        _ => {}
    }
}

/// Whether this source of a password means that it is typed here.
pub fn is_typed(options: &[Choice], at: usize) -> bool {
    options.get(at).is_some_and(|option| option.word == TYPED)
}

/// A row of a host list for one line: the first three columns, lists by their first value.
pub fn host_cells(step: &Step, slot: Slot, answers: &Answers) -> [String; 3] {
    let mut cells = <[String; 3]>::default();
    let Some(field) = field(step, slot) else { return cells };
    let (Kind::Hosts(lens, _), Some(row)) = (&field.kind, slot.row()) else { return cells };
    let Some(host) = (lens.get)(answers).get(row) else { return cells };
    for (cell, column) in cells.iter_mut().zip(columns(field)) {
        *cell = match &column.kind {
            HostKind::Text(get, _) => get(host).clone(),
            HostKind::List(get, _) => match get(host).as_slice() {
                [] => String::new(),
                [only] => only.clone(),
                [first, rest @ ..] => format!("{first} +{}", rest.len()),
            },
            HostKind::Choice { .. } | HostKind::Flag(..) => String::new(),
        };
    }
    cells
}

/// How many rows a host list has.
pub fn host_count(field: &Field, answers: &Answers) -> usize {
    match &field.kind {
        Kind::Hosts(lens, _) => (lens.get)(answers).len(),
        _ => 0,
    }
}

/// Whether a host row was opened and holds nothing yet.
pub fn has_blank(answers: &Answers) -> bool {
    STEPS.iter().flat_map(|step| step.fields).any(|field| match &field.kind {
        Kind::Hosts(lens, _) => (lens.get)(answers).contains(&Host::default()),
        _ => false,
    })
}

/// The first place where two sets of answers differ: its step, and where it is in `new`.
pub fn first_change(old: &Answers, new: &Answers) -> Option<(usize, Slot)> {
    STEPS.iter().enumerate().find_map(|(at, step)| {
        let mut fields = step.fields.iter().enumerate();
        fields.find_map(|(index, field)| change_of(field, index, old, new)).map(|slot| (at, slot))
    })
}

/// Whether two sets of answers answer this question differently.
pub fn differs(field: &Field, one: &Answers, other: &Answers) -> bool {
    change_of(field, 0, one, other).is_some()
}

fn change_of(field: &Field, index: usize, old: &Answers, new: &Answers) -> Option<Slot> {
    let differs = match &field.kind {
        Kind::Choice(pick) | Kind::Password(pick) => (pick.get)(old) != (pick.get)(new),
        Kind::Flag(lens) => (lens.get)(old) != (lens.get)(new),
        Kind::List(lens) => (lens.get)(old) != (lens.get)(new),
        Kind::Text(lens) => (lens.get)(old) != (lens.get)(new),
        Kind::Secret => false,
        Kind::Hosts(lens, columns) => {
            return host_change(columns, index, (lens.get)(old), (lens.get)(new));
        }
    };
    differs.then_some(Slot::Field(index))
}

fn host_change(columns: &[HostField], field: usize, old: &[Host], new: &[Host]) -> Option<Slot> {
    let row = (0..old.len().max(new.len())).find(|row| old.get(*row) != new.get(*row))?;
    let Some(there) = new.get(row) else { return Some(Slot::Add(field)) };
    let column = old.get(row).filter(|_| old.len() == new.len()).and_then(|before| {
        columns.iter().position(|column| match &column.kind {
            HostKind::Choice { get, .. } => get(before) != get(there),
            HostKind::Flag(get, _) => get(before) != get(there),
            HostKind::List(get, _) => get(before) != get(there),
            HostKind::Text(get, _) => get(before) != get(there),
        })
    });
    Some(column.map_or(Slot::Row(field, row), |column| Slot::Cell(field, row, column)))
}
