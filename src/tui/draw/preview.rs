//! The right half of a step: what the answers mean on disk.

use ratatui::layout::Rect;

use super::paint::Paint;
use crate::sitting::text::{apart, squeeze_end, width};
use crate::tui::model::Model;
use crate::tui::preview::{Line, LineRole};
use crate::tui::theme::Role;

pub fn draw(model: &Model, paint: &mut Paint<'_>, area: Rect) {
    if area.width < 10 || area.height < 2 {
        return;
    }
    let preview = &model.preview;
    let room = usize::from(area.width).saturating_sub(2);
    if preview.lines.is_empty() {
        paint.put(area, 1, 0, "This step writes no file with these answers.", Role::Dim);
        return;
    }
    let folder = preview.heads.get(preview.current()).map_or("", |(_, folder)| folder.as_str());
    let folder = if folder.is_empty() { "the output folder" } else { folder };
    let mut number = format!("{} of {}", preview.current() + 1, preview.heads.len());
    if width(folder) + width(&number) + 8 <= room {
        number.insert_str(0, "Alt-→ ");
    }
    paint.put(area, 1, 0, &apart(folder, &number, room), Role::Dim);
    let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
    lines(paint, preview.lines.iter().skip(preview.top), body);
    if preview.lines.len() > preview.top + usize::from(body.height) {
        paint.right(body, usize::from(body.height).saturating_sub(1), "↓", Role::Accent);
    }
}

pub fn lines<'a>(paint: &mut Paint<'_>, lines: impl Iterator<Item = &'a Line>, area: Rect) {
    let room = usize::from(area.width).saturating_sub(2);
    for (y, line) in lines.take(usize::from(area.height)).enumerate() {
        if line.changed {
            paint.put(area, 0, y, "▎", Role::Changed);
        }
        match line.role {
            LineRole::Head => {
                let (path, mode) = line.text.split_once('\t').unwrap_or((&line.text, ""));
                let path = squeeze_end(path, room.saturating_sub(width(mode) + 1));
                paint.put(area, 1, y, &apart(&path, mode, room), Role::Heading);
            }
            LineRole::Comment => {
                paint.put(area, 1, y, &line.text, Role::Dim);
            }
            LineRole::Body => body(paint, area, y, line),
        }
    }
}

/// Keys lead the eye; what changed is set off as a whole.
fn body(paint: &mut Paint<'_>, area: Rect, y: usize, line: &Line) {
    let text = line.text.as_str();
    if line.changed {
        paint.put(area, 1, y, text, Role::Changed);
        return;
    }
    match text.split_once(": ") {
        Some((key, value)) if !key.trim().contains(' ') => {
            paint.puts(area, 1, y, &[(key, Role::Accent), (": ", Role::Text), (value, Role::Text)]);
        }
        _ => {
            let role = if text.ends_with('.') && !text.contains(' ') { Role::Accent } else { Role::Text };
            paint.put(area, 1, y, text, role);
        }
    }
}
