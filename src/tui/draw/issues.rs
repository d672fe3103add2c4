//! Review's list of what is wrong or worth a thought, and one of these in full.

use ratatui::layout::Rect;

use super::paint::Paint;
use crate::plan::Weight;
use crate::sitting::text::{apart, cut, squeeze, wrap};
use crate::sitting::words;
use crate::tui::model::Model;
use crate::tui::theme::Role;

pub fn list(model: &Model, paint: &mut Paint<'_>, area: Rect, failed: bool) {
    let issues = &model.session.plan().issues;
    if failed {
        let y = issues.len() + usize::from(!issues.is_empty());
        paint.put(area, 1, y, "! No keys were made; w says why", Role::Bad);
    } else if issues.is_empty() {
        paint.put(area, 1, 0, "Nothing is wrong.", Role::Good);
    }
    let rows = usize::from(area.height);
    let top = (model.review.issue + 1).saturating_sub(rows);
    for (y, (index, issue)) in issues.iter().enumerate().skip(top).take(rows).enumerate() {
        let selected = index == model.review.issue;
        if selected {
            paint.put(area, 0, y, "▌", Role::Focus);
        }
        let error = issue.code.weight == Weight::Error;
        let mark = if error { "!" } else { "·" };
        let role = if error { Role::Bad } else { Role::Warn };
        paint.put(area, 1, y, mark, role);
        let room = usize::from(area.width).saturating_sub(5);
        let role = if selected { Role::Focus } else { Role::Text };
        paint.put(area, 3, y, &cut(&issue.message, room), role);
        paint.spot(area, y, index);
    }
}

pub fn one(model: &Model, paint: &mut Paint<'_>, area: Rect) {
    let Some(issue) = model.session.plan().issues.get(model.review.issue) else { return };
    let room = usize::from(area.width).saturating_sub(3);
    let (kind, role) = match issue.code.weight {
        Weight::Error => ("To mend", Role::Bad),
        Weight::Advice => ("To consider", Role::Warn),
    };
    paint.put(area, 1, 0, &apart(kind, issue.code.name, room), role);
    paint.put(area, 1, 1, &squeeze(&words::place(issue), room), Role::Heading);
    let mut y = 3;
    for line in wrap(&issue.message, room) {
        paint.put(area, 1, y, &line, Role::Text);
        y += 1;
    }
    y += 1;
    for line in wrap(issue.code.meaning, room) {
        paint.put(area, 1, y, &line, Role::Dim);
        y += 1;
    }
}
