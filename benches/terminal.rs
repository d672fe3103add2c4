//! What a person meets: the time to the first frame, to the answer to a key in peace and while processors are
//! busy, and what the wizard takes while nobody touches it. Through a real terminal line.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use stackseal::forge::System;
use stackseal::store::Session;
use tempfile::TempDir;

use crate::support::bottom;
use crate::support::clock::{median, quantile};
use crate::support::process::{resident, wake_ups};
use crate::support::pty::Pty;
use crate::support::stacks::answers;
use crate::support::table::{Goal, Table};

const SOON: Duration = Duration::from_secs(20);
const STACKSEAL: &str = env!("CARGO_BIN_EXE_stackseal");

pub fn measure(table: &mut Table) {
    let empty = empty_program();
    first_frame(table, ("empty ratatui", Goal::Ratio(2.5)), |home| start(home, &empty, "empty", "q"));
    match bottom::program() {
        Ok(btm) => first_frame(table, ("bottom", Goal::Ratio(0.5)), |home| start_bottom(home, &btm)),
        Err(why) => table.skip("first whole frame, against bottom", &why),
    }
    keys(table);
    open_review(table, 1000);
    idle(table);
}

/// Starts in turns; each pair meets the same machine, so the median of their ratios counts.
fn first_frame(table: &mut Table, (name, goal): (&str, Goal), theirs: impl Fn(&Path) -> f64) {
    let homes = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let ours = || start(homes[0].path(), Path::new(STACKSEAL), "Nothing saved yet", "\x11");
    let theirs = || theirs(homes[1].path());
    // Once for nothing, so that both are in the page cache and have their folders.
    ours();
    theirs();
    let pairs: Vec<(f64, f64)> = (0..20)
        .map(|turn| {
            if turn % 2 == 0 {
                (ours(), theirs())
            } else {
                let theirs = theirs();
                (ours(), theirs)
            }
        })
        .collect();
    let against = median(pairs.iter().map(|(_, theirs)| *theirs));
    let ratio = median(pairs.iter().map(|(ours, theirs)| ours / theirs));
    table.ratio("first whole frame", against * ratio, (against, name), goal);
}

fn start(home: &Path, program: &Path, words: &str, leave: &str) -> f64 {
    let since = Instant::now();
    let mut pty = Pty::spawn_at(home, program, &[], &[], 120, 40).unwrap();
    pty.wait_for_frame(words, SOON, |screen| screen.contents().contains(words)).unwrap();
    let took = since.elapsed().as_secs_f64();
    pty.send(leave).unwrap();
    assert!(pty.wait_exit(SOON).unwrap().success());
    took
}

/// It asks the terminal where the cursor is, and any terminal answers at once. Its first frame has all boxes
/// and no data; a frame is drawn from top to bottom, so the last corner ends it.
fn start_bottom(home: &Path, program: &Path) -> f64 {
    let since = Instant::now();
    let mut pty = Pty::spawn_at(home, program, &[], &[], 120, 40).unwrap();
    pty.wait_for_bytes(b"\x1b[6n", 0, SOON).unwrap();
    pty.send("\x1b[1;1R").unwrap();
    pty.wait_for_screen("the first frame of bottom", SOON, |screen| {
        ["CPU", "Memory", "Processes"].iter().all(|title| screen.contents().contains(title))
            && screen.cell(39, 119).is_some_and(|corner| !corner.contents().trim().is_empty())
    })
    .unwrap();
    let took = since.elapsed().as_secs_f64();
    pty.send("q").unwrap();
    assert!(pty.wait_exit(SOON).unwrap().success());
    took
}

/// Cargo builds no example for a bench, so this asks it to, with the settings of the released binary.
fn empty_program() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let done = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--example", "empty_ratatui"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(done.success());
    Path::new(STACKSEAL).with_file_name("examples").join("empty_ratatui")
}

/// The same two keys in peace and while fifty nodes on RSA 4096 keep all processors busy for minutes; and two
/// that change the whole screen.
fn keys(table: &mut Table) {
    let (_home, mut quiet) = open(50, "ec-p256");
    let tabs = presses(&mut quiet, ["\x1b[6~", "\x1b[5~"], |screen, turn| {
        let shown = if turn == 0 { "One per node" } else { "What this plan gives" };
        screen.contents().contains(shown)
    });
    row(table, "key to last byte, another tab", &tabs, Goal::Within(0.016));
    quiet.send("\x1br").unwrap();
    quiet.wait_for("ready to write", SOON).unwrap();
    let rows = rows(&mut quiet);
    row(table, "key to last byte, a row down and up", &rows, Goal::Within(0.016));
    drop(quiet);

    let (_home, mut busy) = open(50, "rsa-4096");
    busy.send("\x1br").unwrap();
    busy.wait_for("making keys", SOON).unwrap();
    let rows = self::rows(&mut busy);
    assert!(busy.screen().contains("making keys"), "forging was over too soon");
    row(table, "… while RSA 4096 is forged", &rows, Goal::Within(0.016));
    let bytes = resident(busy.pid().unwrap());
    table.number("resident while forging", bytes, &format!("{:.1} MB", bytes / 1e6), Goal::None);
}

