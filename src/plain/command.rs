//! One line as it was typed: an answer, or one of the few words that are commands. Knows no question.

use crate::sitting::text::clean;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// An empty line: what is shown stays.
    Keep,
    Answer(String),
    Command(Command),
    /// It holds what no keyboard means: an arrow key, or bytes of another character set.
    Garbled,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Back,
    /// Of the question.
    Help,
    /// Of the whole step.
    Page,
    /// What can be typed beside an answer.
    Words,
    List(String),
    Go(String),
    /// To the next step.
    Next,
    Review,
    /// Takes the last answer back.
    Undo,
    Quit,
    /// All rows of a host list.
    Rows,
    Edit(String),
    Remove(String),
}

/// What works at each question, for the help.
pub const WORDS: &[(&str, &str)] = &[
    ("?", "explains the question; help is the same, ? step tells about the whole step"),
    ("<", "goes to the question before; back is the same"),
    ("Enter", "keeps what stands in brackets; skip is the same"),
    ("list", "all questions with numbers and answers; list STEP those of one step"),
    ("go", "go 12 goes to question 12, go STEP to the first question of a step"),
    ("next", "goes to the next step; what stands in this one stays"),
    ("undo", "takes the last answer back"),
    ("review", "what will be written, what is wrong, and the write"),
    ("quit", "saves and leaves"),
    ("=", "alone empties the answer; before a text takes it as it is, so =back is the answer back"),
];

/// What works at a list of hosts beside these.
pub const HOST_WORDS: &[(&str, &str)] = &[
    ("edit", "edit 2 asks every question about host 2"),
    ("remove", "remove 2 takes host 2 off the list"),
    ("hosts", "shows all hosts of the list"),
];

pub fn read(line: &str, on_hosts: bool) -> Said {
    if is_garbled(line) {
        return Said::Garbled;
    }
    let text = clean(line);
    let text = text.trim();
    if let Some(rest) = text.strip_prefix('=') {
        return Said::Answer(rest.trim().to_owned());
    }
    let (word, rest) = text.split_once(' ').map_or((text, ""), |(word, rest)| (word, rest.trim()));
    if let Some(said) = word_alone(&text.to_ascii_lowercase()) {
        return said;
    }
    let rest = rest.to_owned();
    Said::Command(match word.to_ascii_lowercase().as_str() {
        "list" => Command::List(rest),
        "go" => Command::Go(rest),
        "edit" if on_hosts => Command::Edit(rest),
        "remove" if on_hosts => Command::Remove(rest),
        "hosts" if on_hosts && rest.is_empty() => Command::Rows,
        _ => return Said::Answer(text.to_owned()),
    })
}

/// A secret is taken as it is, blanks included; only a whole command word is none. `=` is taken off
/// where such a word stands behind it, and nowhere else.
pub fn read_secret(line: &str) -> Said {
    let line = line.trim_end_matches(['\r', '\n']);
    if is_garbled(line) {
        return Said::Garbled;
    }
    if let Some(said) = word_alone(line) {
        return said;
    }
    if line == "list" {
        return Said::Command(Command::List(String::new()));
    }
    let is_word = |text: &str| text == "list" || word_alone(text).is_some();
    match line.strip_prefix('=') {
        Some(rest) if !rest.is_empty() && is_word(rest.trim_start_matches('=')) => {
            Said::Answer(rest.to_owned())
        }
        _ => Said::Answer(line.to_owned()),
    }
}

fn word_alone(text: &str) -> Option<Said> {
    Some(Said::Command(match text {
        "" | "skip" => return Some(Said::Keep),
        "?" | "help" => Command::Help,
        "? step" | "help step" => Command::Page,
        "? words" | "help words" => Command::Words,
        "<" | "back" => Command::Back,
        "next" => Command::Next,
        "review" => Command::Review,
        "undo" => Command::Undo,
        "quit" => Command::Quit,
        _ => return None,
    }))
}

fn is_garbled(line: &str) -> bool {
    let line = line.trim_end_matches(['\r', '\n']);
    line.chars().any(|c| (c.is_control() && c != '\t') || c == '\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_commands_and_an_equals_sign_makes_them_answers() {
        assert_eq!(read("  ?\n", false), Said::Command(Command::Help));
        assert_eq!(read("Back", false), Said::Command(Command::Back));
        assert_eq!(read("go  Transport", false), Said::Command(Command::Go("Transport".into())));
        assert_eq!(read("skip\r\n", false), Said::Keep);
        assert_eq!(read("=back", false), Said::Answer("back".into()));
        assert_eq!(read("==x", false), Said::Answer("=x".into()));
        assert_eq!(read("=", false), Said::Answer(String::new()));
        assert_eq!(read("back-1 10.0.0.1", false), Said::Answer("back-1 10.0.0.1".into()));
        assert_eq!(read("edit 2", false), Said::Answer("edit 2".into()));
        assert_eq!(read("edit 2", true), Said::Command(Command::Edit("2".into())));
        assert_eq!(read("es-1\t10.0.0.1", true), Said::Answer("es-1 10.0.0.1".into()));
        assert_eq!(read("\u{1b}[A", false), Said::Garbled);
        assert_eq!(read("M\u{fffd}nchen", false), Said::Garbled);
    }

    #[test]
    fn a_secret_loses_nothing() {
        assert_eq!(read_secret("=abc \n"), Said::Answer("=abc ".into()));
        assert_eq!(read_secret(" go 12"), Said::Answer(" go 12".into()));
        assert_eq!(read_secret("Back"), Said::Answer("Back".into()));
        assert_eq!(read_secret("=back"), Said::Answer("back".into()));
        assert_eq!(read_secret("==back"), Said::Answer("=back".into()));
        assert_eq!(read_secret("="), Said::Answer("=".into()));
        assert_eq!(read_secret("back\n"), Said::Command(Command::Back));
        assert_eq!(read_secret(""), Said::Keep);
    }
}
