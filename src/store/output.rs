//! Writes an output: everything into a folder beside the target, synced, then one step that shows it.
//! Whenever the process dies, the target is what it was or what it is to be.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::receipt::Receipt;
use super::{Disk, Error, Lock, keep};
use crate::forge::Bundle;
use crate::values::moment_text;

/// What to do where the target exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    Refuse,
    /// Exchange it, and keep the old one aside.
    Replace,
}

/// Files of others that are larger stay with the output that is kept aside.
const MOST_CARRIED: u64 = 1 << 20;

/// What stands where the output is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Nothing,
    Empty,
    /// An output of stackseal.
    Output,
    /// Something else, which is never replaced.
    Other,
}

pub fn standing(folder: &Path) -> Standing {
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Standing::Nothing,
        // A link could not be exchanged for a folder, and who cannot look cannot write either.
        Err(_) => Standing::Other,
        Ok(found) if !found.is_dir() => Standing::Other,
        Ok(_) if keep::has_output(folder) => Standing::Output,
        Ok(_) => match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
            Ok(true) => Standing::Empty,
            _ => Standing::Other,
        },
    }
}

/// Refuses what [`write_output`] would refuse, so that nobody waits for keys in vain. `run` is the
/// session's, whose output alone is replaced; with `None` any output is.
pub fn check_target(folder: &Path, existing: Existing, run: Option<&str>) -> Result<(), Error> {
    match (standing(folder), existing) {
        (Standing::Nothing | Standing::Empty, _) => Ok(()),
        (Standing::Other, Existing::Replace) => Err(Error::NotOurs(folder.to_owned())),
        (Standing::Output, Existing::Replace) => match Receipt::read(folder)?.run {
            theirs if run.is_some_and(|run| run != theirs) => {
                Err(Error::OtherSession { folder: folder.to_owned(), run: theirs })
            }
            _ => Ok(()),
        },
        (_, Existing::Refuse) => Err(Error::OutputExists(folder.to_owned())),
    }
}

/// Writes all of `bundle`. Where an output was replaced, returns the folder that now holds the old one.
pub fn write_output(
    disk: &dyn Disk,
    bundle: &Bundle,
    folder: &Path,
    existing: Existing,
) -> Result<Option<PathBuf>, Error> {
    check_target(folder, existing, None)?;
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
    let staging = beside(folder, "stackseal-new");
    clear(disk, &staging, folder)?;
    disk.make_dir(&staging).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Error::Busy(folder.to_owned()),
        _ => Error::io("create", &staging)(error),
    })?;
    // Held until the end: another run that wants this target sees that one is at work. One that came between
    // took the new folder for what a stopped run left, and removes it.
    let Some(_lock) = Lock::take_folder(&staging).map_err(Error::io("lock", &staging))? else {
        return Err(Error::Busy(folder.to_owned()));
    };
    // Another run may have ended since it was looked for.
    let written = check_target(folder, existing, None)
        .and_then(|()| stage(disk, bundle, &staging))
        .and_then(|()| carry(disk, bundle, folder, &staging))
        .and_then(|()| disk.sync_tree(&staging).map_err(Error::io("write", &staging)))
        .and_then(|()| show(disk, &staging, folder, bundle));
    match written {
        Ok(aside) => {
            disk.sync_dir(parent).map_err(Error::io("write", parent))?;
            Ok(aside)
        }
        Err(error) => {
            // The next run clears what cannot be removed now.
            let _ = disk.remove_dir_all(&staging);
            Err(error)
        }
    }
}

fn beside(folder: &Path, suffix: &str) -> PathBuf {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    folder.with_file_name(format!(".{name}.{suffix}"))
}

/// Takes away what a run left that was stopped. Stopped just after an exchange, it left the old output
/// there, which is older than the target; that is kept aside, not removed.
fn clear(disk: &dyn Disk, staging: &Path, folder: &Path) -> Result<(), Error> {
    if !staging.exists() {
        return Ok(());
    }
    let lock = Lock::take_folder(staging).map_err(Error::io("clear", staging))?;
    if lock.is_none() {
        return Err(Error::Busy(folder.to_owned()));
    }
    if let (Ok(left), Ok(shown)) = (Receipt::read(staging), Receipt::read(folder))
        && left.written <= shown.written
    {
        let stamp: String = shown.written.chars().filter(char::is_ascii_digit).collect();
        return disk.rename(staging, &free_aside(folder, &stamp)).map_err(Error::io("keep aside", staging));
    }
    match disk.remove_dir_all(staging) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("clear", staging)(error)),
        _ => Ok(()),
    }
}

