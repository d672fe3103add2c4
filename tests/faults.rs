//! A full disk, a missing permission or the death of the process between any two changes on disk
//! leaves the old state or the new one, and nothing that the next run does not clear away.

mod support;

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use stackseal::store::{Disk, Existing, Library, Os, Session, write_output};
use support::fixed::Fixed;
use support::scenario::{self, bundle, files_below};

/// What happens at the n-th change.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// This change fails, later ones work.
    Once(io::ErrorKind),
    /// Half of the file is written, then the disk is full.
    Half,
    /// Nothing happens any more: the process is gone, so that nothing is cleaned up either.
    Death,
}

struct Faulty {
    left: AtomicUsize,
    fault: Fault,
}

impl Faulty {
    /// A disk without faults; like the others it does not wait for the medium.
    fn sound() -> Self {
        Self::new(usize::MAX - 1, Fault::Death)
    }

    fn new(after: usize, fault: Fault) -> Self {
        Self { left: AtomicUsize::new(after), fault }
    }

    fn pass(&self) -> io::Result<()> {
        match self.left.load(Ordering::Relaxed) {
            usize::MAX => Ok(()),
            0 => match self.fault {
                Fault::Death => Err(io::ErrorKind::BrokenPipe.into()),
                Fault::Half => {
                    self.left.store(usize::MAX, Ordering::Relaxed);
                    Err(io::ErrorKind::StorageFull.into())
                }
                Fault::Once(kind) => {
                    self.left.store(usize::MAX, Ordering::Relaxed);
                    Err(kind.into())
                }
            },
            n => {
                self.left.store(n - 1, Ordering::Relaxed);
                Ok(())
            }
        }
    }

    fn struck(&self) -> bool {
        matches!(self.left.load(Ordering::Relaxed), 0 | usize::MAX)
    }
}

impl Disk for Faulty {
    fn make_dir(&self, path: &Path) -> io::Result<()> {
        self.pass().and_then(|()| Os.make_dir(path))
    }

    fn write_new(&self, path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
        let passed = self.pass();
        if passed.is_err() && self.fault != Fault::Once(io::ErrorKind::PermissionDenied) {
            let _ = Os.write_new(path, &bytes[..bytes.len() / 2], mode);
        }
        passed.and_then(|()| Os.write_new(path, bytes, mode))
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        let _ = path;
        self.pass()
    }

    fn sync_tree(&self, path: &Path) -> io::Result<()> {
        let _ = path;
        self.pass()
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        let _ = path;
        self.pass()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.pass().and_then(|()| Os.rename(from, to))
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        self.pass().and_then(|()| Os.exchange(one, other))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.pass().and_then(|()| Os.remove_file(path))
    }

    fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        self.pass().and_then(|()| Os.remove_dir_all(path))
    }
}

const FAULTS: [Fault; 4] = [
    Fault::Once(io::ErrorKind::PermissionDenied),
    Fault::Once(io::ErrorKind::StorageFull),
    Fault::Half,
    Fault::Death,
];

#[test]
fn a_first_write_leaves_nothing_or_everything() {
    let scenario = scenario::named("good_single_node");
    let plan = scenario.plan();
    let bundle = bundle(&scenario, &plan, &Fixed::for_plan(&plan), &Default::default());
    let all: Vec<String> = plan.files.iter().map(|file| file.path.to_string()).collect();
    for fault in FAULTS {
        for after in 0.. {
            let folder = tempfile::tempdir().unwrap();
            let out = folder.path().join("out");
            let disk = Faulty::new(after, fault);
            let result = write_output(&disk, &bundle, &out, Existing::Refuse);
            if !disk.struck() {
                assert!(result.is_ok());
                assert!(after > 30, "only {after} changes were tried");
                break;
            }
            if out.exists() {
                assert_eq!(files_below(&out), all, "{fault:?} after {after}");
                continue;
            }
            assert!(result.is_err(), "{fault:?} after {after}");
            write_output(&Faulty::sound(), &bundle, &out, Existing::Refuse).unwrap();
            assert_eq!(files_below(&out), all);
            assert_eq!(
                fs::read_dir(folder.path()).unwrap().count(),
                1,
                "{fault:?} after {after} left something"
            );
        }
    }
}

#[test]
fn a_replacement_leaves_the_old_or_the_new() {
    let (old, new) = (scenario::named("good_single_node"), scenario::named("good_ec"));
    let bundles = [&old, &new].map(|scenario| {
        let plan = scenario.plan();
        bundle(scenario, &plan, &Fixed::for_plan(&plan), &Default::default())
    });
    let lists = [&old, &new].map(|s| s.plan().files.iter().map(|f| f.path.to_string()).collect::<Vec<_>>());
    for fault in FAULTS {
        for after in 0.. {
            let folder = tempfile::tempdir().unwrap();
            let out = folder.path().join("out");
            write_output(&Faulty::sound(), &bundles[0], &out, Existing::Refuse).unwrap();
            let disk = Faulty::new(after, fault);
            let _ = write_output(&disk, &bundles[1], &out, Existing::Replace);
            let found = files_below(&out);
            assert!(lists.contains(&found), "{fault:?} after {after}: neither old nor new");
            if !disk.struck() {
                assert_eq!(found, lists[1]);
                break;
            }
            // Wherever it was stopped, the old output is still somewhere: nothing is lost.
            let kept =
                fs::read_dir(folder.path()).unwrap().any(|e| files_below(&e.unwrap().path()) == lists[0]);
            assert!(kept, "{fault:?} after {after}: the old output is gone");
            // The next run clears up, and still loses nothing.
            write_output(&Faulty::sound(), &bundles[1], &out, Existing::Replace).unwrap();
            assert_eq!(files_below(&out), lists[1]);
            let rest: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap()).collect();
            assert!(
                rest.iter().any(|entry| files_below(&entry.path()) == lists[0]),
                "{fault:?} after {after}"
            );
            assert!(
                rest.iter().all(|entry| !entry.file_name().to_str().unwrap().starts_with('.')),
                "{rest:?}"
            );
        }
    }
}

#[test]
fn a_saved_session_is_the_old_or_the_new() {
    let scenario = scenario::named("good_single_node");
    let now = time::OffsetDateTime::UNIX_EPOCH;
    for fault in FAULTS {
        for after in 0.. {
            let folder = tempfile::tempdir().unwrap();
            let library = Library::at(folder.path().join("sessions"));
            let mut session =
                Session { origin: stackseal::store::Origin::Named("lab".into()), ..scenario.session.clone() };
            library.save(&mut session, now).unwrap();
            session.answers.overview.cluster_name = "renamed".into();
            let disk = Arc::new(Faulty::new(after, fault));
            let faulty = Library::on(folder.path().join("sessions"), Box::new(disk.clone()));
            let result = faulty.save(&mut session, now);
            let cluster = library.load("lab").unwrap().answers.overview.cluster_name;
            assert!(["lab", "renamed"].contains(&cluster.as_str()));
            if !disk.struck() {
                result.unwrap();
                assert_eq!(cluster, "renamed");
                break;
            }
            library.save(&mut session, now).unwrap();
            assert_eq!(
                fs::read_dir(library.folder()).unwrap().count(),
                1,
                "{fault:?} after {after} left something"
            );
        }
    }
}
