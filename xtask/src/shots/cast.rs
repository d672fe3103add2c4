//! A recording that asciinema plays: what the screen shows after each step, at the times that a script
//! gives. Knows no clock, so that the same screens give the same bytes.

use std::fmt::Write;

use serde_json::json;
use vt100::{Cell, Color, Parser, Screen};

/// Milliseconds from one key to the next, over and over: nobody types like a metronome.
const PACE: [u64; 6] = [110, 150, 90, 130, 170, 100];
/// The last screen stays, with the cursor in its last line.
const END: &str = "\x1b[m\x1b[999;1H\x1b[?25h";

pub struct Cast {
    pub name: String,
    lines: Vec<String>,
    shown: Option<Screen>,
    /// Milliseconds.
    at: u64,
    keys: usize,
}

impl Cast {
    pub fn begin(name: &str, title: &str, (columns, rows): (u16, u16)) -> Self {
        let env = json!({ "TERM": "xterm-256color" });
        let head = json!({ "version": 2, "width": columns, "height": rows, "title": title, "env": env });
        Self { name: name.to_owned(), lines: vec![head.to_string()], shown: None, at: 0, keys: 0 }
    }

    /// What one key did, and the time until the next one.
    pub fn key(&mut self, screen: &Screen) {
        self.rest(screen, PACE[self.keys % PACE.len()]);
        self.keys += 1;
    }

    /// What is on the screen now, for so long.
    pub fn rest(&mut self, screen: &Screen, milliseconds: u64) {
        let screen = steady(screen);
        let change = match &self.shown {
            None => screen.contents_formatted(),
            Some(shown) => screen.contents_diff(shown),
        };
        self.output(&change);
        self.shown = Some(screen);
        self.at += milliseconds;
    }

    /// The whole file.
    pub fn end(mut self) -> String {
        self.output(END);
        self.lines.join("\n") + "\n"
    }

    fn output(&mut self, text: &str) {
        if !text.is_empty() {
            let time = format!("{}.{:03}", self.at / 1000, self.at % 1000);
            self.lines.push(format!("[{time}, \"o\", {}]", json!(text)));
        }
    }
}

/// The same screen, each cell written once. A cell that was written and emptied again is another one than a cell that
/// never was, and which frames came in between is a matter of luck.
fn steady(screen: &Screen) -> Screen {
    let (rows, columns) = screen.size();
    let mut text = String::new();
    for row in 0..rows.get() {
        let _ = write!(text, "\x1b[{};1H", row + 1);
        for cell in (0..columns.get()).filter_map(|column| screen.cell(row, column)) {
            if !cell.is_wide_continuation() {
                text += &style(cell);
                text += if cell.has_contents() { cell.contents() } else { " " };
            }
        }
    }
    text += "\x1b[m";
    text += &screen.cursor_state_formatted();
    let mut parser = Parser::new(rows, columns, 0);
    parser.process(text.as_bytes());
    parser.screen().clone()
}

