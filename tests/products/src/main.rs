//! The real products judge what stackseal writes: `cargo run -p products -- run NAME... | spread | all | rest | list | missing`.

mod ask;
mod checks;
mod homes;
mod layout;
mod matrix;
mod node;
mod pains;
mod place;
mod report;
mod results;
mod run;
mod sandbox;
mod session;
mod stage;
mod tools;
mod trouble;
mod write;

use std::process::{Command, ExitCode};
use std::time::Duration;

use layout::Layout;
use matrix::{QUESTIONS, Scenario, scenarios};
use run::Outcome;
use trouble::{Result, trouble};

const USAGE: &str = "usage: products run NAME[/VERSION]... | spread | all | rest | pains | list | missing";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(trouble) => {
            eprintln!("products: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[&str]) -> Result<bool> {
    let layout = Layout::new();
    match words {
        ["inside", name, version] => run::in_room(&layout, name, version).map(|()| true),
        ["inside-pains"] => pains::in_room(&layout).map(|()| true),
        ["missing"] => Ok(nothing_is_missing()),
        ["pains"] => Ok(!is_ready(&layout)? || pains::replay(&layout)?),
        ["list"] => {
            list();
            Ok(true)
        }
        ["run", names @ ..] if !names.is_empty() => several(&layout, named(names)?, Keep::No),
        ["spread"] => several(&layout, spread(), Keep::No),
        ["all"] => several(&layout, everything(), Keep::All),
        ["rest"] => several(&layout, everything(), Keep::Earlier),
        _ => trouble(USAGE),
    }
}

/// What becomes of the runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    No,
    /// They make the table.
    All,
    /// So do the runs that this clone made before, which are not made again.
    Earlier,
}

fn list() {
    for scenario in scenarios() {
        let answers: Vec<String> =
            QUESTIONS.iter().map(|(question, _)| format!("{question}: {}", scenario.get(question))).collect();
        println!("{}  {}", scenario.name, answers.join(", "));
    }
}

/// The spread first, so that a run that is cut short has seen each scenario once.
fn everything() -> Vec<(Scenario, &'static str)> {
    let mut found = spread();
    for scenario in scenarios() {
        for version in homes::VERSIONS {
            if !found.iter().any(|(other, line)| *other == scenario && *line == version) {
                found.push((scenario.clone(), version));
            }
        }
    }
    found
}

/// Each scenario once, with the version that has met fewer of its values, else the other one than before: what CI has the
/// time for.
fn spread() -> Vec<(Scenario, &'static str)> {
    let mut found: Vec<(Scenario, &'static str)> = Vec::new();
    for (at, scenario) in scenarios().into_iter().enumerate() {
        let new_values = |version: &str| {
            let met = |question: &str, value: &str| {
                found.iter().any(|(other, line)| *line == version && other.is(question, value))
            };
            QUESTIONS.iter().filter(|(question, _)| !met(question, scenario.get(question))).count()
        };
        let [one, other] = homes::VERSIONS.map(|version| (new_values(version), version));
        let version = match one.0.cmp(&other.0) {
            std::cmp::Ordering::Greater => one.1,
            std::cmp::Ordering::Less => other.1,
            std::cmp::Ordering::Equal => homes::VERSIONS[at % 2],
        };
        found.push((scenario, version));
    }
    found
}

/// NAME is both versions, NAME/VERSION one of them.
fn named(names: &[&str]) -> Result<Vec<(Scenario, &'static str)>> {
    let mut found = Vec::new();
    for name in names {
        let (name, version) =
            name.split_once('/').map_or((*name, None), |(name, version)| (name, Some(version)));
        let before = found.len();
        found.extend(everything().into_iter().filter(|(scenario, line)| {
            scenario.name == name && version.is_none_or(|version| version == *line)
        }));
        if found.len() == before {
            return trouble(format!("no scenario {name}; `products list` names all"));
        }
    }
    Ok(found)
}

/// Builds the program under test and lays the products out. On a machine that lacks something it says so: CI then fails,
/// a newcomer goes on.
/// Tools of the runs, asked for before anything long is begun; one line each, with the way to it.
fn nothing_is_missing() -> bool {
    let missing = tools::missing();
    for tool in &missing {
        eprintln!("the products need {tool}");
    }
    if missing.is_empty() {
        println!("the products have all that they need");
    }
    missing.is_empty()
}

fn is_ready(layout: &Layout) -> Result<bool> {
    let missing = tools::missing();
    if !missing.is_empty() {
        let text = format!("this machine lacks {}", missing.join("; "));
        if std::env::var_os("CI").is_some() {
            return trouble(text);
        }
        println!("skipped: {text}");
        return Ok(false);
    }
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build.current_dir(&layout.repository).args(["build", "--locked", "--quiet", "--bin", "stackseal"]);
    tools::must(&mut build, Duration::from_secs(1800))?;
    homes::lay_out_all(layout)?;
    Ok(true)
}

fn several(layout: &Layout, runs: Vec<(Scenario, &str)>, keep: Keep) -> Result<bool> {
    if !is_ready(layout)? {
        return Ok(true);
    }
    let total = runs.len();
    let mut outcomes: Vec<Outcome> = Vec::new();
    for (scenario, version) in runs {
        println!("== {}/{version}", scenario.name);
        let earlier = if keep == Keep::Earlier { run::earlier(layout, &scenario, version) } else { None };
        let outcome = earlier.unwrap_or_else(|| twice_at_most(layout, &scenario, version));
        println!("== {} s, {} MiB, {} failed", outcome.seconds, outcome.megabytes, outcome.report.failures());
        outcomes.push(outcome);
        if keep != Keep::No {
            results::save(layout, &outcomes, total)?;
        }
    }
    let failed: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.report.failures() > 0).collect();
    println!("{} of {} runs are fine", outcomes.len() - failed.len(), outcomes.len());
    for outcome in outcomes.iter().filter(|outcome| !outcome.stumbled.is_empty()) {
        println!(
            "{}/{} at the first try: {}",
            outcome.scenario.name,
            outcome.version,
            outcome.stumbled.join("; ")
        );
    }
    for outcome in &failed {
        for line in outcome.report.failed() {
            let why: String = line.why.chars().take(400).collect();
            println!("{}/{}: {}: {}: {why}", outcome.scenario.name, outcome.version, line.topic, line.what);
        }
    }
    Ok(failed.is_empty())
}

/// Nodes that start together on a busy machine can miss their own time limits. What is wrong with a folder is wrong at
/// the second try too, so a run that fails has one more; the table marks it.
fn twice_at_most(layout: &Layout, scenario: &Scenario, version: &str) -> Outcome {
    let first = run::run(layout, scenario, version);
    if first.report.failures() == 0 {
        return first;
    }
    println!("== {} failed; once more", first.report.failures());
    let mut second = run::run(layout, scenario, version);
    second.stumbled = first.report.failed().map(|line| format!("{}: {}", line.topic, line.what)).collect();
    second
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_spread_each_value_meets_each_version() {
        let spread = spread();
        for (question, values) in QUESTIONS {
            for value in values {
                for version in homes::VERSIONS {
                    let meets = spread
                        .iter()
                        .any(|(scenario, line)| scenario.is(question, value) && *line == version);
                    assert!(meets, "{question}: {value} is not tried with {version}");
                }
            }
        }
    }
}
