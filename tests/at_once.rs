//! Two runs that want one folder, each moment in which one can come between the steps of the other: exactly one
//! goes on, what it writes is whole, and nothing is replaced that nobody said to replace.
#![cfg(unix)]

mod support;

use std::cell::RefCell;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use stackseal::forge::Bundle;
use stackseal::store::{Disk, Error, Existing, Os, write_output};
use support::fixed::Fixed;
use support::scenario::{self, bundle, files_below};

/// What the other run does as soon as the folder for what is new is made.
type Other<'a> = Box<dyn FnOnce(&Path) + 'a>;

struct Meanwhile<'a> {
    other: RefCell<Option<Other<'a>>>,
}

impl Meanwhile<'_> {
    fn with<'a>(other: impl FnOnce(&Path) + 'a) -> Meanwhile<'a> {
        Meanwhile { other: RefCell::new(Some(Box::new(other))) }
    }
}

impl Disk for Meanwhile<'_> {
    fn make_dir(&self, path: &Path) -> io::Result<()> {
        Os.make_dir(path)?;
        if let Some(other) = self.other.take() {
            other(path);
        }
        Ok(())
    }

    fn write_new(&self, path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
        Os.write_new(path, bytes, mode)
    }

    fn sync_file(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn sync_tree(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Os.rename(from, to)
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        Os.exchange(one, other)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        Os.remove_file(path)
    }

    fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        Os.remove_dir_all(path)
    }
}

fn sample() -> Bundle {
    let scenario = scenario::named("good_single_node");
    let plan = scenario.plan();
    bundle(&scenario, &plan, &Fixed::for_plan(&plan), &Default::default())
}

fn held(folder: &Path) -> File {
    let file = File::open(folder).unwrap();
    flock(&file, FlockOperation::NonBlockingLockExclusive).unwrap();
    file
}

/// The other run takes the new folder for one that a stopped run left: it holds it, and is about to remove it.
#[test]
fn a_new_folder_that_another_run_clears_is_left_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let other = RefCell::new(None);
    let disk = Meanwhile::with(|staging| *other.borrow_mut() = Some(held(staging)));
    let error = write_output(&disk, &sample(), &out, Existing::Refuse).unwrap_err();
    assert!(matches!(error, Error::Busy(_)), "{error}");
    assert!(!out.exists());
    assert_eq!(files_below(&folder.path().join(".out.stackseal-new")), Vec::<String>::new());
}

/// It has removed it, and stands there with a folder of its own, or not yet.
#[test]
fn a_new_folder_that_another_run_replaced_is_not_written_into() {
    for again in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let other = RefCell::new(None);
        let disk = Meanwhile::with(|staging| {
            fs::remove_dir(staging).unwrap();
            if again {
                fs::create_dir(staging).unwrap();
                *other.borrow_mut() = Some(held(staging));
            }
        });
        let error = write_output(&disk, &sample(), &out, Existing::Refuse).unwrap_err();
        assert!(matches!(error, Error::Busy(_)), "{again}: {error}");
        assert!(!out.exists());
        let staging = folder.path().join(".out.stackseal-new");
        assert_eq!(staging.exists(), again);
        assert!(!again || files_below(&staging).is_empty());
    }
}

/// It ended in between: its output is there now, and nobody said that it may be replaced.
#[test]
fn an_output_that_came_meanwhile_is_not_replaced_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let elsewhere = folder.path().join("elsewhere");
    write_output(&Os, &sample(), &elsewhere, Existing::Refuse).unwrap();
    let before = files_below(&elsewhere);
    let disk = Meanwhile::with(|_| fs::rename(&elsewhere, &out).unwrap());
    let error = write_output(&disk, &sample(), &out, Existing::Refuse).unwrap_err();
    assert!(matches!(error, Error::OutputExists(_)), "{error}");
    assert_eq!(files_below(&out), before);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["out"], "nothing is left beside it");
}

/// Without anybody between, the same disk writes.
#[test]
fn alone_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let bundle = sample();
    assert_eq!(write_output(&Meanwhile::with(|_| {}), &bundle, &out, Existing::Refuse).unwrap(), None);
    assert_eq!(files_below(&out).len(), bundle.outputs.len());
}
