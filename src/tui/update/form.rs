//! Keys in a step's form: focus, typing, choosing, host rows, and the preview beside it.

use super::{pages, several};
use crate::sitting::answer::{self, Held};
use crate::sitting::form::{self, Row, Slot};
use crate::sitting::msg::Cmd;
use crate::steps::{Choice, Host, Kind};
use crate::tui::keys::Action;
use crate::tui::line::Edit;
use crate::tui::modal::{Modal, Password};
use crate::tui::model::{Model, Page};
use crate::tui::secret::SecretLine;

/// No more rows than this are ever on the board, so that scrolling back begins at once.
const LONGEST_BOARD: usize = 24;

pub fn act(model: &mut Model, action: Action, cmds: &mut Vec<Cmd>) {
    let (step, today) = (model.step_index(), model.today);
    let board = step == 0 && model.form.zoom;
    match action {
        Action::Next => step_focus(model, 1),
        Action::Previous => step_focus(model, -1),
        Action::PageDown => step_group(model, true),
        Action::PageUp => step_group(model, false),
        Action::More => choose(model, 1),
        Action::Fewer => choose(model, -1),
        Action::Yes | Action::No => {
            if let (Some(step), Some(slot)) = (model.step(), model.slot()) {
                set_option(model, step, slot, usize::from(action == Action::Yes));
            }
        }
        Action::Edit(edit) => edit_line(model, edit),
        Action::Open => open(model),
        Action::Add => add(model),
        Action::Delete => delete(model),
        Action::Close => close(model),
        Action::PreviewDown if board => model.form.board = (model.form.board + 3).min(LONGEST_BOARD),
        Action::PreviewUp if board => model.form.board = model.form.board.saturating_sub(3),
        Action::PreviewDown => model.preview.scroll(3),
        Action::PreviewUp => model.preview.scroll(-3),
        Action::PreviewRight => model.preview.next_file(&model.session, step, today),
        Action::PreviewLeft => model.preview.previous_file(&model.session, step, today),
        Action::Zoom => {
            model.form.zoom = !model.form.zoom;
            model.form.board = 0;
        }
        other => steps(model, other, cmds),
    }
}

/// Keys that all tabs share.
pub fn steps(model: &mut Model, action: Action, cmds: &mut Vec<Cmd>) {
    let page = match action {
        Action::NextStep => pages::neighbour(model, true),
        Action::PreviousStep => pages::neighbour(model, false),
        Action::Step(index) => {
            let page = pages::tab(model, index);
            if page.is_none() {
                model.say("that step asks nothing with these answers");
            }
            page
        }
        Action::Undo => return travel(model, true, cmds),
        Action::Redo => return travel(model, false, cmds),
        Action::Save => return super::save(model, cmds),
        Action::Write => return super::review::ask_write(model, cmds),
        _ => None,
    };
    if let Some(page) = page {
        pages::go(model, page, cmds);
    }
}

pub fn focus(model: &mut Model, slot: Slot) {
    let at = model.step_index();
    if model.slot() != Some(slot) {
        pages::leave_field(model);
        if let Some(held) = model.form.focus.get_mut(at) {
            *held = slot;
        }
    }
}

fn step_focus(model: &mut Model, by: isize) {
    let Some(step) = model.step() else { return };
    let rows = form::rows(step, model.session.answers(), model.form.open);
    let slots: Vec<Slot> = form::slots(&rows).collect();
    let here = model.slot().and_then(|slot| slots.iter().position(|held| *held == slot)).unwrap_or(0);
    let next = (here + slots.len()).wrapping_add_signed(by) % slots.len().max(1);
    if let Some(slot) = slots.get(next) {
        focus(model, *slot);
    }
}