fn stage(disk: &dyn Disk, bundle: &Bundle, staging: &Path) -> Result<(), Error> {
    let mut made: BTreeSet<&str> = BTreeSet::new();
    for output in &bundle.outputs {
        make_parents(disk, staging, output.path.parent(), &mut made)?;
        let path = staging.join(output.path.as_str());
        disk.write_new(&path, &output.bytes.whole(), output.mode.0).map_err(Error::io("write", &path))?;
    }
    Ok(())
}

/// What others put into the output that is replaced, such as keys that a call made or an authority's file:
/// it goes along wherever its folder still is one.
fn carry(disk: &dyn Disk, bundle: &Bundle, old: &Path, staging: &Path) -> Result<(), Error> {
    if standing(old) != Standing::Output {
        return Ok(());
    }
    let written: BTreeSet<String> = Receipt::read(old)?.files.into_iter().map(|row| row.path).collect();
    let folders: BTreeSet<&str> = bundle.outputs.iter().map(|output| output.path.parent()).collect();
    for folder in folders {
        let Ok(entries) = fs::read_dir(old.join(folder)) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            let new = staging.join(&path);
            let small = entry.metadata().is_ok_and(|found| found.is_file() && found.len() <= MOST_CARRIED);
            if !small || new.exists() || written.contains(&path) || path == super::receipt::NAME {
                continue;
            }
            let bytes = fs::read(entry.path()).map_err(Error::io("read", &entry.path()))?;
            disk.write_new(&new, &bytes, mode_of(&entry)).map_err(Error::io("write", &new))?;
        }
    }
    Ok(())
}

fn mode_of(entry: &fs::DirEntry) -> u32 {
    entry.metadata().map_or(0o600, |found| super::platform::mode_of(&found))
}

fn make_parents<'a>(
    disk: &dyn Disk,
    staging: &Path,
    folder: &'a str,
    made: &mut BTreeSet<&'a str>,
) -> Result<(), Error> {
    if folder.is_empty() || made.contains(folder) {
        return Ok(());
    }
    make_parents(disk, staging, folder.rsplit_once('/').map_or("", |(parent, _)| parent), made)?;
    let path = staging.join(folder);
    disk.make_dir(&path).map_err(Error::io("create", &path))?;
    made.insert(folder);
    Ok(())
}

/// The one step after which the output is there.
fn show(disk: &dyn Disk, staging: &Path, folder: &Path, bundle: &Bundle) -> Result<Option<PathBuf>, Error> {
    if standing(folder) != Standing::Output {
        disk.rename(staging, folder).map_err(Error::io("write", folder))?;
        return Ok(None);
    }
    let stamp: String = moment_text(bundle.made_at).chars().filter(char::is_ascii_digit).collect();
    let aside = free_aside(folder, &stamp);
    match disk.exchange(staging, folder) {
        // From here on the new output is in place, and `staging` holds the old one: it stays wherever
        // it can.
        Ok(()) => {
            return Ok(Some(if disk.rename(staging, &aside).is_ok() { aside } else { staging.to_owned() }));
        }
        Err(error) if unsupported(&error) => {
            disk.rename(folder, &aside).map_err(Error::io("keep aside", folder))?;
            if let Err(error) = disk.rename(staging, folder) {
                let _ = disk.rename(&aside, folder);
                return Err(Error::io("write", folder)(error));
            }
        }
        Err(error) => return Err(Error::io("write", folder)(error)),
    }
    Ok(Some(aside))
}

/// File systems without renameat2's exchange answer so.
fn unsupported(error: &std::io::Error) -> bool {
    const EINVAL: i32 = 22;
    const ENOSYS: i32 = 38;
    error.kind() == ErrorKind::Unsupported || matches!(error.raw_os_error(), Some(EINVAL | ENOSYS))
}

fn free_aside(folder: &Path, stamp: &str) -> PathBuf {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let first = folder.with_file_name(format!("{name}.before-{stamp}"));
    let mut others = (2_u32..).map(|n| folder.with_file_name(format!("{name}.before-{stamp}-{n}")));
    if first.exists() { others.find(|path| !path.exists()).unwrap_or(first) } else { first }
}
