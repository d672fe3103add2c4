//! After the write: what to do now, in order. The same lines show tasks in Review.

use std::collections::HashSet;

use ratatui::layout::Rect;

use super::frame;
use super::paint::Paint;
use crate::plan::{Plan, Task};
use crate::sitting::msg::Made;
use crate::sitting::text::{apart, count, fold, pad, squeeze, width, wrap};
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::values::date_text;

type Line = (String, Role);

pub fn draw(model: &Model, paint: &mut Paint<'_>, screen: Rect) {
    frame::header(model, paint, Rect { height: 1, ..screen });
    paint.rule(Rect { y: 1, height: 1, ..screen });
    let body = Rect { y: 2, height: screen.height.saturating_sub(4), ..screen };
    let (all, focus, heads) = all_lines(model, usize::from(screen.width) - 2);
    let top = clamp(model.runbook.tasks.top, &focus, all.len(), usize::from(body.height));
    lines(paint, &all, body, top);
    let rows = usize::from(body.height);
    if top + rows < all.len() {
        paint.right(body, rows.saturating_sub(1), "↓", Role::Accent);
    }
    if focus.start >= top {
        paint.put(body, 0, focus.start - top, "▌", Role::Focus);
    }
    for (task, line) in heads.iter().enumerate() {
        if let Some(y) = line.checked_sub(top) {
            paint.spot(body, y, task);
        }
    }
    if !model.runbook.passwords.is_empty() {
        passwords(model, paint, screen);
    }
    frame::status(model, paint, Rect { y: screen.height - 2, height: 1, ..screen });
    frame::footer(model, paint, Rect { y: screen.height - 1, height: 1, ..screen });
}

/// The first line on a screen of this size.
pub fn top(model: &Model) -> usize {
    let (columns, rows) = (usize::from(model.size.0), usize::from(model.size.1));
    let (all, focus, _) = all_lines(model, columns.saturating_sub(2));
    clamp(model.runbook.tasks.top, &focus, all.len(), rows.saturating_sub(4))
}

/// The chosen task is always in view; one that is taller than the screen can be scrolled through.
fn clamp(top: usize, focus: &std::ops::Range<usize>, all: usize, rows: usize) -> usize {
    let (whole_end, whole_start) = (focus.end.saturating_sub(rows), focus.start);
    let top = top.clamp(whole_end.min(whole_start), whole_end.max(whole_start));
    top.min(all.saturating_sub(rows))
}

/// Everything, which lines the chosen task takes, and where each task begins.
fn all_lines(model: &Model, room: usize) -> (Vec<Line>, std::ops::Range<usize>, Vec<usize>) {
    let plan = model.session.plan();
    let mut all: Vec<Line> = Vec::new();
    if let Some(written) = model.making.work.written() {
        let text = format!(
            "{} in {}, for {}. Receipt and runbook (README.md) are beside them.",
            count(written.files, "file"),
            written.folder,
            count(written.hosts, "host")
        );
        all.extend(wrap(&text, room).into_iter().map(|line| (line, Role::Heading)));
        if let Some(aside) = &written.aside {
            all.push((format!("The former output is kept in {aside}"), Role::Text));
        }
    }
    all.push((String::new(), Role::Text));
    let (mut focus, mut heads) = (0..0, Vec::with_capacity(plan.tasks.len()));
    for (index, task) in plan.tasks.iter().enumerate() {
        let start = all.len();
        heads.push(start);
        let selected = index == model.runbook.tasks.at;
        let mut hosts: Vec<&str> = task.actions.iter().map(|action| action.hosts.as_str()).collect();
        let mut seen = HashSet::new();
        hosts.retain(|hosts| !hosts.is_empty() && seen.insert(*hosts));
        let title = format!("{:>2}  {}", index + 1, task.title);
        let role = if selected { Role::Focus } else { Role::Text };
        all.push((apart(&title, &squeeze(&hosts.join(", "), room / 3), room), role));
        if model.runbook.tasks.open == Some(index) {
            let inner = task_body(task, room.saturating_sub(4)).into_iter();
            all.extend(inner.map(|(line, role)| (format!("    {line}"), role)));
        }
        if selected {
            focus = start..all.len();
        }
    }
    all.push((String::new(), Role::Text));
    if let Some(made) = model.making.work.made() {
        facts(plan, made, room, &mut all);
    }
    (all, focus, heads)
}

/// Over everything, for as long as they are wanted.
fn passwords(model: &Model, paint: &mut Paint<'_>, screen: Rect) {
    let secrets = &model.runbook.passwords;
    let rows = u16::try_from(secrets.len() + 2).unwrap_or(u16::MAX).min(screen.height - 4);
    let footer = "hidden again in ten seconds, or by p";
    let area = paint.window(screen, screen.width - 8, rows, "Passwords", footer);
    let names = secrets.iter().map(|(name, _)| width(name)).max().unwrap_or(0).min(44) + 2;
    for (y, (name, secret)) in secrets.iter().enumerate() {
        paint.puts(area, 0, y, &[(&pad(name, names), Role::Dim), (secret.reveal(), Role::Text)]);
    }
}

fn facts(plan: &Plan, made: &Made, room: usize, all: &mut Vec<Line>) {
    let subject = |id| plan.identity(id).map_or_else(String::new, |identity| identity.subject.to_string());
    if let Some((id, end)) = &made.first_end {
        let text = format!("First to expire: {} ({id}), on {}", subject(id), date_text(*end));
        all.extend(wrap(&text, room).into_iter().map(|line| (line, Role::Text)));
    }
    for (id, fingerprint) in &made.authorities {
        all.push((format!("SHA-256 of {}", subject(id)), Role::Text));
        // Sixteen octets a line, so that both halves can be compared.
        let (first, second) = fingerprint.split_at_checked(48).unwrap_or((fingerprint, ""));
        all.extend([first, second].map(|half| (format!("  {half}"), Role::Dim)));
    }
}

/// A task in full: why, the commands for each kind of host, and the check.
pub fn task_lines(task: &Task, room: usize) -> Vec<Line> {
    let mut out: Vec<Line> = wrap(&task.title, room).into_iter().map(|line| (line, Role::Heading)).collect();
    out.extend(task_body(task, room));
    out
}

fn task_body(task: &Task, room: usize) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    out.extend(wrap(&task.why, room).into_iter().map(|line| (line, Role::Text)));
    let commands = |lines: &[String], out: &mut Vec<Line>| {
        for command in lines.iter().flat_map(|command| command.lines()) {
            let folded = fold(command, room.saturating_sub(2));
            out.extend(folded.into_iter().map(|line| (format!("  {line}"), Role::Accent)));
        }
    };
    for action in &task.actions {
        if !action.hosts.is_empty() {
            let kind = action.kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
            out.extend(
                wrap(&format!("On {}{kind}:", action.hosts), room).into_iter().map(|line| (line, Role::Dim)),
            );
        }
        commands(&action.commands, &mut out);
    }
    let check = wrap(&format!("It worked when {}", task.check.expect), room);
    out.extend(check.into_iter().map(|line| (line, Role::Good)));
    commands(std::slice::from_ref(&task.check.command), &mut out);
    out.push((String::new(), Role::Text));
    out
}

pub fn lines(paint: &mut Paint<'_>, lines: &[Line], area: Rect, top: usize) {
    for (y, (line, role)) in lines.iter().skip(top).take(usize::from(area.height)).enumerate() {
        paint.put(area, 1, y, line, *role);
    }
}
