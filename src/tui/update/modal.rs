//! Keys in what lies over a page. Esc closes it and nothing else.

use super::{form, review, several, start};
use crate::sitting::answer;
use crate::sitting::msg::{Cmd, Moment};
use crate::sitting::output::{WAYS_OUT, Way};
use crate::sitting::secret;
use crate::sitting::work::Work;
use crate::tui::keys::Action;
use crate::tui::modal::{Modal, Password, Prompt, Purpose};
use crate::tui::model::Model;

/// A revealed secret is masked again after this.
pub const SHOWN: Moment = Moment::from_secs(10);

pub fn act(model: &mut Model, action: Action, cmds: &mut Vec<Cmd>) {
    if action == Action::Close {
        if matches!(model.modal, Some(Modal::ReadOnly(_))) {
            super::results::shut(model, cmds);
        }
        model.modal = None;
        return;
    }
    let Some(mut modal) = model.modal.take() else { return };
    let keep = match &mut modal {
        Modal::Help { top } | Modal::Report { top, .. } => scroll(top, action),
        Modal::Options { slot, at } => {
            let count = form::options(model, *slot).len();
            match action {
                Action::Accept => {
                    choose(model, *slot, *at);
                    return;
                }
                _ => turn(at, count, action),
            }
        }
        Modal::Several { slot, items, at } => several::act(model, *slot, items, at, action),
        Modal::Password(password) => !password_key(model, password, action),
        Modal::Prompt(prompt) => !prompt_key(model, prompt, action, cmds),
        Modal::Remove(name) => {
            if action == Action::Accept {
                cmds.push(Cmd::Remove(name.clone()));
            }
            action != Action::Accept
        }
        Modal::Lost { at, .. } => match action {
            Action::Accept => {
                way_out(model, *at);
                false
            }
            _ => turn(at, WAYS_OUT.len(), action),
        },
        Modal::ReadOnly(_) => action != Action::Accept,
        Modal::Anew => {
            if action == Action::Accept {
                cmds.push(Cmd::Renew);
            }
            action != Action::Accept
        }
        Modal::Write(dialog) => match action {
            Action::Accept | Action::Folder => {
                let way = if action == Action::Folder { Way::OtherFolder } else { dialog.way() };
                model.modal = Some(modal);
                return take(model, way, cmds);
            }
            _ => {
                let count = dialog.ways().len();
                turn(&mut dialog.at, count, action)
            }
        },
    };
    if keep && model.modal.is_none() {
        model.modal = Some(modal);
    }
}

pub fn type_text(model: &mut Model, text: &str) {
    match &mut model.modal {
        Some(Modal::Password(password)) => {
            password.problem = None;
            let typed = text.trim_end_matches(['\r', '\n']);
            match secret::refusal(typed) {
                Some(why) => password.problem = Some(why.into()),
                None => password.lines[password.at].push(typed),
            }
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

/// Up and down in a short list, round and round.
pub fn turn(at: &mut usize, count: usize, action: Action) -> bool {
    let count = count.max(1);
    *at = match action {
        Action::Down => (*at + 1) % count,
        Action::Up => (*at + count - 1) % count,
        _ => *at,
    };
    true
}

fn choose(model: &mut Model, slot: crate::sitting::form::Slot, at: usize) {
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
        Action::Accept if password.lines[0].is_empty() && !password.lines[1].is_empty() => {
            password.at = 0;
            password.problem = Some("type it in both lines".into());
        }
        Action::Accept if password.lines[0].is_empty() => password.problem = Some("nothing is typed".into()),
        Action::Accept if !password.lines[0].same(&password.lines[1]) => {
            password.lines[1].clear();
            password.problem = Some(format!("{}; type the second again", secret::NOT_THE_SAME));
        }
        Action::Accept => {
            let Some(typed) = password.lines[0].secret().cloned() else { return false };
            model.say(secret::taken(&typed));
            model.session.type_secret(password.id, Some(typed));
            model.form.left.insert(password.id);
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
                    model.making.work = Work::Idle;
                }
                Purpose::OpenFile => {
                    model.start.path.clone_from(&text);
                    cmds.push(Cmd::OpenFile(text));
                }
                Purpose::Rename(from) => {
                    model.start.follow = Some(text.clone());
                    cmds.push(Cmd::Rename { from, to: text });
                }
            }
            true
        }
        _ => false,
    }
}

/// One of [`WAYS_OUT`]; the last one changes nothing.
fn way_out(model: &mut Model, at: usize) {
    match at {
        0 => {
            let hint = "The folder of the earlier output, with its authorities/ in it.";
            start::ask(model, Purpose::KeepFrom, "Where are the authorities made before?", hint, "");
        }
        1 => model.modal = Some(Modal::Anew),
        _ => {}
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
            if model.making.work.made().is_some() {
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
