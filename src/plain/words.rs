//! Text as every terminal and screen reader takes it: no controls, no drawing, in ASCII where asked for.

use crate::sitting::text::{clean, wrap};

/// Help is folded here; answers and files are left to the terminal.
const ROOM: usize = 76;

/// Signs that are drawn for the eye, in words.
pub fn spoken(text: &str) -> String {
    text.replace(" → ", " to ").replace('→', " to ").replace(" · ", ", ").replace('·', ",")
}

/// Words of a status line, which has neither capital nor full stop.
pub fn sentence(words: &str) -> String {
    let mut rest = words.chars();
    let first = rest.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(rest).chain(['.']).collect()
}

/// What may reach the terminal: line by line without controls, and without what it cannot show.
pub fn fit(text: &str, unicode: bool) -> String {
    let lines: Vec<String> =
        text.split('\n').map(|line| shown(&clean(&line.replace('\t', "  ")), unicode)).collect();
    lines.join("\n")
}

fn shown(line: &str, unicode: bool) -> String {
    if unicode || line.is_ascii() {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            ' '..='~' => out.push(c),
            '…' => out.push_str("..."),
            '→' => out.push_str("->"),
            '·' | '•' | '–' | '—' | '─' => out.push('-'),
            '‘' | '’' => out.push('\''),
            '“' | '”' => out.push('"'),
            '\u{a0}' => out.push(' '),
            _ => out.push('?'),
        }
    }
    out
}

/// A paragraph of help.
pub fn paragraph(text: &str) -> String {
    wrap(&spoken(text), ROOM).join("\n")
}

/// A page of help: paragraphs and list items stay apart, headings lose their marks.
pub fn page(text: &str) -> String {
    let blocks = text.split("\n\n").map(|block| {
        let block = block.trim().trim_start_matches('#').trim_start();
        let items: Vec<String> = block.split("\n- ").map(paragraph).collect();
        items.join("\n- ")
    });
    blocks.filter(|block| !block.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Commands with what they do, one a line.
pub fn table(words: &[(&str, &str)]) -> String {
    let rows = words.iter().map(|(word, means)| row(&format!("{word}: {means}")));
    rows.collect::<Vec<_>>().join("\n")
}

/// One row of a list, its other lines further in.
pub fn row(text: &str) -> String {
    format!("  {}", wrap(&spoken(text), ROOM - 4).join("\n    "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_drawn_and_no_control_gets_through() {
        assert_eq!(fit("a\u{1b}[31mb\u{202e}\u{7}\nc…", false), "a[31mb\nc...");
        assert_eq!(fit("Zürich – 日", true), "Zürich – 日");
        assert_eq!(fit("Zürich", false), "Z?rich");
        assert_eq!(sentence("taken; it stays"), "Taken; it stays.");
        assert_eq!(spoken("Kibana→ES · 3"), "Kibana to ES, 3");
        let folded = paragraph(&"word ".repeat(60));
        assert!(folded.lines().all(|line| line.len() <= 76) && folded.lines().count() > 3);
        assert_eq!(page("# Title\n\none\ntwo\n\n- a\n- b"), "Title\n\none two\n\n- a\n- b");
    }
}
