//! The terminal guard: takes the terminal over, paints whole frames, and gives the terminal
//! back on every way out. It knows nothing of the wizard: neither its state nor its keys.

mod modes;
mod sheet;
mod watch;

pub use crate::sitting::ability::{color_wanted, unicode_wanted};
pub use modes::{Options, leave};
pub use watch::{Input, Signal, spawn_inputs};

use super::platform;
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Position, Rect};
use ratatui::{Frame, Terminal};
use sheet::Sheet;
use std::io::{self, IsTerminal};
use std::panic;

/// Makes every panic, in whichever thread, give the terminal back before its message is
/// printed, so that the message lands on the normal screen. Call it once, before
/// [`Screen::enter`]. The message is the panic's own text and place, nothing else.
pub fn install_panic_hook() {
    let inner = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        leave();
        inner(info);
    }));
}

/// What came of a wish to be suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspension {
    /// The job was stopped and has been continued.
    Resumed,
    /// Nobody is there to continue us, so we did not stop: no shell with job control above
    /// (`ssh -t host stackseal`, a container), or SIGTSTP is ignored, or this is Windows.
    NoJobControl,
}

/// The terminal while it is ours. Dropping it gives the terminal back.
#[derive(Debug)]
pub struct Screen {
    terminal: Terminal<CrosstermBackend<Sheet>>,
    sheet: Sheet,
    options: Options,
}

impl Screen {
    /// Takes over the terminal. [`spawn_inputs`] should have been called before, so that a
    /// signal in between finds its listener.
    ///
    /// # Errors
    /// When stdin or stdout is not a terminal, or the terminal refuses its modes. It has been
    /// given back then.
    pub fn enter(options: Options) -> io::Result<Self> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "standard input and output must both be a terminal",
            ));
        }
        // crossterm 0.29 turns every colour into a full reset under NO_COLOR, which also wipes
        // bold and reverse. Colours are the theme's decision (see `color_wanted`), not its.
        crossterm::style::force_color_output(true);
        let sheet = Sheet::default();
        let terminal = Terminal::new(CrosstermBackend::new(sheet.clone()))?;
        modes::enter(options)?;
        Ok(Self { terminal, sheet, options })
    }

    /// Paints one frame and hands it to the terminal in one write. Does nothing once the
    /// terminal has been given back, and nothing when it is gone: the watchdog reports that.
    ///
    /// # Errors
    /// When a terminal that is still there cannot be written to.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        if !modes::entered() {
            return Ok(());
        }
        match self.paint(paint) {
            Err(_) if platform::hung_up() => Ok(()),
            result => result,
        }
    }

    /// Makes the next [`Screen::draw`] repaint every cell: for Ctrl-L, and after a resize,
    /// when the terminal may have moved or cut what was on it.
    ///
    /// # Errors
    /// When the terminal does not tell its size.
    pub fn redraw_all(&mut self) -> io::Result<()> {
        // Not `Terminal::clear`: that asks for the cursor position and waits up to 2 s.
        let size = self.terminal.size()?;
        self.terminal.resize(Rect::from((Position::ORIGIN, size)))
    }

    /// Gives the terminal back, stops the whole job as Ctrl-Z does elsewhere, and takes the
    /// terminal over again once the job is continued. Draw a frame afterwards.
    ///
    /// # Errors
    /// When the terminal cannot be taken over again.
    pub fn suspend(&mut self) -> io::Result<Suspension> {
        if !modes::entered() {
            return Ok(Suspension::NoJobControl);
        }
        leave();
        let outcome = platform::stop();
        modes::enter(self.options)?;
        self.redraw_all()?;
        outcome
    }

    /// Sets all modes anew after somebody else stopped and continued us
    /// ([`Signal::Continue`]): a shell had the terminal in between. Draw a frame afterwards.
    ///
    /// # Errors
    /// When the terminal cannot be taken over again.
    pub fn reclaim(&mut self) -> io::Result<()> {
        if !modes::entered() {
            return Ok(());
        }
        leave();
        modes::enter(self.options)?;
        self.redraw_all()
    }

    fn paint(&mut self, paint: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(paint)?;
        queue!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        self.sheet.present()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}
