//! The one table of keys: dispatch, footer, help page and README are made from it. Knows what a key
//! means where, not what is then done.

mod table;

use std::fmt::Write;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::line::Edit;
pub use table::TABLE;

/// Where a key is pressed; several hold at once, the first is the closest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    Confirm,
    Options,
    Several,
    Suggested,
    Help,
    Password,
    Prompt,
    Report,
    WriteDialog,
    Line,
    Text,
    Choice,
    Flag,
    Source,
    Secret,
    Row,
    /// A question of an open host.
    Cell,
    Add,
    /// One half of the screen has all of it.
    Zoomed,
    /// The preview alone: nothing is typed.
    Whole,
    Form,
    Search,
    Files,
    Tasks,
    Issues,
    Review,
    Saved,
    Start,
    Runbook,
    /// Anywhere in the tabs.
    Steps,
    /// Where letters are not typed into anything.
    Letters,
    /// The same, outside forms.
    Leave,
    Anywhere,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Accept,
    Add,
    Close,
    Copy,
    Delete,
    Down,
    Duplicate,
    Edit(Edit),
    Export,
    Fewer,
    First,
    Folder,
    Help,
    Interrupt,
    Last,
    MatchBack,
    MatchNext,
    More,
    Next,
    No,
    NextStep,
    Open,
    PageDown,
    PageUp,
    PreviewDown,
    PreviewLeft,
    PreviewRight,
    PreviewUp,
    Previous,
    PreviousStep,
    Quit,
    Redo,
    Redraw,
    Rename,
    Reveal,
    Save,
    Search,
    Step(usize),
    Suspend,
    Undo,
    Up,
    Write,
    Yes,
    Zoom,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub code: KeyCode,
    pub modifiers: KeyModifiers,
}

pub struct Binding {
    pub context: Context,
    pub keys: &'static [Key],
    pub action: Action,
    /// For the last line of the screen; empty where the line need not say it.
    pub footer: &'static str,
    pub help: &'static str,
}

/// What this key means in the closest of these contexts that knows it.
pub fn resolve(contexts: &[Context], event: &KeyEvent) -> Option<Action> {
    let key = Key::of(event);
    let found = |context: &Context| TABLE.iter().find(|b| b.context == *context && b.keys.contains(&key));
    contexts.iter().find_map(found).map(|binding| binding.action)
}

/// All that mean something: keys of tabs that do not exist are kept for them, and not told.
pub fn bindings() -> impl Iterator<Item = &'static Binding> {
    let there = |action| match action {
        Action::Step(index) => index == usize::MAX || index < crate::steps::STEPS.len(),
        _ => true,
    };
    TABLE.iter().filter(move |binding| there(binding.action))
}

/// The footer: what can be pressed now, the closest context first; what only looks comes last, since
/// nobody is stuck without it.
pub fn footer(contexts: &[Context]) -> Vec<&'static Binding> {
    let mut all: Vec<&Binding> = Vec::new();
    for context in contexts {
        for binding in TABLE.iter().filter(|b| b.context == *context && !b.footer.is_empty()) {
            if all.iter().all(|held| held.footer != binding.footer) {
                all.push(binding);
            }
        }
    }
    let looks = |b: &&Binding| {
        b.context == Context::Form && matches!(b.action, Action::PreviewDown | Action::PreviewRight)
    };
    all.sort_by_key(looks);
    all
}

/// The table for the README.
pub fn markdown() -> String {
    let mut out = String::from("| where | keys | what they do |\n| --- | --- | --- |\n");
    for binding in bindings() {
        let names: Vec<String> = binding.keys.iter().map(|key| format!("`{}`", key.name())).collect();
        let _ = writeln!(out, "| {} | {} | {} |", binding.context.title(), names.join(" "), binding.help);
    }
    out
}

