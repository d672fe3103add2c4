//! Keys in what lies over a page. Esc closes it and nothing else.

use super::{form, review, start};
use crate::tui::answer;
use crate::tui::keys::Action;
use crate::tui::modal::{Modal, Password, Prompt, Purpose, Way};
use crate::tui::model::Model;
use crate::tui::msg::{Cmd, Moment};
use crate::tui::work::Work;

/// A revealed secret is masked again after this.
pub const SHOWN: Moment = Moment::from_secs(10);

pub fn act(model: &mut Model, action: Action, cmds: &mut Vec<Cmd>) {
    if action == Action::Close {
        model.modal = None;
        return;
    }
    let Some(mut modal) = model.modal.take() else { return };
    let keep = match &mut modal {
        Modal::Help { top } | Modal::Report { top, .. } => scroll(top, action),
        Modal::Options { slot, at } => {
            let options = form::options(model, *slot);
            match action {
                Action::Down => *at = (*at + 1) % options.len().max(1),
                Action::Up => *at = (*at + options.len() - 1) % options.len().max(1),
                Action::Accept => {
                    let (slot, at) = (*slot, *at);
                    choose(model, slot, at);
                    return;
                }
                _ => {}
            }
            true
        }
        Modal::Password(password) => !password_key(model, password, action),
        Modal::Prompt(prompt) => !prompt_key(model, prompt, action, cmds),
        Modal::Remove(name) => {
            if action == Action::Accept {
                cmds.push(Cmd::Remove(name.clone()));
            }
            action != Action::Accept
        }
        Modal::Write(dialog) => match action {
            Action::Down | Action::Up => {
                let count = dialog.ways().len();
                let by = if action == Action::Down { 1 } else { count - 1 };
                dialog.at = (dialog.at + by) % count;
                true
            }
            Action::Accept | Action::Folder => {
                let way = if action == Action::Folder { Way::OtherFolder } else { dialog.way() };
                model.modal = Some(modal);
                return take(model, way, cmds);
            }
            _ => true,
        },
    };
    if keep && model.modal.is_none() {
        model.modal = Some(modal);
    }
}

pub fn type_text(model: &mut Model, text: &str) {
    match &mut model.modal {
        Some(Modal::Password(password)) => {
            password.lines[password.at].push(text);
            password.problem = None;
        }
        Some(Modal::Prompt(prompt)) => prompt.line.insert(text),
        _ => {}
    }
}

fn scroll(top: &mut usize, action: Action) -> bool {
    *top = match action {
        Action::Down => *top + 1,
        Action::Up => top.saturating_sub(1),
        Action::PageDown => *top + 10,
        Action::PageUp => top.saturating_sub(10),
        Action::First => 0,
        Action::Last => usize::MAX / 2,
        _ => *top,
    };
    true
}

fn choose(model: &mut Model, slot: crate::tui::form::Slot, at: usize) {
    let Some(step) = model.step() else { return };
    form::set_option(model, step, slot, at);
    let held = answer::held(step, slot, model.session.answers());
    if let Some(answer::Held::Source { options, at }) = held
        && answer::is_typed(options, at)
    {
        form::ask_secret(model, slot);
    }
}

/// Whether it is done with.
fn password_key(model: &mut Model, password: &mut Password, action: Action) -> bool {
    match action {
        Action::Next => {
            password.at = 1 - password.at;
            password.shown_until = None;
        }
        Action::Reveal => {
            let shown = password.shown_until.take();
            password.shown_until = shown.is_none().then(|| model.now + SHOWN);
        }
        Action::Delete => password.lines[password.at].clear(),
        Action::Edit(_) => password.lines[password.at].back(),
        Action::Accept if password.at == 0 && !password.lines[0].is_empty() => {
            password.at = 1;
            password.shown_until = None;
        }
        Action::Accept if password.lines[0].is_empty() => password.problem = Some("nothing is typed".into()),
        Action::Accept if !password.lines[0].same(&password.lines[1]) => {
            password.lines[1].clear();
            password.problem = Some("the two are not the same; type the second again".into());
        }
        Action::Accept => {
            model.session.type_secret(password.id, password.lines[0].secret().cloned());
            model.form.left.insert(password.id);
            model.say("held in memory for this run; it is not saved with the session");
            return true;
        }
        _ => {}
    }
    false
}

fn prompt_key(model: &mut Model, prompt: &mut Prompt, action: Action, cmds: &mut Vec<Cmd>) -> bool {
    match action {
        Action::Edit(edit) => {
            prompt.line.apply(edit);
            false
        }
        Action::Accept => {
            let text = prompt.line.text().trim().to_owned();
            if text.is_empty() {
                return false;
            }
            match prompt.purpose.clone() {
                Purpose::Duplicate(name) => cmds.push(Cmd::Duplicate { name, to: text }),
                Purpose::Export(name) => cmds.push(Cmd::Export { name, path: text }),
                Purpose::Folder => review::dialog(model, text, cmds),
                Purpose::KeepFrom => {
                    cmds.push(Cmd::KeepFrom(text));
                    model.work = Work::Idle;
                }
                Purpose::OpenFile => cmds.push(Cmd::OpenFile(text)),
                Purpose::Rename(from) => cmds.push(Cmd::Rename { from, to: text }),
            }
            true
        }
        _ => false,
    }
}

/// One of the ways of the question before the write.
fn take(model: &mut Model, way: Way, cmds: &mut Vec<Cmd>) {
    match way {
        Way::Write => {
            if let Some(Modal::Write(dialog)) = &mut model.modal {
                dialog.accepted = true;
            }
        }
        Way::Replace => {
            if model.work.made().is_some() {
                review::write(model, true, cmds);
            } else {
                model.complain("the keys are not made yet; try again in a moment");
            }
        }
        Way::OtherFolder => {
            let Some(Modal::Write(dialog)) = &model.modal else { return };
            let folder = dialog.folder.clone();
            start::ask(model, Purpose::Folder, "Another folder", "Absent, or empty.", &folder);
        }
        Way::Stay => model.modal = None,
    }
}
