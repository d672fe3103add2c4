//! The products' keystores in words: which settings they hold, never what these are.

use super::open;
use crate::forge::{Description, Item, keystore_format, read_keystore};

pub(super) fn describe(bytes: &[u8], passwords: &[&str]) -> Description {
    let kind = keystore_format(bytes).map(|format| format.to_string()).unwrap_or_default();
    let mut description = Description::new(&kind);
    // The empty password first: a keystore that starts by itself has none.
    match open([""].into_iter().chain(passwords.iter().copied()), |password| read_keystore(bytes, password)) {
        Ok((entries, password)) => {
            description.notes.extend(password.is_empty().then(|| "no password".to_owned()));
            description.items = entries.iter().map(|entry| Item::new(&*entry.name)).collect();
            description
        }
        Err(problem) => description.note(problem),
    }
}
