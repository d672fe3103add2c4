//! What was asked of a product and what came of it, line by line; the caller decides what of it people see.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::trouble::{At, Result};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Ok,
    Failed,
    /// A tool is not there; in CI that fails.
    Skipped,
}

#[derive(Clone, Debug)]
pub struct Line {
    /// The column of the table that it counts for.
    pub topic: String,
    pub what: String,
    pub verdict: Verdict,
    pub why: String,
}

#[derive(Debug, Default)]
pub struct Report {
    pub lines: Vec<Line>,
    topic: String,
}

impl Report {
    /// What follows is about this.
    pub fn topic(&mut self, topic: &str) {
        topic.clone_into(&mut self.topic);
    }

    pub fn check(&mut self, what: impl Into<String>, good: bool, why: impl Into<String>) -> bool {
        let verdict = if good { Verdict::Ok } else { Verdict::Failed };
        let why = if good { String::new() } else { why.into() };
        self.push(what.into(), verdict, why);
        good
    }

    pub fn equal(&mut self, what: impl Into<String>, wanted: &str, got: &str) -> bool {
        self.check(what, wanted == got, format!("wanted {wanted}, got {got}"))
    }

    /// A step of the harness that ended early is a failure of this scenario, and the next one goes on.
    pub fn attempt<T>(&mut self, what: &str, result: Result<T>) -> Option<T> {
        match result {
            Ok(found) => Some(found),
            Err(trouble) => {
                self.check(what, false, trouble.to_string());
                None
            }
        }
    }

    pub fn skip(&mut self, what: impl Into<String>, why: impl Into<String>) {
        let in_ci = std::env::var_os("CI").is_some();
        self.push(what.into(), if in_ci { Verdict::Failed } else { Verdict::Skipped }, why.into());
    }

    fn push(&mut self, what: String, verdict: Verdict, why: String) {
        let mark = match verdict {
            Verdict::Ok => "ok",
            Verdict::Failed => "FAIL",
            Verdict::Skipped => "skipped",
        };
        let tail = if why.is_empty() { String::new() } else { format!(": {why}") };
        println!("{mark} {}: {what}{tail}", self.topic);
        self.lines.push(Line { topic: self.topic.clone(), what, verdict, why });
    }

    pub fn save(&self, path: &Path, more: &Value) -> Result<()> {
        let lines: Vec<Value> = self
            .lines
            .iter()
            .map(|line| json!([line.topic, line.what, format!("{:?}", line.verdict), line.why]))
            .collect();
        fs::write(path, json!({ "lines": lines, "more": more }).to_string()).at(path)
    }

    pub fn load(path: &Path) -> Result<(Self, Value)> {
        let all: Value = serde_json::from_str(&fs::read_to_string(path).at(path)?)?;
        let mut report = Self::default();
        for line in all["lines"].as_array().into_iter().flatten() {
            let text = |at: usize| line[at].as_str().unwrap_or_default().to_owned();
            let verdict = match line[2].as_str() {
                Some("Ok") => Verdict::Ok,
                Some("Skipped") => Verdict::Skipped,
                _ => Verdict::Failed,
            };
            report.lines.push(Line { topic: text(0), what: text(1), verdict, why: text(3) });
        }
        Ok((report, all["more"].clone()))
    }

    pub fn failed(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.verdict == Verdict::Failed)
    }

    pub fn failures(&self) -> usize {
        self.failed().count()
    }
}
