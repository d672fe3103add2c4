//! PKCS#12 files in words.

use super::{Budget, algorithm, certificate, open};
use crate::forge::store::read_store_within;
use crate::forge::{Description, Item, StoreEntry};

pub(super) fn describe(bytes: &[u8], passwords: &[&str], budget: &mut Budget) -> Description {
    let mut description = Description::new("PKCS#12");
    if let Err(spent) = budget.lock() {
        return description.note(spent.to_string());
    }
    // The empty password last: a store without one is made with it.
    let passwords = passwords.iter().copied().chain([""]);
    match open(passwords, |password| read_store_within(bytes, password, &mut budget.rounds)) {
        Ok((entries, password)) => {
            description.notes = algorithm::store_words(bytes);
            description.notes.extend(password.is_empty().then(|| "no password".to_owned()));
            description.items = entries.iter().map(entry).collect();
            description
        }
        Err(problem) => description.note(problem),
    }
}

fn entry(entry: &StoreEntry) -> Item {
    let alias = entry.alias.as_deref().unwrap_or("(without a name)");
    let Some(key) = &entry.key else {
        let kind = if entry.trusted { "trusted certificate" } else { "certificate" };
        let title = format!("entry {alias}  {kind}");
        let only = entry.chain.first().and_then(|der| certificate::certificate(&title, der));
        return only.unwrap_or_else(|| Item::new(title));
    };
    let mut item = Item::new(format!("entry {alias}  private key"));
    item.line("key", algorithm::private_words(key).unwrap_or_default());
    if entry.chain.is_empty() {
        item.line("problem", "the store has no certificate for this key");
    }
    for (nth, der) in entry.chain.iter().enumerate() {
        let title = if nth == 0 { "its certificate" } else { "issuer" };
        item.children.extend(certificate::certificate(title, der));
    }
    item
}