impl Key {
    /// Terminals differ in whether they report Shift with what it made of the key.
    fn of(event: &KeyEvent) -> Self {
        let mut modifiers = event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT);
        let mut code = event.code;
        if let KeyCode::Char(c) = code
            && !modifiers.is_empty()
        {
            code = KeyCode::Char(c.to_ascii_lowercase());
        }
        if code == KeyCode::Tab && event.modifiers.contains(KeyModifiers::SHIFT) {
            code = KeyCode::BackTab;
        }
        if code == KeyCode::BackTab {
            modifiers = KeyModifiers::NONE;
        }
        Self { code, modifiers }
    }

    pub fn name(self) -> String {
        let code = match self.code {
            KeyCode::Char(' ') => "Space".into(),
            // What terminals send for Ctrl-_ (0x1f) reaches us under this name.
            KeyCode::Char('7') if self.modifiers.contains(KeyModifiers::CONTROL) => "_".into(),
            KeyCode::Char(c) if self.modifiers.is_empty() => c.to_string(),
            KeyCode::Char(c) => c.to_ascii_uppercase().to_string(),
            KeyCode::F(n) => format!("F{n}"),
            KeyCode::Up => "↑".into(),
            KeyCode::Down => "↓".into(),
            KeyCode::Left => "←".into(),
            KeyCode::Right => "→".into(),
            KeyCode::BackTab => "Shift-Tab".into(),
            KeyCode::PageDown => "PgDn".into(),
            KeyCode::PageUp => "PgUp".into(),
            KeyCode::Insert => "Ins".into(),
            KeyCode::Delete => "Del".into(),
            other => format!("{other:?}"),
        };
        let mut name = String::new();
        if self.modifiers.contains(KeyModifiers::CONTROL) {
            name.push_str("Ctrl-");
        }
        if self.modifiers.contains(KeyModifiers::ALT) {
            name.push_str("Alt-");
        }
        name + &code
    }
}

impl Context {
    pub fn title(self) -> &'static str {
        match self {
            Self::Confirm => "question",
            Self::Options => "list of choices",
            Self::Several => "list of several",
            Self::Suggested => "lists that can be chosen",
            Self::Help => "help page",
            Self::Password => "typing a secret",
            Self::Prompt => "typing a name or path",
            Self::Report => "message",
            Self::WriteDialog => "before writing",
            Self::Line | Self::Text => "text",
            Self::Choice => "choice",
            Self::Flag => "yes or no",
            Self::Source => "password",
            Self::Secret => "secret",
            Self::Row => "host",
            Self::Cell => "open host",
            Self::Add => "end of a host list",
            Self::Zoomed => "one half alone",
            Self::Whole => "preview or content alone",
            Self::Form => "form",
            Self::Search => "search",
            Self::Files => "review, files",
            Self::Tasks => "review, tasks",
            Self::Issues => "review, issues",
            Self::Review => "review",
            Self::Saved => "saved session",
            Self::Start => "start",
            Self::Runbook => "after the write",
            Self::Steps => "steps",
            Self::Letters => "outside text",
            Self::Leave => "outside forms",
            Self::Anywhere => "anywhere",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_context() {
        for (index, binding) in TABLE.iter().enumerate() {
            for key in binding.keys {
                let twice = TABLE[..index]
                    .iter()
                    .any(|other| other.context == binding.context && other.keys.contains(key));
                assert!(!twice, "{:?} {}", binding.context, key.name());
            }
            assert!(!binding.help.is_empty());
        }
    }

    #[test]
    fn the_readme_lists_every_binding() {
        let text = markdown();
        assert_eq!(text.lines().count(), bindings().count() + 2);
        assert!(text.contains("`Alt-U`") && text.contains("`PgDn`"));
    }

    #[test]
    fn letters_stay_free_where_text_is_typed() {
        for binding in TABLE.iter().filter(|b| {
            [Context::Line, Context::Text, Context::Form, Context::Steps, Context::Anywhere]
                .contains(&b.context)
        }) {
            for key in binding.keys {
                assert!(!matches!(key.code, KeyCode::Char(_)) || !key.modifiers.is_empty(), "{}", key.name());
            }
        }
    }
}
