//! The program under test as a table, and what its terminal must be like afterwards.
//! All that the tests know of a program is here, so that another one can take its place.
#![allow(dead_code)] // each user takes what it needs

use crate::pty::Pty;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use vt100::{MouseProtocolMode, Screen};

/// How to start a program and which keys make it do what.
pub struct Subject {
    pub example: &'static str,
    pub args: &'static [&'static str],
    /// On the screen once keys are taken.
    pub ready: &'static str,
    pub quit: &'static [u8],
    pub panic_on_main: Option<&'static [u8]>,
    pub panic_on_worker: Option<&'static [u8]>,
    /// Asks for the mouse.
    pub mouse: bool,
}

pub const SUBJECT: Subject = Subject {
    example: "terminal_probe",
    args: &[],
    ready: "ready",
    quit: b"q",
    panic_on_main: Some(b"p"),
    panic_on_worker: Some(b"w"),
    mouse: true,
};

pub const SOON: Duration = Duration::from_secs(10);

impl Subject {
    pub fn program(&self) -> io::Result<PathBuf> {
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

    pub fn start(&self, env: &[(&str, &str)], columns: u16, rows: u16) -> io::Result<Pty> {
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

pub fn assert_given_back(pty: &Pty) -> io::Result<()> {
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

pub fn assert_modes_off(screen: &Screen) {
    assert!(!screen.alternate_screen(), "alternate screen");
    assert!(!screen.bracketed_paste(), "bracketed paste");
    assert!(!screen.hide_cursor(), "cursor hidden");
    assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::None);
}
