//! The form of a step as rows: which questions are shown, where the focus can be, which field an issue
//! is about. Reads the field table; names no field.

use crate::steps::{Answers, Field, HostField, Kind, STEPS, Step};

/// A place in a form that can have the focus. Fields are counted in the step's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    Field(usize),
    Row(usize, usize),
    /// A column of an open host row.
    Cell(usize, usize, usize),
    /// The end of a host list, where a new row comes.
    Add(usize),
}

impl Slot {
    pub fn field(self) -> usize {
        match self {
            Self::Field(field) | Self::Row(field, _) | Self::Cell(field, _, _) | Self::Add(field) => field,
        }
    }

    pub fn row(self) -> Option<usize> {
        match self {
            Self::Row(_, row) | Self::Cell(_, row, _) => Some(row),
            Self::Field(_) | Self::Add(_) => None,
        }
    }

    /// The dotted name, as in issues and session files.
    pub fn id(self, step: &Step) -> String {
        let Some(field) = step.fields.get(self.field()) else { return String::new() };
        match self {
            Self::Field(_) | Self::Add(_) => field.id.to_owned(),
            Self::Row(_, row) => format!("{}[{row}]", field.id),
            Self::Cell(_, row, column) => {
                format!("{}[{row}].{}", field.id, columns(field).get(column).map_or("", |c| c.id))
            }
        }
    }
}

/// One line of the form before anything is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    Gap,
    Group(&'static str),
    /// The name of a host list, with the number of its rows.
    Hosts(usize),
    Slot(Slot),
}

pub fn columns(field: &Field) -> &'static [HostField] {
    match field.kind {
        Kind::Hosts(_, columns) => columns,
        _ => &[],
    }
}

/// All lines of a step's form; `open` is the host row that shows its columns.
pub fn rows(step: &Step, answers: &Answers, open: Option<(usize, usize)>) -> Vec<Row> {
    let mut rows = Vec::with_capacity(step.fields.len() * 2);
    let mut group = "";
    for (index, field) in step.fields.iter().enumerate().filter(|(_, field)| (field.shown)(answers)) {
        let Kind::Hosts(lens, columns) = &field.kind else {
            if field.group != group {
                group = field.group;
                heading(&mut rows, Row::Group(group));
            }
            rows.push(Row::Slot(Slot::Field(index)));
            continue;
        };
        heading(&mut rows, Row::Hosts(index));
        for row in 0..(lens.get)(answers).len() {
            rows.push(Row::Slot(Slot::Row(index, row)));
            if open == Some((index, row)) {
                rows.extend((0..columns.len()).map(|column| Row::Slot(Slot::Cell(index, row, column))));
            }
        }
        rows.push(Row::Slot(Slot::Add(index)));
        // A list ends its group: what follows is set off again.
        if step.fields.get(index + 1).is_some_and(|next| !matches!(next.kind, Kind::Hosts(..))) {
            rows.push(Row::Gap);
            group = step
                .fields
                .get(index + 1)
                .map_or(group, |next| if next.group == field.group { next.group } else { group });
        }
    }
    rows
}

fn heading(rows: &mut Vec<Row>, row: Row) {
    if !rows.is_empty() && rows.last() != Some(&Row::Gap) {
        rows.push(Row::Gap);
    }
    rows.push(row);
}

pub fn slots(rows: &[Row]) -> impl DoubleEndedIterator<Item = Slot> + '_ {
    rows.iter().filter_map(|row| match row {
        Row::Slot(slot) => Some(*slot),
        _ => None,
    })
}

/// Whether the step asks anything at all with these answers.
pub fn is_off(step: &Step, answers: &Answers) -> bool {
    !step.fields.iter().any(|field| (field.shown)(answers))
}

/// The step and place that an id such as `overview.elasticsearch[2].ip` names.
pub fn find(id: &str) -> Option<(usize, Slot)> {
    let base = id.split('[').next().unwrap_or(id);
    let (step, index) = STEPS.iter().enumerate().find_map(|(at, step)| {
        step.fields.iter().position(|field| field.id == base).map(|index| (at, index))
    })?;
    let field = &STEPS[step].fields[index];
    if !matches!(field.kind, Kind::Hosts(..)) {
        return Some((step, Slot::Field(index)));
    }
    let Some((row, rest)) = id[base.len()..].strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
        return Some((step, Slot::Add(index)));
    };
    let row = row.parse().ok()?;
    let column = columns(field).iter().position(|column| rest.strip_prefix('.') == Some(column.id));
    Some((step, column.map_or(Slot::Row(index, row), |column| Slot::Cell(index, row, column))))
}

/// The texts of a list as one line, and back.
pub fn join(list: &[String]) -> String {
    list.join(", ")
}

pub fn split(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c == ',' || c == ';' || c.is_whitespace());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
