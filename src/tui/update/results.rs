//! What comes back from the jobs. Late results of an older generation are dropped.

use super::{modal, pages, paste, start};
use crate::plan::Arrivals;
use crate::sitting::form::{self, Slot};
use crate::sitting::msg::{Cmd, News, Opened, Written};
use crate::sitting::saving::Leaving;
use crate::sitting::session::Session;
use crate::sitting::work::Work;
use crate::tui::modal::Modal;
use crate::tui::model::{Model, Page, Runbook};
use crate::tui::preview::Preview;
use crate::tui::review::Review;

pub fn result(model: &mut Model, news: News, cmds: &mut Vec<Cmd>) {
    match news {
        News::Listed(saved) => {
            start::listed(model, saved);
        }
        News::Opened(opened) => open(model, *opened, cmds),
        News::Kept { name, path } => kept(model, name, path, cmds),
        News::NotKept(why) => not_kept(model, &why, cmds),
        News::Progress(generation, gauge) => {
            model.making.progress(generation, gauge);
        }
        News::Forged(generation, made) if model.making.awaits(generation) => {
            model.making.work = Work::Forged(made);
        }
        News::ForgeFailed(generation, why) if model.making.awaits(generation) => forge_failed(model, why),
        News::KeptWanted(generation, why) if model.making.awaits(generation) => {
            model.making.work = Work::Lost(why.clone());
            model.modal = Some(Modal::Lost { why, at: 0 });
        }
        News::Arrived(arrivals) => arrived(model, arrivals),
        News::Renewed(run) => {
            model.making.work = Work::Idle;
            model.session.renew(run);
            model.say("new authorities are made; nothing trusts them yet");
        }
        News::Shown { generation, path, text } => shown(model, generation, &path, &text),
        News::Found(folder, existing) => {
            if let Some(Modal::Write(dialog)) = &mut model.modal
                && dialog.folder == folder
            {
                dialog.existing = Some(existing);
            }
        }
        News::Written(written) => wrote(model, written, cmds),
        News::WriteFailed(why) => {
            model.making.unwritten();
            fail(model, "Nothing was written".into(), &why);
            left_meanwhile(model, cmds);
        }
        News::Passwords(passwords) if model.page == Page::Runbook => {
            model.runbook.passwords = passwords;
            model.runbook.until = model.now + modal::SHOWN;
        }
        News::Said(text) => model.say(text),
        News::Failed { title, text } => broke(model, title, &text, cmds),
        _ => {}
    }
}

/// A write that waited for the keys waits in vain.
fn forge_failed(model: &mut Model, why: String) {
    if matches!(model.modal, Some(Modal::Write(_))) {
        fail(model, "No keys were made".into(), &why);
    }
    model.making.work = Work::Failed(why);
}

fn arrived(model: &mut Model, arrivals: Arrivals) {
    if model.session.take_arrivals(arrivals) {
        if model.session.plan().is_sound() {
            model.say("what came back signed has been read");
        } else {
            model.complain("what came back signed does not fit; Review says why");
        }
    }
}

/// What the file under the cursor holds, if the cursor is still on it.
fn shown(model: &mut Model, generation: u64, path: &str, text: &str) {
    if let Some((held, lines)) = &mut model.review.content
        && model.making.is_of(generation)
        && *held == path
    {
        *lines = text.lines().map(str::to_owned).collect();
    }
}

/// The folders are there, whatever was answered meanwhile.
fn wrote(model: &mut Model, written: Written, cmds: &mut Vec<Cmd>) {
    let unsaved = written.kept.clone().err();
    let Some(current) = model.making.wrote(&mut model.session, written) else { return };
    if let Some(why) = unsaved {
        model.complain(format!("not saved: {why}"));
    }
    if current {
        model.runbook = Runbook::default();
        pages::go(model, Page::Runbook, cmds);
    } else {
        model.making.work = Work::Idle;
        model.say("the folders are written, without what changed or came back meanwhile");
    }
    left_meanwhile(model, cmds);
}

