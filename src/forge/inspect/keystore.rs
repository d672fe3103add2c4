//! The products' keystores in words: which settings they hold, never what these are.

use super::{Budget, open};
use crate::forge::{Description, Item, keystore_format};

pub(super) fn describe(bytes: &[u8], passwords: &[&str], budget: &mut Budget) -> Description {
    let kind = keystore_format(bytes).map(|format| format.to_string()).unwrap_or_default();
    let mut description = Description::new(&kind);
    if let Err(spent) = budget.lock() {
        return description.note(spent.to_string());
    }
    let Budget { keystores, rounds, .. } = budget;
    // The empty password first: a keystore that starts by itself has none.
    let passwords = [""].into_iter().chain(passwords.iter().copied());
    match open(passwords, |password| keystores.read_within(bytes, password, rounds)) {
        Ok((entries, password)) => {
            description.notes.extend(password.is_empty().then(|| "no password".to_owned()));
            description.items = entries.iter().map(|entry| Item::new(&*entry.name)).collect();
            description
        }
        Err(problem) => description.note(problem),
    }
}