/// The cursor of Review.
fn rows(pty: &mut Pty) -> Vec<f64> {
    let cursor = |screen: &vt100::Screen| (0..40).find(|row| at(screen, *row) == "▌");
    let first = cursor(&pty.look()).unwrap();
    presses(pty, ["\x1b[B", "\x1b[A"], |screen, turn| {
        cursor(screen) == Some(first + if turn == 0 { 1 } else { 0 })
    })
}

/// From the key to the whole frame that has Review, each time after another answer: the plan is drafted anew
/// and the making of the keys begins.
fn open_review(table: &mut Table, hosts: usize) {
    let (_home, mut pty) = open(hosts, "rsa-2048");
    let mut times = Vec::new();
    for turn in 0..20 {
        pty.send(["x", "\x7f"][turn % 2]).unwrap();
        let typed = |screen: &vt100::Screen| screen.contents().contains("elastic-stackx") == (turn % 2 == 0);
        pty.wait_for_screen("another name", SOON, typed).unwrap();
        // The key of a person comes when the frame before it stands.
        pty.wait_quiet(Duration::from_millis(50), SOON).unwrap();
        let since = Instant::now();
        pty.send("\x1br").unwrap();
        pty.wait_for_frame("Review", SOON, |screen| screen.contents().contains("receipt.yml")).unwrap();
        times.push(since.elapsed().as_secs_f64());
        pty.send("\x1b1").unwrap();
        pty.wait_for("What this plan gives", SOON).unwrap();
    }
    row(table, &format!("key to last byte, Review of {hosts} hosts"), &times, Goal::Within(0.1));
}

/// The wizard on Overview of a saved session, and its home.
fn open(hosts: usize, key: &str) -> (TempDir, Pty) {
    let home = tempfile::tempdir().unwrap();
    let session = Session::new(answers(hosts, key, key), &System).unwrap();
    std::fs::write(home.path().join("saved.yml"), session.to_yaml().unwrap()).unwrap();
    let program = Path::new(STACKSEAL);
    let pty = Pty::spawn_at(home.path(), program, &["./saved.yml"], &[], 120, 40).unwrap();
    pty.wait_for("What this plan gives", SOON).unwrap();
    (home, pty)
}

fn row(table: &mut Table, what: &str, times: &[f64], goal: Goal) {
    let (middle, worst) = (median(times.iter().copied()), quantile(times.iter().copied(), 0.95));
    table.spread(what, middle, worst, goal);
}

fn at(screen: &vt100::Screen, row: u16) -> &str {
    screen.cell(row, 0).map_or("", vt100::Cell::contents)
}

/// Two keys in turns; from the press until a frame is whole that shows what the key does.
fn presses(pty: &mut Pty, keys: [&str; 2], shown: impl Fn(&vt100::Screen, usize) -> bool) -> Vec<f64> {
    let press = |turn: usize| {
        // Out of step with the gauge, which is drawn every 100 ms.
        std::thread::sleep(Duration::from_millis(37));
        let since = Instant::now();
        pty.send(keys[turn % 2]).unwrap();
        pty.wait_for_frame("an answer to a key", SOON, |screen| shown(screen, turn % 2)).unwrap();
        since.elapsed().as_secs_f64()
    };
    (0..200).map(press).collect()
}

/// Nothing is typed and nothing is due: each wake-up is one too many.
fn idle(table: &mut Table) {
    let mut pty = Pty::spawn(Path::new(STACKSEAL), &[], &[], 120, 40).unwrap();
    pty.wait_for("Nothing saved yet", SOON).unwrap();
    let idle = |table: &mut Table, pty: &Pty, what: &str| {
        std::thread::sleep(Duration::from_secs(1));
        let pid = pty.pid().unwrap();
        let before = wake_ups(pid);
        std::thread::sleep(Duration::from_secs(5));
        let woken = wake_ups(pid) - before;
        table.number(what, woken, &format!("{woken}"), Goal::AtMost(0.0, ""));
    };
    idle(table, &pty, "wake-ups in 5 s on the first screen");
    pty.send("\x1b[200~es-1 es-1.corp.example 10.0.0.1\r\x1b[201~").unwrap();
    pty.wait_for("What this plan gives", SOON).unwrap();
    // Two seconds after the last key the session is saved.
    pty.wait_for("elastic-stack", SOON).unwrap();
    std::thread::sleep(Duration::from_secs(3));
    idle(table, &pty, "wake-ups in 5 s on a step");
    let bytes = resident(pty.pid().unwrap());
    table.number("resident on a step", bytes, &format!("{:.1} MB", bytes / 1e6), Goal::None);
}
