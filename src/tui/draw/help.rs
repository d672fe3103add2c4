//! The help page: the question under the cursor, the page of the step, all keys.

use crate::sitting::text::{cut, pad, wrap};
use crate::tui::keys::{Context, bindings};
use crate::tui::model::{Model, Page};
use crate::tui::theme::Role;

type Line = (String, Role);

/// The page of the step, then every key, from this one table.
pub fn help_lines(model: &Model, room: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    if let Some(step) = model.step() {
        field_help(model, step, room, &mut lines);
        markdown(step.page, room, &mut lines);
        lines.push((String::new(), Role::Text));
    }
    let here = match model.page {
        Page::Start => Context::Start,
        Page::Step(_) => Context::Form,
        Page::Review => Context::Review,
        Page::Runbook => Context::Runbook,
    };
    lines.push(("Keys".into(), Role::Heading));
    // Those of this page first.
    keys_of(|context| context == here, room, &mut lines);
    keys_of(|context| context != here, room, &mut lines);
    lines
}

/// The question under the cursor first, with all that its line of help had no room for.
fn field_help(model: &Model, step: &crate::steps::Step, room: usize, lines: &mut Vec<Line>) {
    let field = model.slot().and_then(|slot| step.fields.get(slot.field()));
    let Some(field) = field else { return };
    lines.push((field.label.to_owned(), Role::Heading));
    lines.extend(wrap(field.help, room).into_iter().map(|line| (line, Role::Text)));
    for column in crate::sitting::form::columns(field) {
        let text = format!("{}: {}", column.label, column.help);
        lines.extend(wrap(&text, room).into_iter().map(|line| (line, Role::Text)));
    }
    lines.push((format!("In session files: {}", field.id), Role::Dim));
    lines.push((String::new(), Role::Text));
}

fn keys_of(wanted: impl Fn(Context) -> bool, room: usize, lines: &mut Vec<Line>) {
    let mut last = None;
    for binding in bindings().filter(|binding| wanted(binding.context)) {
        if last != Some(binding.context.title()) {
            last = Some(binding.context.title());
            lines.push((format!("  {}", binding.context.title()), Role::Accent));
        }
        let names: Vec<String> = binding.keys.iter().map(|key| key.name()).collect();
        let text = format!("    {} {}", pad(&names.join(" "), 22), binding.help);
        lines.push((cut(&text, room), Role::Text));
    }
}

/// Markdown shown plainly: headings, paragraphs, list items and code.
fn markdown(text: &str, room: usize, lines: &mut Vec<Line>) {
    let mut paragraph = String::new();
    let mut code = false;
    let flush = |paragraph: &mut String, lines: &mut Vec<Line>| {
        let indent = if paragraph.starts_with("- ") { 2 } else { 0 };
        for (index, line) in wrap(&plain(paragraph), room.saturating_sub(indent)).into_iter().enumerate() {
            let indent = if index > 0 { indent } else { 0 };
            lines.push((format!("{:indent$}{line}", ""), Role::Text));
        }
        paragraph.clear();
    };
    for line in text.lines() {
        if line.starts_with("```") {
            flush(&mut paragraph, lines);
            code = !code;
        } else if code {
            lines.push((format!("  {line}"), Role::Accent));
        } else if let Some(title) =
            line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#'))
        {
            flush(&mut paragraph, lines);
            lines.push((plain(title), Role::Heading));
        } else if line.trim().is_empty() {
            flush(&mut paragraph, lines);
            lines.push((String::new(), Role::Text));
        } else {
            if line.starts_with("- ") || line.starts_with('|') {
                flush(&mut paragraph, lines);
            }
            paragraph.push_str(line.trim());
            paragraph.push(' ');
        }
    }
    flush(&mut paragraph, lines);
}

fn plain(text: &str) -> String {
    text.replace("**", "").replace('`', "")
}
