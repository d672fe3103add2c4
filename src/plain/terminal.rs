//! Standard input as lines: read one at a time by a thread of its own, so that the loop hears signals
//! meanwhile, and without echo where a secret is asked for.

use std::io;
#[cfg(unix)]
use std::io::IsTerminal;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

#[cfg(unix)]
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

/// No answer is longer, and neither is a pasted line.
const MOST_BYTES: usize = 64 * 1024;

pub(super) enum Heard {
    /// A line, and whether more of them wait behind it on a terminal.
    Line(String, bool),
    /// No line will ever come again; the terminal is gone, where this says so.
    End { lost: bool },
    /// The number of a signal.
    #[cfg_attr(not(unix), expect(dead_code, reason = "there are none"))]
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

/// Read byte by byte, so that no buffer keeps what may be a secret, nor what comes behind it. The room
/// for a line never grows and so leaves no copy; whoever takes it as a secret wipes it.
fn line() -> Heard {
    let mut bytes = Vec::with_capacity(MOST_BYTES);
    let mut garbled = false;
    loop {
        match next_byte() {
            Ok(Some(b'\n')) => bytes.push(b'\n'),
            Ok(Some(_)) if bytes.len() + 1 >= MOST_BYTES => {
                garbled = true;
                continue;
            }
            Ok(Some(byte)) => {
                bytes.push(byte);
                continue;
            }
            Ok(None) if bytes.is_empty() => return Heard::End { lost: is_lost() },
            Ok(None) => {}
            Err(_) => return Heard::End { lost: true },
        }
        break;
    }
    // Such a line is refused for the zeros in it.
    if garbled || std::str::from_utf8(&bytes).is_err() {
        bytes.fill(0);
    }
    Heard::Line(String::from_utf8(bytes).unwrap_or_default(), has_more())
}

#[cfg(unix)]
fn next_byte() -> io::Result<Option<u8>> {
    let mut byte = [0];
    loop {
        match rustix::io::read(io::stdin(), &mut byte) {
            Ok(0) => return Ok(None),
            Ok(_) => return Ok(Some(byte[0])),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Here a buffer of the standard library does keep it.
#[cfg(not(unix))]
fn next_byte() -> io::Result<Option<u8>> {
    io::Read::bytes(io::stdin()).next().transpose()
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
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};
    let caught = [SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT];
    let mut signals = signal_hook::iterator::Signals::new(caught)?;
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
#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
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

/// Whether it is what Ctrl-Z sends.
pub(super) fn is_stop(number: i32) -> bool {
    #[cfg(unix)]
    return number == signal_hook::consts::SIGTSTP;
    #[cfg(not(unix))]
    return number < 0;
}

/// Stops this process as an uncaught SIGTSTP would; returns when it was continued, or `false` where nobody
/// is there to continue it.
///
/// SIGTSTP itself is caught, and SIGSTOP stops even what no shell waits for. SIGTTIN is what a reader of the
/// terminal stops by, and like SIGTSTP the kernel throws it away for an orphaned process group.
#[cfg(unix)]
pub(super) fn stop() -> bool {
    use rustix::process::{Signal, getpid, kill_process};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    let continued = Arc::new(AtomicBool::new(false));
    let Ok(watch) = signal_hook::flag::register(signal_hook::consts::SIGCONT, Arc::clone(&continued)) else {
        return false;
    };
    let sent = kill_process(getpid(), Signal::TTIN);
    // Any thread may take it, so this one can run for a moment. Rounds are counted, since time goes on meanwhile.
    for _ in 0..100 {
        if sent.is_err() || continued.load(Ordering::SeqCst) {
            break;
        }
        thread::sleep(std::time::Duration::from_millis(2));
    }
    signal_hook::low_level::unregister(watch);
    continued.load(Ordering::SeqCst)
}

#[cfg(not(unix))]
pub(super) fn stop() -> bool {
    false
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
        let hidden = Self { before: tcgetattr(io::stdin())? };
        hidden.again()?;
        Ok(hidden)
    }

    /// Before somebody else has the terminal: half a secret is not for them.
    #[cfg(unix)]
    pub(super) fn pause(&self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &self.before);
    }

    /// After somebody else had the terminal.
    #[cfg(unix)]
    pub(super) fn again(&self) -> io::Result<()> {
        let mut silent = self.before.clone();
        silent.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
        Ok(tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?)
    }

    #[cfg(not(unix))]
    pub(super) fn begin() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "on Unix it holds what was before")]
    pub(super) fn pause(&self) {}

    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "on Unix it holds what was before")]
    pub(super) fn again(&self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// What is typed and not yet read is thrown away where `discard` says so.
    #[cfg_attr(not(unix), expect(clippy::unused_self, reason = "on Unix it holds what was before"))]
    pub(super) fn end(self, discard: bool) {
        #[cfg(unix)]
        if discard {
            let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &self.before);
        }
        #[cfg(not(unix))]
        let _ = discard;
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        #[cfg(unix)]
        {
            let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &self.before);
        }
    }
}
