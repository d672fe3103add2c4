//! The questions in their order, and each as text: number, label, what is answered now. Reads the field
//! table and names no field.

use super::words::spoken;
use crate::plan::{Issue, SecretId, Weight};
use crate::sitting::answer::{self, Held};
use crate::sitting::form::{self, Slot};
use crate::sitting::session::Session;
use crate::sitting::text::count;
use crate::steps::{Answers, Choice, Field, HostField, Kind, STEPS, Step};

/// A question: a field, or a column of a host row that is being edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub step: usize,
    pub slot: Slot,
}

impl Place {
    /// The question of a field; that of a host list is where rows are added.
    pub fn of(step: usize, index: usize, field: &Field) -> Self {
        let slot = if form::columns(field).is_empty() { Slot::Field(index) } else { Slot::Add(index) };
        Self { step, slot }
    }

    pub fn step(self) -> Option<&'static Step> {
        STEPS.get(self.step).copied()
    }

    pub fn field(self) -> Option<&'static Field> {
        self.step()?.fields.get(self.slot.field())
    }

    pub fn column(self) -> Option<&'static HostField> {
        let Slot::Cell(_, _, column) = self.slot else { return None };
        form::columns(self.field()?).get(column)
    }

    pub fn held(self, answers: &Answers) -> Option<Held> {
        answer::held(self.step()?, self.slot, answers)
    }

    /// The host row that this is about.
    pub fn host(self, answers: &Answers) -> String {
        self.step().map_or_else(String::new, |step| answer::host_cells(step, self.slot, answers)[0].clone())
    }

    pub fn order(self) -> (usize, usize) {
        (self.step, self.slot.field())
    }
}

/// Every question that these answers leave to be asked.
pub fn all(answers: &Answers) -> Vec<Place> {
    let mut places = Vec::new();
    for (at, step) in STEPS.iter().enumerate() {
        let shown = step.fields.iter().enumerate().filter(|(_, field)| (field.shown)(answers));
        places.extend(shown.map(|(index, field)| Place::of(at, index, field)));
    }
    places
}

pub fn next(answers: &Answers, place: Place) -> Option<Place> {
    all(answers).into_iter().find(|other| other.order() > place.order())
}

pub fn before(answers: &Answers, place: Place) -> Option<Place> {
    all(answers).into_iter().rfind(|other| other.order() < place.order())
}

/// `12` of `54`.
pub fn number(answers: &Answers, place: Place) -> (usize, usize) {
    let all = all(answers);
    let at = all.iter().position(|other| other.order() >= place.order()).unwrap_or(all.len());
    (at + 1, all.len())
}

/// The first question of a step behind the last one that was answered otherwise than by default.
pub fn resumed(answers: &Answers, step: usize) -> Option<Place> {
    let usual = Answers::default();
    let places = all(answers);
    let of_step = || places.iter().copied().filter(|place| place.step == step);
    let differs = |place: &Place| place.field().is_some_and(|field| answer::differs(field, answers, &usual));
    let first = of_step().next().or_else(|| places.iter().copied().find(|place| place.step > step))?;
    match of_step().rfind(differs) {
        Some(last) => next(answers, last),
        None => Some(first),
    }
}

/// `Overview, Stack: Licence`.
pub fn title(place: Place) -> String {
    let (Some(step), Some(field)) = (place.step(), place.field()) else { return String::new() };
    let step = spoken(step.title);
    if field.group.is_empty() {
        format!("{step}: {}", field.label)
    } else {
        format!("{step}, {}: {}", field.group, field.label)
    }
}

/// `12 of 54, Overview, Stack: Licence`, or for a column `Host 2, es-2, 4 of 7: Master-eligible`.
pub fn heading(session: &Session, place: Place) -> String {
    let answers = session.answers();
    if let (Slot::Cell(_, row, column), Some(field), Some(held)) = (place.slot, place.field(), place.column())
    {
        let name = place.host(answers);
        let name = if name.is_empty() { String::new() } else { format!(" {name},") };
        let columns = form::columns(field).len();
        return format!(
            "{} host {},{name} {} of {columns}: {}",
            field.label,
            row + 1,
            column + 1,
            held.label
        );
    }
    let (at, of) = number(answers, place);
    format!("{at} of {of}, {}", title(place))
}

/// What Enter keeps.
pub fn current(session: &Session, place: Place) -> String {
    let answers = session.answers();
    let Some(held) = place.held(answers) else { return String::new() };
    let automatic = || match (place.slot, place.field()) {
        (Slot::Field(_), Some(field)) => (field.automatic)(answers, &session.context()),
        _ => String::new(),
    };
    match held {
        Held::Add | Held::Row => {
            count(place.field().map_or(0, |field| answer::host_count(field, answers)), "host")
        }
        Held::Choice { options, at } => with(option(options, at), &automatic()),
        Held::Source { options, at } if answer::is_typed(options, at) && !is_typed(session, place) => {
            format!("{}, but nothing is typed yet", option(options, at))
        }
        Held::Source { options, at } => option(options, at),
        Held::Flag(on) => with(if on { "yes".into() } else { "no".into() }, &automatic()),
        Held::Secret if is_typed(session, place) => "typed".into(),
        Held::Secret => "nothing typed yet".into(),
        Held::Text(text) if text.is_empty() => with("empty".into(), &automatic()),
        Held::Text(text) => text,
    }
}

/// Whether the secret of this question has been typed in this run.
pub fn is_typed(session: &Session, place: Place) -> bool {
    place.field().is_some_and(|field| session.typed().get(&SecretId::new(field.id)).is_some())
}

fn option(options: &[Choice], at: usize) -> String {
    options.get(at).map_or_else(String::new, |option| format!("{} {}", at + 1, option.label))
}

fn with(text: String, automatic: &str) -> String {
    if automatic.is_empty() { text } else { format!("{text}, so {automatic}") }
}

/// What is wrong with the answer of this question, or of any row of its list.
pub fn issues(session: &Session, place: Place) -> Vec<&Issue> {
    let about = |issue: &&Issue| {
        form::find(&issue.field).is_some_and(|(step, slot)| {
            let same = step == place.step && slot.field() == place.slot.field();
            same && (slot == place.slot || !matches!(place.slot, Slot::Cell(..)))
        })
    };
    session.plan().issues.iter().filter(about).collect()
}

pub fn errors(session: &Session, place: Place) -> Vec<&Issue> {
    let mut found = issues(session, place);
    found.retain(|issue| issue.code.weight == Weight::Error);
    found
}

/// The number of the question that an issue is about, where it is asked now.
pub fn of_issue(answers: &Answers, issue: &Issue) -> Option<Place> {
    let (step, slot) = form::find(&issue.field)?;
    let shown = all(answers).into_iter().find(|place| place.order() == (step, slot.field()))?;
    Some(if matches!(slot, Slot::Row(..) | Slot::Cell(..)) { Place { step, slot } } else { shown })
}

/// Whether this is a list of hosts, where lines add rows.
pub fn is_hosts(place: Place) -> bool {
    matches!(place.slot, Slot::Add(_))
        && place.field().is_some_and(|field| matches!(field.kind, Kind::Hosts(..)))
}
