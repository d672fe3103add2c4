//! What a person meets: the time to the first frame, to the answer to a key while processors are busy,
//! and what the wizard takes while nobody touches it. Through a real terminal line.

#[path = "../tests/support/pty.rs"]
mod pty;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use pty::Pty;
use stackseal::forge::System;
use stackseal::store::Session;

use crate::support::clock::{median, quantile};
use crate::support::stacks::answers;
use crate::support::table::{Goal, Table};

const SOON: Duration = Duration::from_secs(20);
const STACKSEAL: &str = env!("CARGO_BIN_EXE_stackseal");

pub fn measure(table: &mut Table) {
    first_frame(table);
    keys_while_forging(table);
    idle(table);
}

/// Starts in turns; each pair meets the same machine, so the median of their ratios counts.
fn first_frame(table: &mut Table) {
    let empty = empty_program();
    let ours = || start(Path::new(STACKSEAL), "Nothing saved yet");
    let theirs = || start(&empty, "empty");
    // Once for nothing, so that both are in the page cache.
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
    let empty = median(pairs.iter().map(|(_, theirs)| *theirs));
    let ratio = median(pairs.iter().map(|(ours, theirs)| ours / theirs));
    table.ratio("first whole frame", empty * ratio, (empty, "empty ratatui"), Goal::Ratio(2.5));
}

fn start(program: &Path, words: &str) -> f64 {
    let since = Instant::now();
    let mut pty = Pty::spawn(program, &[], &[], 120, 40).unwrap();
    pty.wait_for_frame(words, SOON, |screen| screen.contents().contains(words)).unwrap();
    let took = since.elapsed().as_secs_f64();
    pty.send(if words == "empty" { "q" } else { "\x11" }).unwrap();
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

/// Fifty nodes on RSA 4096 keep all processors busy for minutes; meanwhile the cursor goes down and up.
fn keys_while_forging(table: &mut Table) {
    let home = tempfile::tempdir().unwrap();
    let session = Session::new(answers(50, "rsa-4096", "rsa-4096"), &System).unwrap();
    std::fs::write(home.path().join("slow.yml"), session.to_yaml().unwrap()).unwrap();
    let mut pty = Pty::spawn_at(home.path(), Path::new(STACKSEAL), &["./slow.yml"], &[], 120, 40).unwrap();
    pty.wait_for("Overview", SOON).unwrap();
    let quiet = presses(&mut pty, ["\x1b[6~", "\x1b[5~"], |screen, turn| {
        let shown = if turn == 0 { "One per node" } else { "What this plan gives" };
        screen.contents().contains(shown)
    });
    pty.send("\x1br").unwrap();
    pty.wait_for("making keys", SOON).unwrap();
    let rows = |screen: &vt100::Screen| (0..40).find(|row| at(screen, *row) == "▌");
    let first = rows(&pty.look()).unwrap();
    let busy = presses(&mut pty, ["\x1b[B", "\x1b[A"], |screen, turn| {
        rows(screen) == Some(first + if turn == 0 { 1 } else { 0 })
    });
    assert!(pty.screen().contains("making keys"), "forging was over too soon");
    let row = |table: &mut Table, what: &str, times: &[f64]| {
        let (middle, worst) = (median(times.iter().copied()), quantile(times.iter().copied(), 0.95));
        table.spread(what, middle, worst, Goal::Within(0.016));
    };
    row(table, "key to last byte, nothing else to do", &quiet);
    row(table, "key to last byte, while RSA 4096 is forged", &busy);
    let resident = status(&pty, "VmRSS:");
    table.number("resident while forging", resident, &format!("{:.1} MB", resident / 1e3), Goal::None);
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
        let before = wake_ups(pty);
        std::thread::sleep(Duration::from_secs(5));
        let woken = wake_ups(pty) - before;
        table.number(what, woken, &format!("{woken}"), Goal::Count(0.0));
    };
    idle(table, &pty, "wake-ups in 5 s on the first screen");
    pty.send("\x1b[200~es-1 es-1.corp.example 10.0.0.1\r\x1b[201~").unwrap();
    pty.wait_for("What this plan gives", SOON).unwrap();
    // Two seconds after the last key the session is saved.
    pty.wait_for("elastic-stack", SOON).unwrap();
    std::thread::sleep(Duration::from_secs(3));
    idle(table, &pty, "wake-ups in 5 s on a step");
    let resident = status(&pty, "VmRSS:");
    table.number("resident on a step", resident, &format!("{:.1} MB", resident / 1e3), Goal::None);
}

/// Voluntary context switches of all threads: each follows a wake-up.
fn wake_ups(pty: &Pty) -> f64 {
    let tasks = format!("/proc/{}/task", pty.pid().unwrap().as_raw_nonzero());
    let tasks = std::fs::read_dir(tasks).unwrap().flatten();
    tasks.map(|task| number(&task.path().join("status"), "voluntary_ctxt_switches:")).sum()
}

fn status(pty: &Pty, key: &str) -> f64 {
    number(Path::new(&format!("/proc/{}/status", pty.pid().unwrap().as_raw_nonzero())), key)
}

fn number(file: &Path, key: &str) -> f64 {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let value = text.lines().find_map(|line| line.strip_prefix(key)?.split_whitespace().next()?.parse().ok());
    value.unwrap_or(0.0)
}
