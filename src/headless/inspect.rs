//! `inspect`: what stores, certificates, requests and archives hold, by the forge's own reader.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::cli::InspectArgs;
use super::{Error, Outcome};
use crate::forge::{KeystoreReader, inspect};
use crate::store::{has_output, read_bounded};
use crate::values::Secret;

/// Larger files are not of the kinds that are decoded.
const MOST_BYTES: u64 = 64 << 20;
const MOST_PASSWORD: u64 = 4096;
/// Of keystores that lie near, in which passwords are sought: half a minute. Those of one run cost as much as one.
const MOST_ROUNDS: u64 = 50_000_000;

pub fn print(args: &InspectArgs, out: &mut impl Write) -> Result<Outcome, Error> {
    let mut given = Vec::new();
    if let Some(path) = &args.password_file {
        let bytes = read_bounded(path, MOST_PASSWORD)?;
        let text =
            std::str::from_utf8(&bytes).map_err(|_| Error::Usage(format!("{}: not text", path.display())))?;
        given.push(Secret::new(text.lines().next().unwrap_or_default()));
    }
    let mut files = Vec::new();
    for path in &args.files {
        collect(path, &mut files)?;
    }
    let mut near = Near { reader: KeystoreReader::for_rounds(MOST_ROUNDS), opened: HashMap::new() };
    for path in &files {
        let bytes = read_bounded(path, MOST_BYTES)?;
        let mut passwords = given.clone();
        passwords.extend(near.passwords(path));
        let passwords: Vec<&str> = passwords.iter().map(Secret::reveal).collect();
        writeln!(out, "{}\n{}", path.display(), inspect(&path.to_string_lossy(), &bytes, &passwords))?;
    }
    Ok(Outcome::Done)
}

/// A file by itself, or the regular files of a folder in order.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in entries(path) {
        let kind =
            fs::symlink_metadata(&entry).map_err(|e| Error::Usage(format!("{}: {e}", entry.display())))?;
        if kind.is_dir() {
            collect(&entry, files)?;
        } else if kind.is_file() {
            files.push(entry);
        }
    }
    Ok(())
}

/// Looks for passwords near a file, and opens each keystore once.
struct Near {
    reader: KeystoreReader,
    opened: HashMap<PathBuf, Vec<Secret>>,
}

impl Near {
    /// Passwords that an output of stackseal keeps near a file: `<file>.password`, the secure settings and
    /// keystores of its host, and for an archive of several hosts those of the authorities and of any one
    /// host.
    fn passwords(&mut self, path: &Path) -> Vec<Secret> {
        let mut files = Vec::new();
        let mut stores = Vec::new();
        let mut own = path.as_os_str().to_owned();
        own.push(".password");
        files.push(PathBuf::from(own));
        for folder in path.ancestors().skip(1).take(6) {
            files.extend(entries(&folder.join("secure-settings")));
            files.push(folder.join("keystore.password"));
            stores.extend(ending(folder, "keystore"));
            if has_output(folder) {
                files.extend(ending(&folder.join("authorities"), "password"));
                if let Some(host) = entries(&folder.join("hosts")).first() {
                    files.extend(entries(&host.join("elasticsearch/secure-settings")));
                    files.push(host.join("elasticsearch/keystore.password"));
                    stores.extend(ending(&host.join("elasticsearch/config"), "keystore"));
                }
                break;
            }
        }
        let mut found: Vec<Secret> = Vec::new();
        for bytes in files.iter().filter_map(|file| read_bounded(file, MOST_PASSWORD).ok()) {
            if let Ok(text) = std::str::from_utf8(&bytes) {
                add(&mut found, Secret::new(text));
            }
        }
        for store in stores.iter().filter(|store| *store != path) {
            let inside = self.stored(store, &found);
            for secret in inside {
                add(&mut found, secret);
            }
        }
        found
    }

    /// The values in a keystore; none where it cannot be opened.
    fn stored(&mut self, path: &Path, passwords: &[Secret]) -> Vec<Secret> {
        if let Some(known) = self.opened.get(path) {
            return known.clone();
        }
        let bytes = read_bounded(path, MOST_BYTES).unwrap_or_default();
        let mut tries = [""].into_iter().chain(passwords.iter().map(Secret::reveal));
        let entries = tries.find_map(|password| self.reader.read(&bytes, password).ok());
        let values: Vec<Secret> = entries.into_iter().flatten().map(|entry| entry.value).collect();
        self.opened.insert(path.to_owned(), values.clone());
        values
    }
}

fn add(found: &mut Vec<Secret>, secret: Secret) {
    if !found.contains(&secret) {
        found.push(secret);
    }
}

fn ending(folder: &Path, end: &str) -> impl Iterator<Item = PathBuf> {
    entries(folder).into_iter().filter(move |file| file.extension().is_some_and(|e| e == end))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries
}
