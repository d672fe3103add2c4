//! Waiting for what a program in a pseudo terminal does: for an event, with a limit, never for
//! a length of time alone. Must not know how the program was started.

use super::{Pty, Seen};
use portable_pty::ExitStatus;
use std::io;
use std::sync::PoisonError;
use std::thread;
use std::time::{Duration, Instant};

impl Pty {
    /// Waits until the program has ended and everything that it wrote has been taken in.
    pub fn wait_exit(&mut self, timeout: Duration) -> io::Result<ExitStatus> {
        let deadline = Instant::now() + timeout;
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if Instant::now() > deadline {
                return Err(self.too_late("the program to end"));
            }
            // No event announces the end of a child without a SIGCHLD handler of our own.
            thread::sleep(Duration::from_millis(2));
        };
        if self.line.is_some() {
            self.wait_until("the end of the output", timeout, |seen| seen.closed)?;
        }
        Ok(status)
    }

    /// Waits until `text` is on the screen.
    pub fn wait_for(&self, text: &str, timeout: Duration) -> io::Result<()> {
        self.wait_until(&format!("{text:?}"), timeout, |seen| seen.parser.screen().contents().contains(text))
    }

    /// Waits until the screen is as `condition` wants it.
    pub fn wait_for_screen(
        &self,
        what: &str,
        timeout: Duration,
        condition: impl Fn(&vt100::Screen) -> bool,
    ) -> io::Result<()> {
        self.wait_until(what, timeout, |seen| condition(seen.parser.screen()))
    }

    /// The same, and the frame is whole: its end was the last thing to be written.
    pub fn wait_for_frame(
        &self,
        what: &str,
        timeout: Duration,
        condition: impl Fn(&vt100::Screen) -> bool,
    ) -> io::Result<()> {
        self.wait_until(what, timeout, |seen| {
            seen.bytes.ends_with(b"\x1b[?2026l") && condition(seen.parser.screen())
        })
    }

    /// Waits until `bytes` have been written, from the byte number `from` on.
    pub fn wait_for_bytes(&self, bytes: &[u8], from: usize, timeout: Duration) -> io::Result<()> {
        let what = String::from_utf8_lossy(bytes).into_owned();
        self.wait_until(&format!("the bytes {what:?}"), timeout, |seen| {
            seen.bytes.get(from..).is_some_and(|tail| tail.windows(bytes.len()).any(|window| window == bytes))
        })
    }

    /// Waits until nothing has been written for as long as `quiet`: for pictures, which need a
    /// finished frame but have no text of their own to wait for.
    pub fn wait_quiet(&self, quiet: Duration, timeout: Duration) -> io::Result<()> {
        let deadline = Instant::now() + timeout;
        let mut seen = self.shared.lock();
        while !seen.closed {
            let before = seen.bytes.len();
            let (next, pause) =
                self.shared.news.wait_timeout(seen, quiet).unwrap_or_else(PoisonError::into_inner);
            seen = next;
            if pause.timed_out() && seen.bytes.len() == before {
                break;
            }
            if Instant::now() > deadline {
                drop(seen);
                return Err(self.too_late("a pause"));
            }
        }
        Ok(())
    }

    fn wait_until(&self, what: &str, timeout: Duration, condition: impl Fn(&Seen) -> bool) -> io::Result<()> {
        let deadline = Instant::now() + timeout;
        let mut seen = self.shared.lock();
        while !condition(&seen) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || seen.closed {
                drop(seen);
                return Err(self.too_late(what));
            }
            seen = self.shared.news.wait_timeout(seen, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(())
    }

    fn too_late(&self, what: &str) -> io::Error {
        let message = format!("waited in vain for {what}; the screen:\n{}", self.screen());
        io::Error::new(io::ErrorKind::TimedOut, message)
    }
}
