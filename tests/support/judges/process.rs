//! Runs a program with a bound on its time and takes what it says. Knows no judge.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Line;

/// A hung program must not hang the test run.
const PATIENCE: Duration = Duration::from_secs(600);

pub struct Said {
    pub ok: bool,
    pub out: String,
    pub err: String,
}

impl Said {
    /// Standard output, or the error text as the reason.
    pub fn text(self) -> Result<String, String> {
        if self.ok { Ok(self.out) } else { Err(self.err.split_whitespace().collect::<Vec<_>>().join(" ")) }
    }
}

pub fn run(command: &mut Command, input: &str) -> Said {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let feed = thread::spawn(move || {
        // A program that does not read its input is fine.
        let _ = stdin.write_all(input.as_bytes());
    });
    let out = drain(child.stdout.take().unwrap());
    let err = drain(child.stderr.take().unwrap());
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{command:?} did not end within {PATIENCE:?}");
        }
        thread::sleep(Duration::from_millis(5));
    };
    feed.join().unwrap();
    Said { ok: status.success(), out: out.join().unwrap(), err: err.join().unwrap() }
}

fn drain(mut from: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Runs a judge program over many folders and splits its answer at the `out FOLDER` lines.
pub fn ask(name: &str, command: &mut Command, outs: &[&Path], input: &str) -> Vec<Vec<Line>> {
    let said = run(command.args(outs), input);
    let mut answers: Vec<Vec<Line>> = vec![Vec::new(); outs.len()];
    let mut at: Option<usize> = None;
    let mut finished = false;
    for text in said.out.lines() {
        if let Some(out) = text.strip_prefix("out ") {
            let from = at.map_or(0, |index| index + 1);
            at = outs.iter().skip(from).position(|each| each.as_os_str() == out).map(|found| from + found);
        } else if text.starts_with(&format!("judge {name}: ")) {
            finished = true;
        } else {
            answers[at.unwrap_or(0)].push(Line::parse(text));
        }
    }
    if !finished {
        // A judge that died has judged nothing, whatever it said before.
        for answer in &mut answers {
            answer.push(Line::Fail(format!("judge {name} did not finish: {}", said.err.trim())));
        }
    }
    answers
}

/// A file that only we can read, for passwords that must not stand on a command line.
pub fn private_file(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&path).unwrap().write_all(text.as_bytes()).unwrap();
    path
}
