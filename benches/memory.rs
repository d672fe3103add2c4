//! What the programs take of the machine: the most memory through a whole run, and the size on disk. Linux
//! tells the memory; nothing here is timed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::Pid;
use stackseal::forge::System;
use stackseal::store::Session;

use crate::support::process;
use crate::support::pty::Pty;
use crate::support::stacks::answers;
use crate::support::table::{Goal, Table};

const STACKSEAL: &str = env!("CARGO_BIN_EXE_stackseal");
const LONG: Duration = Duration::from_secs(600);
/// Nodes whose memory is compared, for what one more takes.
const SIZES: [usize; 3] = [50, 250, 1000];
const MB: f64 = 1e6;

pub fn measure(table: &mut Table, full: bool) {
    let size = fs::metadata(STACKSEAL).map_or(f64::NAN, |found| found.len() as f64);
    table.number("release binary", size / MB, &format!("{:.2} MB", size / MB), Goal::AtMost(8.0, "MB"));
    if !Path::new("/proc/self/status").exists() {
        table.skip("peak memory", "no /proc, where the peak of a process stands");
        return;
    }
    let keys = [("EC P-256", "ec-p256", "ec-p256"), ("RSA 2048", "rsa-2048", "rsa-3072")];
    for (what, peak) in [("the wizard", wizard as fn(&Path) -> f64), ("`write`", write)] {
        for (shown, key, ca_key) in keys {
            let sizes = if key == "ec-p256" || full { &SIZES[..] } else { &SIZES[..1] };
            let peaks: Vec<(usize, f64)> = sizes
                .iter()
                .map(|nodes| {
                    let folder = tempfile::tempdir().unwrap();
                    let session = Session::new(answers(*nodes, key, ca_key), &System).unwrap();
                    fs::write(folder.path().join("big.yml"), session.to_yaml().unwrap()).unwrap();
                    (*nodes, peak(folder.path()))
                })
                .collect();
            for (nodes, bytes) in &peaks {
                let goal = if *nodes == SIZES[0] { Goal::AtMost(12.0, "MB") } else { Goal::None };
                let row = format!("peak of {what}, {nodes} nodes, {shown}");
                table.number(&row, bytes / MB, &format!("{:.1} MB", bytes / MB), goal);
            }
            for pair in peaks.windows(2) {
                let ((few, less), (many, more)) = (pair[0], pair[1]);
                let each = (more - less) / (many - few) as f64 / 1e3;
                let row = format!("… each node from {few} to {many}");
                table.number(&row, each, &format!("{each:.0} KB"), Goal::None);
            }
        }
    }
}

/// Opens the session, lets Review make all keys, looks at a store, writes and reads the tasks.
fn wizard(folder: &Path) -> f64 {
    let mut pty = Pty::spawn_at(folder, Path::new(STACKSEAL), &["./big.yml"], &[], 120, 40).unwrap();
    pty.wait_for("What this plan gives", LONG).unwrap();
    for (keys, shown) in [
        ("\x1br", "ready to write"),
        ("/", "Find"),
        ("http.p12", "PBKDF2"),
        ("\x1b", "w write"),
        ("\x1b[20~", "Not now"),
        ("\r", "First to expire"),
    ] {
        pty.send(keys).unwrap();
        pty.wait_for(shown, LONG).unwrap();
    }
    let peak = process::peak(pty.pid().unwrap());
    pty.send("\x11").unwrap();
    assert!(pty.wait_exit(LONG).unwrap().success());
    peak
}

/// Its peak is asked for until it ends, every millisecond: it never falls, and what comes last frees.
fn write(folder: &Path) -> f64 {
    let mut command = Command::new(STACKSEAL);
    command.args(["write", "./big.yml", "--out", "./out"]).current_dir(folder).env("HOME", folder);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut peak: f64 = 0.0;
    let end = loop {
        peak = peak.max(process::peak(Pid::from_child(&child)));
        if let Some(end) = child.try_wait().unwrap() {
            break end;
        }
        sleep(Duration::from_millis(1));
    };
    assert!(end.success());
    assert!(folder.join("out/receipt.yml").is_file());
    peak
}
