//! The threads that wait for what happens outside: keys, signals, the loss of the terminal.
//! Each blocks until there is something to say. Must not know what any of it means to the wizard.

use super::super::platform;
use crossterm::event::{self, Event, KeyEvent, KeyEventKind, MouseEvent, MouseEventKind};
use std::io;
use std::sync::mpsc::Sender;
use std::thread;

/// Something that happened outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key went down or repeats; releases are not reported.
    Key(KeyEvent),
    /// Text pasted in one piece, as it came: line ends and controls are the receiver's task.
    Paste(String),
    /// A button or the wheel. Positions come from outside and may lie off the screen.
    Mouse(MouseEvent),
    /// Columns and rows of the window.
    Resize(u16, u16),
    /// Whether the window has the keyboard now.
    Focus(bool),
    Signal(Signal),
    /// No key will ever come again: the reading thread has ended, perhaps by a panic.
    Dead,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    Terminate,
    /// Also when the terminal is gone without a signal.
    HangUp,
    Interrupt,
    /// Somebody else stopped and continued us: see `Screen::reclaim`.
    Continue,
}

impl Signal {
    /// The code to exit with, as a shell would report a death by this signal.
    #[must_use]
    pub const fn exit_code(self) -> Option<u8> {
        match self {
            Self::HangUp => Some(129),
            Self::Interrupt => Some(130),
            Self::Terminate => Some(143),
            Self::Continue => None,
        }
    }
}

/// Starts the listening threads. They end with the process or when the receiver is dropped and
/// something happens.
///
/// # Errors
/// When signals cannot be caught or a thread cannot be started.
pub fn spawn_inputs<T: Send + 'static>(sender: Sender<T>, map: fn(Input) -> T) -> io::Result<()> {
    platform::spawn_watches(&sender, map)?;
    thread::Builder::new()
        .name("keys".into())
        .spawn(move || {
            // crossterm 0.29 panics on a mouse report at 0;0 where overflows are checked, and
            // a wizard that lives on without keys is worse than one that ends.
            let last_word = LastWord { sender, map };
            while let Ok(event) = event::read() {
                let Some(input) = translate(event) else {
                    continue;
                };
                if last_word.sender.send(map(input)).is_err() {
                    break;
                }
            }
        })
        .map(drop)
}

/// Reports the end of the reading thread, whatever ended it.
struct LastWord<T> {
    sender: Sender<T>,
    map: fn(Input) -> T,
}

impl<T> Drop for LastWord<T> {
    fn drop(&mut self) {
        let _ = self.sender.send((self.map)(Input::Dead));
    }
}

fn translate(event: Event) -> Option<Input> {
    match event {
        // Windows, and terminals with the kitty protocol, also report keys coming up.
        Event::Key(key) if key.kind == KeyEventKind::Release => None,
        Event::Key(key) => Some(Input::Key(key)),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Mouse(mouse) if mouse.kind == MouseEventKind::Moved => None,
        Event::Mouse(mouse) => Some(Input::Mouse(mouse)),
        Event::Resize(columns, rows) => platform::RESIZE_IS_READ.then_some(Input::Resize(columns, rows)),
        Event::FocusGained => Some(Input::Focus(true)),
        Event::FocusLost => Some(Input::Focus(false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyModifiers, MouseButton};
    use std::sync::mpsc;

    #[test]
    fn releases_and_moves_are_not_reported() {
        let key = |kind| Event::Key(KeyEvent::new_with_kind(KeyCode::Char('a'), KeyModifiers::NONE, kind));
        let mouse =
            |kind| Event::Mouse(MouseEvent { kind, column: u16::MAX, row: 0, modifiers: KeyModifiers::NONE });
        assert!(translate(key(KeyEventKind::Release)).is_none());
        assert!(translate(key(KeyEventKind::Repeat)).is_some());
        assert!(translate(mouse(MouseEventKind::Moved)).is_none());
        assert!(translate(mouse(MouseEventKind::Down(MouseButton::Left))).is_some());
    }

    #[test]
    fn a_reader_that_panics_still_says_that_it_is_dead() {
        let (sender, receiver) = mpsc::channel();
        let thread = thread::spawn(move || {
            let _last_word = LastWord { sender, map: |input| input };
            std::panic::resume_unwind(Box::new("as crossterm does"));
        });
        assert!(thread.join().is_err());
        assert_eq!(receiver.recv(), Ok(Input::Dead));
    }
}
