//! The few changes that stackseal makes to a file system, each as one call, so that tests can stop
//! between any two of them.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::platform;

pub trait Disk {
    fn make_dir(&self, path: &Path) -> io::Result<()>;
    /// Creates a file that must not exist, private at first, then with its final mode.
    fn write_new(&self, path: &Path, bytes: &[u8], mode: u32) -> io::Result<()>;
    /// Makes a file's content durable.
    fn sync_file(&self, path: &Path) -> io::Result<()>;
    /// Makes all that was written below a folder durable.
    fn sync_tree(&self, path: &Path) -> io::Result<()>;
    /// Makes the entries of a folder durable.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Swaps two folders in one step.
    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()>;
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    fn remove_dir_all(&self, path: &Path) -> io::Result<()>;
}

impl<D: Disk + ?Sized> Disk for std::sync::Arc<D> {
    fn make_dir(&self, path: &Path) -> io::Result<()> {
        (**self).make_dir(path)
    }

    fn write_new(&self, path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
        (**self).write_new(path, bytes, mode)
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        (**self).sync_file(path)
    }

    fn sync_tree(&self, path: &Path) -> io::Result<()> {
        (**self).sync_tree(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        (**self).sync_dir(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        (**self).rename(from, to)
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        (**self).exchange(one, other)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        (**self).remove_file(path)
    }

    fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        (**self).remove_dir_all(path)
    }
}

/// The operating system's.
pub struct Os;

impl Disk for Os {
    /// 0700: until the last rename nobody but the operator sees what is inside.
    fn make_dir(&self, path: &Path) -> io::Result<()> {
        platform::private_folder().create(path)
    }

    /// Created private and widened afterwards, so that no umask and no moment shows a secret.
    fn write_new(&self, path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
        let mut file = platform::private_file().write(true).create_new(true).open(path)?;
        file.write_all(bytes)?;
        platform::set_mode(&file, mode)
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        platform::sync_file(path)
    }

    fn sync_tree(&self, path: &Path) -> io::Result<()> {
        platform::sync_tree(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        platform::open_folder(path)?.map_or(Ok(()), |folder| folder.sync_all())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        platform::exchange(one, other)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }
}
