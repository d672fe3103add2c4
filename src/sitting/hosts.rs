//! Hosts as they are pasted or typed line by line: which list each goes to, and what it changes there.

use std::collections::HashMap;
use std::fmt::Write;

use super::text::{clean, count};
use crate::steps::{Answers, Field, HostLine, Kind, Pasted, STEPS, Target, paste_hosts_for};

pub const REPLACED: &str = "was there and is replaced";

/// What a paste holds, each host once, and what is to be said of those that came more than once. Lines
/// that name no product belong to `usual`.
pub fn read(text: &str, usual: Target) -> (Pasted, Vec<String>) {
    let lines: Vec<String> = text.lines().map(clean).collect();
    let mut pasted = paste_hosts_for(&lines.join("\n"), usual);
    let notes = drop_twice(&mut pasted);
    (pasted, notes)
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

/// Puts hosts into their lists. Returns those that were there with other names or addresses: they are
/// replaced, since people paste a corrected list again.
pub fn put<'a>(answers: &mut Answers, pasted: &'a Pasted) -> Vec<&'a HostLine> {
    let mut replaced = Vec::new();
    for line in &pasted.taken {
        let Some(Kind::Hosts(lens, _)) = list_of(line.target).map(|field| &field.kind) else {
            continue;
        };
        let rows = (lens.get_mut)(answers);
        match rows.iter_mut().find(|row| row.name == line.host.name) {
            Some(row) if row.dns == line.host.dns && row.ip == line.host.ip => {}
            Some(row) => {
                replaced.push(line);
                // A paste knows names and addresses; the other columns stay as they were.
                row.dns.clone_from(&line.host.dns);
                row.ip.clone_from(&line.host.ip);
            }
            None => rows.push(line.host.clone()),
        }
    }
    replaced
}

/// What is said of a host that [`put`] replaced.
pub fn replaced_note(line: &HostLine) -> String {
    format!("{} {REPLACED}", line.host.name)
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

/// What a host list is a list of.
pub fn target_of(field: &Field) -> Option<Target> {
    let all = [Target::Elasticsearch, Target::Kibana, Target::Metricbeat];
    all.into_iter().find(|target| list_of(*target).is_some_and(|list| list.id == field.id))
}

/// `4 hosts taken: 3 Elasticsearch, 1 Kibana`.
pub fn said(pasted: &Pasted) -> String {
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
    taken
}
