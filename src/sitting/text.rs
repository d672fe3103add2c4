//! Measuring, cutting and wrapping text by what a terminal shows: graphemes and their columns.
//! Knows nothing of the wizard.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    if is_plain(text) { text.len() } else { text.width() }
}

/// Printable ASCII, as nearly all text here is: a byte is a grapheme and a column, and nothing has to
/// be looked up. The names of a thousand hosts are measured on every key press.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Cut at the end, with `…` where something is missing.
pub fn cut(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    if room == 0 {
        return String::new();
    }
    let mut out = front(text, room - 1);
    out.push('…');
    out
}

/// Cut in the middle: of names, paths and subjects both ends tell.
pub fn squeeze(text: &str, room: usize) -> String {
    squeeze_to(text, room, room.saturating_sub(1) / 2)
}

/// The same where the end tells more: long file names begin alike.
pub fn squeeze_end(text: &str, room: usize) -> String {
    squeeze_to(text, room, room.saturating_sub(1) * 3 / 4)
}

fn squeeze_to(text: &str, room: usize, back: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    if room < 5 {
        return cut(text, room);
    }
    let mut tail: Vec<&str> = Vec::new();
    let mut used = 0;
    for grapheme in text.graphemes(true).rev() {
        used += grapheme.width();
        if used > back {
            break;
        }
        tail.push(grapheme);
    }
    tail.reverse();
    format!("{}…{}", front(text, room - 1 - back), tail.concat())
}

/// Filled with blanks to a width, or squeezed into it.
pub fn pad(text: &str, room: usize) -> String {
    let mut out = squeeze(text, room);
    let used = width(&out);
    out.extend(std::iter::repeat_n(' ', room.saturating_sub(used)));
    out
}

/// Two texts at both ends of a line.
pub fn apart(left: &str, right: &str, room: usize) -> String {
    let right = cut(right, room);
    let rest = room - width(&right);
    // Always a gap between the two.
    let gap = if right.is_empty() { 0 } else { 2 };
    format!("{}{right}", pad(&squeeze(left, rest.saturating_sub(gap)), rest))
}

/// Broken at blanks; line ends in the text count as blanks.
pub fn wrap(text: &str, room: usize) -> Vec<String> {
    let room = room.max(1);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let needed = width(&line) + usize::from(!line.is_empty()) + width(word);
        if needed > room && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        while width(&line) > room {
            let head = front(&line, room);
            // One grapheme wider than the room: nothing better can be done than to drop it.
            if head.is_empty() {
                line.clear();
                break;
            }
            line.drain(..head.len());
            lines.push(head);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A line of a file in the room there is: broken behind a blank, comma, dot, slash or colon where there
/// is one, and continued further in, so that nothing is cut.
pub fn fold(line: &str, room: usize) -> Vec<String> {
    fold_by(line, room, 4)
}

/// The same for prose, which goes on where it began, list items below their text.
pub fn fold_prose(line: &str, room: usize) -> Vec<String> {
    fold_by(line, room, if line.trim_start().starts_with("- ") { 2 } else { 0 })
}

fn fold_by(line: &str, room: usize, hang: usize) -> Vec<String> {
    const INDENT: usize = 4;
    if width(line) <= room || room <= 2 * INDENT {
        return vec![line.to_owned()];
    }
    let mut out = Vec::new();
    let mut rest = line;
    let mut indent = 0;
    let breaks: &[char] = if hang == INDENT { &[' ', ',', '/', '.', ':'] } else { &[' '] };
    while indent + width(rest) > room {
        let head = front(rest, room - indent);
        let inner = head.trim_start().len();
        let cut = head.rfind(breaks).map(|at| at + 1).filter(|at| at + inner > head.len() + inner / 3);
        let (now, later) = rest.split_at(cut.unwrap_or(head.len()).max(1));
        out.push(format!("{:indent$}{}", "", now.trim_end()));
        rest = later.trim_start();
        indent = hang + line.len() - line.trim_start().len();
        indent = if indent * 2 > room { hang } else { indent };
    }
    out.push(format!("{:indent$}{rest}", ""));
    out
}

fn front(text: &str, room: usize) -> String {
    if is_plain(text) {
        return text[..room.min(text.len())].to_owned();
    }
    let mut used = 0;
    let mut end = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > room {
            break;
        }
        end = at + grapheme.len();
    }
    text[..end].to_owned()
}

/// Without controls, text direction marks and invisible characters: what is seen is what is meant.
/// Line ends and tabs become blanks.
pub fn clean(text: &str) -> String {
    text.trim_end_matches(['\r', '\n'])
        .chars()
        .map(|c| if matches!(c, '\t' | '\n') { ' ' } else { c })
        .filter(|c| !is_hidden(*c))
        .collect()
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `1 file`, `3 files`.
pub fn count(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_decide_and_not_characters() {
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!((width("e\u{301}a"), width("plain"), width("")), (2, 5, 0));
        assert_eq!(squeeze("elasticsearch-1.corp.example", 11), "elast…ample");
        assert_eq!(pad("ab", 4), "ab  ");
        assert_eq!(wrap("a bb ccc", 4), ["a bb", "ccc"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(apart("left", "right", 12), "left   right");
        assert_eq!(wrap("日", 1), Vec::<String>::new());
        assert_eq!(
            fold("xpack.security.transport.ssl.enabled: true", 30),
            ["xpack.security.transport.ssl.", "    enabled: true"]
        );
        assert_eq!(
            fold("aaaaaaaaaaaaaaaaaaaaaaaa", 10),
            ["aaaaaaaaaa", "    aaaaaa", "    aaaaaa", "    aa"]
        );
    }
}
