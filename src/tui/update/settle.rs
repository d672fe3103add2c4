//! After every message: focus and scrolling are brought back into range, and what is derived from the
//! answers follows them, so that drawing only reads.

use super::pages;
use crate::sitting::answer::{self, Held};
use crate::sitting::describe::describe;
use crate::sitting::form::{self, Row, Slot};
use crate::sitting::msg::{Cmd, Existing};
use crate::sitting::work::Work;
use crate::steps::{Host, Kind, STEPS};
use crate::tui::draw::runbook;
use crate::tui::layout::{self, Laid};
use crate::tui::line::Line;
use crate::tui::modal::Modal;
use crate::tui::model::{Model, Page};
use crate::tui::review::View;

pub fn settle(model: &mut Model, cmds: &mut Vec<Cmd>) {
    drop_stale_work(model, cmds);
    match model.page {
        Page::Step(index) => settle_step(model, index),
        Page::Review => {
            model.preview.put_away();
            settle_review(model, cmds);
        }
        Page::Start => {
            let items = model.start.saved.len() + crate::sitting::start::EXTRA.len();
            model.start.at = model.start.at.min(items.saturating_sub(1));
        }
        Page::Runbook => model.runbook.tasks.top = runbook::top(model),
    }
    if matches!(model.modal, Some(Modal::Help { .. } | Modal::Report { .. })) {
        let last = crate::tui::draw::modal::last_top(model);
        if let Some(Modal::Help { top } | Modal::Report { top, .. }) = &mut model.modal {
            *top = (*top).min(last);
        }
    }
    super::review::write_when_ready(model, cmds);
}

/// Any change of an answer makes what was forged worthless.
fn drop_stale_work(model: &mut Model, cmds: &mut Vec<Cmd>) {
    let Some(stale) = model.making.take_stale(&model.session) else { return };
    if matches!(stale, Work::Forging(_)) {
        cmds.push(Cmd::Cancel);
    }
    if model.page == Page::Runbook {
        model.page = Page::Review;
    }
}

fn settle_step(model: &mut Model, index: usize) {
    let Some(step) = STEPS.get(index).copied() else { return };
    model.form.focus.resize(STEPS.len(), Slot::Field(0));
    let answers = model.session.answers();
    let rows = form::rows(step, answers, model.form.open);
    let here = model.form.focus[index];
    if !form::slots(&rows).any(|slot| slot == here) {
        model.form.focus[index] = nearest(&rows, here);
    }
    close_left_row(model);
    index_issues(model, index);
    load_line(model);
    let host = focused_host(model);
    let help = layout::help_lines(Some(step), model.size);
    let areas = layout::areas(model.size, help, model.form.zoom);
    let room =
        (usize::from(areas.right.width).saturating_sub(2), usize::from(areas.right.height).saturating_sub(1));
    model.preview.follow(&model.session, index, host.as_deref(), model.today, room);
    scroll_form(model, index, areas.left.width, usize::from(areas.left.height));
}

/// The place that takes the focus when its own is gone: the same list, else the first.
fn nearest(rows: &[Row], gone: Slot) -> Slot {
    let of_field = || form::slots(rows).filter(|slot| slot.field() == gone.field());
    let row = gone.row().unwrap_or(0);
    of_field()
        .take_while(|slot| slot.row().is_none_or(|held| held <= row))
        .last()
        .or_else(|| of_field().next())
        .or_else(|| form::slots(rows).find(|slot| slot.field() > gone.field()))
        .or_else(|| form::slots(rows).next())
        .unwrap_or(gone)
}

/// A host row closes when the focus leaves it.
fn close_left_row(model: &mut Model) {
    let Some((field, row)) = model.form.open else { return };
    if model.slot().is_none_or(|slot| slot.field() != field || slot.row() != Some(row)) {
        close_row(model);
    }
}

/// One that was left empty goes away.
pub fn close_row(model: &mut Model) {
    let Some((field, row)) = model.form.open.take() else { return };
    let kind = model.step().and_then(|step| step.fields.get(field)).map(|field| &field.kind);
    if let Some(Kind::Hosts(lens, _)) = kind
        && (lens.get)(model.session.answers()).get(row) == Some(&Host::default())
    {
        model.edit(None, |answers| {
            (lens.get_mut)(answers).remove(row);
        });
        model.session.forget_added();
        let at = model.step_index();
        if let Some(Slot::Row(held, below)) = model.form.focus.get_mut(at)
            && *held == field
            && *below > row
        {
            *below -= 1;
        } else if let Some(slot @ Slot::Row(..)) = model.form.focus.get_mut(at)
            && *slot == Slot::Row(field, row)
        {
            *slot = Slot::Add(field);
        }
    }
}

