//! Standard input as lines: read one at a time by a thread of its own, so that the loop hears signals
//! meanwhile, and without echo where a secret is asked for.

use std::io::{self, BufRead, IsTerminal, Read};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// No answer is longer, and neither is a pasted line.
const MOST_BYTES: u64 = 64 * 1024;

pub(super) enum Heard {
    /// A line, and whether more of them wait behind it on a terminal.
    Line(String, bool),
    /// No line will ever come again; the terminal is gone, where this says so.
    End { lost: bool },
    /// The number of a signal.
    Signal(i32),
}

/// Starts the reader; each message to it is a wish for one line.
pub(super) fn spawn_reader<T: From<Heard> + Send + 'static>(out: Sender<T>) -> io::Result<Sender<()>> {
    let (wish, wishes): (Sender<()>, Receiver<()>) = channel();
    thread::Builder::new().name("lines".into()).spawn(move || {
        for () in wishes {
            let heard = line();
            let end = matches!(heard, Heard::End { .. });
            if out.send(T::from(heard)).is_err() || end {
                return;
            }
        }
    })?;
    Ok(wish)
}

fn line() -> Heard {
    // Nothing typed by hand outgrows this, so that a secret leaves no copy behind.
    let mut bytes = Vec::with_capacity(1024);
    let mut stdin = io::stdin().lock();
    match stdin.by_ref().take(MOST_BYTES).read_until(b'\n', &mut bytes) {
        Ok(0) => Heard::End { lost: is_lost() },
        Ok(read) if read as u64 == MOST_BYTES && !bytes.ends_with(b"\n") => {
            let _ = stdin.skip_until(b'\n');
            Heard::Line(char::REPLACEMENT_CHARACTER.to_string(), false)
        }
        // What is not UTF-8 is told from what is by its marks, and is not taken.
        Ok(_) => {
            let line = String::from_utf8(bytes)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
            Heard::Line(line, has_more())
        }
        Err(_) => Heard::End { lost: true },
    }
}

/// At the end of input, a terminal that is still there was told so by Ctrl-D.
#[cfg(unix)]
fn is_lost() -> bool {
    use rustix::event::PollFlags;
    io::stdin().is_terminal() && polled(PollFlags::empty(), PollFlags::HUP | PollFlags::ERR)
}

#[cfg(unix)]
fn has_more() -> bool {
    use rustix::event::PollFlags;
    io::stdin().is_terminal() && polled(PollFlags::IN, PollFlags::IN)
}

/// What standard input is like at this moment.
#[cfg(unix)]
fn polled(wanted: rustix::event::PollFlags, found: rustix::event::PollFlags) -> bool {
    use rustix::event::{PollFd, Timespec, poll};
    let stdin = io::stdin();
    let mut fds = [PollFd::new(&stdin, wanted)];
    poll(&mut fds, Some(&Timespec::default())).is_ok() && fds[0].revents().intersects(found)
}

#[cfg(not(unix))]
fn is_lost() -> bool {
    false
}

#[cfg(not(unix))]
fn has_more() -> bool {
    false
}

/// Signals as messages. Elsewhere than on Unix the system ends the program by itself.
#[cfg(unix)]
pub(super) fn spawn_signals<T: From<Heard> + Send + 'static>(out: Sender<T>) -> io::Result<()> {
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP, SIGCONT])?;
    thread::Builder::new().name("signals".into()).spawn(move || {
        for number in signals.forever() {
            if out.send(T::from(Heard::Signal(number))).is_err() {
                return;
            }
        }
    })?;
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn spawn_signals<T: From<Heard> + Send + 'static>(_: Sender<T>) -> io::Result<()> {
    Ok(())
}

/// Whether a signal only says that the program goes on after a stop.
pub(super) fn is_continue(number: i32) -> bool {
    #[cfg(unix)]
    return number == signal_hook::consts::SIGCONT;
    #[cfg(not(unix))]
    return number < 0;
}

/// Whether it is what Ctrl-C sends.
pub(super) fn is_interrupt(number: i32) -> bool {
    #[cfg(unix)]
    return number == signal_hook::consts::SIGINT;
    #[cfg(not(unix))]
    return number < 0;
}

/// The terminal's echo, off for as long as this lives.
pub(super) struct Hidden {
    #[cfg(unix)]
    before: rustix::termios::Termios,
}

impl Hidden {
    /// What was typed ahead was shown already and is thrown away.
    #[cfg(unix)]
    pub(super) fn begin() -> io::Result<Self> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let stdin = io::stdin();
        let before = tcgetattr(&stdin)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
        tcsetattr(&stdin, OptionalActions::Flush, &silent)?;
        Ok(Self { before })
    }

    #[cfg(not(unix))]
    pub(super) fn begin() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        #[cfg(unix)]
        {
            use rustix::termios::{OptionalActions, tcsetattr};
            let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &self.before);
        }
    }
}
