//! The terminal is given back on every way out, and survives what comes in.
//! Knows a program only by the table `SUBJECT`, so that another one can take its place.
#![cfg(unix)]

#[path = "support/pty.rs"]
mod pty;

use pty::Pty;
use rustix::process::Signal;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use vt100::{MouseProtocolMode, Screen};

/// How to start a program and which keys make it do what.
struct Subject {
    example: &'static str,
    args: &'static [&'static str],
    /// On the screen once keys are taken.
    ready: &'static str,
    quit: &'static [u8],
    panic_on_main: Option<&'static [u8]>,
    panic_on_worker: Option<&'static [u8]>,
    /// Asks for the mouse.
    mouse: bool,
}

const SUBJECT: Subject = Subject {
    example: "terminal_probe",
    args: &[],
    ready: "ready",
    quit: b"q",
    panic_on_main: Some(b"p"),
    panic_on_worker: Some(b"w"),
    mouse: true,
};

const SOON: Duration = Duration::from_secs(10);

impl Subject {
    fn program(&self) -> io::Result<PathBuf> {
        // Cargo names binaries to tests but not examples; they lie beside the tests' folder.
        let test = std::env::current_exe()?;
        let folder = test.parent().and_then(Path::parent);
        let folder = folder.ok_or_else(|| io::Error::other("no target folder"))?;
        let program = folder.join("examples").join(self.example);
        if program.exists() {
            return Ok(program);
        }
        // `cargo test` builds examples, `cargo test --test NAME` does not.
        let hint = format!("run `cargo build --example {}` first", self.example);
        Err(io::Error::other(hint))
    }

    fn start(&self, env: &[(&str, &str)], columns: u16, rows: u16) -> io::Result<Pty> {
        let pty = Pty::spawn(&self.program()?, self.args, env, columns, rows)?;
        pty.wait_for(self.ready, SOON)?;
        let screen = pty.look();
        assert!(pty.is_raw()?, "not raw while running");
        assert!(screen.alternate_screen());
        assert!(screen.bracketed_paste());
        let mouse = screen.mouse_protocol_mode() != MouseProtocolMode::None;
        assert_eq!(mouse, self.mouse);
        Ok(pty)
    }
}

fn assert_given_back(pty: &Pty) -> io::Result<()> {
    let screen = pty.look();
    assert!(!pty.is_raw()?, "the line is still raw");
    assert_modes_off(&screen);
    let bytes = String::from_utf8_lossy(&pty.raw_bytes()).into_owned();
    // The emulator does not know these two; what was switched on must be off at the end.
    for mode in ["1002", "1004"] {
        let on = bytes.rfind(&format!("\x1b[?{mode}h"));
        let off = bytes.rfind(&format!("\x1b[?{mode}l"));
        assert!(on <= off, "mode {mode} is still on");
    }
    assert!(!bytes.contains("\x1b[?1003h"), "asks for every mouse move");
    let end = bytes.rfind("\x1b[?1049l").unwrap_or(0);
    let frame = bytes.rfind("\x1b[?2026h").unwrap_or(usize::MAX);
    assert!(frame < end, "a frame was drawn after the terminal was left");
    Ok(())
}

