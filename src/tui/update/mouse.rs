//! The mouse: a click is focus or activation, the wheel scrolls. Everything works without it.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{act, form, pages, review, settle};
use crate::sitting::form::Row;
use crate::sitting::msg::Cmd;
use crate::tui::draw::{self, tabs};
use crate::tui::keys::Action;
use crate::tui::layout::{self, Areas};
use crate::tui::modal::Modal;
use crate::tui::model::{Model, Page};
use crate::tui::review::View;

pub fn mouse(model: &mut Model, event: MouseEvent, cmds: &mut Vec<Cmd>) {
    let at = Position::new(event.column, event.row);
    match event.kind {
        MouseEventKind::ScrollDown => wheel(model, at, 1, cmds),
        MouseEventKind::ScrollUp => wheel(model, at, -1, cmds),
        MouseEventKind::Down(MouseButton::Left) => {
            model.status = None;
            click(model, at, cmds);
        }
        _ => {}
    }
}

fn areas(model: &Model) -> Areas {
    let zoom = if model.page == Page::Review { model.review.zoom } else { model.form.zoom };
    layout::areas(model.size, layout::help_lines(model.step(), model.size), zoom)
}

fn wheel(model: &mut Model, at: Position, by: isize, cmds: &mut Vec<Cmd>) {
    let areas = areas(model);
    let action = if by > 0 { Action::Down } else { Action::Up };
    if model.modal.is_some() {
        return act(model, action, cmds);
    }
    match model.page {
        Page::Step(_) if areas.right.contains(at) => model.preview.scroll(3 * by),
        Page::Step(_) => act(model, if by > 0 { Action::Next } else { Action::Previous }, cmds),
        Page::Review if areas.right.contains(at) => {
            model.review.top = model.review.top.saturating_add_signed(3 * by);
        }
        Page::Start | Page::Review | Page::Runbook => act(model, action, cmds),
    }
}

fn click(model: &mut Model, at: Position, cmds: &mut Vec<Cmd>) {
    let under = draw::under(model, at);
    if let Some(action) = under.action {
        return act(model, action, cmds);
    }
    if model.modal.is_some() {
        return click_modal(model, &under, cmds);
    }
    let areas = areas(model);
    if matches!(model.page, Page::Step(_) | Page::Review) && areas.tabs.contains(at) {
        if let Some(page) = tabs::hit(model, at.x).and_then(|index| pages::tab(model, index)) {
            pages::go(model, page, cmds);
        }
        return;
    }
    match model.page {
        Page::Runbook | Page::Review if under.item.is_some() => {
            click_task(model, under.item.unwrap_or_default(), cmds);
        }
        Page::Start => {
            let row =
                usize::from(at.y).checked_sub(4).map(|row| crate::tui::draw::start::item_at(model, row));
            if let Some(Some(item)) = row {
                if model.start.at == item {
                    act(model, Action::Open, cmds);
                } else {
                    model.start.at = item;
                }
            }
        }
        Page::Step(index) if areas.left.contains(at) => click_form(model, index, &areas, at, cmds),
        Page::Review if areas.left.contains(at) => click_review(model, usize::from(at.y - areas.left.y), at),
        _ => {}
    }
}

/// A line of a list does what Enter does there; a click beside it closes what only shows or chooses.
fn click_modal(model: &mut Model, under: &draw::Under, cmds: &mut Vec<Cmd>) {
    let Some(modal) = &mut model.modal else { return };
    match (modal, under.item) {
        (Modal::Help { .. } | Modal::Report { .. }, _) => act(model, Action::Close, cmds),
        (Modal::Options { .. } | Modal::Several { .. }, None) if under.beside => {
            act(model, Action::Close, cmds);
        }
        (Modal::Options { at, .. } | Modal::Lost { at, .. }, Some(item)) => {
            *at = item;
            act(model, Action::Accept, cmds);
        }
        (Modal::Write(dialog), Some(item)) => {
            dialog.at = item;
            act(model, Action::Accept, cmds);
        }
        (Modal::Several { at, .. }, Some(item)) => {
            *at = item;
            act(model, Action::More, cmds);
        }
        (Modal::Password(password), Some(item)) => password.at = item,
        _ => {}
    }
}

/// The first click chooses, the second opens.
fn click_task(model: &mut Model, item: usize, cmds: &mut Vec<Cmd>) {
    let list = match model.page {
        Page::Runbook => &mut model.runbook.tasks.at,
        _ if model.review.view == View::Issues => &mut model.review.issue,
        _ => &mut model.review.tasks.at,
    };
    if *list == item {
        act(model, Action::Open, cmds);
    } else {
        *list = item;
        model.review.top = 0;
    }
}

fn click_form(model: &mut Model, step: usize, areas: &Areas, at: Position, cmds: &mut Vec<Cmd>) {
    let line = model.form.top + usize::from(at.y - areas.left.y);
    let rows = settle::visible_rows(model, step, areas.left.width, usize::from(areas.left.height));
    let Some(laid) = rows.iter().find(|laid| (laid.y..laid.y + laid.height()).contains(&line)) else {
        return;
    };
    let Row::Slot(slot) = laid.row else { return };
    if model.slot() == Some(slot) {
        // A second click does what Enter does, but never leaves a text.
        if model.held().is_some_and(|held| !matches!(held, crate::sitting::answer::Held::Text(_))) {
            let flag = matches!(model.held(), Some(crate::sitting::answer::Held::Flag(_)));
            let add = matches!(model.held(), Some(crate::sitting::answer::Held::Add));
            act(
                model,
                if flag {
                    Action::More
                } else if add {
                    Action::Add
                } else {
                    Action::Open
                },
                cmds,
            );
        }
    } else {
        form::focus(model, slot);
    }
}

fn click_review(model: &mut Model, row: usize, at: Position) {
    if row == 0 {
        if let Some(view) = crate::tui::draw::review::view_at(model, at.x) {
            review::view(model, view);
        }
        return;
    }
    if model.review.view == View::Files {
        let index = model.review.tree.top + row.saturating_sub(2);
        if row >= 2 && index < model.review.tree.len() {
            let again = model.review.tree.at == index;
            model.review.tree.at = index;
            model.review.top = 0;
            if again {
                model.review.tree.set_open(None);
            }
        }
    }
}
