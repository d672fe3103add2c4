//! Putting text into cells by role. Whatever lies outside the area is left out.

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

use crate::sitting::text::{cut, width};
use crate::tui::theme::{Role, Theme};

pub struct Paint<'a> {
    pub buffer: &'a mut Buffer,
    pub theme: Theme,
    /// Where the terminal's own cursor goes.
    pub cursor: Option<Position>,
    /// For the mouse: the frame over the page, and which lines stand for which item of a list.
    pub window: Option<Rect>,
    pub spots: Vec<(Rect, usize)>,
}

impl<'a> Paint<'a> {
    pub fn on(buffer: &'a mut Buffer, theme: Theme) -> Self {
        Self { buffer, theme, cursor: None, window: None, spots: Vec::new() }
    }
}

impl Paint<'_> {
    /// Writes at a line of the area, cut at its end; returns the columns that were used.
    pub fn put(&mut self, area: Rect, x: usize, y: usize, text: &str, role: Role) -> usize {
        let (Ok(dx), Ok(dy)) = (u16::try_from(x), u16::try_from(y)) else { return 0 };
        let area = area.intersection(self.buffer.area);
        if dx >= area.width || dy >= area.height {
            return 0;
        }
        let text = cut(text, usize::from(area.width - dx));
        let style = self.theme.style(role);
        let room = usize::from(area.width - dx);
        self.buffer.set_stringn(area.x + dx, area.y + dy, &text, room, style);
        width(&text)
    }

    /// Several pieces behind each other.
    pub fn puts(&mut self, area: Rect, x: usize, y: usize, pieces: &[(&str, Role)]) -> usize {
        let mut at = x;
        for (text, role) in pieces {
            at += self.put(area, at, y, text, *role);
        }
        at
    }

    /// This line of the area is, or belongs to, an item.
    pub fn spot(&mut self, area: Rect, y: usize, item: usize) {
        if let Ok(dy) = u16::try_from(y)
            && dy < area.height
        {
            self.spots.push((Rect { y: area.y + dy, height: 1, ..area }, item));
        }
    }

    pub fn right(&mut self, area: Rect, y: usize, text: &str, role: Role) {
        let room = usize::from(area.width);
        self.put(area, room.saturating_sub(width(text)), y, text, role);
    }

    pub fn rule(&mut self, area: Rect) {
        let line = "─".repeat(usize::from(area.width));
        self.put(area, 0, 0, &line, Role::Dim);
    }

    /// An empty frame over what was drawn, in the middle of the screen; returns its inside.
    pub fn window(&mut self, screen: Rect, columns: u16, rows: u16, title: &str, footer: &str) -> Rect {
        let area = screen.centered(
            ratatui::layout::Constraint::Length(columns.min(screen.width)),
            ratatui::layout::Constraint::Length(rows.min(screen.height)),
        );
        self.clear(area);
        self.window = Some(area);
        self.spots.clear();
        let inner = usize::from(area.width).saturating_sub(2);
        let line = "─".repeat(inner);
        let last = usize::from(area.height).saturating_sub(1);
        self.put(area, 0, 0, &format!("┌{line}┐"), Role::Dim);
        for y in 1..last {
            self.put(area, 0, y, "│", Role::Dim);
            self.put(area, inner + 1, y, "│", Role::Dim);
        }
        self.put(area, 0, last, &format!("└{line}┘"), Role::Dim);
        self.put(area, 2, 0, &format!(" {} ", cut(title, inner.saturating_sub(4))), Role::Heading);
        self.put(area, 2, last, &format!(" {} ", cut(footer, inner.saturating_sub(4))), Role::Dim);
        Rect::new(area.x + 2, area.y + 1, area.width.saturating_sub(4), area.height.saturating_sub(2))
    }

    /// ratatui 0.30 leaves half a wide glyph beside a popup (ratatui#2526): the glyph that the left edge
    /// cuts is blanked, and every cell of the popup is sent again.
    fn clear(&mut self, area: Rect) {
        for y in area.top()..area.bottom() {
            if let Some(cell) = area.left().checked_sub(1).and_then(|x| self.buffer.cell_mut((x, y)))
                && cell.symbol().width() > 1
            {
                cell.set_symbol(" ");
            }
            for x in area.left()..area.right() {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.reset();
                    cell.diff_option = CellDiffOption::AlwaysUpdate;
                }
            }
        }
    }

    pub fn cursor(&mut self, area: Rect, x: usize, y: usize) {
        let (Ok(dx), Ok(dy)) = (u16::try_from(x), u16::try_from(y)) else { return };
        let at = Position::new(area.x.saturating_add(dx), area.y.saturating_add(dy));
        if area.contains(at) && self.buffer.area.contains(at) {
            self.cursor = Some(at);
        }
    }
}