/// To the first place below the next heading, or the one before: long lists are left by one key.
fn step_group(model: &mut Model, forward: bool) {
    let Some(step) = model.step() else { return };
    let rows = form::rows(step, model.session.answers(), model.form.open);
    let here = rows.iter().position(|row| Some(*row) == model.slot().map(Row::Slot)).unwrap_or(0);
    let is_heading = |row: &Row| matches!(row, Row::Group(_) | Row::Hosts(_));
    let mut firsts = (0..rows.len()).filter(|at| *at > 0 && is_heading(&rows[*at - 1]));
    let next = if forward { firsts.find(|at| *at > here) } else { firsts.rfind(|at| *at < here) };
    if let Some(Row::Slot(slot)) = next.and_then(|at| rows.get(at)) {
        focus(model, *slot);
    }
}

fn choose(model: &mut Model, by: isize) {
    let (Some(step), Some(slot), Some(held)) = (model.step(), model.slot(), model.held()) else { return };
    let next = match held {
        Held::Flag(on) => usize::from(!on),
        Held::Choice { options, at } | Held::Source { options, at } => {
            (at + options.len()).wrapping_add_signed(by) % options.len().max(1)
        }
        _ => return,
    };
    set_option(model, step, slot, next);
}

pub fn set_option(model: &mut Model, step: &'static crate::steps::Step, slot: Slot, at: usize) {
    model.edit(Some(slot), |answers| answer::set_option(step, slot, answers, at));
}

pub fn type_text(model: &mut Model, text: &str) {
    if model.form.zoom {
        return model.say("Esc brings the questions back");
    }
    match model.held() {
        Some(Held::Choice { .. }) => return model.say("←→ chooses; Enter shows all that can be chosen"),
        Some(Held::Flag(_)) => return model.say("y or n answers this, and Space changes it"),
        Some(Held::Source { options, at }) if !answer::is_typed(options, at) => {
            return model.say("←→ chooses where the password comes from; typed is among the options");
        }
        Some(Held::Source { .. } | Held::Secret) => return model.say("Enter opens the place to type it"),
        Some(Held::Text(_)) => {}
        // A letter must not change a host that is only passed; behind the last one, a new host.
        Some(Held::Row) if text.chars().any(char::is_alphanumeric) => {
            return model.say("Enter edits this host; a new one is typed at + add");
        }
        Some(Held::Add) if text.chars().any(char::is_alphanumeric) => add(model),
        _ => return,
    }
    super::settle::load_line(model);
    let Some((slot, mut line)) = model.form.line.take() else { return };
    line.insert(text);
    put_line(model, slot, line);
}

fn edit_line(model: &mut Model, edit: Edit) {
    super::settle::load_line(model);
    let Some((slot, mut line)) = model.form.line.take() else { return };
    if line.apply(edit) {
        put_line(model, slot, line);
    } else {
        model.form.line = Some((slot, line));
    }
}

fn put_line(model: &mut Model, slot: Slot, line: crate::tui::line::Line) {
    let Some(step) = model.step() else { return };
    let text = line.text().to_owned();
    model.form.line = Some((slot, line));
    model.edit(Some(slot), |answers| answer::set_text(step, slot, answers, &text));
}

fn open(model: &mut Model) {
    let (Some(slot), Some(held)) = (model.slot(), model.held()) else { return };
    match held {
        Held::Row => {
            let Slot::Row(field, row) = slot else { return };
            model.form.open = Some((field, row));
            focus(model, Slot::Cell(field, row, 0));
        }
        Held::Source { options, at } if answer::is_typed(options, at) => ask_secret(model, slot),
        Held::Secret => ask_secret(model, slot),
        Held::Choice { at, .. } | Held::Source { at, .. } => model.modal = Some(Modal::Options { slot, at }),
        Held::Text(text) => several::open(model, slot, &text),
        Held::Add | Held::Flag(_) => {}
    }
}

/// The options of a choice list, with the place that it answers.
pub fn options(model: &Model, slot: Slot) -> &'static [Choice] {
    let held = model.step().and_then(|step| answer::held(step, slot, model.session.answers()));
    match held {
        Some(Held::Choice { options, .. } | Held::Source { options, .. }) => options,
        _ => &[],
    }
}

