//! What surrounds a step: header, tabs, rules, help on the focused field, the keys that work now.

use ratatui::layout::Rect;

use super::paint::Paint;
use super::tabs;
use crate::plan::Weight;
use crate::sitting::answer::{self, Held};
use crate::sitting::form::Slot;
use crate::sitting::text::{apart, cut, squeeze, width, wrap};
use crate::sitting::work::Work;
use crate::tui::keys::{self, Action};
use crate::tui::layout::{self, Areas};
use crate::tui::model::{Model, Page};
use crate::tui::review::View;
use crate::tui::theme::Role;

pub fn draw(model: &Model, paint: &mut Paint<'_>, areas: &Areas) {
    header(model, paint, areas.header);
    tabs::draw(model, paint, areas.tabs);
    paint.rule(areas.rule);
    for y in 0..usize::from(areas.divider.height) {
        paint.put(areas.divider, 0, y, "│", Role::Dim);
    }
    status(model, paint, areas.status);
}

pub fn header(model: &Model, paint: &mut Paint<'_>, area: Rect) {
    let session = &model.session;
    let name = if session.name.is_empty() { "new session".into() } else { squeeze(&session.name, 30) };
    let (state, role) = state(model);
    let x = 1 + paint.put(area, 1, 0, &name, Role::Heading) + 3;
    let room = usize::from(area.width).saturating_sub(x + width(&state) + 3);
    let about = [crate::steps::headline(session.answers()), session.plan().summary()].join(" · ");
    paint.put(area, x, 0, &cut(about.trim_end_matches(" · "), room), Role::Text);
    let right = Rect { width: area.width.saturating_sub(1), ..area };
    paint.right(right, 0, &state, role);
}

/// What is true of the session as a whole, in one or two words.
fn state(model: &Model) -> (String, Role) {
    if model.session.read_only.is_some() {
        return ("read-only".into(), Role::Warn);
    }
    match &model.making.work {
        Work::Forging(run) if run.gauge.total > 0 => {
            return (
                format!("making keys {} %", run.gauge.done * 100 / run.gauge.total.max(1)),
                Role::Accent,
            );
        }
        Work::Forging(_) => return ("making keys".into(), Role::Accent),
        Work::Writing(..) => return ("writing".into(), Role::Accent),
        Work::Failed(_) | Work::Lost(_) => return ("no keys made".into(), Role::Bad),
        Work::Written(..) => return ("written".into(), Role::Good),
        Work::Forged(_) if model.page == Page::Review => return ("ready to write".into(), Role::Good),
        _ => {}
    }
    let saving = &model.session.saving;
    if saving.has_failed() {
        ("not saved".into(), Role::Bad)
    } else if !saving.is_done() {
        ("changed".into(), Role::Dim)
    } else if model.session.name.is_empty() {
        ("nothing to save yet".into(), Role::Dim)
    } else {
        ("saved".into(), Role::Dim)
    }
}

/// A rule, in which one line says what just happened.
pub fn status(model: &Model, paint: &mut Paint<'_>, area: Rect) {
    paint.rule(area);
    if let Some(status) = &model.status {
        let text = cut(&status.text, usize::from(area.width).saturating_sub(4));
        let role = if status.bad { Role::Bad } else { Role::Heading };
        paint.put(area, 1, 0, &format!(" {text} "), role);
    }
}

/// The most urgent lines first: what is wrong, what the chosen option means, what the field is.
pub fn help(model: &Model, paint: &mut Paint<'_>, areas: &Areas) {
    let room = usize::from(areas.help.width).saturating_sub(2);
    let mut lines: Vec<(String, Role)> = Vec::new();
    if let (Some(step), Some(slot)) = (model.step(), model.slot())
        && let Some(field) = answer::field(step, slot)
    {
        if model.form.scolds(field.id) {
            issues(model, slot, room, &mut lines);
        }
        if let Some(Held::Choice { options, at } | Held::Source { options, at }) = model.held()
            && let Some(option) = options.get(at)
        {
            lines.extend(wrap(&format!("{}: {}", option.label, option.means), room).into_iter().map(accent));
        }
        whole_value(model, slot, areas, room, &mut lines);
        let text = match slot {
            Slot::Cell(_, _, column) => {
                crate::sitting::form::columns(field).get(column).map_or("", |c| c.help)
            }
            _ => field.help,
        };
        lines.extend(wrap(text, room).into_iter().map(|line| (line, Role::Text)));
    }
    let rows = usize::from(areas.help.height);
    // What is cut is known to be, and where the rest stands.
    if lines.len() > rows
        && let Some((last, _)) = lines.get_mut(rows.saturating_sub(1))
    {
        *last = format!("{} … F1", cut(last, room.saturating_sub(5)).trim_end_matches('…'));
    }
    for (y, (line, role)) in lines.iter().take(rows).enumerate() {
        paint.put(areas.help, 1, y, line, *role);
    }
    footer(model, paint, areas.footer);
}

