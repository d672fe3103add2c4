//! Signals, the loss of the terminal, and mouse reports, as Unix has them. Must not know what they mean to the wizard.

use super::super::terminal::{Input, Signal};
use super::job;
use crossterm::event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste};
use crossterm::queue;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGWINCH};
use signal_hook::iterator::Signals;
use std::io;
use std::os::fd::AsFd;
use std::sync::mpsc::Sender;
use std::thread;

/// A signal reports it: crossterm 0.29 does not listen before the first read, and forgets a resize that comes
/// together with a key.
pub(in crate::tui) const RESIZE_IS_READ: bool = false;

pub(in crate::tui) fn spawn_watches<T: Send + 'static>(
    sender: &Sender<T>,
    map: fn(Input) -> T,
) -> io::Result<()> {
    spawn_signals(sender.clone(), map)?;
    spawn_tty_watch(sender.clone(), map)
}

pub(in crate::tui) fn switch_on(bytes: &mut Vec<u8>, mouse: bool) -> io::Result<()> {
    queue!(bytes, EnableBracketedPaste)?;
    if mouse {
        queue!(bytes, Private("1000h"), Private("1002h"), Private("1006h"))?;
    }
    Ok(())
}

/// All of them, whatever was switched on: switching off what is off does no harm.
pub(in crate::tui) fn switch_off(bytes: &mut Vec<u8>) -> io::Result<()> {
    queue!(
        bytes,
        Private("1006l"),
        Private("1002l"),
        Private("1000l"),
        DisableFocusChange,
        DisableBracketedPaste
    )
}

fn spawn_signals<T: Send + 'static>(sender: Sender<T>, map: fn(Input) -> T) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGCONT, SIGWINCH])?;
    thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            for number in signals.forever() {
                let input = match number {
                    SIGTERM => Input::Signal(Signal::Terminate),
                    SIGHUP => Input::Signal(Signal::HangUp),
                    SIGINT => Input::Signal(Signal::Interrupt),
                    SIGWINCH => match crossterm::terminal::size() {
                        Ok((columns, rows)) => Input::Resize(columns, rows),
                        Err(_) => continue,
                    },
                    _ if job::was_own_stop() => continue,
                    _ => Input::Signal(Signal::Continue),
                };
                if sender.send(map(input)).is_err() {
                    break;
                }
            }
        })
        .map(drop)
}

/// crossterm 0.29 reads on for ever, at full load, from a terminal that is gone
/// (crossterm issue 793), and SIGHUP may never reach us. This notices by itself.
fn spawn_tty_watch<T: Send + 'static>(sender: Sender<T>, map: fn(Input) -> T) -> io::Result<()> {
    thread::Builder::new()
        .name("tty".into())
        .spawn(move || {
            if is_gone(&io::stdin(), None) {
                let _ = sender.send(map(Input::Signal(Signal::HangUp)));
            }
        })
        .map(drop)
}

/// Is the terminal gone at this moment?
pub(in crate::tui) fn hung_up() -> bool {
    is_gone(&io::stdin(), Some(&Timespec::default()))
}

/// Waits for a hang-up and for nothing else: no event is asked for, and poll(2) reports
/// HUP and ERR unasked. An fd that cannot be polled is left to SIGHUP.
fn is_gone(fd: &impl AsFd, timeout: Option<&Timespec>) -> bool {
    let mut fds = [PollFd::new(fd, PollFlags::empty())];
    loop {
        match poll(&mut fds, timeout) {
            Err(Errno::INTR) => {}
            Ok(n) if n > 0 => {
                return fds[0].revents().intersects(PollFlags::HUP | PollFlags::ERR);
            }
            _ => return false,
        }
    }
}

/// A DEC private mode that crossterm has no command for. Its `EnableMouseCapture` also asks
/// for every move of the mouse (mode 1003), and each of them would wake us for nothing.
struct Private(&'static str);

impl crossterm::Command for Private {
    fn write_ansi(&self, f: &mut impl std::fmt::Write) -> std::fmt::Result {
        write!(f, "\x1b[?{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hang_up_is_noticed_without_reading_and_data_is_not_one() -> io::Result<()> {
        use std::io::Write;
        let (reader, mut writer) = io::pipe()?;
        writer.write_all(b"a key")?;
        assert!(!is_gone(&reader, Some(&Timespec::default())));
        let waiting = thread::spawn(move || is_gone(&reader, None));
        drop(writer);
        assert!(waiting.join().is_ok_and(|gone| gone));
        Ok(())
    }
}
