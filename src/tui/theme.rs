//! Colours and marks by meaning. Only the sixteen colours of the terminal's own palette, and never
//! its "bright black", which many palettes make invisible.

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

/// How the terminal may be written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    pub color: bool,
    pub unicode: bool,
}

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Keys of settings, and whatever leads the eye.
    Accent,
    Bad,
    /// A line that the last answer changed.
    Changed,
    Dim,
    Focus,
    Good,
    Heading,
    /// The row or tab that keys act on.
    Selected,
    Text,
    /// Advice: worth knowing, not wrong.
    Warn,
}

impl Theme {
    pub fn style(self, role: Role) -> Style {
        let plain = Style::new();
        let (style, color) = match role {
            Role::Text => return plain,
            Role::Accent => (plain, Color::Cyan),
            Role::Bad => (plain.add_modifier(Modifier::BOLD), Color::Red),
            Role::Changed => (plain.add_modifier(Modifier::BOLD), Color::Green),
            Role::Dim => return plain.add_modifier(Modifier::DIM),
            Role::Focus => (plain.add_modifier(Modifier::BOLD), Color::Cyan),
            Role::Good => (plain, Color::Green),
            Role::Heading => return plain.add_modifier(Modifier::BOLD),
            Role::Selected => return plain.add_modifier(Modifier::REVERSED),
            Role::Warn => (plain, Color::Magenta),
        };
        if self.color { style.fg(color) } else { style }
    }

    /// Replaces our marks where the terminal shows ASCII only; what people typed stays.
    pub fn finish(self, buffer: &mut Buffer) {
        if self.unicode {
            return;
        }
        for cell in &mut buffer.content {
            if let Some((_, plain)) = PLAIN.iter().find(|(mark, _)| *mark == cell.symbol()) {
                cell.set_symbol(plain);
            }
        }
    }
}

const PLAIN: [(&str, &str); 30] = [
    ("✓", "+"),
    ("•", ">"),
    ("·", "."),
    ("–", "-"),
    ("…", "~"),
    ("→", ">"),
    ("←", "<"),
    ("↑", "^"),
    ("↓", "v"),
    ("↔", "="),
    ("═", "="),
    ("─", "-"),
    ("│", "|"),
    ("┌", "+"),
    ("┐", "+"),
    ("└", "+"),
    ("┘", "+"),
    ("├", "+"),
    ("┤", "+"),
    ("┬", "+"),
    ("┴", "+"),
    ("▌", ">"),
    ("▎", "+"),
    ("▸", "+"),
    ("▾", "-"),
    ("▼", "v"),
    ("‹", "<"),
    ("›", ">"),
    ("█", "#"),
    ("░", "."),
];
