//! Reads files that people hand over: only regular ones, only so large, and no YAML that grows.

use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::Error;

/// At most `most` bytes of a regular file. A pipe or device would hang or never end.
pub fn read_bounded(path: &Path, most: u64) -> Result<Zeroizing<Vec<u8>>, Error> {
    let unreadable = |message: String| Error::Unreadable { path: path.to_owned(), message };
    let file = super::platform::without_waiting().read(true).open(path).map_err(Error::io("read", path))?;
    let metadata = file.metadata().map_err(Error::io("read", path))?;
    if !metadata.is_file() {
        return Err(unreadable("not a regular file; save it to one first".into()));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(most + 1).read_to_end(&mut bytes).map_err(Error::io("read", path))?;
    if bytes.len() as u64 > most {
        return Err(unreadable(format!("more than the {most} bytes that this file can have")));
    }
    Ok(bytes)
}

/// The text of a YAML file, without a byte order mark; what it holds is for [`refuse_growing`] to judge.
pub(super) fn read_text(path: &Path, most: u64) -> Result<String, Error> {
    let unreadable = |message: String| Error::Unreadable { path: path.to_owned(), message };
    let bytes = read_bounded(path, most)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| unreadable("not UTF-8 text".into()))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned())
}

/// Refuses YAML that takes far more memory or time than its own length, before the parser sees it.
pub(super) fn refuse_growing(text: &str, path: &Path) -> Result<(), Error> {
    let unreadable = |message: String| Err(Error::Unreadable { path: path.to_owned(), message });
    match growing(text) {
        None => Ok(()),
        Some((line, Growth::Alias)) => unreadable(format!(
            "line {line}: anchors and aliases (& and *) are not read here, since a few of them can fill the memory; write values out, and put texts that begin so in quotes"
        )),
        Some((line, Growth::Depth)) => unreadable(format!(
            "line {line}: nested deeper than {MOST_DEPTH} levels, which no file of this kind is; put texts with brackets in quotes"
        )),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Growth {
    Alias,
    Depth,
}

/// The parser takes time by the square of the depth, and keeps every level before it refuses the 128th.
const MOST_DEPTH: usize = 64;

/// The line of the first anchor, alias or level too deep outside quotes and comments. In a text over several lines a
/// quote may be no more than a letter, so nothing may grow whether quotes reach over the ends of lines or not.
fn growing(text: &str) -> Option<(usize, Growth)> {
    scan(text, true).or_else(|| scan(text, false))
}

fn scan(text: &str, carries: bool) -> Option<(usize, Growth)> {
    let mut quote: Option<char> = None;
    let mut brackets = 0_usize;
    for (index, line) in text.lines().enumerate() {
        quote = quote.filter(|_| carries);
        // `- - -` opens a list in a list in a list.
        let dashes = line.split_ascii_whitespace().take_while(|word| matches!(*word, "-" | "?")).count();
        if quote.is_none() && dashes > MOST_DEPTH {
            return Some((index + 1, Growth::Depth));
        }
        let body = line.strip_prefix("---").unwrap_or(line);
        // Whether a value may begin here: only there is a quote or a star more than a letter of a text.
        let (mut begins, mut before) = (true, ' ');
        let mut chars = body.chars().peekable();
        while let Some(c) = chars.next() {
            let blank_next = chars.peek().is_none_or(|next| next.is_whitespace());
            match quote {
                Some('"') if c == '\\' => drop(chars.next()),
                // Two of them are one in the text.
                Some('\'') if c == '\'' && chars.peek() == Some(&'\'') => drop(chars.next()),
                Some(open) if c == open => quote = None,
                Some(_) => {}
                None if c == '#' && before.is_whitespace() => break,
                // Other line ends of YAML 1.1, and what stands between values.
                None if matches!(c, '\r' | '\u{85}' | '\u{2028}' | '\u{2029}') => begins = true,
                None if c.is_whitespace() => {}
                None if matches!(c, '[' | '{') && (begins || brackets > 0) => {
                    (begins, brackets) = (true, brackets + 1);
                    if brackets > MOST_DEPTH {
                        return Some((index + 1, Growth::Depth));
                    }
                }
                None if matches!(c, ']' | '}') => (begins, brackets) = (false, brackets.saturating_sub(1)),
                None if matches!(c, '&' | '*') && begins && !blank_next => {
                    return Some((index + 1, Growth::Alias));
                }
                None if matches!(c, '"' | '\'') && begins => (quote, begins) = (Some(c), false),
                None if matches!(c, '-' | '?') => begins &= blank_next,
                // Within brackets a quoted name needs no blank behind its colon.
                None if c == ':' => begins = blank_next || (brackets > 0 && matches!(before, '"' | '\'')),
                None if c == ',' => begins = brackets > 0,
                // A tag stands before what it tags.
                None if c == '!' && begins => {
                    while chars
                        .peek()
                        .is_some_and(|next| !next.is_whitespace() && !matches!(next, ',' | '[' | '{'))
                    {
                        chars.next();
                    }
                }
                None => begins = false,
            }
            before = c;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_and_aliases_are_found_and_nothing_else() {
        for text in [
            "a: &x 1",
            "a: *x",
            "- *x",
            "a: [1, *x]",
            "{a: &x {}}",
            "a: 'it' # c\nb: *x",
            "--- &x a",
            "- !t &x a",
            "{\"a\":*x}",
            "a: b\r- *x",
            // The quote is a letter of a text over two lines; where it is none, this is refused for nothing.
            "a: x\n  'y\nb: &c d\ne: *c\nf: g'",
            "a: \"x\n *y\"",
        ] {
            assert_eq!(growing(text).map(|found| found.1), Some(Growth::Alias), "{text}");
        }
        for text in [
            "a: \"*.x\"",
            "a: '&x'",
            "a: b & c",
            "# *x",
            "a: 1 # &x",
            "a: don't *",
            "a: \"\\\"*x\"",
            "a: 2*3",
            "a: x *y",
            "a: 0=a :*x",
            "a: -*x",
            "a: b, *c",
            "a: 'it''s *x'",
        ] {
            assert_eq!(growing(text), None, "{text}");
        }
    }

    #[test]
    fn depth_is_counted_and_nothing_else() {
        let hidden = format!("a: x\n  'y\nb: {}", "[".repeat(65));
        assert_eq!(growing(&hidden).map(|found| found.1), Some(Growth::Depth));
        for deep in ["[".repeat(65), "{a: ".repeat(65), "[\n".repeat(65), "- ".repeat(65), "? ".repeat(65)] {
            assert_eq!(growing(&deep).map(|found| found.1), Some(Growth::Depth), "{deep}");
        }
        let flat = "a: [{b: c}, {d: [e]}]\n".repeat(1000);
        let quoted = format!("a: \"{}\"\nb: x{}\n", "[".repeat(100), "[".repeat(100));
        for text in [flat, quoted, "- a\n".repeat(1000), format!("a: {}\n", "-".repeat(100))] {
            assert_eq!(growing(&text), None, "{text}");
        }
    }
}
