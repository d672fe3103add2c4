//! Zip files in words, with what their members hold.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipResult;

use super::{Budget, describe as describe_member};
use crate::forge::{Description, Item};

/// Of each member no more than this is read: nothing of ours is larger, and a bomb stays harmless.
const MOST_BYTES: u64 = 16 << 20;
/// Its list alone takes more memory than the archive itself.
const MOST_ARCHIVE: usize = 16 << 20;
const MOST_DEPTH: usize = 2;

pub(super) fn describe(bytes: &[u8], passwords: &[&str], depth: usize, budget: &mut Budget) -> Description {
    let description = Description::new("zip");
    if depth > MOST_DEPTH {
        return description.note("not opened: archives within archives");
    }
    if bytes.len() > MOST_ARCHIVE {
        return description.note("not opened: larger than 16 MiB");
    }
    match members(bytes, passwords, depth, budget) {
        Ok(items) if budget.unpacked == 0 => {
            Description { items, ..description.note("not read to its end: it unpacks to more than 256 MiB") }
        }
        Ok(items) => Description { items, ..description },
        Err(error) => description.note(format!("cannot be read: {error}")),
    }
}

fn members(bytes: &[u8], passwords: &[&str], depth: usize, budget: &mut Budget) -> ZipResult<Vec<Item>> {
    let mut zip = ZipArchive::new(Cursor::new(bytes))?;
    let mut items = Vec::new();
    for index in 0..zip.len() {
        if budget.unpacked == 0 {
            break;
        }
        let mut member = zip.by_index(index)?;
        let name = member.name()?.into_owned();
        let mut item = Item::new(name.as_str());
        if let Some(mode) = member.unix_mode() {
            item.line("mode", format!("{:04o}", mode & 0o7777));
        }
        if !member.is_dir() {
            let mut content = zeroize::Zeroizing::new(Vec::new());
            member.by_ref().take(MOST_BYTES.min(budget.unpacked)).read_to_end(&mut content)?;
            budget.unpacked = budget.unpacked.saturating_sub(content.len() as u64);
            let inside = describe_member(&name, &content, passwords, depth + 1, budget);
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