/// It may have been the save or the write, whose end would be waited for in vain.
fn broke(model: &mut Model, title: String, text: &str, cmds: &mut Vec<Cmd>) {
    model.session.saving.give_up(model.now);
    model.making.unwritten();
    fail(model, title, text);
    left_meanwhile(model, cmds);
}

/// Whoever wanted to leave while it was written leaves now.
fn left_meanwhile(model: &mut Model, cmds: &mut Vec<Cmd>) {
    if model.leaving.waits() {
        super::leave(model, cmds);
    }
}

fn fail(model: &mut Model, title: String, text: &str) {
    model.modal = Some(Modal::Report { title, lines: text.lines().map(str::to_owned).collect(), top: 0 });
}

fn open(model: &mut Model, opened: Opened, cmds: &mut Vec<Cmd>) {
    let page = pages::page_of(&opened.last_step);
    let fresh = opened.visited.is_empty();
    // A saved or hand-written session shows at once where its issues are.
    let known = !opened.name.is_empty();
    let read_only = opened.read_only.clone();
    // Results of the session before must not pass for this one's.
    let generation = model.session.generation() + 1;
    model.session = Session::open(opened, generation);
    model.form = crate::tui::model::Form::default();
    model.preview = Preview::default();
    model.review = Review::default();
    model.making.work = Work::Idle;
    model.leaving = Leaving::No;
    model.modal = None;
    model.start.path.clear();
    model.page = Page::Start;
    model.session.saved_step = pages::id(page);
    pages::go(model, page, cmds);
    model.form.scold |= known;
    if !fresh {
        // Somebody who comes back has left these fields before.
        let visited = model.session.visited.clone();
        let steps = crate::steps::STEPS.iter().filter(|step| visited.iter().any(|id| id == step.id));
        model.form.left.extend(steps.flat_map(|step| step.fields).map(|field| field.id));
    }
    match model.start.hosts.take() {
        Some(hosts) if !hosts.is_empty() => {
            paste::hosts(model, &hosts);
            model.session.begin_here();
        }
        Some(_) => {
            focus_first_list(model);
            model.say("paste lines of  name  dns,dns  ip,ip  [es|kibana|beats]");
        }
        None => {}
    }
    if let Some(why) = read_only {
        model.complain(format!("read-only: {why}"));
        model.modal = Some(Modal::ReadOnly(why));
    }
}

/// Back to the list, as if the session had not been opened.
pub fn shut(model: &mut Model, cmds: &mut Vec<Cmd>) {
    model.session = Session::open(Opened::default(), model.session.generation() + 1);
    model.form = crate::tui::model::Form::default();
    model.making.work = Work::Idle;
    model.page = Page::Start;
    cmds.push(Cmd::List);
}

/// Where a paste of hosts goes.
fn focus_first_list(model: &mut Model) {
    let Some(step) = model.step() else { return };
    let list = step.fields.iter().position(|field| !form::columns(field).is_empty());
    let index = model.step_index();
    model.form.focus.resize(crate::steps::STEPS.len(), Slot::Field(0));
    if let (Some(list), Some(focus)) = (list, model.form.focus.get_mut(index)) {
        *focus = Slot::Add(list);
    }
}

fn kept(model: &mut Model, name: String, path: String, cmds: &mut Vec<Cmd>) {
    model.session.kept(name, path);
    // An earlier save has ended; the one that holds the last answers has not.
    if model.session.saving.is_running() {
        return;
    }
    match model.leaving {
        Leaving::No => {}
        // It works again, and nobody asked to leave since.
        Leaving::Unsaved => model.leaving = Leaving::No,
        Leaving::Asked | Leaving::Told => super::leave(model, cmds),
    }
}

fn not_kept(model: &mut Model, why: &str, cmds: &mut Vec<Cmd>) {
    model.complain(format!("not saved: {why}"));
    model.session.saving.not_kept();
    if model.leaving == Leaving::Told {
        // Whoever sends a signal does not wait for an answer.
        cmds.push(Cmd::Quit("The last answers could not be saved.".into()));
    } else if model.leaving == Leaving::Asked {
        model.leaving = Leaving::Unsaved;
        model.complain("not saved; Ctrl-Q again leaves without these answers");
    }
}
