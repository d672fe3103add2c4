//! Reads a picture script: a text file, one step a line, played from top to bottom.
//! Must not know how a step is played.
//!
//! Empty lines and lines that start with `#` mean nothing. Before the program starts:
//!
//! ```text
//! size 120x40             columns and rows (default 120x40)
//! env NAME=VALUE          one variable for the program
//! args WORD WORD          its arguments, split at spaces
//! title TEXT              what the window frame says (default: the program's name)
//! cast NAME.cast          record it too, as asciinema plays it; times come from `type` and `rest` alone
//! file PATH <<END         a file below the program's home, which is its working directory;
//! ...                     lines up to the one that is just END (any word will do)
//! END
//! ```
//!
//! The first of these starts it:
//!
//! ```text
//! wait TEXT               until TEXT is on the screen
//! gone TEXT               until TEXT is no longer on the screen
//! keys ab<Tab><C-s>       typed keys; names in <>, see `key`; <lt> is the sign itself;
//!                         what stands between names is typed as it is, spaces included;
//!                         <Esc> must end its line, or it would make the next key an Alt key
//! type ab<Tab>            the same, each key by itself and, in a cast, seen by itself
//! paste <<END             a bracketed paste of the lines up to END, without the last line end
//! resize 100x30           a new size of the window
//! theme light             colours of the pictures from here on: dark (default) or light
//! shot NAME.png           a picture, once the program has been quiet for a moment
//! rest 1.5                in a cast, what is on the screen by then, for so many seconds
//! ```

use super::palette::Theme;

#[derive(Debug, PartialEq, Eq)]
pub struct Script {
    pub size: (u16, u16),
    pub env: Vec<(String, String)>,
    pub args: Vec<String>,
    pub title: Option<String>,
    pub cast: Option<String>,
    pub files: Vec<(String, String)>,
    pub steps: Vec<(usize, Step)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Wait(String),
    Gone(String),
    Keys(Vec<u8>),
    /// Key by key.
    Type(Vec<Vec<u8>>),
    Paste(String),
    Resize(u16, u16),
    Theme(Theme),
    Shot(String),
    /// Milliseconds.
    Rest(u64),
}

/// What is wrong, and in which line.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Error {
    line: usize,
    what: String,
}

impl Script {
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut script = Self {
            size: (120, 40),
            env: Vec::new(),
            args: Vec::new(),
            title: None,
            cast: None,
            files: Vec::new(),
            steps: Vec::new(),
        };
        let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
        while let Some((line, content)) = lines.next() {
            if content.trim().is_empty() || content.starts_with('#') {
                continue;
            }
            let (verb, rest) = content.split_once(' ').unwrap_or((content, ""));
            let mut block = |end: &str| block(&mut lines, end);
            let taken = script.setting(verb, rest, &mut block).and_then(|known| {
                if !known {
                    let step = step(verb, rest, &mut block)?;
                    if matches!(step, Step::Rest(_)) && script.cast.is_none() {
                        return Err("`rest` is for a cast".into());
                    }
                    script.steps.push((line, step));
                } else if !script.steps.is_empty() {
                    return Err(format!("`{verb}` comes too late, the program is running"));
                }
                Ok(())
            });
            taken.map_err(|what| Error { line, what })?;
        }
        Ok(script)
    }

    /// Takes a line that is a setting; says whether it was one.
    fn setting(&mut self, verb: &str, rest: &str, block: &mut Block<'_>) -> Result<bool, String> {
        match verb {
            "size" => self.size = size(rest)?,
            "env" => {
                let (name, value) = rest.split_once('=').ok_or("expected NAME=VALUE")?;
                self.env.push((name.to_owned(), value.to_owned()));
            }
            "args" => self.args.extend(rest.split_whitespace().map(str::to_owned)),
            "title" => self.title = Some(rest.to_owned()),
            "cast" => self.cast = Some(file_name(rest, ".cast")?),
            "file" => {
                let (path, end) = rest.split_once(" <<").ok_or("expected PATH <<END")?;
                self.files.push((path.to_owned(), block(end)? + "\n"));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

type Block<'a> = dyn FnMut(&str) -> Result<String, String> + 'a;

/// The lines up to one that is just `end`.
fn block<'a>(lines: &mut impl Iterator<Item = (usize, &'a str)>, end: &str) -> Result<String, String> {
    let mut taken = Vec::new();
    for (_, line) in lines {
        if line == end {
            return Ok(taken.join("\n"));
        }
        taken.push(line);
    }
    Err(format!("no line `{end}` follows"))
}

fn step(verb: &str, rest: &str, block: &mut Block<'_>) -> Result<Step, String> {
    if rest.is_empty() {
        return Err(format!("`{verb}` is unknown or lacks its value"));
    }
    Ok(match verb {
        "wait" => Step::Wait(rest.to_owned()),
        "gone" => Step::Gone(rest.to_owned()),
        "keys" => Step::Keys(keys(rest)?.concat()),
        "type" => Step::Type(keys(rest)?),
        "paste" => Step::Paste(block(rest.strip_prefix("<<").ok_or("expected <<END")?)?),
        "resize" => {
            let (columns, rows) = size(rest)?;
            Step::Resize(columns, rows)
        }
        "theme" => Step::Theme(match rest {
            "dark" => Theme::Dark,
            "light" => Theme::Light,
            _ => return Err("a theme is dark or light".into()),
        }),
        "shot" => Step::Shot(file_name(rest, ".png")?),
        "rest" => Step::Rest(milliseconds(rest)?),
        _ => return Err(format!("`{verb}` is unknown")),
    })
}

fn file_name(text: &str, end: &str) -> Result<String, String> {
    let fits = text.strip_suffix(end).is_some_and(|stem| !stem.is_empty() && !stem.contains('/'));
    if fits { Ok(text.to_owned()) } else { Err(format!("expected NAME{end}")) }
}

/// Of seconds with at most three places.
fn milliseconds(text: &str) -> Result<u64, String> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{part:0<3}");
    let number = if part.len() > 3 { None } else { digits.parse().ok() };
    number.ok_or_else(|| "expected seconds, such as 1.5".into())
}

