//! The terminal is given back on every way out. Knows the program only by `SUBJECT`.
#![cfg(unix)]

#[path = "support/pty.rs"]
mod pty;
#[path = "support/subject.rs"]
mod subject;

use pty::Pty;
use rustix::process::Signal;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};
use subject::{SOON, SUBJECT, assert_given_back, assert_modes_off};

#[test]
fn the_harness_sees_a_line_left_raw() -> io::Result<()> {
    let mut pty = Pty::spawn(Path::new("stty"), &["raw", "-echo"], &[], 80, 24)?;
    assert!(pty.wait_exit(SOON)?.success());
    assert!(pty.is_raw()?);
    Ok(())
}

#[test]
fn quitting_gives_the_terminal_back() -> io::Result<()> {
    let mut pty = SUBJECT.start(&[], 80, 24)?;
    pty.send(SUBJECT.quit)?;
    assert_eq!(pty.wait_exit(SOON)?.exit_code(), 0);
    assert_given_back(&pty)
}

#[test]
fn a_panic_on_the_main_thread_gives_the_terminal_back() -> io::Result<()> {
    panics(SUBJECT.panic_on_main, "on the main thread")
}

#[test]
fn a_panic_on_a_worker_thread_gives_the_terminal_back() -> io::Result<()> {
    panics(SUBJECT.panic_on_worker, "on a worker thread")
}

fn panics(keys: Option<&[u8]>, message: &str) -> io::Result<()> {
    let Some(keys) = keys else { return Ok(()) };
    let mut pty = SUBJECT.start(&[], 80, 24)?;
    pty.send(keys)?;
    assert_eq!(pty.wait_exit(SOON)?.exit_code(), 101);
    assert_given_back(&pty)?;
    let screen = pty.screen();
    assert!(screen.contains(message), "on the normal screen is:\n{screen}");
    Ok(())
}

#[test]
fn signals_give_the_terminal_back() -> io::Result<()> {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let mut pty = SUBJECT.start(&[], 80, 24)?;
        pty.kill(signal)?;
        assert_eq!(pty.wait_exit(SOON)?.exit_code(), code, "{signal:?}");
        assert_given_back(&pty)?;
    }
    Ok(())
}

#[test]
fn a_lost_terminal_ends_the_program_at_once() -> io::Result<()> {
    let mut pty = SUBJECT.start(&[], 80, 24)?;
    pty.close_master()?;
    #[cfg(target_os = "linux")]
    assert_little_work(&pty)?;
    let status = pty.wait_exit(SOON)?;
    assert_eq!(status.exit_code(), 129, "{status:?}");
    Ok(())
}

/// A hang-up is signalled to the leader of the session only, so behind a shell that ignores it
/// the program must notice by itself.
#[cfg(target_os = "linux")]
#[test]
fn a_lost_terminal_is_noticed_without_a_signal() -> io::Result<()> {
    let script = "trap '' HUP; \"$0\" \"$@\"; echo $? > code";
    let program = SUBJECT.program()?;
    let mut args = vec!["-c", script, program.to_str().unwrap_or_default()];
    args.extend(SUBJECT.args);
    let mut pty = Pty::spawn(Path::new("sh"), &args, &[], 80, 24)?;
    pty.wait_for(SUBJECT.ready, SOON)?;
    pty.close_master()?;
    assert_little_work(&pty)?;
    pty.wait_exit(SOON)?;
    let code = std::fs::read_to_string(pty.home().join("code"))?;
    assert_eq!(code.trim(), "129");
    Ok(())
}

/// It ended at once by its own work: a clock on the wall would tell how busy the machine is.
#[cfg(target_os = "linux")]
fn assert_little_work(pty: &Pty) -> io::Result<()> {
    let used = cpu_ticks_at_end(pty, SOON)?;
    assert!(used < 50, "half a second of work: {used} ticks");
    Ok(())
}