fn assert_modes_off(screen: &Screen) {
    assert!(!screen.alternate_screen(), "alternate screen");
    assert!(!screen.bracketed_paste(), "bracketed paste");
    assert!(!screen.hide_cursor(), "cursor hidden");
    assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::None);
}

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
    assert!(
        screen.contains(message),
        "on the normal screen is:\n{screen}"
    );
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
    let start = Instant::now();
    pty.close_master()?;
    #[cfg(target_os = "linux")]
    {
        let used = cpu_ticks_at_end(&pty, SOON)?;
        assert!(used < 50, "half a second of work: {used} ticks");
    }
    let status = pty.wait_exit(SOON)?;
    assert!(start.elapsed() < Duration::from_secs(2));
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
    let start = Instant::now();
    pty.close_master()?;
    pty.wait_exit(SOON)?;
    assert!(start.elapsed() < Duration::from_secs(2));
    let code = std::fs::read_to_string(pty.home().join("code"))?;
    assert_eq!(code.trim(), "129");
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_runs_while_nothing_happens() -> io::Result<()> {
    let pty = SUBJECT.start(&[], 80, 24)?;
    let switches = || -> io::Result<String> {
        let folder = format!("/proc/{}/task", pty.pid()?);
        let mut all = String::new();
        for task in std::fs::read_dir(folder)? {
            let status = std::fs::read_to_string(task?.path().join("status"))?;
            all.extend(status.lines().filter(|line| line.contains("ctxt_switches")));
        }
        Ok(all)
    };
    // Threads may still be on their way to their first wait.
    std::thread::sleep(Duration::from_millis(300));
    let before = switches()?;
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(before, switches()?, "some thread woke up");
    Ok(())
}