/// SGR (ECMA-48, 8.3.117) with the colours of xterm.
fn style(cell: &Cell) -> String {
    let color = |what: u8, color: Color| match color {
        Color::Default => String::new(),
        Color::Idx(index) => format!(";{what};5;{index}"),
        Color::Rgb(red, green, blue) => format!(";{what};2;{red};{green};{blue}"),
    };
    let marks = [
        (cell.bold(), ";1"),
        (cell.dim(), ";2"),
        (cell.italic(), ";3"),
        (cell.underline(), ";4"),
        (cell.inverse(), ";7"),
    ];
    let marks: String = marks.into_iter().filter_map(|(is, mark)| is.then_some(mark)).collect();
    format!("\x1b[0{marks}{}{}m", color(38, cell.fgcolor()), color(48, cell.bgcolor()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shots::script::{Script, Step};
    use serde_json::Value;
    use std::error::Error;
    use std::num::NonZeroU16;

    /// Plays a cast; the text on the screen at its end, and after each event.
    fn replay(cast: &str) -> Result<Vec<(f64, String)>, Box<dyn Error>> {
        let mut lines = cast.lines();
        let head: Value = serde_json::from_str(lines.next().ok_or("no header")?)?;
        let size = |name: &str| -> Result<NonZeroU16, Box<dyn Error>> {
            Ok(u16::try_from(head[name].as_u64().ok_or("no size")?)?.try_into()?)
        };
        let mut parser = vt100::Parser::new(size("height")?, size("width")?, 0);
        assert_eq!(head["version"], 2);
        lines
            .map(|line| {
                let (at, kind, text): (f64, String, String) = serde_json::from_str(line)?;
                assert_eq!(kind, "o");
                parser.process(text.as_bytes());
                Ok((at, parser.screen().contents()))
            })
            .collect()
    }

    #[test]
    fn what_was_shown_is_played_at_the_times_of_the_script() -> Result<(), Box<dyn Error>> {
        let mut parser = vt100::Parser::default();
        let mut cast = Cast::begin("a.cast", "A", (80, 24));
        for (text, rest) in
            [("one", Some(1500)), (" \u{1b}[31mtwo", None), ("", None), (" \"drei\"", Some(20))]
        {
            parser.process(text.as_bytes());
            match rest {
                Some(rest) => cast.rest(parser.screen(), rest),
                None => cast.key(parser.screen()),
            }
        }
        let cast = cast.end();
        let played = replay(&cast)?;
        let shown: Vec<(f64, &str)> = played.iter().map(|(at, screen)| (*at, screen.trim_end())).collect();
        let last = "one two \"drei\"";
        assert_eq!(shown, [(0.0, "one"), (1.5, "one two"), (1.76, last), (1.78, last)]);
        Ok(())
    }

    #[test]
    fn what_was_written_and_emptied_is_as_what_never_was() {
        let shown = |texts: [&str; 2]| {
            let mut parser = vt100::Parser::default();
            let mut cast = Cast::begin("a.cast", "A", (80, 24));
            for text in texts {
                parser.process(text.as_bytes());
                cast.rest(parser.screen(), 1000);
            }
            cast.end()
        };
        let never = shown(["\u{1b}[1mone\u{1b}[m", "\u{1b}[3Hlast"]);
        assert_eq!(
            never,
            shown(["\u{1b}[1mone\u{1b}[m x\u{8} \u{1b}[1;4H", "\u{1b}[3Hlost\u{1b}[3;2Ha\u{1b}[3;5H"])
        );
        assert_ne!(never, shown(["one", "\u{1b}[3Hlast"]), "styles are kept");
    }

    /// The cast that README.md links.
    #[test]
    fn the_cast_of_two_minutes_shows_the_whole_way() -> Result<(), Box<dyn Error>> {
        let cast = include_str!("../../../screenshots/two-minutes.cast");
        assert!(cast.len() <= 150 * 1024, "{} bytes are too many to load", cast.len());
        let played = replay(cast)?;
        assert!(played.is_sorted_by(|(before, _), (after, _)| before < after), "time runs on");
        let (end, last) = played.last().ok_or("an empty cast")?;
        assert!((40.0..=120.0).contains(end), "{end} s are not natural, or not two minutes");
        for words in ["72 files in ./prod-eu", "sh install.sh"] {
            assert!(last.contains(words), "{words} is not on the last screen:\n{last}");
        }
        let mut left = played.iter();
        for words in [
            "paste lines of hosts",
            "7 hosts taken",
            "What this plan gives",
            "Authority",
            "Signed by",
            "Logs in with",
            "Http redirect",
            "Mutual TLS",
            "Metricbeat",
            "ready to write",
            "http.p12",
            "Not now",
            "First to expire",
        ] {
            assert!(
                left.any(|(_, screen)| screen.contains(words)),
                "{words} never comes, or not in its turn"
            );
        }
        Ok(())
    }

    #[test]
    fn everything_that_a_script_makes_is_in_the_readme() -> Result<(), Box<dyn Error>> {
        let readme = include_str!("../../../README.md");
        for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/shots"))? {
            let script = Script::parse(&std::fs::read_to_string(entry?.path())?)?;
            let shots = script
                .steps
                .iter()
                .filter_map(|(_, step)| if let Step::Shot(name) = step { Some(name) } else { None });
            for name in shots.chain(&script.cast) {
                assert!(readme.contains(&format!("screenshots/{name}")), "{name}");
            }
        }
        Ok(())
    }
}
