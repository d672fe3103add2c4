//! Going from page to page: what is saved, marked as seen or closed on the way.

use super::paste;
use crate::sitting::answer;
use crate::sitting::form;
use crate::sitting::msg::Cmd;
use crate::sitting::words;
use crate::steps::STEPS;
use crate::tui::model::{Model, Page};
use crate::tui::review::View;

/// The name of a page in session files.
pub fn id(page: Page) -> &'static str {
    match page {
        Page::Step(index) => STEPS.get(index).map_or("", |step| step.id),
        Page::Start => "",
        Page::Review | Page::Runbook => "review",
    }
}

pub fn page_of(id: &str) -> Page {
    match STEPS.iter().position(|step| step.id == id) {
        Some(index) => Page::Step(index),
        None if id == "review" => Page::Review,
        None => Page::Step(0),
    }
}

/// The tab of this number; behind the steps comes Review.
pub fn tab(model: &Model, index: usize) -> Option<Page> {
    match STEPS.get(index) {
        Some(step) if form::is_off(step, model.session.answers()) => None,
        Some(_) => Some(Page::Step(index)),
        None => Some(Page::Review),
    }
}

/// The next or previous tab that asks something.
pub fn neighbour(model: &Model, forward: bool) -> Option<Page> {
    let here = model.step_index();
    if forward {
        (here + 1..=STEPS.len()).find_map(|index| tab(model, index))
    } else {
        (0..here).rev().find_map(|index| tab(model, index))
    }
}

pub fn go(model: &mut Model, page: Page, cmds: &mut Vec<Cmd>) {
    if page == model.page {
        return;
    }
    leave_field(model);
    if let Some(step) = model.step() {
        // Whoever leaves a step has seen its questions.
        model.form.left.extend(step.fields.iter().map(|field| field.id));
    }
    model.page = page;
    model.form.open = None;
    model.form.line = None;
    model.form.top = 0;
    model.session.forget_marks();
    model.form.zoom = false;
    if !id(page).is_empty() {
        model.session.visit(id(page));
    }
    if page == Page::Review {
        model.form.scold = true;
        model.review.search = None;
        model.review.view = if model.session.plan().is_sound() { View::Files } else { View::Issues };
    }
    if model.session.saving.due().is_some() {
        super::save(model, cmds);
    }
    // A signed certificate may have come back meanwhile.
    if model.session.written.is_some() || model.making.work.written().is_some() {
        cmds.push(Cmd::Look);
    }
}

/// The focus goes elsewhere: the answer is finished, and its issues may be shown.
pub fn leave_field(model: &mut Model) {
    paste::spread(model);
    model.session.end_answer();
    if let Some(field) = model.step().zip(model.slot()).and_then(|(step, slot)| answer::field(step, slot)) {
        model.form.left.insert(field.id);
    }
}

/// What stands on the screen of before once we are gone.
pub fn last_words(model: &Model) -> String {
    let open = model.page != Page::Start && !model.session.name.is_empty();
    if open { words::last_words(&model.session, model.making.work.written()) } else { String::new() }
}
