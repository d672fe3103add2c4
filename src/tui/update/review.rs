//! Keys in Review and after the write: lists, search, the way to the written folder.

use super::{form as steps, pages};
use crate::sitting::form;
use crate::sitting::msg::{Cmd, Existing};
use crate::sitting::text::count;
use crate::sitting::work::Work;
use crate::steps::output_of;
use crate::tui::keys::Action;
use crate::tui::line::Line;
use crate::tui::modal::{Modal, WriteDialog};
use crate::tui::model::{Model, Page};
use crate::tui::review::View;

/// Terminals drop longer ones without a word.
const MOST_COPIED: usize = 64 * 1024;
/// Half a page, whatever the height.
const PAGE: isize = 8;

pub fn act(model: &mut Model, action: Action, cmds: &mut Vec<Cmd>) {
    if model.review.search.is_some() {
        return act_search(model, action);
    }
    match action {
        Action::Next => view(model, model.review.view.step(1)),
        Action::Previous => view(model, model.review.view.step(-1)),
        Action::Down => model.review.step(&model.session, 1),
        Action::Up => model.review.step(&model.session, -1),
        Action::PageDown => model.review.step(&model.session, PAGE),
        Action::PageUp => model.review.step(&model.session, -PAGE),
        Action::First => model.review.step(&model.session, -isize::MAX),
        Action::Last => model.review.step(&model.session, isize::MAX),
        Action::More => model.review.tree.set_open(Some(true)),
        Action::Fewer => model.review.tree.set_open(Some(false)),
        Action::Open => open(model, cmds),
        Action::Search => model.review.search = Some(Line::default()),
        Action::MatchNext => search(model, true, true),
        Action::MatchBack => search(model, false, true),
        Action::PreviewDown => model.review.top += 3,
        Action::PreviewUp => model.review.top = model.review.top.saturating_sub(3),
        Action::Zoom => model.review.zoom = !model.review.zoom,
        Action::Copy => copy(model, cmds),
        Action::Write => ask_write(model, cmds),
        Action::Close => close(model, cmds),
        other => steps::steps(model, other, cmds),
    }
}

pub fn view(model: &mut Model, view: View) {
    model.review.view = view;
    model.review.top = 0;
}

fn act_search(model: &mut Model, action: Action) {
    match action {
        Action::MatchNext => search(model, true, true),
        Action::MatchBack => search(model, false, true),
        Action::Close => model.review.search = None,
        Action::Edit(edit) => {
            if let Some(line) = &mut model.review.search {
                line.apply(edit);
            }
        }
        _ => {}
    }
}

/// Goes to the next match; `skip` leaves the one under the cursor.
pub fn search(model: &mut Model, forward: bool, skip: bool) {
    if let Some(line) = &model.review.search {
        line.text().clone_into(&mut model.review.last_search);
    }
    let text = model.review.last_search.clone();
    if !model.review.tree.find(&text, forward, skip) && !text.is_empty() {
        model.complain(format!("no file with {text:?} in its path"));
    }
    model.review.top = 0;
}

fn open(model: &mut Model, cmds: &mut Vec<Cmd>) {
    match model.review.view {
        View::Files => model.review.tree.set_open(None),
        View::Tasks => model.review.zoom = !model.review.zoom,
        View::Issues => jump(model, cmds),
    }
}

/// To the field that the issue is about.
fn jump(model: &mut Model, cmds: &mut Vec<Cmd>) {
    let Some(issue) = model.session.plan().issues.get(model.review.issue) else { return };
    let Some((step, slot)) = form::find(&issue.field) else {
        return model.complain("no field can mend this; please report it");
    };
    let code = issue.code.name;
    pages::go(model, Page::Step(step), cmds);
    if let form::Slot::Cell(field, row, _) = slot {
        model.form.open = Some((field, row));
    }
    steps::focus(model, slot);
    model.say(format!("{code}: Alt-R goes back to Review"));
}

fn copy(model: &mut Model, cmds: &mut Vec<Cmd>) {
    let tasks = if model.page == Page::Runbook { &model.runbook.tasks } else { &model.review.tasks };
    match tasks.commands(&model.session.plan().tasks) {
        Some(text) if text.len() > MOST_COPIED => model.complain("too long for a terminal's clipboard"),
        // Terminals do not answer whether they took it.
        Some(text) => {
            model.say(format!("{} sent to the terminal's clipboard", count(text.lines().count(), "line")));
            cmds.push(Cmd::Copy(text));
        }
        None => model.say("this task has no command"),
    }
}

fn close(model: &mut Model, cmds: &mut Vec<Cmd>) {
    if model.review.zoom {
        model.review.zoom = false;
    } else if model.making.is_forging() {
        super::cancel(model, cmds);
    } else {
        model.say(steps::nothing_to_close(model));
    }
}

/// From any tab: to Review, and there the last question before the write.
pub fn ask_write(model: &mut Model, cmds: &mut Vec<Cmd>) {
    pages::go(model, Page::Review, cmds);
    if let Some(why) = &model.session.read_only {
        return model.complain(format!("read-only: {why}"));
    }
    let errors = model.session.plan().errors();
    if errors > 0 {
        model.review.view = View::Issues;
        return model.complain(format!("{} to mend first", count(errors, "issue")));
    }
    if let Work::Lost(why) = &model.making.work {
        model.modal = Some(Modal::Lost { why: why.clone(), at: 0 });
        return;
    }
    if matches!(model.making.work, Work::Failed(_)) {
        model.making.work = Work::Idle;
    }
    dialog(model, output_of(model.session.answers()), cmds);
}

pub fn dialog(model: &mut Model, folder: String, cmds: &mut Vec<Cmd>) {
    cmds.push(Cmd::Find(folder.clone()));
    model.modal = Some(Modal::Write(WriteDialog::new(folder)));
}

/// Enter may come before the keys are made: the write then begins by itself.
pub fn write_when_ready(model: &mut Model, cmds: &mut Vec<Cmd>) {
    let Some(Modal::Write(dialog)) = &model.modal else { return };
    if dialog.accepted && dialog.existing == Some(Existing::Free) && model.making.work.made().is_some() {
        write(model, false, cmds);
    }
}

pub fn write(model: &mut Model, replace: bool, cmds: &mut Vec<Cmd>) {
    let Some(Modal::Write(dialog)) = &model.modal else { return };
    let order = model.making.write(&model.session, dialog.folder.clone(), replace, model.now);
    if let Some(order) = order {
        cmds.push(order);
        model.modal = None;
    }
}

pub fn act_runbook(model: &mut Model, action: Action, cmds: &mut Vec<Cmd>) {
    let tasks = &model.session.plan().tasks;
    let list = &mut model.runbook.tasks;
    match action {
        Action::Down => list.step(tasks, 1),
        Action::Up => list.step(tasks, -1),
        Action::PageDown => list.top += 8,
        Action::PageUp => list.top = list.top.saturating_sub(8),
        Action::First => list.step(tasks, -isize::MAX),
        Action::Last => list.step(tasks, isize::MAX),
        Action::Open => list.toggle(),
        Action::Copy => copy(model, cmds),
        Action::Reveal if model.runbook.passwords.is_empty() => cmds.push(model.making.passwords()),
        Action::Reveal => model.runbook.passwords.clear(),
        Action::Close if !model.runbook.passwords.is_empty() => model.runbook.passwords.clear(),
        Action::Close => pages::go(model, Page::Review, cmds),
        _ => {}
    }
}
