//! From a message to a changed model and a list of commands. Pure: no clock, no files, no threads, no
//! terminal.

mod form;
mod modal;
mod mouse;
mod pages;
mod paste;
mod results;
mod review;
mod settle;
mod several;
mod start;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::keys::{self, Action};
use super::modal::Modal;
use super::model::{Model, Page};
use super::msg::Msg;
use crate::sitting::msg::Cmd;
use crate::sitting::saving::Leaving;
use crate::sitting::work::Work;

pub use form::options;
pub use settle::visible_rows;
pub use several::has_suggestions;

pub fn update(model: &mut Model, msg: Msg) -> Vec<Cmd> {
    let mut cmds = Vec::new();
    match msg {
        Msg::Key(event) if event.kind == KeyEventKind::Release => return cmds,
        Msg::Key(event) => key(model, &event, &mut cmds),
        Msg::Paste(text) => {
            model.status = None;
            paste::paste(model, &text, &mut cmds);
        }
        Msg::Mouse(event) => mouse::mouse(model, event, &mut cmds),
        Msg::Resize(columns, rows) => model.size = (columns, rows),
        Msg::Wake => wake(model, &mut cmds),
        Msg::Terminate => {
            model.leaving = Leaving::Told;
            leave(model, &mut cmds);
        }
        Msg::News(news) => results::result(model, news, &mut cmds),
    }
    settle::settle(model, &mut cmds);
    cmds
}

fn key(model: &mut Model, event: &KeyEvent, cmds: &mut Vec<Cmd>) {
    model.status = None;
    match keys::resolve(&model.contexts(), event) {
        Some(action) => act(model, action, cmds),
        None => {
            if let KeyCode::Char(c) = event.code
                && !event.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
            {
                type_text(model, c.encode_utf8(&mut [0; 4]));
            }
        }
    }
}

fn act(model: &mut Model, action: Action, cmds: &mut Vec<Cmd>) {
    match action {
        Action::Quit => leave(model, cmds),
        Action::Interrupt => interrupt(model, cmds),
        Action::Redraw => cmds.push(Cmd::Redraw),
        Action::Suspend => cmds.push(Cmd::Suspend),
        Action::Help if !matches!(model.modal, Some(Modal::Help { .. })) => {
            // Help over another layer would hide what it is about.
            if model.modal.is_none() {
                model.modal = Some(Modal::Help { top: 0 });
            }
        }
        _ if model.modal.is_some() => modal::act(model, action, cmds),
        _ => match model.page {
            Page::Start => start::act(model, action, cmds),
            Page::Step(_) => form::act(model, action, cmds),
            Page::Review => review::act(model, action, cmds),
            Page::Runbook => review::act_runbook(model, action, cmds),
        },
    }
}

/// A letter, or a paste that goes where letters go.
fn type_text(model: &mut Model, text: &str) {
    if model.modal.is_some() {
        modal::type_text(model, text);
    } else if let Some(line) = &mut model.review.search {
        line.insert(text);
        review::search(model, true, false);
    } else if matches!(model.page, Page::Step(_)) {
        form::type_text(model, text);
    }
}

/// A job is stopped first; only then does Ctrl-C leave.
fn interrupt(model: &mut Model, cmds: &mut Vec<Cmd>) {
    match model.making.work {
        Work::Forging(_) => cancel(model, cmds),
        Work::Writing(..) => model.say("writing cannot be stopped; it is done in a moment"),
        _ => leave(model, cmds),
    }
}

fn cancel(model: &mut Model, cmds: &mut Vec<Cmd>) {
    model.making.work = Work::Failed("Stopped. w starts again.".into());
    cmds.push(Cmd::Cancel);
}

fn leave(model: &mut Model, cmds: &mut Vec<Cmd>) {
    if model.making.is_writing() {
        // An output that no session knows would be followed by second authorities.
        if model.leaving != Leaving::Told {
            model.leaving = Leaving::Asked;
        }
        return model.say("leaving as soon as the folders are written");
    }
    let unsaved = model.session.is_unsaved(pages::id(model.page));
    if model.page == Page::Start || !unsaved || model.leaving == Leaving::Unsaved {
        cmds.push(Cmd::Quit(pages::last_words(model)));
        return;
    }
    if model.leaving != Leaving::Told {
        model.leaving = Leaving::Asked;
    }
    if model.session.saving.is_behind() || !model.session.saving.is_running() {
        save(model, cmds);
    }
}

fn save(model: &mut Model, cmds: &mut Vec<Cmd>) {
    cmds.extend(model.session.save(pages::id(model.page)));
}

fn wake(model: &mut Model, cmds: &mut Vec<Cmd>) {
    if model.session.saving.due().is_some_and(|moment| moment <= model.now) {
        save(model, cmds);
    }
    if let Some(Modal::Password(password)) = &mut model.modal
        && password.shown_until.is_some_and(|until| until <= model.now)
    {
        password.shown_until = None;
    }
    if model.runbook.until <= model.now {
        model.runbook.passwords.clear();
    }
}
