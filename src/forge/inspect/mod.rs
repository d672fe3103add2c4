//! Any bytes in words: what the review shows is read back from what will be written. Knows no plan,
//! and never repeats a secret.

mod algorithm;
mod archive;
mod certificate;
mod keystore;
mod store;

use super::cost::Allowance;
use super::pem::{Block, open_key, read_pem};
use super::{Description, Error, Item, KeystoreReader, keystore_format};

pub(super) use algorithm::public_words;

const LOCKED: &str = "locked: none of the known passwords opens it";

/// Tries the passwords in their order, and says which of them opened it; else what is wrong.
fn open<'a, T>(
    passwords: impl IntoIterator<Item = &'a str>,
    mut read: impl FnMut(&str) -> Result<T, Error>,
) -> Result<(T, &'a str), String> {
    let mut tried = Vec::new();
    for password in passwords {
        if tried.contains(&password) {
            continue;
        }
        match read(password) {
            Ok(found) => return Ok((found, password)),
            Err(Error::Locked) => tried.push(password),
            Err(other) => return Err(other.to_string()),
        }
    }
    Err(LOCKED.to_owned())
}

/// A locked key or store takes some milliseconds to open, which nobody waits for a thousand times.
const MOST_LOCKED: usize = 64;
/// What the archives of one file hold in all; more is a bomb, or nothing of ours.
const MOST_UNPACKED: u64 = 256 << 20;

/// Rounds of all locks that are tried, with all passwords: some ten seconds.
const MOST_ROUNDS: u64 = 20_000_000;

/// What is left to spend on one file, whatever is packed into it.
struct Budget {
    locked: usize,
    rounds: Allowance,
    unpacked: u64,
    /// Keystores of one run share their keys, which are paid for once.
    keystores: KeystoreReader,
}

impl Budget {
    /// One more locked thing is tried, each time for as much as its locks take.
    fn lock(&mut self) -> Result<(), Error> {
        self.locked = self.locked.checked_sub(1).ok_or(Error::Spent)?;
        Ok(())
    }
}

/// Describes a file by what it holds; its name decides nothing that the bytes can tell.
pub fn inspect(name: &str, bytes: &[u8], passwords: &[&str]) -> Description {
    describe(
        name,
        bytes,
        passwords,
        0,
        &mut Budget {
            locked: MOST_LOCKED,
            rounds: Allowance::new(MOST_ROUNDS),
            unpacked: MOST_UNPACKED,
            keystores: KeystoreReader::default(),
        },
    )
}

/// `depth` counts the archives around it.
fn describe(name: &str, bytes: &[u8], passwords: &[&str], depth: usize, budget: &mut Budget) -> Description {
    match bytes {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => archive::describe(bytes, passwords, depth, budget),
        _ if keystore_format(bytes).is_some() => keystore::describe(bytes, passwords, budget),
        [0xfe, 0xed, 0xfe, 0xed, ..] | [0xce, 0xce, 0xce, 0xce, ..] => {
            store::describe(bytes, passwords, budget)
        }
        [0x30, ..] => der(name, bytes, passwords, budget),
        _ if bytes.windows(11).any(|window| window == b"-----BEGIN ") => pem(bytes, passwords, budget),
        _ => text(bytes),
    }
}

fn der(name: &str, bytes: &[u8], passwords: &[&str], budget: &mut Budget) -> Description {
    let store = [".p12", ".pfx", ".pkcs12"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    if store {
        return store::describe(bytes, passwords, budget);
    }
    if let Some(item) = certificate::certificate("certificate", bytes) {
        return Description { items: vec![item], ..Description::new("certificate") };
    }
    if let Some(item) = certificate::request(bytes) {
        return Description { items: vec![item], ..Description::new("certificate request") };
    }
    match algorithm::private_words(bytes) {
        Some(words) => Description { items: vec![key(words)], ..Description::new("private key") },
        None => store::describe(bytes, passwords, budget),
    }
}

fn text(bytes: &[u8]) -> Description {
    match std::str::from_utf8(bytes) {
        Ok("") => Description::new("empty"),
        Ok(text) => match text.lines().count() {
            1 => Description::new("text").note("1 line"),
            lines => Description::new("text").note(format!("{lines} lines")),
        },
        Err(_) => Description::new("binary").note(format!("{} bytes", bytes.len())),
    }
}

fn pem(bytes: &[u8], passwords: &[&str], budget: &mut Budget) -> Description {
    let blocks = match read_pem(bytes) {
        Ok(blocks) => blocks,
        Err(error) => return Description::new("PEM").note(error.to_string()),
    };
    let certificates = blocks.iter().filter(|block| block.label == "CERTIFICATE").count();
    let kind = match blocks.as_slice() {
        [block] => kind_of(block),
        all if certificates == all.len() => "certificates",
        _ => "PEM",
    };
    let mut description = Description::new(kind);
    let mut nth = 0;
    for block in &blocks {
        let item = match block.label.as_str() {
            "CERTIFICATE" => {
                nth += 1;
                let title = if certificates > 1 {
                    format!("certificate {nth} of {certificates}")
                } else {
                    String::from("certificate")
                };
                certificate::certificate(&title, &block.der)
            }
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => certificate::request(&block.der),
            label if label.ends_with("PRIVATE KEY") => Some(pem_key(block, &blocks, passwords, budget)),
            label => Some(Item::new(label.to_lowercase())),
        };
        let unreadable = || Item::new(format!("{}  cannot be read", block.label.to_lowercase()));
        description.items.push(item.unwrap_or_else(unreadable));
    }
    description
}

fn kind_of(block: &Block) -> &'static str {
    match block.label.as_str() {
        "CERTIFICATE" => "certificate",
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => "certificate request",
        "ENCRYPTED PRIVATE KEY" => "encrypted private key",
        label if label.ends_with("PRIVATE KEY") && block.headers.is_empty() => "private key",
        label if label.ends_with("PRIVATE KEY") => "encrypted private key",
        _ => "PEM",
    }
}

fn pem_key(block: &Block, blocks: &[Block], passwords: &[&str], budget: &mut Budget) -> Item {
    let encrypted = block.label == "ENCRYPTED PRIVATE KEY";
    let opened = if encrypted && !passwords.is_empty() {
        budget.lock().map_err(|spent| spent.to_string()).and_then(|()| {
            let left = &mut budget.rounds;
            open(passwords.iter().copied(), |password| open_key(block, blocks, Some(password), left))
        })
    } else {
        open([""], |_| open_key(block, blocks, None, &mut budget.rounds))
    };
    let mut item = Item::new(if encrypted { "encrypted private key" } else { "private key" });
    if let Ok((key, _)) = &opened {
        item.line("key", algorithm::private_words(key).unwrap_or_default());
    }
    item.line("encryption", if encrypted { algorithm::encryption_words(&block.der) } else { String::new() });
    item.line("problem", opened.err().unwrap_or_default());
    item
}

fn key(words: String) -> Item {
    let mut item = Item::new("private key");
    item.line("key", words);
    item
}
