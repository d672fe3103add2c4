//! The rows of the key table, from the closest context to the widest. Alt-digits are for steps;
//! function keys are second names, never the only way.

use crossterm::event::KeyCode::{
    BackTab, Backspace, Char, Delete, Down, End, Enter, Esc, F, Home, Insert, Left, PageDown, PageUp, Right,
    Tab, Up,
};
use crossterm::event::{KeyCode, KeyModifiers};

use super::{Action as A, Binding, Context as C, Key};
use crate::tui::line::Edit;

const fn k(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::NONE }
}

const fn c(letter: char) -> Key {
    k(Char(letter))
}

const fn alt(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::ALT }
}

const fn ctrl(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::CONTROL }
}

const fn row(
    context: C,
    keys: &'static [Key],
    action: A,
    footer: &'static str,
    help: &'static str,
) -> Binding {
    Binding { context, keys, action, footer, help }
}

pub static TABLE: &[Binding] = &[
    row(C::Line, &[k(Left)], A::Edit(Edit::Left), "", "one character left"),
    row(C::Line, &[k(Right)], A::Edit(Edit::Right), "", "one character right"),
    row(C::Line, &[ctrl(Left), alt(Char('b'))], A::Edit(Edit::WordLeft), "", "one word left"),
    row(C::Line, &[ctrl(Right), alt(Char('f'))], A::Edit(Edit::WordRight), "", "one word right"),
    row(C::Line, &[k(Home), ctrl(Char('a'))], A::Edit(Edit::Home), "", "start of the line"),
    row(C::Line, &[k(End), ctrl(Char('e'))], A::Edit(Edit::End), "", "end of the line"),
    row(C::Line, &[k(Backspace), ctrl(Char('h'))], A::Edit(Edit::Back), "", "delete the character before"),
    row(C::Line, &[k(Delete), ctrl(Char('d'))], A::Edit(Edit::Delete), "", "delete the character behind"),
    row(C::Line, &[ctrl(Char('w')), alt(Backspace)], A::Edit(Edit::BackWord), "", "delete the word before"),
    row(C::Line, &[ctrl(Char('u'))], A::Edit(Edit::DeleteToStart), "", "delete to the start"),
    row(C::Line, &[ctrl(Char('k'))], A::Edit(Edit::DeleteToEnd), "", "delete to the end"),
    row(C::Text, &[k(Enter)], A::Next, "", "next field"),
    row(C::Choice, &[k(Right), c(' ')], A::More, "←→ choose", "next option"),
    row(C::Choice, &[k(Left)], A::Fewer, "", "previous option"),
    row(C::Choice, &[k(Enter)], A::Open, "Enter all options", "all options with their meaning"),
    row(C::Flag, &[c(' '), k(Enter), k(Left), k(Right)], A::More, "Space yes/no", "the other answer"),
    row(C::Source, &[k(Right), c(' ')], A::More, "←→ choose", "next option"),
    row(C::Source, &[k(Left)], A::Fewer, "", "previous option"),
    row(C::Source, &[k(Enter)], A::Open, "Enter type it", "all options, or type the password"),
    row(C::Secret, &[k(Enter), c(' ')], A::Open, "Enter type it", "type the secret"),
    row(C::Secret, &[k(Delete)], A::Delete, "", "forget the secret"),
    row(C::Row, &[k(Enter), c(' ')], A::Open, "Enter edit", "open or close this host"),
    row(C::Row, &[k(Insert)], A::Add, "Ins add", "a new host below"),
    row(C::Row, &[k(Delete)], A::Delete, "Del remove", "remove this host"),
    row(C::Add, &[k(Enter), k(Insert)], A::Add, "Enter add", "a new host"),
    row(C::Form, &[k(Tab), k(Down)], A::Next, "Tab ↑↓ field", "next field"),
    row(C::Form, &[k(BackTab), k(Up)], A::Previous, "", "previous field"),
    row(C::Form, &[ctrl(Down)], A::PageDown, "", "next group of fields"),
    row(C::Form, &[ctrl(Up)], A::PageUp, "", "previous group of fields"),
    row(C::Form, &[alt(Down)], A::PreviewDown, "Alt-↑↓ preview", "scroll the preview down"),
    row(C::Form, &[alt(Up)], A::PreviewUp, "", "scroll the preview up"),
    row(C::Form, &[alt(Right)], A::PreviewRight, "Alt-→ file", "next file of the preview"),
    row(C::Form, &[alt(Left)], A::PreviewLeft, "", "previous file of the preview"),
    row(C::Form, &[alt(Char('z')), k(F(4))], A::Zoom, "", "the preview alone, and back"),
    row(C::Search, &[k(Enter), k(Down)], A::MatchNext, "Enter next match", "next match"),
    row(C::Search, &[k(Up)], A::MatchBack, "", "previous match"),
    row(C::Files, &[k(Right), c('l')], A::More, "→← open", "open the folder"),
    row(C::Files, &[k(Left), c('h')], A::Fewer, "", "close the folder, or go to it"),
    row(C::Files, &[k(Enter), c(' ')], A::Open, "", "open or close the folder"),
    row(C::Files, &[c('/')], A::Search, "/ find", "search the tree"),
    row(C::Files, &[c('n')], A::MatchNext, "", "next match"),
    row(C::Files, &[c('N')], A::MatchBack, "", "previous match"),
    row(C::Tasks, &[k(Enter), c(' '), k(Right), k(Left)], A::Open, "Enter open", "show or hide the commands"),
    row(C::Tasks, &[c('c'), c('y')], A::Copy, "c copy", "send the command to the terminal's clipboard"),
    row(C::Issues, &[k(Enter)], A::Open, "Enter go to the field", "go to the field"),
    row(C::Review, &[k(Tab)], A::Next, "Tab files/tasks/issues", "files, tasks, issues"),
    row(C::Review, &[k(BackTab)], A::Previous, "", "the same backwards"),
    row(C::Review, &[k(Down), c('j')], A::Down, "", "one row down"),
    row(C::Review, &[k(Up), c('k')], A::Up, "", "one row up"),
    row(C::Review, &[ctrl(Char('d'))], A::PageDown, "", "half a page down"),
    row(C::Review, &[ctrl(Char('u'))], A::PageUp, "", "half a page up"),
    row(C::Review, &[k(Home), c('g')], A::First, "", "first row"),
    row(C::Review, &[k(End), c('G')], A::Last, "", "last row"),
    row(C::Review, &[alt(Down)], A::PreviewDown, "Alt-↑↓ content", "scroll the content down"),
    row(C::Review, &[alt(Up)], A::PreviewUp, "", "scroll the content up"),
    row(C::Review, &[alt(Char('z')), k(F(4))], A::Zoom, "", "the content alone, and back"),
    row(C::Review, &[c('w')], A::Write, "w write", "write the folders"),
    row(C::Saved, &[c('r')], A::Rename, "r rename", "rename the session"),
    row(C::Saved, &[c('d')], A::Duplicate, "d duplicate", "a copy of the session"),
    row(C::Saved, &[c('e')], A::Export, "e export", "write the session to a file of your choice"),
    row(C::Saved, &[k(Delete)], A::Delete, "Del remove", "remove the session"),
    row(C::Start, &[k(Down), c('j'), k(Tab)], A::Down, "", "one row down"),
    row(C::Start, &[k(Up), c('k'), k(BackTab)], A::Up, "", "one row up"),
    row(C::Start, &[k(Home), c('g')], A::First, "", "first row"),
    row(C::Start, &[k(End), c('G')], A::Last, "", "last row"),
    row(
        C::Start,
        &[k(Enter), c(' '), k(Right)],
        A::Open,
        "Enter open",
        "open this session, or start a new one",
    ),
    row(C::Start, &[c('o')], A::Folder, "o file", "open a session file or an instances.yml"),
    row(C::Runbook, &[k(Down), c('j'), k(Tab)], A::Down, "", "one row down"),
    row(C::Runbook, &[k(Up), c('k'), k(BackTab)], A::Up, "", "one row up"),
    row(C::Runbook, &[k(PageDown), ctrl(Char('d'))], A::PageDown, "", "a page down"),
    row(C::Runbook, &[k(PageUp), ctrl(Char('u'))], A::PageUp, "", "a page up"),
    row(C::Runbook, &[k(Home), c('g')], A::First, "", "first row"),
    row(C::Runbook, &[k(End), c('G')], A::Last, "", "last row"),
    row(
        C::Runbook,
        &[k(Enter), c(' '), k(Right), k(Left)],
        A::Open,
        "Enter open",
        "show or hide the commands",
    ),
    row(C::Runbook, &[c('c'), c('y')], A::Copy, "c copy", "send the command to the terminal's clipboard"),
    row(C::Runbook, &[c('p')], A::Reveal, "p passwords", "show the passwords for ten seconds"),
    row(C::Runbook, &[k(Esc)], A::Close, "Esc back to review", "back to review"),
    row(C::Confirm, &[k(Enter), c('y')], A::Accept, "Enter yes", "do it"),
    row(C::Confirm, &[c('n')], A::Close, "Esc no", "leave it"),
    row(C::Options, &[k(Down), c('j'), k(Tab), k(Right)], A::Down, "↑↓ move", "next option"),
    row(C::Options, &[k(Up), c('k'), k(BackTab), k(Left)], A::Up, "", "previous option"),
    row(C::Options, &[k(Enter), c(' ')], A::Accept, "Enter choose", "choose it"),
    row(C::Help, &[k(Down), c('j'), c(' ')], A::Down, "↑↓ scroll", "one line down"),
    row(C::Help, &[k(Up), c('k')], A::Up, "", "one line up"),
    row(C::Help, &[k(PageDown), ctrl(Char('d'))], A::PageDown, "PgDn page", "a page down"),
    row(C::Help, &[k(PageUp), ctrl(Char('u'))], A::PageUp, "", "a page up"),
    row(C::Help, &[k(Home), c('g')], A::First, "", "to the top"),
    row(C::Help, &[k(End), c('G')], A::Last, "", "to the end"),
    row(C::Help, &[k(F(1)), c('?'), c('q'), k(Enter)], A::Close, "Esc close", "close"),
    row(C::Report, &[k(Enter), c(' '), c('q')], A::Close, "Enter close", "close"),
    row(C::Report, &[k(Down), c('j')], A::Down, "", "one line down"),
    row(C::Report, &[k(Up), c('k')], A::Up, "", "one line up"),
    row(C::Password, &[k(Enter)], A::Accept, "Enter take it", "next line, then take it"),
    row(C::Password, &[k(Tab), k(Down), k(BackTab), k(Up)], A::Next, "Tab other line", "the other line"),
    row(C::Password, &[ctrl(Char('r'))], A::Reveal, "Ctrl-R show", "show it for ten seconds"),
    row(C::Password, &[k(Backspace), ctrl(Char('h'))], A::Edit(Edit::Back), "", "delete the last character"),
    row(C::Password, &[ctrl(Char('u'))], A::Delete, "", "empty the line"),
    row(C::Prompt, &[k(Enter)], A::Accept, "Enter go", "go"),
    row(C::WriteDialog, &[k(Enter)], A::Accept, "Enter go", "write, or do what is marked"),
    row(C::WriteDialog, &[k(Down), k(Tab), c('j')], A::Down, "", "next way"),
    row(C::WriteDialog, &[k(Up), k(BackTab), c('k')], A::Up, "", "previous way"),
    row(C::WriteDialog, &[c('f')], A::Folder, "f other folder", "another folder"),
    row(C::Steps, &[k(PageDown)], A::NextStep, "PgDn next step", "next step"),
    row(C::Steps, &[k(PageUp)], A::PreviousStep, "", "previous step"),
    row(C::Steps, &[alt(Char('1'))], A::Step(0), "", "first step"),
    row(C::Steps, &[alt(Char('2'))], A::Step(1), "", "second step"),
    row(C::Steps, &[alt(Char('3'))], A::Step(2), "", "third step"),
    row(C::Steps, &[alt(Char('4'))], A::Step(3), "", "fourth step"),
    row(C::Steps, &[alt(Char('5'))], A::Step(4), "", "fifth step"),
    row(C::Steps, &[alt(Char('6'))], A::Step(5), "", "sixth step"),
    row(C::Steps, &[alt(Char('7'))], A::Step(6), "", "seventh step"),
    row(C::Steps, &[alt(Char('8'))], A::Step(7), "", "eighth step"),
    row(C::Steps, &[alt(Char('0')), alt(Char('r'))], A::Step(usize::MAX), "", "review"),
    row(C::Steps, &[alt(Char('u')), ctrl(Char('7'))], A::Undo, "Alt-U undo", "take the last answer back"),
    row(C::Steps, &[alt(Char('y')), ctrl(Char('y'))], A::Redo, "", "do again what was taken back"),
    row(C::Steps, &[ctrl(Char('s'))], A::Save, "", "save the session now"),
    row(C::Steps, &[k(F(9))], A::Write, "", "write the folders"),
    row(C::Letters, &[c('?')], A::Help, "", "this help"),
    row(C::Leave, &[c('q')], A::Quit, "", "leave; the session is saved"),
    row(C::Anywhere, &[k(F(1)), alt(Char('h'))], A::Help, "F1 help", "help on this page, and all keys"),
    row(C::Anywhere, &[k(Esc)], A::Close, "", "close what is open, one layer at a time"),
    row(C::Anywhere, &[ctrl(Char('q'))], A::Quit, "Ctrl-Q quit", "leave; the session is saved"),
    row(C::Anywhere, &[ctrl(Char('c'))], A::Interrupt, "", "stop what is running, else leave"),
    row(C::Anywhere, &[ctrl(Char('l'))], A::Redraw, "", "draw the screen anew"),
    row(C::Anywhere, &[ctrl(Char('z'))], A::Suspend, "", "suspend to the shell"),
];