/// Processor time of the program and what it waited for, when it has ended but has not been waited for.
#[cfg(target_os = "linux")]
fn cpu_ticks_at_end(pty: &Pty, timeout: Duration) -> io::Result<u64> {
    let deadline = Instant::now() + timeout;
    while Instant::now() < deadline {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pty.pid()?))?;
        let fields: Vec<&str> =
            stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect()).unwrap_or_default();
        if fields[0] == "Z" {
            let ticks = |index: usize| fields[index].parse::<u64>().map_err(io::Error::other);
            return Ok(ticks(11)? + ticks(12)? + ticks(13)? + ticks(14)?);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Err(io::Error::other("the program lives on"))
}

#[test]
fn ctrl_z_stops_the_job_and_fg_repaints() -> io::Result<()> {
    let program = SUBJECT.program()?;
    let mut pty = Pty::spawn(
        // Without line editing, or bash itself would ask for bracketed paste.
        Path::new("bash"),
        &["--norc", "--noprofile", "--noediting", "-i"],
        &[("PS1", "shell> ")],
        80,
        24,
    )?;
    pty.wait_for("shell> ", SOON)?;
    let line = [program.to_str().unwrap_or_default()]
        .iter()
        .chain(SUBJECT.args)
        .fold(String::new(), |line, word| line + word + " ");
    pty.send(format!("{line}\r"))?;
    for _ in 0..3 {
        pty.wait_for_screen("the program", SOON, |screen| {
            screen.alternate_screen() && screen.contents().contains(SUBJECT.ready)
        })?;
        pty.send(b"\x1a")?;
        pty.wait_for("Stopped", SOON)?;
        assert_modes_off(&pty.look());
        let from = pty.raw_bytes().len();
        pty.send(b"clear; fg\r")?;
        pty.wait_for_bytes(b"\x1b[?1049h", from, SOON)?;
        pty.wait_for(SUBJECT.ready, SOON)?;
        let tail = pty.raw_bytes()[from..].to_vec();
        let tail = String::from_utf8_lossy(&tail);
        assert!(!tail.contains("\x1b[6n"), "asks for the cursor");
        assert!(pty.is_raw()?);
        assert!(pty.look().bracketed_paste());
    }
    pty.send(SUBJECT.quit)?;
    // Not earlier: until the prompt is there, a typed return may still meet a raw line.
    pty.wait_for_screen("the shell", SOON, |screen| {
        !screen.alternate_screen() && screen.contents().ends_with("shell> ")
    })?;
    pty.send(b"echo code=$?\r")?;
    pty.wait_for("code=0", SOON)
}

#[test]
fn ctrl_z_without_job_control_goes_on() -> io::Result<()> {
    let mut pty = SUBJECT.start(&[], 80, 24)?;
    let from = pty.raw_bytes().len();
    pty.send(b"\x1a")?;
    pty.wait_for_bytes(b"\x1b[?1049l", from, SOON)?;
    pty.wait_for_screen("the program", SOON, |screen| {
        screen.alternate_screen() && screen.contents().contains(SUBJECT.ready)
    })?;
    pty.send(SUBJECT.quit)?;
    assert_eq!(pty.wait_exit(SOON)?.exit_code(), 0);
    assert_given_back(&pty)
}

#[test]
fn a_stop_from_outside_is_repaired_on_continue() -> io::Result<()> {
    let mut pty = SUBJECT.start(&[], 80, 24)?;
    pty.kill(Signal::STOP)?;
    let from = pty.raw_bytes().len();
    pty.kill(Signal::CONT)?;
    pty.wait_for_bytes(b"\x1b[?2004h", from, SOON)?;
    pty.wait_for_bytes(b"\x1b[?2026l", from, SOON)?;
    pty.send(SUBJECT.quit)?;
    assert_eq!(pty.wait_exit(SOON)?.exit_code(), 0);
    assert_given_back(&pty)
}
