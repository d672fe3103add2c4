//! What a Windows console does by itself, and what it lacks. Must not know what any of it means to the wizard.

use super::super::terminal::{Input, Suspension};
use crossterm::event::{DisableMouseCapture, EnableMouseCapture};
use crossterm::queue;
use std::io;
use std::sync::mpsc::Sender;

/// It comes with the keys, and by no signal.
pub(in crate::tui) const RESIZE_IS_READ: bool = true;

/// Windows ends console programs by itself.
#[expect(clippy::unnecessary_wraps)]
pub(in crate::tui) fn spawn_watches<T>(_: &Sender<T>, _: fn(Input) -> T) -> io::Result<()> {
    Ok(())
}

pub(in crate::tui) const fn hung_up() -> bool {
    false
}

/// There is no job control.
#[expect(clippy::unnecessary_wraps)]
pub(in crate::tui) fn stop() -> io::Result<Suspension> {
    Ok(Suspension::NoJobControl)
}

/// No bracketed paste: crossterm has none here, and asking for it disturbs Enter (crossterm issues 737 and 962).
pub(in crate::tui) fn switch_on(bytes: &mut Vec<u8>, mouse: bool) -> io::Result<()> {
    if mouse {
        queue!(bytes, EnableMouseCapture)?;
    }
    Ok(())
}

pub(in crate::tui) fn switch_off(bytes: &mut Vec<u8>) -> io::Result<()> {
    queue!(bytes, DisableMouseCapture)
}
