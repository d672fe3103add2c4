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

/// The text of a YAML file, without a byte order mark.
pub(super) fn read_yaml(path: &Path, most: u64) -> Result<String, Error> {
    let unreadable = |message: String| Error::Unreadable { path: path.to_owned(), message };
    let bytes = read_bounded(path, most)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| unreadable("not UTF-8 text".into()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match alias(text) {
        None => Ok(text.to_owned()),
        Some(line) => Err(unreadable(format!(
            "line {line}: anchors and aliases (& and *) are not read here, since a few of them can fill the memory; write values out, and put texts that begin so in quotes"
        ))),
    }
}

/// The line of the first anchor or alias outside quotes and comments.
fn alias(text: &str) -> Option<usize> {
    let mut quote: Option<char> = None;
    for (index, line) in text.lines().enumerate() {
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
                    return Some(index + 1);
                }
                _ => {}
            }
            before = c;
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
            assert!(alias(text).is_some(), "{text}");
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
            assert_eq!(alias(text), None, "{text}");
        }
    }
}