/// Processor time of the program when it has ended but has not been waited for.
#[cfg(target_os = "linux")]
fn cpu_ticks_at_end(pty: &Pty, timeout: Duration) -> io::Result<u64> {
    let deadline = Instant::now() + timeout;
    while Instant::now() < deadline {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pty.pid()?))?;
        let fields: Vec<&str> = stat
            .rsplit_once(')')
            .map(|(_, rest)| rest.split_whitespace().collect())
            .unwrap_or_default();
        if fields[0] == "Z" {
            let ticks = |index: usize| fields[index].parse::<u64>().map_err(io::Error::other);
            return Ok(ticks(11)? + ticks(12)?);
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

#[test]
fn any_size_is_survived() -> io::Result<()> {
    let mut pty = SUBJECT.start(&[], 80, 24)?;
    let mut dice = Dice(7);
    for _ in 0..200 {
        pty.resize(1 + dice.below(200), 1 + dice.below(60))?;
    }
    for (columns, rows) in [(1, 1), (2, 1), (1, 2), (5, 3)] {
        let from = pty.raw_bytes().len();
        pty.resize(columns, rows)?;
        pty.wait_for_bytes(b"\x1b[?2026l", from, SOON)?;
    }
    pty.resize(80, 24)?;
    pty.wait_for(SUBJECT.ready, SOON)?;
    let fresh = SUBJECT.start(&[], 80, 24)?;
    let first_line = |pty: &Pty| pty.screen().lines().next().map(str::to_owned);
    assert_eq!(first_line(&pty), first_line(&fresh));
    pty.send(SUBJECT.quit)?;
    assert_eq!(pty.wait_exit(SOON)?.exit_code(), 0);
    assert_given_back(&pty)
}

#[test]
fn a_frame_is_written_in_one_synchronised_piece() -> io::Result<()> {
    let mut pty = SUBJECT.start(&[], 80, 24)?;
    let from = pty.raw_bytes().len();
    pty.send(b"\x1b[B")?;
    pty.wait_for_bytes(b"\x1b[?2026l", from, SOON)?;
    let frame = pty.raw_bytes()[from..].to_vec();
    assert!(frame.starts_with(b"\x1b[?2026h"), "{frame:?}");
    assert!(frame.ends_with(b"\x1b[?2026l"), "{frame:?}");
    Ok(())
}

/// Half sequences, reports at impossible places, broken UTF-8, lone paste marks.
const FRAGMENTS: &[&[u8]] = &[
    b"\x1b",
    b"\x1b[",
    b"\x1bO",
    b"\x1b[<",
    b"\x1b[<0;",
    b"\x1b[<0;1;1M",
    b"\x1b[<64;500;900M",
    b"\x1b[<35;3;3M",
    b"\x1b[<99999999;1;1m",
    b"\x1b[200~",
    b"\x1b[201~",
    b"\x1b[I",
    b"\x1b[O",
    b"\x1b[1;",
    b"\x1b[1;5",
    b"\x1b[1;5A",
    b"\x1b[999;999R",
    b"\x1b[?1;2c",
    b"\x1b[?1u",
    b"\x1b[97;5u",
    b"\x1b[57358u",
    b"\x1b[27;5;9~",
    b"\x1b]0;",
    b"\x07",
    b"\x1b\\",
    b"\x1bP",
    b"\x1b[;;;;",
    b"\x1b[Z",
    b"\x1b[3~",
    b"\x1b[99~",
    b"\x7f",
    b"\t",
    b"\r",
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xe2\x82",
    b"\xf0\x9f\x98\x80",
    "é".as_bytes(),
    "漢".as_bytes(),
    b"x",
    b"12",
    b"~",
    b";",
];

/// Mouse reports at column or row 0, whole and in parts. crossterm 0.29 panics on them in debug
/// builds and reports 65535 in release builds.
const ZEROES: &[&[u8]] = &[b"\x1b[<0;0;0M", b"\x1b[<0;0;", b"\x1b[M   ", b"\x1b[M"];

#[test]
fn random_escape_fragments_are_survived() -> io::Result<()> {
    for seed in 1..=4 {
        let mut pty = SUBJECT.start(&[], 80, 24)?;
        let mut dice = Dice(seed);
        for _ in 0..50 {
            pty.send(dice.pick(30, FRAGMENTS))?;
        }
        // Whatever is open, end it.
        pty.send(b"\x1b[201~\x1b\\")?;
        let from = pty.raw_bytes().len();
        pty.resize(100, 30)?;
        pty.wait_for_bytes(b"\x1b[?2026l", from, SOON)?;
        pty.wait_for(SUBJECT.ready, SOON)?;
        pty.kill(Signal::TERM)?;
        assert_eq!(pty.wait_exit(SOON)?.exit_code(), 143, "seed {seed}");
        assert_given_back(&pty)?;
    }
    Ok(())
}

#[test]
fn mouse_reports_at_zero_never_leave_a_deaf_program() -> io::Result<()> {
    let all: Vec<&[u8]> = [FRAGMENTS, ZEROES].concat();
    for seed in 0..=8 {
        let mut pty = SUBJECT.start(&[], 80, 24)?;
        let bytes = if seed == 0 {
            ZEROES[0].to_vec()
        } else {
            Dice(seed).pick(300, &all)
        };
        pty.send(bytes)?;
        // It may be gone by now, and its terminal with it.
        let _ = pty.send(b"\x1b[201~\x1b\\");
        let _ = pty.send(SUBJECT.quit);
        let code = pty.wait_exit(SOON)?.exit_code();
        assert!(code == 0 || code == 101, "seed {seed}: {code}");
        assert_given_back(&pty)?;
    }
    Ok(())
}

#[test]
fn no_color_drops_colours_and_keeps_reverse() -> io::Result<()> {
    let coloured = SUBJECT.start(&[], 80, 24)?;
    let has = |pty: &Pty, needle: &str| String::from_utf8_lossy(&pty.raw_bytes()).contains(needle);
    assert!(has(&coloured, "\x1b[38;"), "no colour without NO_COLOR");
    let plain = SUBJECT.start(&[("NO_COLOR", "1")], 80, 24)?;
    for colour in ["38;", "48;"] {
        assert!(!has(&plain, colour), "{colour} under NO_COLOR");
    }
    assert!(has(&plain, "\x1b[7m"), "reverse is lost");
    let screen = plain.look();
    let reversed = (0..24).any(|row| {
        (0..80).any(|column| screen.cell(row, column).is_some_and(vt100::Cell::inverse))
    });
    assert!(reversed, "reverse does not reach the screen");
    Ok(())
}

/// Numbers that look random and are the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn pick(&mut self, count: usize, from: &[&[u8]]) -> Vec<u8> {
        let index = |dice: &mut Self| usize::from(dice.below(u16::MAX)) % from.len();
        (0..count)
            .flat_map(|_| from[index(self)].to_vec())
            .collect()
    }

    fn below(&mut self, limit: u16) -> u16 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u16::try_from(self.0 % u64::from(limit)).unwrap_or(0)
    }
}
