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

/// The line of the first anchor, alias or level too deep outside quotes and comments.
fn growing(text: &str) -> Option<(usize, Growth)> {
    let mut quote: Option<char> = None;
    let mut brackets = 0_usize;
    for (index, line) in text.lines().enumerate() {
        // `- - -` opens a list in a list in a list.
        let dashes = line.split_ascii_whitespace().take_while(|word| matches!(*word, "-" | "?")).count();
        if quote.is_none() && dashes > MOST_DEPTH {
            return Some((index + 1, Growth::Depth));
        }
        let mut before = ' ';
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            match quote {
                Some('"') if c == '\\' => {
                    chars.next();
                }
                Some(open) if c == open => quote = None,
                // A quote opens a text only where a value begins; elsewhere it is an apostrophe.
                None if matches!(c, '"' | '\'') && begins(before) => quote = Some(c),
                None if c == '#' && before == ' ' => break,
                None if matches!(c, '&' | '*')
                    && begins(before)
                    && chars.peek().is_some_and(|next| !next.is_whitespace()) =>
                {
                    return Some((index + 1, Growth::Alias));
                }
                // Within brackets one opens wherever it stands; elsewhere a text may hold one.
                None if matches!(c, '[' | '{') && (begins(before) || brackets > 0) => {
                    brackets += 1;
                    if brackets > MOST_DEPTH {
                        return Some((index + 1, Growth::Depth));
                    }
                }
                None if matches!(c, ']' | '}') => brackets = brackets.saturating_sub(1),
                _ => {}
            }
            before = if matches!(c, '[' | '{') && brackets == 0 { 'x' } else { c };
        }
    }
    None
}

fn begins(before: char) -> bool {
    matches!(before, ' ' | '\t' | '[' | '{' | ',' | ':' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_and_aliases_are_found_and_nothing_else() {
        for text in ["a: &x 1", "a: *x", "- *x", "a: [1, *x]", "{a: &x {}}", "a: 'it' # c\nb: *x"] {
            assert_eq!(growing(text).map(|found| found.1), Some(Growth::Alias), "{text}");
        }
        for text in [
            "a: \"*.x\"",
            "a: '&x'",
            "a: b & c",
            "# *x",
            "a: 1 # &x",
            "a: \"x\n *y\"",
            "a: don't *",
            "a: \"\\\"*x\"",
            "a: 2*3",
        ] {
            assert_eq!(growing(text), None, "{text}");
        }
    }

    #[test]
    fn depth_is_counted_and_nothing_else() {
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
