//! `inspect`: what stores, certificates, requests and archives hold, by the forge's own reader.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::cli::InspectArgs;
use super::{Error, Outcome};
use crate::forge::inspect;
use crate::store::{has_output, read_bounded};
use crate::values::Secret;

/// Larger files are not of the kinds that are decoded.
const MOST_BYTES: u64 = 64 << 20;
const MOST_PASSWORD: u64 = 4096;

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
    for path in &files {
        let bytes = read_bounded(path, MOST_BYTES)?;
        let mut passwords = given.clone();
        passwords.extend(beside(path));
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

/// Passwords that an output of stackseal keeps near a file: `<file>.password`, the secure settings of
/// its host, and for an archive of several hosts those of the authorities and of any one host.
fn beside(path: &Path) -> Vec<Secret> {
    let mut files = Vec::new();
    let mut own = path.as_os_str().to_owned();
    own.push(".password");
    files.push(PathBuf::from(own));
    for folder in path.ancestors().skip(1).take(6) {
        files.extend(entries(&folder.join("secure-settings")));
        if has_output(folder) {
            files.extend(
                entries(&folder.join("authorities"))
                    .into_iter()
                    .filter(|f| f.extension().is_some_and(|e| e == "password")),
            );
            if let Some(host) = entries(&folder.join("hosts")).first() {
                files.extend(entries(&host.join("elasticsearch/secure-settings")));
            }
            break;
        }
    }
    let mut found: Vec<Secret> = Vec::new();
    for bytes in files.iter().filter_map(|file| read_bounded(file, MOST_PASSWORD).ok()) {
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        let secret = Secret::new(text);
        if !found.contains(&secret) {
            found.push(secret);
        }
    }
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries
}
