//! The wizard in a pseudo terminal while the disk is full or broken, the terminal is lost, or the process dies:
//! what was answered before is saved, and the session file is never half.
//! `STACKSEAL_FAULTS=all` strikes at every call of a save with every fault; the usual run takes some of them.
#![cfg(target_os = "linux")]

#[path = "support/pty.rs"]
mod pty;
#[path = "support/strace.rs"]
mod strace;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use pty::Pty;
use stackseal::store::{Library, Origin, Session};
use strace::{Call, calls, listing, points, striking, struck};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_stackseal");
const SOON: Duration = Duration::from_secs(60);
/// Points of the usual run.
const USUAL: usize = 10;
const NEXT: &str = "\x1b[6~";
const LEAVE: &str = "\x11";

/// A session `lab` in a library of its own; its cluster is `lab`.
fn home() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/good_single_node.yml");
    let mut session = Session::read(&scenario).unwrap();
    session.origin = Origin::Named("lab".into());
    session.answers.overview.session_name = "lab".into();
    library(home.path()).save(&mut session, time::OffsetDateTime::UNIX_EPOCH).unwrap();
    home
}

fn sessions(home: &Path) -> PathBuf {
    home.join(".local/share/stackseal/sessions")
}

fn library(home: &Path) -> Library {
    fs::create_dir_all(sessions(home)).unwrap();
    Library::at(sessions(home))
}

fn cluster(home: &Path) -> String {
    library(home).load("lab").expect("a whole session").answers.overview.cluster_name
}

/// The wizard at the first question of `lab`; `strace` before it, or none.
fn open(home: &Path, before: &[String]) -> io::Result<Pty> {
    let mut args: Vec<&str> = before.iter().map(String::as_str).collect();
    let program = if before.is_empty() {
        PROGRAM
    } else {
        args.extend(["--", PROGRAM]);
        "strace"
    };
    args.push("lab");
    let mut pty = Pty::spawn_at(home, Path::new(program), &args, &[], 100, 30)?;
    pty.wait_for("Overview", SOON)?;
    // A session is opened where it was left.
    pty.send("\x1b1")?;
    pty.wait_for("Cluster name", SOON)?;
    Ok(pty)
}

/// Types behind the name of the cluster and waits until it stands there.
fn type_name(pty: &mut Pty, text: &str, whole: &str) -> io::Result<()> {
    pty.send(text)?;
    pty.wait_for(whole, SOON)
}

fn has_ended(pty: &mut Pty) -> bool {
    pty.wait_exit(Duration::ZERO).is_ok()
}

