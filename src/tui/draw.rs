//! The screen, drawn from the model, which it only reads. One file a panel.

mod form;
mod frame;
mod help;
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
    let mut paint = Paint { buffer, theme: model.theme, cursor: None };
    if screen.width < NEEDED.0 || screen.height < NEEDED.1 {
        too_small(&mut paint, screen);
    } else {
        page(model, &mut paint, screen);
        if model.modal.is_some() {
            paint.cursor = None;
            modal::draw(model, &mut paint, screen);
        }
    }
    let cursor = paint.cursor;
    model.theme.finish(buffer);
    cursor
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
