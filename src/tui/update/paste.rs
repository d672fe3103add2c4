//! A paste is one edit, whatever is in it, and never a key. Many lines on a host list are hosts.

use super::{pages, start, type_text};
use crate::sitting::form::Slot;
use crate::sitting::hosts;
use crate::sitting::msg::Cmd;
use crate::sitting::text::count;
use crate::steps::{Kind, Pasted, Target, paste_hosts};
use crate::tui::modal::Modal;
use crate::tui::model::{Model, Page};

/// More than any stack needs: some five thousand hosts.
const LARGEST: usize = 256 * 1024;

pub fn paste(model: &mut Model, text: &str, cmds: &mut Vec<Cmd>) {
    if text.len() > LARGEST {
        model.complain(format!("that paste is too large: {} KB, at most 256", text.len() / 1024));
        return;
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    match &model.modal {
        Some(Modal::Password(_) | Modal::Prompt(_)) => return type_text(model, first_line(&text)),
        Some(_) => return,
        None => {}
    }
    match model.page {
        Page::Start if !text.trim().is_empty() => start::begin(model, &text, cmds),
        Page::Step(_) => into_form(model, &text),
        Page::Review if model.review.search.is_some() => type_text(model, first_line(&text)),
        Page::Start | Page::Review | Page::Runbook => {}
    }
}

fn into_form(model: &mut Model, text: &str) {
    let many = text.trim().contains('\n');
    let on_hosts = match model.slot() {
        Some(Slot::Row(..) | Slot::Add(_)) => true,
        Some(Slot::Cell(..)) => many,
        // Two lines are no text of one line; where they are hosts, they are meant as hosts.
        _ => many && has_hosts(model) && is_hosts(text),
    };
    if on_hosts {
        hosts(model, text);
    } else if many {
        // A list takes all lines, a text the first one.
        let is_list = model.step().zip(model.slot()).is_some_and(|(step, slot)| {
            step.fields.get(slot.field()).is_some_and(|field| matches!(field.kind, Kind::List(_)))
        });
        let joined =
            text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ");
        type_text(model, if is_list { &joined } else { first_line(text) });
    } else {
        type_text(model, text);
    }
}

fn has_hosts(model: &Model) -> bool {
    let fields = model.step().map_or(&[][..], |step| step.fields);
    fields.iter().any(|field| matches!(field.kind, Kind::Hosts(..)))
}

fn is_hosts(text: &str) -> bool {
    let pasted = paste_hosts(text);
    pasted.taken.len() > 1 && pasted.refused.is_empty()
}

fn first_line(text: &str) -> &str {
    text.trim_start_matches('\n').lines().next().unwrap_or_default()
}

/// Puts pasted hosts into their lists and says what was taken; a name that is there already is
/// replaced, since people paste a corrected list again.
pub fn hosts(model: &mut Model, text: &str) {
    let (pasted, mut notes) = hosts::read(text, Target::Elasticsearch);
    if !pasted.taken.is_empty() {
        model.form.open = None;
        model.form.line = None;
        pages::leave_field(model);
        model.edit(None, |answers| {
            notes.extend(hosts::put(answers, &pasted).into_iter().map(hosts::replaced_note));
        });
    }
    report(model, &pasted, notes);
}

/// A whole line that was typed or pasted as the name of a host becomes its name, names and addresses.
pub fn spread(model: &mut Model) {
    let (Some(step), Some(slot @ Slot::Cell(field, row, 0))) = (model.step(), model.slot()) else { return };
    let Some(Kind::Hosts(lens, _)) = step.fields.get(field).map(|field| &field.kind) else { return };
    let Some(name) = (lens.get)(model.session.answers()).get(row).map(|host| host.name.trim().to_owned())
    else {
        return;
    };
    if !name.contains([' ', ',', ';']) {
        return;
    }
    let mut pasted = paste_hosts(&name);
    let Some(line) = pasted.taken.pop().filter(|_| pasted.refused.is_empty()) else { return };
    model.form.line = None;
    model.edit(Some(slot), |answers| {
        let Some(host) = (lens.get_mut)(answers).get_mut(row) else { return };
        host.name = line.host.name;
        let add = |held: &mut Vec<String>, more: Vec<String>| {
            for text in more {
                if !held.contains(&text) {
                    held.push(text);
                }
            }
        };
        add(&mut host.dns, line.host.dns);
        add(&mut host.ip, line.host.ip);
    });
}

fn report(model: &mut Model, pasted: &Pasted, notes: Vec<String>) {
    if model.session.read_only.is_some() {
        return;
    }
    let taken = hosts::said(pasted);
    if pasted.refused.is_empty() && notes.is_empty() {
        if pasted.taken.is_empty() {
            model.complain("no host in that paste; lines are  name dns,dns ip,ip [es|kibana|beats]");
        } else {
            model.say(taken);
        }
        return;
    }
    if let ([note], true) = (notes.as_slice(), pasted.refused.is_empty()) {
        return model.say(format!("{taken}; {note}"));
    }
    let mut lines = vec![taken];
    if !notes.is_empty() {
        lines.push(String::new());
        lines.extend(notes);
    }
    if !pasted.refused.is_empty() {
        lines.extend([String::new(), format!("{} not taken:", count(pasted.refused.len(), "line"))]);
        lines.extend(pasted.refused.iter().map(|(line, why)| format!("line {line}: {why}")));
    }
    model.modal = Some(Modal::Report { title: "Pasted hosts".into(), lines, top: 0 });
}