fn accent(line: String) -> (String, Role) {
    (line, Role::Accent)
}

fn issues(model: &Model, slot: Slot, room: usize, lines: &mut Vec<(String, Role)>) {
    for index in model.form.issues.get(&slot).into_iter().flatten() {
        let Some(issue) = model.session.plan().issues.get(*index) else { continue };
        let role = if issue.code.weight == Weight::Error { Role::Bad } else { Role::Warn };
        lines.extend(wrap(&issue.message, room).into_iter().map(|line| (line, role)));
    }
}

/// A value too long for its place in the form stands here in full.
fn whole_value(model: &Model, slot: Slot, areas: &Areas, room: usize, lines: &mut Vec<(String, Role)>) {
    let (Some(step), Some(Held::Text(text))) = (model.step(), model.held()) else { return };
    if model.form.zoom {
        return;
    }
    let Some(field) = answer::field(step, slot) else { return };
    let automatic = (field.automatic)(model.session.answers(), &model.session.context());
    let (mark, text) =
        if text.is_empty() && slot == Slot::Field(slot.field()) { ("= ", automatic) } else { ("", text) };
    if width(&text) + layout::label_room(step, model) + 1 > usize::from(areas.left.width) {
        lines.extend(wrap(&format!("{mark}{text}"), room).into_iter().take(2).map(accent));
    }
}

/// As many of the keys as there is room for; help is always among them.
pub fn footer(model: &Model, paint: &mut Paint<'_>, area: Rect) {
    // What lies over the page has its own keys in its frame.
    if model.modal.is_some() {
        return;
    }
    let text = keys_line(model, usize::from(area.width).saturating_sub(2));
    paint.put(area, 1, 0, &text, Role::Dim);
}

/// The key that stands at a column of [`keys_line`].
pub fn action_at(model: &Model, room: usize, column: usize) -> Option<Action> {
    let line = keys_line(model, room);
    let found = keys::footer(&model.contexts()).into_iter().find(|binding| {
        line.match_indices(binding.footer).any(|(at, text)| {
            let from = width(&line[..at]);
            (from..from + width(text)).contains(&column)
        })
    });
    found.map(|binding| binding.action)
}

/// Keys of what is not there: no issue to go to, no preview, as on a small screen Overview has room for the
/// drawing alone.
fn idle(model: &Model, action: Action) -> bool {
    let Page::Step(step) = model.page else {
        let nothing = model.review.view == View::Issues && model.session.plan().issues.is_empty();
        let open = model.page == Page::Review && action == Action::Open && nothing;
        return open || action == Action::PreviewRight;
    };
    let none = model.preview.lines.is_empty() || (step == 0 && model.size.1 < 30);
    match action {
        Action::PreviewDown => none && !(step == 0 && model.form.zoom),
        Action::PreviewRight => none || (step == 0 && model.form.zoom),
        _ => false,
    }
}

pub fn keys_line(model: &Model, room: usize) -> String {
    const HELP: &str = "F1 help";
    const QUIT: &str = "Ctrl-Q quit";
    let contexts = model.contexts();
    let last = if model.modal.is_some() { String::new() } else { format!("{HELP}  {QUIT}") };
    // Where only reading is possible, no key that changes anything is offered.
    let changes =
        |action| matches!(action, Action::Write | Action::Undo | Action::Add | Action::Delete | Action::More);
    let mut line = String::new();
    for binding in keys::footer(&contexts) {
        let text = binding.footer;
        let forbidden =
            model.session.read_only.is_some() && matches!(model.page, Page::Step(_) | Page::Review);
        if text == HELP
            || text == QUIT
            || (forbidden && changes(binding.action))
            || idle(model, binding.action)
        {
            continue;
        }
        if width(&line) + 2 + width(text) + 2 + width(&last) > room {
            continue;
        }
        if !line.is_empty() {
            line.push_str("  ");
        }
        line.push_str(text);
    }
    apart(&line, &last, room)
}