/// Puts every issue of the step under the place where it is shown.
fn index_issues(model: &mut Model, step: usize) {
    model.form.issues.clear();
    for (number, issue) in model.session.plan().issues.iter().enumerate() {
        let Some((at, slot)) = form::find(&issue.field) else { continue };
        if at != step {
            continue;
        }
        let slot = match slot {
            Slot::Cell(field, row, _) if model.form.open != Some((field, row)) => Slot::Row(field, row),
            other => other,
        };
        model.form.issues.entry(slot).or_default().push(number);
    }
}

/// The text under the cursor is edited in a line of its own, so that what is typed stays as typed.
pub fn load_line(model: &mut Model) {
    let slot = model.slot();
    if model.form.line.as_ref().map(|(held, _)| *held) == slot && slot.is_some() {
        return;
    }
    model.form.line = match (slot, model.held()) {
        (Some(slot), Some(Held::Text(text))) => Some((slot, Line::new(text))),
        _ => None,
    };
}

fn focused_host(model: &Model) -> Option<String> {
    let (step, slot) = (model.step()?, model.slot()?);
    slot.row()?;
    Some(answer::host_cells(step, slot, model.session.answers())[0].clone())
}

fn scroll_form(model: &mut Model, step: usize, columns: u16, room: usize) {
    let laid = layout::lay(model, step, columns);
    let total = laid.last().map_or(0, |last| last.y + last.height());
    let slot = model.slot();
    let Some(at) = laid.iter().position(|laid| Some(laid.row) == slot.map(Row::Slot)) else { return };
    // The heading above the first row of a group comes into view with it.
    let above = laid[..at].iter().rev().find(|laid| matches!(laid.row, Row::Slot(_)));
    let first = above.map_or(0, |above| above.y + above.height());
    let last = laid[at].y + laid[at].height();
    let top = &mut model.form.top;
    if last > *top + room {
        *top = last - room;
    }
    if first < *top || laid[at].y < *top {
        *top = if last - first <= room { first } else { laid[at].y };
    }
    *top = (*top).min(total.saturating_sub(room));
}

/// The rows of the form that are on the screen, with the number of the first line.
pub fn visible_rows(model: &Model, step: usize, columns: u16, room: usize) -> Vec<Laid> {
    let (top, end) = (model.form.top, model.form.top + room);
    let laid = layout::lay(model, step, columns).into_iter();
    laid.skip_while(|laid| laid.y + laid.height() <= top).take_while(|laid| laid.y < end).collect()
}

fn settle_review(model: &mut Model, cmds: &mut Vec<Cmd>) {
    model.review.follow(&model.session);
    let sound = model.session.plan().is_sound();
    if sound && matches!(model.making.work, Work::Idle) && model.session.read_only.is_none() {
        cmds.push(model.making.begin(&model.session, model.now));
    }
    if model.review.view == View::Files {
        fill_content(model, cmds);
    }
    if let Some(Modal::Write(dialog)) = &mut model.modal {
        dialog.at = dialog.at.min(dialog.ways().len().saturating_sub(1));
        dialog.accepted &=
            !matches!(dialog.existing, Some(Existing::Own | Existing::Output(_) | Existing::Other(_)));
    }
    let areas = layout::areas(model.size, layout::help_lines(None, model.size), model.review.zoom);
    let room = usize::from(areas.left.height).saturating_sub(2).max(1);
    let tree = &mut model.review.tree;
    tree.top = tree.top.min(tree.at).max((tree.at + 1).saturating_sub(room));
    let lines = match model.review.view {
        View::Files => model.review.content.as_ref().map_or(0, |(_, lines)| lines.len()),
        View::Tasks => {
            let task = model.session.plan().tasks.get(model.review.tasks.at);
            let columns = usize::from(areas.right.width).saturating_sub(2);
            task.map_or(0, |task| runbook::task_lines(task, columns).len())
        }
        View::Issues => 0,
    };
    model.review.top = model.review.top.min(lines.saturating_sub(1));
}

/// Before forging the plan tells what the file will hold; afterwards its very bytes are read.
fn fill_content(model: &mut Model, cmds: &mut Vec<Cmd>) {
    let Some(path) = model.review.path().map(str::to_owned) else {
        model.review.content = None;
        return;
    };
    let key = if model.making.work.made().is_some() { path.clone() } else { format!("plan:{path}") };
    if model.review.content.as_ref().is_some_and(|(held, _)| *held == key) {
        return;
    }
    let plan = model.session.plan();
    let index = model.review.tree.current().and_then(|node| node.file);
    let lines = index.and_then(|index| plan.files.get(index)).map(|file| describe(plan, file, model.today));
    model.review.content = Some((key, lines.unwrap_or_default()));
    if model.making.work.made().is_some() {
        cmds.push(model.making.show(path));
    }
    debug_assert!(pages::id(model.page) == "review");
}
