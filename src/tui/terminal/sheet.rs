//! The paper a frame is written on before it goes to the terminal in one piece.
//! Must not know what the bytes mean.

use super::modes;
use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

/// A large frame of 200×60 cells fits without growing.
const ROOM: usize = 64 * 1024;

/// A buffer that ratatui may flush as often as it likes: bytes reach the terminal only by
/// [`Sheet::present`]. A `BufWriter` would not do, because it writes what it still holds when
/// it is dropped, which after a panic is half a frame on the user's normal screen.
#[derive(Debug, Clone)]
pub(super) struct Sheet(Rc<RefCell<Vec<u8>>>);

impl Default for Sheet {
    fn default() -> Self {
        Self(Rc::new(RefCell::new(Vec::with_capacity(ROOM))))
    }
}

impl Sheet {
    /// Writes what has been collected and starts afresh, also when writing fails.
    pub(super) fn present(&self) -> io::Result<()> {
        let mut bytes = self.0.borrow_mut();
        let written = modes::write_if_entered(&bytes);
        bytes.clear();
        written
    }
}

impl Write for Sheet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
