//! The line of tabs: titles with a mark each, shrunk until they fit.

use ratatui::layout::Rect;

use super::paint::Paint;
use crate::sitting::form;
use crate::sitting::text::{cut, width};
use crate::steps::STEPS;
use crate::tui::model::{Model, Page};
use crate::tui::theme::Role;

/// What a tab is called and how it stands.
struct Tab {
    title: String,
    mark: &'static str,
    role: Role,
}

pub fn draw(model: &Model, paint: &mut Paint<'_>, area: Rect) {
    let (tabs, here) = fitted(model, usize::from(area.width));
    let mut x = 1;
    for (index, tab) in tabs.iter().enumerate() {
        let selected = here.is_none_or(|here| here == index);
        let role = if selected { Role::Selected } else { Role::Text };
        x += paint.put(area, x, 0, &tab.title, role);
        x += paint.put(area, x, 0, tab.mark, if selected { Role::Selected } else { tab.role });
        x += 2;
    }
}

/// The tab under a column.
pub fn hit(model: &Model, column: u16) -> Option<usize> {
    let (tabs, here) = fitted(model, usize::from(model.size.0));
    here?;
    let mut x = 1;
    for (index, tab) in tabs.iter().enumerate() {
        let next = x + width(&tab.title) + width(tab.mark) + 2;
        if (x..next).contains(&usize::from(column)) {
            return Some(index);
        }
        x = next;
    }
    None
}

/// Full titles, short ones, or the place alone: then the number of the current tab is none.
fn fitted(model: &Model, room: usize) -> (Vec<Tab>, Option<usize>) {
    let full: Vec<Tab> = (0..=STEPS.len()).map(|index| tab(model, index)).collect();
    let needed = |tabs: &[Tab]| tabs.iter().map(|tab| width(&tab.title) + width(tab.mark) + 2).sum::<usize>();
    let here = model.step_index();
    if needed(&full) <= room {
        return (full, Some(here));
    }
    let short: Vec<Tab> = (0..=STEPS.len())
        .map(|index| tab(model, index))
        .map(|tab| Tab { title: cut(&tab.title, 6), ..tab })
        .collect();
    if needed(&short) <= room {
        return (short, Some(here));
    }
    let Tab { title, mark, role } = tab(model, here);
    (vec![Tab { title: format!("Step {}/{} {title}", here + 1, STEPS.len() + 1), mark, role }], None)
}

fn tab(model: &Model, index: usize) -> Tab {
    let here = model.page == Page::Step(index) || (index == STEPS.len() && model.page == Page::Review);
    let Some(step) = STEPS.get(index) else {
        let (mark, role) = match model.session.plan().errors() {
            _ if model.making.work.written().is_some() => ("✓", Role::Good),
            0 if here => ("•", Role::Accent),
            0 => ("·", Role::Dim),
            _ if here || model.form.scold => ("!", Role::Bad),
            _ => ("·", Role::Dim),
        };
        return Tab { title: "Review".into(), mark, role };
    };
    let visited = model.session.visited.iter().any(|id| id == step.id);
    let seen = (visited && !here) || model.form.scold;
    let (mark, role) = if form::is_off(step, model.session.answers()) {
        ("–", Role::Dim)
    } else if model.session.errors_of(index) > 0 && seen {
        ("!", Role::Bad)
    } else if here {
        ("•", Role::Accent)
    } else if visited {
        ("✓", Role::Good)
    } else {
        ("·", Role::Dim)
    };
    Tab { title: step.title.into(), mark, role }
}
