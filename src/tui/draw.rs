//! The screen, drawn from the model, which it only reads. One file a panel.

mod form;
mod frame;
mod help;
mod issues;
pub mod modal;
mod paint;
mod preview;
pub mod review;
pub mod runbook;
mod stack;
pub mod start;
pub mod tabs;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::keys::Action;
use super::layout::{self, NEEDED};
use super::model::{Model, Page};
use super::theme::Role;
use crate::steps::STEPS;
use paint::Paint;

pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let cursor = paint(model, frame.buffer_mut());
    if let Some(at) = cursor {
        frame.set_cursor_position(at);
    }
}

/// The same without a terminal; returns where the cursor is.
pub fn paint(model: &Model, buffer: &mut Buffer) -> Option<Position> {
    let screen = buffer.area;
    let mut paint = Paint::on(buffer, model.theme);
    all(model, &mut paint, screen);
    let cursor = paint.cursor;
    model.theme.finish(buffer);
    cursor
}

fn all(model: &Model, paint: &mut Paint<'_>, screen: Rect) {
    if screen.width < NEEDED.0 || screen.height < NEEDED.1 {
        too_small(paint, screen);
    } else {
        page(model, paint, screen);
        if model.modal.is_some() {
            paint.cursor = None;
            modal::draw(model, paint, screen);
        }
    }
}

/// What lies under a place of the screen, found by drawing it: the mouse sees what people see.
pub struct Under {
    /// Whether it is outside of the frame that lies over the page.
    pub beside: bool,
    /// The item of a list.
    pub item: Option<usize>,
    /// The key that the line of keys names there.
    pub action: Option<Action>,
}

pub fn under(model: &Model, at: Position) -> Under {
    let screen = Rect::new(0, 0, model.size.0, model.size.1);
    let mut buffer = Buffer::empty(screen);
    let mut paint = Paint::on(&mut buffer, model.theme);
    all(model, &mut paint, screen);
    let keys = match (&model.modal, paint.window) {
        (Some(_), Some(window)) => (window.bottom().checked_sub(1), window.x + 3, modal::keys_room(screen)),
        _ => (screen.bottom().checked_sub(1), 1, usize::from(screen.width).saturating_sub(2)),
    };
    let (row, from, room) = keys;
    let action = at.x.checked_sub(from).filter(|_| row == Some(at.y));
    Under {
        beside: paint.window.is_some_and(|window| !window.contains(at)),
        item: paint.spots.iter().rev().find(|(area, _)| area.contains(at)).map(|(_, item)| *item),
        action: action.and_then(|x| frame::action_at(model, room, usize::from(x))),
    }
}

fn too_small(paint: &mut Paint<'_>, screen: Rect) {
    let (columns, rows) = NEEDED;
    let text = format!("{columns}x{rows} needed, {}x{} here", screen.width, screen.height);
    paint.put(screen, 0, usize::from(screen.height / 2), &text, Role::Text);
}

fn page(model: &Model, paint: &mut Paint<'_>, screen: Rect) {
    let size = (screen.width, screen.height);
    match model.page {
        Page::Start => start::draw(model, paint, screen),
        Page::Runbook => runbook::draw(model, paint, screen),
        Page::Step(index) => {
            let Some(step) = STEPS.get(index) else { return };
            let areas = layout::areas(size, layout::help_lines(Some(step), size), model.form.zoom);
            frame::draw(model, paint, &areas);
            form::draw(model, paint, index, areas.left);
            // The first step is about the stack as a whole, and so is what stands beside it.
            if index == 0 {
                stack::draw(model, paint, areas.right);
            } else {
                preview::draw(model, paint, areas.right);
            }
            frame::help(model, paint, &areas);
        }
        Page::Review => {
            let areas = layout::areas(size, layout::help_lines(None, size), model.review.zoom);
            frame::draw(model, paint, &areas);
            review::draw(model, paint, &areas);
            frame::footer(model, paint, areas.footer);
        }
    }
}
