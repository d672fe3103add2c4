//! Which terminal modes are switched on and off, and whether they are on now.
//! Must not know what is drawn.

use super::super::platform;
use crossterm::cursor::{Hide, Show};
use crossterm::queue;
use crossterm::style::ResetColor;
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Is the terminal ours? Changed and asked only while holding the lock of stdout, so that a
/// frame is written either wholly before the terminal is given back or not at all.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// What the terminal is asked to report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Clicks, drags and the wheel.
    pub mouse: bool,
    /// Whether the window has the keyboard.
    pub focus: bool,
}

pub(super) fn entered() -> bool {
    ENTERED.load(Ordering::SeqCst)
}

pub(super) fn enter(options: Options) -> io::Result<()> {
    let done = {
        let mut out = io::stdout().lock();
        ENTERED.store(true, Ordering::SeqCst);
        enable_raw_mode()
            .and_then(|()| opening(options))
            .and_then(|bytes| out.write_all(&bytes))
            .and_then(|()| out.flush())
    };
    if done.is_err() {
        leave();
    }
    done
}

/// Gives the terminal back: every mode off, cursor shown, raw mode off, all of it flushed.
/// May be called from any thread and any number of times; only the first call acts.
pub fn leave() {
    let mut out = io::stdout().lock();
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return;
    }
    // Nothing can be done about failures here: either the terminal is gone, or this runs on
    // the way out and each further step is still worth trying.
    if let Ok(bytes) = closing() {
        let _ = out.write_all(&bytes);
    }
    let _ = out.flush();
    let _ = disable_raw_mode();
}

/// Writes a finished frame, unless the terminal has been given back meanwhile.
pub(super) fn write_if_entered(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if !entered() {
        return Ok(());
    }
    out.write_all(bytes)?;
    out.flush()
}

fn opening(options: Options) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    queue!(bytes, EnterAlternateScreen, Hide)?;
    platform::switch_on(&mut bytes, options.mouse)?;
    if options.focus {
        queue!(bytes, crossterm::event::EnableFocusChange)?;
    }
    Ok(bytes)
}

fn closing() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    queue!(bytes, EndSynchronizedUpdate, ResetColor)?;
    platform::switch_off(&mut bytes)?;
    queue!(bytes, LeaveAlternateScreen, Show)?;
    Ok(bytes)
}
