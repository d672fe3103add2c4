//! Zip files in words, with what their members hold.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipResult;

use super::describe as describe_member;
use crate::forge::{Description, Item};

/// Of each member no more than this is read: nothing of ours is larger, and a bomb stays harmless.
const MOST_BYTES: u64 = 16 << 20;
/// A locked store takes some milliseconds to open, which nobody waits for a thousand times.
const MOST_STORES: usize = 64;
const MOST_DEPTH: usize = 2;

pub(super) fn describe(bytes: &[u8], passwords: &[&str], depth: usize) -> Description {
    let description = Description::new("zip");
    if depth > MOST_DEPTH {
        return description.note("not opened: archives within archives");
    }
    match members(bytes, passwords, depth) {
        Ok(items) => Description { items, ..description },
        Err(error) => description.note(format!("cannot be read: {error}")),
    }
}

fn members(bytes: &[u8], passwords: &[&str], depth: usize) -> ZipResult<Vec<Item>> {
    let mut zip = ZipArchive::new(Cursor::new(bytes))?;
    let (mut items, mut stores) = (Vec::new(), 0);
    for index in 0..zip.len() {
        let mut member = zip.by_index(index)?;
        let name = member.name()?.into_owned();
        let mut item = Item::new(name.as_str());
        if let Some(mode) = member.unix_mode() {
            item.line("mode", format!("{:04o}", mode & 0o7777));
        }
        let locked = [".p12", ".key", ".keystore"].iter().any(|end| name.ends_with(end));
        stores += usize::from(locked);
        if locked && stores > MOST_STORES {
            item.line("holds", "not opened here: there are too many like it");
        } else if !member.is_dir() {
            let mut content = zeroize::Zeroizing::new(Vec::new());
            member.by_ref().take(MOST_BYTES).read_to_end(&mut content)?;
            let inside = describe_member(&name, &content, passwords, depth + 1);
            item.line(
                "holds",
                std::iter::once(inside.kind).chain(inside.notes).collect::<Vec<_>>().join("; "),
            );
            item.children = inside.items;
        }
        items.push(item);
    }
    Ok(items)
}
