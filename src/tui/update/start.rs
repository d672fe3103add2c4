//! The start screen: saved sessions and the ways to a new one.

use crate::sitting::msg::Cmd;
use crate::sitting::start::EXTRA;
use crate::store::Listing;
use crate::tui::keys::Action;
use crate::tui::line::Line;
use crate::tui::modal::{Modal, Prompt, Purpose};
use crate::tui::model::Model;

pub fn act(model: &mut Model, action: Action, cmds: &mut Vec<Cmd>) {
    let items = model.start.saved.len() + EXTRA.len();
    match action {
        Action::Down => model.start.at = (model.start.at + 1) % items,
        Action::Up => model.start.at = (model.start.at + items - 1) % items,
        Action::First => model.start.at = 0,
        Action::Last => model.start.at = items - 1,
        Action::Open => open(model, cmds),
        Action::Folder => ask_file(model),
        Action::Close => model.say("Ctrl-Q leaves"),
        other => of_session(model, other),
    }
}

fn open(model: &mut Model, cmds: &mut Vec<Cmd>) {
    let at = model.start.at;
    if let Some(saved) = model.start.saved.get(at) {
        match &saved.problem {
            None => cmds.push(Cmd::Load(saved.name.clone())),
            Some(problem) => {
                model.modal = Some(Modal::Report {
                    title: format!("{} cannot be read", saved.name),
                    lines: vec![problem.clone(), String::new(), saved.path.display().to_string()],
                    top: 0,
                });
            }
        }
        return;
    }
    match EXTRA.get(at - model.start.saved.len()).map(|extra| extra.hosts) {
        Some(Some(hosts)) => begin(model, hosts, cmds),
        Some(None) => ask_file(model),
        None => {}
    }
}

/// A new session with these hosts, once it has been made.
pub fn begin(model: &mut Model, hosts: &str, cmds: &mut Vec<Cmd>) {
    model.start.hosts = Some(hosts.to_owned());
    cmds.push(Cmd::New);
}

fn ask_file(model: &mut Model) {
    let path = model.start.path.clone();
    ask(model, Purpose::OpenFile, "Open a file", "Path of a session file or of an instances.yml.", &path);
}

fn of_session(model: &mut Model, action: Action) {
    let Some(saved) = model.start.saved.get(model.start.at) else { return };
    let name = saved.name.clone();
    match action {
        Action::Rename => ask(model, Purpose::Rename(name.clone()), "Rename", "The new name.", &name),
        Action::Duplicate => {
            let to = format!("{name}-copy");
            ask(model, Purpose::Duplicate(name), "Duplicate", "The name of the copy.", &to);
        }
        Action::Export => {
            let to = format!("./{name}.yml");
            ask(model, Purpose::Export(name), "Export", "The file to write; it holds no secret.", &to);
        }
        Action::Delete => model.modal = Some(Modal::Remove(name)),
        _ => {}
    }
}

/// The cursor stays on its session, wherever the new list has it.
pub fn listed(model: &mut Model, saved: Vec<Listing>) {
    let start = &mut model.start;
    let held = start.saved.get(start.at).map(|saved| saved.name.clone());
    let wanted = [start.follow.take(), held];
    let mut wanted = wanted.iter().flatten();
    let found = wanted.find_map(|name| saved.iter().position(|saved| saved.name == *name));
    start.at = match found {
        Some(at) => at,
        // One of the rows below the sessions, which move with the length of the list.
        None if start.listed && start.at >= start.saved.len() => start.at - start.saved.len() + saved.len(),
        None => start.at.min(saved.len().saturating_sub(1)),
    };
    start.saved = saved;
    start.listed = true;
}

pub fn ask(model: &mut Model, purpose: Purpose, title: &str, hint: &'static str, text: &str) {
    let title = title.to_owned();
    model.modal = Some(Modal::Prompt(Prompt { purpose, title, hint, line: Line::new(text) }));
}
