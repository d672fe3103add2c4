//! The one table that all measurements print, row by row as they come. Knows no measurement.

use std::fmt::Write;
use std::fs;

#[derive(Default)]
pub struct Table {
    rows: usize,
    missed: Vec<String>,
    skipped: Vec<String>,
}

/// A limit that a row is held against.
#[derive(Clone, Copy)]
pub enum Goal {
    None,
    /// Of measured to against.
    Ratio(f64),
    /// Seconds.
    Within(f64),
    /// As many as this, of that unit.
    AtMost(f64, &'static str),
}

impl Table {
    pub fn begin() -> Self {
        println!("{}", machine());
        println!();
        line("what", "measured", "against", "ratio", "goal");
        let rule = |columns| "-".repeat(columns);
        line(&rule(WHAT), &rule(21), &rule(22), &rule(5), &rule(13));
        Self::default()
    }

    /// `measured` and `against` in seconds.
    pub fn ratio(&mut self, what: &str, measured: f64, against: (f64, &str), goal: Goal) {
        let ratio = measured / against.0;
        let beside = format!("{} {}", time(against.0), against.1);
        self.row(what, (ratio, &time(measured)), &beside, Some(ratio), goal);
    }

    /// The median, and the worst but one in twenty, in seconds; the goal is for both.
    pub fn spread(&mut self, what: &str, median: f64, p95: f64, goal: Goal) {
        let both = format!("{}, p95 {}", time(median), time(p95));
        self.row(what, (p95, &both), "", None, goal);
    }

    pub fn number(&mut self, what: &str, value: f64, shown: &str, goal: Goal) {
        self.row(what, (value, shown), "", None, goal);
    }

    /// Something that cannot be measured here.
    pub fn skip(&mut self, what: &str, why: &str) {
        line(what, "skipped", "", "", "");
        self.skipped.push(format!("{what}: {why}"));
    }

    pub fn end(self) {
        println!("\n{} rows, {} over their goal", self.rows, self.missed.len());
        self.missed.iter().for_each(|what| println!("  {what}"));
        self.skipped.iter().for_each(|what| println!("skipped: {what}"));
    }

    fn row(
        &mut self,
        what: &str,
        (value, shown): (f64, &str),
        against: &str,
        ratio: Option<f64>,
        goal: Goal,
    ) {
        let (limit, mut goal) = match goal {
            Goal::None => (f64::INFINITY, String::new()),
            Goal::Ratio(limit) => (limit, format!("<= {limit}")),
            Goal::Within(limit) => (limit, format!("<= {}", time(limit))),
            Goal::AtMost(limit, unit) => (limit, format!("<= {limit} {unit}").trim_end().to_owned()),
        };
        if value > limit {
            goal.push_str(" over");
            self.missed.push(format!("{what}: {shown}"));
        }
        line(what, shown, against, &ratio.map_or_else(String::new, |ratio| format!("{ratio:.3}")), &goal);
        self.rows += 1;
    }
}

const WHAT: usize = 46;

fn line(what: &str, measured: &str, against: &str, ratio: &str, goal: &str) {
    println!("| {what:WHAT$} | {measured:21} | {against:22} | {ratio:5} | {goal:13} |");
}

fn time(seconds: f64) -> String {
    match seconds {
        ..0.001 => format!("{:.0} us", seconds * 1e6),
        ..0.01 => format!("{:.2} ms", seconds * 1e3),
        ..1.0 => format!("{:.0} ms", seconds * 1e3),
        _ => format!("{seconds:.2} s"),
    }
}

/// Numbers mean little without it.
fn machine() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let cpus = read("/proc/cpuinfo");
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("?", |(_, m)| m);
    let load = read("/proc/loadavg");
    let mut text = format!("{model}, {} cores", threads());
    let _ = write!(text, ", load {} at the start", load.split(' ').next().unwrap_or("?"));
    text
}

pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
