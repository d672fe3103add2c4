//! Configuration text for the three products' YAML readers: flat dotted keys, one a line, quoted
//! wherever any of the readers would take a plain word for something else.

use std::fmt::Write;

use super::{Config, Form, Line, StepId, Value};

/// `titles` gives the comment above the lines that one step asked for.
pub fn config_text(config: &Config, titles: &dyn Fn(StepId) -> &'static str) -> String {
    let mut text = String::with_capacity(1024);
    let place = &config.place;
    let _ = if config.form == Form::Beside {
        // The same bytes on every node, so that differences mean something.
        writeln!(text, "# {}, the same on every host; written by stackseal.", place.product)
    } else {
        writeln!(
            text,
            "# {} on {}, written by stackseal. The blocks are named after the steps that asked.",
            place.product, place.host
        )
    };
    let mut last = "";
    for step in order_of_steps(config.lines()) {
        for line in config.lines().iter().filter(|line| line.by == step) {
            if line.by != last {
                last = line.by;
                let _ = write!(text, "\n# {}\n", titles(line.by));
            }
            push_line(&mut text, line);
        }
    }
    if config.form == Form::Item { item(&text) } else { text }
}

/// The same lines as the one item of a list.
fn item(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut prefix = "- ";
    for line in text.lines() {
        if !line.is_empty() && !line.starts_with('#') {
            out.push_str(prefix);
            prefix = "  ";
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

fn order_of_steps(lines: &[Line]) -> Vec<StepId> {
    let mut steps: Vec<StepId> = Vec::new();
    for line in lines {
        if !steps.contains(&line.by) {
            steps.push(line.by);
        }
    }
    steps
}

fn push_line(text: &mut String, line: &Line) {
    let _ = match &line.value {
        Value::Bool(value) => writeln!(text, "{}: {value}", line.key),
        Value::Int(value) => writeln!(text, "{}: {value}", line.key),
        Value::Text(value) => writeln!(text, "{}: {}", line.key, scalar(value)),
        Value::List(items) if items.len() <= 3 => {
            let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
            writeln!(text, "{}: [{}]", line.key, items.join(", "))
        }
        Value::List(items) => {
            let _ = writeln!(text, "{}:", line.key);
            items.iter().try_for_each(|item| writeln!(text, "  - {}", quoted(item)))
        }
    };
}

/// Plain only where SnakeYAML, js-yaml, yaml and go-yaml all read back the same string.
fn scalar(value: &str) -> String {
    const WORDS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let mut bytes = value.bytes();
    let plain = bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'/')
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/'))
        && !WORDS.contains(&value.to_ascii_lowercase().as_str());
    if plain { value.to_owned() } else { quoted(value) }
}

/// YAML 1.1 double quotes, everything but printable ASCII escaped.
fn quoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        // Lists of a thousand hosts pass here on every key press, so plain characters are not formatted.
        let _ = match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
                Ok(())
            }
            ' '..='~' => {
                out.push(c);
                Ok(())
            }
            c if (c as u32) < 0x100 => write!(out, "\\x{:02x}", c as u32),
            c if (c as u32) < 0x1_0000 => write!(out, "\\u{:04x}", c as u32),
            c => write!(out, "\\U{:08x}", c as u32),
        };
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_a_reader_would_misread_are_quoted() {
        let rows = [
            ("prod-eu", "prod-eu"),
            ("certs/http.p12", "certs/http.p12"),
            ("/etc/kibana/certs/ca.pem", "/etc/kibana/certs/ca.pem"),
            ("yes", "\"yes\""),
            ("Off", "\"Off\""),
            ("10.0.0.11", "\"10.0.0.11\""),
            ("1_000", "\"1_000\""),
            ("", "\"\""),
            ("a: b", "\"a: b\""),
            ("C:\\es", "\"C:\\\\es\""),
            ("ü", "\"\\xfc\""),
            ("https://es-1:9200", "\"https://es-1:9200\""),
        ];
        for (value, text) in rows {
            assert_eq!(scalar(value), text);
        }
    }
}
