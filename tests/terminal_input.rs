//! Whatever comes in, the picture is right and nothing is left hanging; without input nothing
//! runs. Knows the program only by `SUBJECT`.
#![cfg(unix)]

#[path = "support/pty.rs"]
mod pty;
#[path = "support/subject.rs"]
mod subject;

use pty::Pty;
use rustix::process::Signal;
use std::io;
use std::time::Duration;
use subject::{SOON, SUBJECT, assert_given_back};

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
        let bytes = if seed == 0 { ZEROES[0].to_vec() } else { Dice(seed).pick(300, &all) };
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
    let reversed =
        (0..24).any(|row| (0..80).any(|column| screen.cell(row, column).is_some_and(vt100::Cell::inverse)));
    assert!(reversed, "reverse does not reach the screen");
    Ok(())
}

/// Numbers that look random and are the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn pick(&mut self, count: usize, from: &[&[u8]]) -> Vec<u8> {
        let index = |dice: &mut Self| usize::from(dice.below(u16::MAX)) % from.len();
        (0..count).flat_map(|_| from[index(self)].to_vec()).collect()
    }

    fn below(&mut self, limit: u16) -> u16 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u16::try_from(self.0 % u64::from(limit)).unwrap_or(0)
    }
}
