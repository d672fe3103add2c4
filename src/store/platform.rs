//! What file systems differ in from system to system: modes, locks, exchanges, what makes changes durable.
//! The rest of this room must not ask where it runs.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};

/// A new folder is its owner's alone. Windows gives what the folder above gives.
pub(super) fn private_folder() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    builder.mode(0o700);
    builder
}

/// A new file is its owner's alone, from its first moment and under any umask.
pub(super) fn private_file() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    options.mode(0o600);
    options
}

/// Opening a pipe that nobody writes to would wait for ever.
pub(super) fn without_waiting() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    options.custom_flags(i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default());
    options
}

#[cfg(unix)]
pub(super) fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps)]
pub(super) fn set_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}

/// Who may do what; on Windows, as if for its owner alone.
#[cfg(unix)]
pub(super) fn mode_of(found: &Metadata) -> u32 {
    found.permissions().mode() & 0o777
}

#[cfg(not(unix))]
pub(super) fn mode_of(_: &Metadata) -> u32 {
    0o600
}

/// flock(2) without waiting: `false` where another process has it.
#[cfg(unix)]
pub(super) fn lock(file: &File) -> io::Result<bool> {
    use rustix::fs::{FlockOperation, flock};
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Windows shares files as its own rules say; there the last save wins.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps)]
pub(super) fn lock(_: &File) -> io::Result<bool> {
    Ok(true)
}

/// Whether what was opened still stands under this name.
#[cfg(unix)]
pub(super) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let opened = file.metadata()?;
    match std::fs::symlink_metadata(path) {
        Ok(found) => Ok((found.dev(), found.ino()) == (opened.dev(), opened.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Only folders are asked for, which are not opened there.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps)]
pub(super) fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Windows opens no folder as a file.
pub(super) fn open_folder(path: &Path) -> io::Result<Option<File>> {
    cfg!(unix).then(|| File::open(path)).transpose()
}

/// Windows flushes only what it may also write.
pub(super) fn sync_file(path: &Path) -> io::Result<()> {
    OpenOptions::new().read(true).write(cfg!(windows)).open(path)?.sync_all()
}

/// One syncfs(2) for thousands of files.
#[cfg(target_os = "linux")]
pub(super) fn sync_tree(path: &Path) -> io::Result<()> {
    rustix::fs::syncfs(File::open(path)?).map_err(io::Error::from)
}

/// File by file.
#[cfg(not(target_os = "linux"))]
pub(super) fn sync_tree(path: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(path)? {
        let path = entry?.path();
        if path.is_dir() { sync_tree(&path)? } else { sync_file(&path)? }
    }
    open_folder(path)?.map_or(Ok(()), |folder| folder.sync_all())
}

/// renameat2(2). Where it is missing, and on file systems without it, the caller takes the way of two renames.
#[cfg(target_os = "linux")]
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(io::Error::from)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
