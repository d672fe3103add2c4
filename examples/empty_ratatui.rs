//! The least that a full-screen program does: the same terminal modes, one frame, one key to leave by.
//! What the start of the wizard is held against; knows nothing of it.

use std::io::{self, BufWriter, Write};

use crossterm::cursor::{Hide, Show};
use crossterm::event::DisableMouseCapture;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste, EnableMouseCapture, Event, read};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::widgets::Paragraph;

fn main() -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout());
    enable_raw_mode()?;
    execute!(out, EnterAlternateScreen, Hide, EnableBracketedPaste, EnableMouseCapture)?;
    let mut terminal = Terminal::new(CrosstermBackend::new(out))?;
    queue!(terminal.backend_mut(), BeginSynchronizedUpdate)?;
    terminal.draw(|frame| frame.render_widget(Paragraph::new("empty"), frame.area()))?;
    execute!(terminal.backend_mut(), EndSynchronizedUpdate)?;
    while !matches!(read()?, Event::Key(_)) {}
    let out = terminal.backend_mut();
    execute!(out, DisableMouseCapture, DisableBracketedPaste, LeaveAlternateScreen, Show)?;
    out.flush()?;
    disable_raw_mode()
}