/// Until the save has gone one way or the other: what it shows, or the end of the program.
fn saved_or_not(pty: &mut Pty) -> Option<bool> {
    let start = std::time::Instant::now();
    while start.elapsed() < SOON {
        let screen = pty.screen();
        if has_ended(pty) {
            return None;
        }
        if screen.contains("not saved") {
            return Some(false);
        }
        if screen.contains("Authority") && screen.contains("saved") {
            return Some(true);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("neither saved nor not:\n{}", pty.screen());
}

/// The calls of one save, seen from outside.
fn calls_of_a_save() -> (TempDir, Vec<Call>) {
    let home = home();
    let log = home.path().join("log");
    let mut pty = open(home.path(), &listing(&log)).unwrap();
    type_name(&mut pty, "x", "labx").unwrap();
    pty.send(NEXT).unwrap();
    assert_eq!(saved_or_not(&mut pty), Some(true));
    pty.send(LEAVE).unwrap();
    assert_eq!(pty.wait_exit(SOON).unwrap().exit_code(), 0);
    let all = calls(&log, &sessions(home.path()));
    // From the first time that the temporary file is named: what opens the session comes before.
    let from = all.iter().position(|call| call.path.ends_with(".lab.yml.new")).expect("a save");
    // Where strace is slow, a second save follows: one is enough.
    let is_start = |call: &Call| call.name == "unlink" && call.path.ends_with(".lab.yml.new");
    let end = all.iter().skip(from + 1).position(is_start).map_or(all.len(), |next| from + 1 + next);
    (home, all[from..end].to_vec())
}

#[test]
fn a_save_that_is_struck_loses_nothing_that_was_typed() -> io::Result<()> {
    if !strace::here() {
        return Ok(());
    }
    let (first, calls) = calls_of_a_save();
    for name in ["openat", "write", "fchmod", "fsync", "rename"] {
        assert!(calls.iter().any(|call| call.name == name), "no {name} in {calls:?}");
    }
    let points = points(&calls, USUAL);
    let mut met = 0;
    for (call, fault) in &points {
        let home = home();
        let path = call.path.replace(first.path().to_str().unwrap(), home.path().to_str().unwrap());
        let call = Call { path, ..call.clone() };
        let point = format!("{fault} at {call:?}");
        let log = home.path().join("log");
        let mut pty = open(home.path(), &striking(&log, &call, fault))?;
        type_name(&mut pty, "x", "labx")?;
        pty.send(NEXT)?;
        let saved = saved_or_not(&mut pty);
        let held = cluster(home.path());
        assert!(held == "labx" || (held == "lab" && saved != Some(true)), "{point}: {held:?} is saved");
        if saved.is_some() {
            // What could not be saved is still there, and the next save takes it.
            pty.send(LEAVE)?;
            if let Ok(status) = pty.wait_exit(SOON) {
                assert!(status.exit_code() == 0 || fault.contains("KILL"), "{point}: {status:?}");
            }
        }
        met += usize::from(struck(&log));
        if !fault.contains("KILL") {
            assert_eq!(cluster(home.path()), "labx", "{point}");
        }
        let mut again = open(home.path(), &[])?;
        again.send("y")?;
        again.send(NEXT)?;
        assert_eq!(saved_or_not(&mut again), Some(true), "{point}");
        again.send(LEAVE)?;
        assert_eq!(again.wait_exit(SOON)?.exit_code(), 0);
        assert!(cluster(home.path()).ends_with('y'), "{point}");
        assert!(!sessions(home.path()).join(".lab.yml.new").exists(), "{point} left its temporary file");
    }
    eprintln!("{met} of {} faults were met at {} calls", points.len(), calls.len());
    assert!(met * 10 >= points.len() * 8, "only {met} of {} faults were met", points.len());
    Ok(())
}

/// A file system of a few pages, full to the last byte.
struct Small<'a>(&'a Path);

impl<'a> Small<'a> {
    fn mounted(at: &'a Path) -> Option<Self> {
        let status = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
            .arg(at)
            .output()
            .ok()?
            .status;
        if !status.success() {
            eprintln!("skipped: mounting a small disk is not allowed; struck saves stand for it");
        }
        status.success().then_some(Self(at))
    }

    fn fill(&self) {
        let mut file = fs::File::create(self.0.join("filler")).unwrap();
        while file.write_all(&[0; 512]).is_ok() {}
    }

    fn free(&self) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_loses_nothing_that_was_saved_and_nothing_once_there_is_room() -> io::Result<()> {
    let home = home();
    let text = fs::read(sessions(home.path()).join("lab.yml"))?;
    let folder = sessions(home.path());
    let Some(disk) = Small::mounted(&folder) else { return Ok(()) };
    fs::write(folder.join("lab.yml"), text)?;
    let mut pty = open(home.path(), &[])?;
    type_name(&mut pty, "x", "labx")?;
    pty.send(NEXT)?;
    assert_eq!(saved_or_not(&mut pty), Some(true));
    disk.fill();
    pty.send("\x1b[5~")?;
    pty.wait_for("Cluster name", SOON)?;
    type_name(&mut pty, "y", "labxy")?;
    pty.wait_for("not saved", SOON)?;
    assert_eq!(cluster(home.path()), "labx", "what was saved before stays whole");
    disk.free();
    type_name(&mut pty, "z", "labxyz")?;
    pty.wait_for_screen("saved again", SOON, |screen| {
        let text = screen.contents();
        !text.contains("not saved") && !text.contains("changed") && text.contains("saved")
    })?;
    assert_eq!(cluster(home.path()), "labxyz");
    // The terminal goes while the disk is full again: only what was typed since then is lost.
    disk.fill();
    type_name(&mut pty, "!", "labxyz!")?;
    pty.close_master()?;
    assert_eq!(pty.wait_exit(SOON)?.exit_code(), 129);
    assert_eq!(cluster(home.path()), "labxyz");
    drop(pty);
    drop(disk);
    Ok(())
}

#[test]
fn a_terminal_lost_in_the_middle_of_a_word_loses_no_answer() -> io::Result<()> {
    let home = home();
    let mut pty = open(home.path(), &[])?;
    type_name(&mut pty, "-one", "lab-one")?;
    pty.close_master()?;
    assert_eq!(pty.wait_exit(SOON)?.exit_code(), 129);
    assert_eq!(cluster(home.path()), "lab-one");
    Ok(())
}

/// Whoever types without a pause is saved all the same: death takes what came within the last moments.
#[test]
fn death_in_the_middle_of_typing_loses_the_last_moments_alone() -> io::Result<()> {
    let home = home();
    let mut pty = open(home.path(), &[])?;
    let start = std::time::Instant::now();
    let mut typed = 0;
    while cluster(home.path()) == "lab" {
        assert!(start.elapsed() < SOON, "typing puts the save off for ever");
        pty.send("x")?;
        typed += 1;
        std::thread::sleep(Duration::from_millis(150));
    }
    assert!(typed > 0, "it was saved before anything was typed");
    pty.kill(rustix::process::Signal::KILL)?;
    pty.wait_exit(SOON)?;
    let saved = cluster(home.path());
    assert!(format!("lab{}", "x".repeat(typed)).starts_with(&saved) && saved.len() > "lab".len(), "{saved}");
    Ok(())
}
