//! The mouse: a click is focus or activation, the wheel scrolls. Everything works without it.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{act, form, pages, review, settle};
use crate::sitting::form::Row;
use crate::sitting::msg::Cmd;
use crate::tui::draw::tabs;
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
    if let Some(modal) = &mut model.modal {
        match modal {
            Modal::Help { .. } | Modal::Report { .. } => act(model, Action::Close, cmds),
            Modal::Options { slot, .. } => {
                let slot = *slot;
                let hit = crate::tui::draw::modal::option_at(model, slot, at);
                match (hit, &mut model.modal) {
                    (Ok(Some(row)), Some(Modal::Options { at, .. })) => {
                        *at = row;
                        act(model, Action::Accept, cmds);
                    }
                    (Err(()), _) => act(model, Action::Close, cmds),
                    _ => {}
                }
            }
            // What asks for more than a look is answered by keys.
            _ => {}
        }
        return;
    }
    let areas = areas(model);
    if matches!(model.page, Page::Step(_) | Page::Review) && areas.tabs.contains(at) {
        if let Some(page) = tabs::hit(model, at.x).and_then(|index| pages::tab(model, index)) {
            pages::go(model, page, cmds);
        }
        return;
    }
    match model.page {
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
