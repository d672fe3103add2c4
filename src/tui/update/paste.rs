//! A paste is one edit, whatever is in it, and never a key. Many lines on a host list are hosts.

use std::collections::HashMap;
use std::fmt::Write;

use super::{pages, start, type_text};
use crate::steps::{Field, HostLine, Kind, Pasted, STEPS, Target, paste_hosts};
use crate::tui::form::Slot;
use crate::tui::line::clean;
use crate::tui::modal::Modal;
use crate::tui::model::{Model, Page};
use crate::tui::msg::Cmd;
use crate::tui::text::count;

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
    let lines: Vec<String> = text.lines().map(clean).collect();
    let mut pasted = paste_hosts(&lines.join("\n"));
    let mut notes = drop_twice(&mut pasted);
    if !pasted.taken.is_empty() {
        model.form.open = None;
        model.form.line = None;
        pages::leave_field(model);
        model.edit(None, |answers| {
            for line in &pasted.taken {
                let Some(Kind::Hosts(lens, _)) = list_of(line.target).map(|field| &field.kind) else {
                    continue;
                };
                let rows = (lens.get_mut)(answers);
                match rows.iter_mut().find(|row| row.name == line.host.name) {
                    Some(row) if row.dns == line.host.dns && row.ip == line.host.ip => {}
                    Some(row) => {
                        notes.push(format!("{} was there and is replaced", row.name));
                        // A paste knows names and addresses; the other columns stay as they were.
                        row.dns.clone_from(&line.host.dns);
                        row.ip.clone_from(&line.host.ip);
                    }
                    None => rows.push(line.host.clone()),
                }
            }
        });
    }
    report(model, &pasted, notes);
}

/// Of a host that is pasted twice the last line counts, as if it had been corrected.
fn drop_twice(pasted: &mut Pasted) -> Vec<String> {
    let mut last: HashMap<(String, Target), usize> = HashMap::new();
    let key = |line: &HostLine| (line.host.name.clone(), line.target);
    for (index, line) in pasted.taken.iter().enumerate() {
        last.insert(key(line), index);
    }
    let mut notes: Vec<String> = Vec::new();
    let mut index = 0;
    pasted.taken.retain(|line| {
        let kept = last.get(&key(line)) == Some(&index);
        index += 1;
        if !kept {
            let note = format!("{} is pasted more than once; its last line counts", line.host.name);
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        kept
    });
    notes
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

/// The list whose field is named after the product.
pub fn list_of(target: Target) -> Option<&'static Field> {
    let word = match target {
        Target::Elasticsearch => "elasticsearch",
        Target::Kibana => "kibana",
        Target::Metricbeat => "metricbeat",
    };
    let mut fields = STEPS.iter().flat_map(|step| step.fields);
    fields.find(|field| matches!(field.kind, Kind::Hosts(..)) && field.key() == word)
}

fn report(model: &mut Model, pasted: &Pasted, notes: Vec<String>) {
    if model.session.read_only.is_some() {
        return;
    }
    let of = |target| pasted.taken.iter().filter(|line: &&HostLine| line.target == target).count();
    let beats = of(Target::Metricbeat);
    let mut taken = format!(
        "{} taken: {} Elasticsearch, {} Kibana",
        count(pasted.taken.len(), "host"),
        of(Target::Elasticsearch),
        of(Target::Kibana)
    );
    if beats > 0 {
        let _ = write!(taken, ", {beats} Metricbeat");
    }
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
