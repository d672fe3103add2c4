//! The table of results, a file of the repository: made by `products all` and `rest`, and by nothing else.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use crate::checks::TOPICS;
use crate::layout::Layout;
use crate::matrix::{QUESTIONS, scenarios};
use crate::report::Verdict;
use crate::run::Outcome;
use crate::trouble::{At, Result};

const HEAD: &str = "# What the real products say

Made by `cargo run -p products -- all`, or by its `rest`; do not edit. Each scenario is written by stackseal, brought to its hosts, and
tried with real Elasticsearch nodes, with the packages by which Kibana reads, serves and asks, with a browser, and with
the library of Beats. A cell counts the checks that passed; `3 of 4` has a failure, `-` was not asked there, and `+1s`
was skipped because a tool was not there.
";

pub fn save(layout: &Layout, outcomes: &[Outcome], total: usize) -> Result<()> {
    let mut sorted: Vec<&Outcome> = outcomes.iter().collect();
    sorted.sort_by_key(|outcome| (&outcome.scenario.name, &outcome.version));
    let path = layout.sources().join("RESULTS.md");
    fs::write(&path, table(&sorted, total)).at(&path)
}

fn table(outcomes: &[&Outcome], total: usize) -> String {
    let fine = outcomes.iter().filter(|outcome| outcome.report.failures() == 0).count();
    let checks: usize = outcomes.iter().map(|outcome| outcome.report.lines.len()).sum();
    let longest = outcomes.iter().map(|outcome| outcome.seconds).max().unwrap_or_default();
    let memory = outcomes.iter().map(|outcome| outcome.megabytes).max().unwrap_or_default();
    let missing = total - outcomes.len();
    let unfinished = if missing == 0 { String::new() } else { format!("; {missing} more were not tried") };
    let mut text = format!(
        "{HEAD}\n{fine} of {} runs are fine{unfinished}, {checks} checks in all. The longest run took {longest} s, and none needed \
         more than {memory} MiB.\n\n| scenario | version |",
        outcomes.len()
    );
    for topic in TOPICS {
        let _ = write!(text, " {topic} |");
    }
    text.push_str("\n| --- | --- |");
    text.push_str(&" --- |".repeat(TOPICS.len()));
    text.push('\n');
    for outcome in outcomes {
        let mark = if outcome.stumbled.is_empty() { "" } else { " (second try)" };
        let _ = write!(text, "| {} | {}{mark} |", outcome.scenario.name, outcome.version);
        for topic in TOPICS {
            let _ = write!(text, " {} |", cell(outcome, topic));
        }
        text.push('\n');
    }
    text.push_str("\n## Scenarios\n\nEach pair of values that stackseal does not refuse meets in at least one of them.\n\n|  |");
    for (question, _) in QUESTIONS {
        let _ = write!(text, " {question} |");
    }
    let _ = writeln!(text, "\n| --- |{}", " --- |".repeat(QUESTIONS.len()));
    for scenario in scenarios() {
        let _ = write!(text, "| {} |", scenario.name);
        for (question, _) in QUESTIONS {
            let _ = write!(text, " {} |", scenario.get(question));
        }
        text.push('\n');
    }
    text.push_str(&failures(outcomes));
    text
}

fn cell(outcome: &Outcome, topic: &str) -> String {
    let lines: Vec<&Verdict> =
        outcome.report.lines.iter().filter(|line| line.topic == topic).map(|line| &line.verdict).collect();
    let count = |verdict: Verdict| lines.iter().filter(|found| ***found == verdict).count();
    let (good, bad, skipped) = (count(Verdict::Ok), count(Verdict::Failed), count(Verdict::Skipped));
    let mut text = match (good, bad) {
        (0, 0) => "-".to_owned(),
        (good, 0) => good.to_string(),
        (good, bad) => format!("**{good} of {}**", good + bad),
    };
    if skipped > 0 {
        let _ = write!(text, " +{skipped}s");
    }
    text
}

fn failures(outcomes: &[&Outcome]) -> String {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for outcome in outcomes {
        for line in outcome.report.lines.iter().filter(|line| line.verdict == Verdict::Failed) {
            let run = format!("{}/{}", outcome.scenario.name, outcome.version);
            found.entry(format!("{}: {}", line.topic, line.what)).or_default().push(run);
        }
    }
    let mut text = String::new();
    if !found.is_empty() {
        text.push_str("\n## Failures\n\n");
        for (what, runs) in found {
            let _ = writeln!(text, "- {what} ({})", runs.join(", "));
        }
    }
    text
}
