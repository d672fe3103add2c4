//! The products' keystores in words: which settings they hold, never what these are.

use super::LOCKED;
use crate::forge::{Description, Error, Item, keystore_format, read_keystore};

pub(super) fn describe(bytes: &[u8], passwords: &[&str]) -> Description {
    let kind = keystore_format(bytes).map(|format| format.to_string()).unwrap_or_default();
    let mut description = Description::new(&kind);
    let mut problem = LOCKED.to_owned();
    // The empty password first: a keystore that starts by itself has none.
    for password in [""].into_iter().chain(passwords.iter().copied().filter(|password| !password.is_empty()))
    {
        match read_keystore(bytes, password) {
            Ok(entries) => {
                description.notes.extend(password.is_empty().then(|| "no password".to_owned()));
                description.items = entries.iter().map(|entry| Item::new(&*entry.name)).collect();
                return description;
            }
            Err(Error::Locked) => {}
            Err(other) => {
                problem = other.to_string();
                break;
            }
        }
    }
    description.note(problem)
}
