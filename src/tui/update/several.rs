//! Lists that can be chosen instead of typed: Space marks, Enter takes. What was typed and is not among
//! the proposals stays.

use super::modal::turn;
use crate::sitting::answer;
use crate::sitting::form::{self, Slot};
use crate::tui::keys::Action;
use crate::tui::modal::Modal;
use crate::tui::model::Model;

/// Whether the focused list proposes anything.
pub fn has_suggestions(model: &Model) -> bool {
    suggestions(model).next().is_some()
}

/// What the focused list proposes; nothing for every other field.
fn suggestions(model: &Model) -> impl Iterator<Item = String> {
    let field = model.step().zip(model.slot()).and_then(|(step, slot)| answer::field(step, slot));
    field.into_iter().flat_map(|field| (field.suggest)(model.session.answers()))
}

pub fn open(model: &mut Model, slot: Slot, text: &str) {
    let typed = form::split(text);
    let mut items: Vec<(String, bool)> = Vec::new();
    for proposal in suggestions(model) {
        if items.iter().all(|(held, _)| *held != proposal) {
            let taken = typed.contains(&proposal);
            items.push((proposal, taken));
        }
    }
    if items.is_empty() {
        return;
    }
    let others: Vec<String> =
        typed.into_iter().filter(|word| items.iter().all(|(held, _)| held != word)).collect();
    items.extend(others.into_iter().map(|word| (word, true)));
    model.modal = Some(Modal::Several { slot, items, at: 0 });
}

/// Whether it stays open.
pub fn act(
    model: &mut Model,
    slot: Slot,
    items: &mut [(String, bool)],
    at: &mut usize,
    action: Action,
) -> bool {
    match action {
        Action::More => {
            if let Some((_, taken)) = items.get_mut(*at) {
                *taken = !*taken;
            }
        }
        Action::Accept => {
            let taken = items.iter().filter(|(_, taken)| *taken).map(|(item, _)| item.clone());
            let text = form::join(&taken.collect::<Vec<_>>());
            let Some(step) = model.step() else { return false };
            model.form.line = None;
            model.edit(Some(slot), |answers| answer::set_text(step, slot, answers, &text));
            return false;
        }
        _ => return turn(at, items.len(), action),
    }
    true
}