pub fn ask_secret(model: &mut Model, slot: Slot) {
    let Some(field) = model.step().and_then(|step| answer::field(step, slot)) else { return };
    model.modal = Some(Modal::Password(Password {
        id: field.id,
        title: [field.group, field.label].join(": ").trim_start_matches(": ").to_owned(),
        lines: [SecretLine::default(), SecretLine::default()],
        at: 0,
        shown_until: None,
        problem: None,
    }));
}

fn add(model: &mut Model) {
    let (Some(step), Some(slot)) = (model.step(), model.slot()) else { return };
    let Some(Kind::Hosts(lens, _)) = answer::field(step, slot).map(|field| &field.kind) else { return };
    let at = slot.row().map_or((lens.get)(model.session.answers()).len(), |row| row + 1);
    let row = Slot::Row(slot.field(), at);
    model.edit(Some(row), |answers| (lens.get_mut)(answers).insert(at, Host::default()));
    if model.session.read_only.is_none() {
        model.form.open = Some((slot.field(), at));
        focus(model, Slot::Cell(slot.field(), at, 0));
    }
}

fn delete(model: &mut Model) {
    let (Some(step), Some(slot)) = (model.step(), model.slot()) else { return };
    let Some(field) = answer::field(step, slot) else { return };
    match (&field.kind, slot) {
        (Kind::Hosts(lens, _), Slot::Row(_, row)) => {
            let name = (lens.get)(model.session.answers()).get(row).map(|host| host.name.clone());
            let Some(name) = name else { return };
            model.form.open = None;
            model.edit(None, |answers| {
                (lens.get_mut)(answers).remove(row);
            });
            if model.session.read_only.is_none() {
                model.say(format!("{name} is removed; Alt-U takes it back"));
            }
        }
        (Kind::Secret, _) => {
            model.session.type_secret(field.id, None);
            model.say("forgotten");
        }
        _ => {}
    }
}

fn close(model: &mut Model) {
    if let Some((field, row)) = model.form.open {
        focus(model, Slot::Row(field, row));
        super::settle::close_row(model);
    } else if model.form.zoom {
        model.form.zoom = false;
    } else {
        model.say(nothing_to_close(model));
    }
}

pub fn nothing_to_close(model: &Model) -> &'static str {
    if model.session.read_only.is_some() || model.session.saving.is_done() {
        "nothing to close here; Ctrl-Q leaves"
    } else {
        "nothing to close here; Ctrl-Q saves and leaves"
    }
}

/// Undo and redo: goes to the answer that changes, changes it and says which it was.
fn travel(model: &mut Model, back: bool, cmds: &mut Vec<Cmd>) {
    model.form.line = None;
    model.form.open = None;
    let other = model.session.other_answers(back).filter(|_| model.session.read_only.is_none());
    let place = other.map(|other| answer::first_change(model.session.answers(), other));
    let Some(place) = place else {
        return model.say(if back { "nothing more to undo" } else { "nothing to do again" });
    };
    let Some((step, slot)) = place else {
        model.session.travel(back, model.now);
        return;
    };
    pages::go(model, Page::Step(step), cmds);
    model.session.travel(back, model.now);
    if let Slot::Cell(field, row, _) = slot {
        model.form.open = Some((field, row));
    }
    focus(model, slot);
    let label = label(model, slot);
    model.say(if back {
        format!("taken back: {label}; Alt-Y does it again")
    } else {
        format!("done again: {label}")
    });
}

/// `Valid for`, or for a host `Elasticsearch, es-2, DNS names`.
fn label(model: &Model, slot: Slot) -> String {
    let Some(step) = model.step() else { return String::new() };
    let Some(field) = answer::field(step, slot) else { return String::new() };
    let mut parts = vec![field.label.to_owned()];
    if slot.row().is_some() {
        parts.push(answer::host_cells(step, slot, model.session.answers())[0].clone());
    }
    if let Slot::Cell(_, _, column) = slot {
        parts.extend(form::columns(field).get(column).map(|column| column.label.to_owned()));
    }
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}