fn size(text: &str) -> Result<(u16, u16), String> {
    text.split_once('x')
        .and_then(|(columns, rows)| Some((columns.parse().ok()?, rows.parse().ok()?)))
        .filter(|&(columns, rows)| columns > 0 && rows > 0)
        .ok_or_else(|| "a size is COLUMNSxROWS".into())
}

/// What each key sends.
fn keys(text: &str) -> Result<Vec<Vec<u8>>, String> {
    let plain = |text: &str| text.chars().map(|key| key.to_string().into_bytes()).collect::<Vec<_>>();
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        keys.extend(plain(before));
        let (name, next) = after.split_once('>').ok_or("a `<` is not closed")?;
        if name == "Esc" && !next.is_empty() {
            return Err("<Esc> must end its line".into());
        }
        keys.push(key(name).ok_or_else(|| format!("no key is called <{name}>"))?);
        rest = next;
    }
    keys.extend(plain(rest));
    Ok(keys)
}

/// What an xterm sends for a key: `Tab`, `Up`, `F1`, `C-s` with Ctrl, `A-1` with Alt.
fn key(name: &str) -> Option<Vec<u8>> {
    if let Some(letter) = name.strip_prefix("C-") {
        return match letter.as_bytes() {
            [letter @ b'a'..=b'z'] => Some(vec![letter - b'a' + 1]),
            _ => None,
        };
    }
    if let Some(rest) = name.strip_prefix("A-") {
        let plain = if rest.len() == 1 { rest.as_bytes().to_vec() } else { key(rest)? };
        return Some([b"\x1b", plain.as_slice()].concat());
    }
    let bytes: &[u8] = match name {
        "Tab" => b"\t",
        "S-Tab" => b"\x1b[Z",
        "Enter" => b"\r",
        "Esc" => b"\x1b",
        "Space" => b" ",
        "Backspace" => b"\x7f",
        "Del" => b"\x1b[3~",
        "Up" => b"\x1b[A",
        "Down" => b"\x1b[B",
        "Right" => b"\x1b[C",
        "Left" => b"\x1b[D",
        "Home" => b"\x1b[H",
        "End" => b"\x1b[F",
        "PgUp" => b"\x1b[5~",
        "PgDn" => b"\x1b[6~",
        "F1" => b"\x1bOP",
        "F2" => b"\x1bOQ",
        "F3" => b"\x1bOR",
        "F4" => b"\x1bOS",
        "F9" => b"\x1b[20~",
        "lt" => b"<",
        _ => return None,
    };
    Some(bytes.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_read_line_by_line() -> Result<(), Error> {
        let text = "# a picture\nsize 80x24\ncast a.cast\nenv A=b=c\nargs --x y\nfile a/b <<E\none\ntwo\nE\n\n\
                    wait ready now\nkeys a b<Tab><C-s><A-1><lt>\npaste <<EOF\n1\n2\nEOF\n\
                    theme light\nshot one.png\ntype é<Tab>\nrest 1.25\n";
        let script = Script::parse(text)?;
        assert_eq!(script.size, (80, 24));
        assert_eq!(script.env, [("A".to_owned(), "b=c".to_owned())]);
        assert_eq!(script.args, ["--x", "y"]);
        assert_eq!(script.files, [("a/b".to_owned(), "one\ntwo\n".to_owned())]);
        let steps: Vec<Step> = script.steps.into_iter().map(|(_, step)| step).collect();
        let expected = [
            Step::Wait("ready now".into()),
            Step::Keys(b"a b\t\x13\x1b1<".to_vec()),
            Step::Paste("1\n2".into()),
            Step::Theme(Theme::Light),
            Step::Shot("one.png".into()),
            Step::Type(vec!["é".into(), b"\t".to_vec()]),
            Step::Rest(1250),
        ];
        assert_eq!(steps, expected);
        Ok(())
    }

    #[test]
    fn mistakes_name_their_line() {
        for (text, line) in [
            ("size 0x4", 1),
            ("\nkeys <Nope>", 2),
            ("keys <Tab", 1),
            ("wait a\nenv A=b", 2),
            ("paste <<E\nx", 1),
            ("shot ../x.png", 1),
            ("dance", 1),
            ("theme pink", 1),
            ("keys <Esc>a", 1),
            ("rest 1", 1),
            ("cast a.cast\nrest soon", 2),
            ("cast a.png", 1),
        ] {
            let found = Script::parse(text).err().map(|error| error.line);
            assert_eq!(found, Some(line), "{text}");
        }
    }
}
