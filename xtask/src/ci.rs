//! Every check of the project in one run. Holds which there are, not what they check.

use std::process::{Command, ExitCode};
use std::time::Instant;

struct Check {
    name: &'static str,
    command: &'static [&'static str],
    env: &'static [(&'static str, &'static str)],
    /// What it needs, where a missing tool is a skip outside CI.
    needs: Option<&'static str>,
}

const CHECKS: &[Check] = &[
    Check {
        name: "tests",
        command: &["cargo", "test", "--locked"],
        env: &[("INSTA_UPDATE", "no")],
        needs: None,
    },
    Check { name: "format", command: &["cargo", "fmt", "--all", "--check"], env: &[], needs: None },
    Check {
        name: "lints",
        command: &["cargo", "clippy", "--locked", "--workspace", "--lib", "--bins", "--", "-D", "warnings"],
        env: &[],
        needs: None,
    },
    // Tests say what went wrong by panicking, in their common parts too.
    Check {
        name: "lints of tests",
        command: &[
            "cargo",
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
            "-A",
            "clippy::unwrap_used",
            "-A",
            "clippy::expect_used",
            "-A",
            "clippy::panic",
            "-A",
            "clippy::pedantic",
        ],
        env: &[],
        needs: None,
    },
    Check {
        name: "documents",
        command: &["cargo", "doc", "--locked", "--no-deps", "--document-private-items"],
        env: &[("RUSTDOCFLAGS", "-D warnings")],
        needs: None,
    },
    Check {
        name: "chores",
        command: &["cargo", "test", "--locked", "--package", "xtask"],
        env: &[],
        needs: None,
    },
    Check {
        name: "dependencies",
        command: &["cargo", "deny", "--all-features", "check", "bans", "licenses", "sources"],
        env: &[],
        needs: Some("deny"),
    },
    Check { name: "release", command: &["cargo", "build", "--locked", "--release"], env: &[], needs: None },
];

pub fn run(mut args: impl Iterator<Item = String>) -> ExitCode {
    let after_tests = match args.next().as_deref() {
        None => false,
        Some("--after-tests") => true,
        Some(other) => {
            eprintln!("cargo xtask ci [--after-tests]; {other} is unknown");
            return ExitCode::from(2);
        }
    };
    let in_ci = std::env::var("CI").as_deref() == Ok("true");
    let mut rows = Vec::new();
    for check in CHECKS.iter().filter(|check| !(after_tests && check.name == "tests")) {
        if !in_ci && check.needs.is_some_and(|tool| !has(tool)) {
            let tool = check.needs.unwrap_or_default();
            rows.push((check.name, format!("skipped: cargo install cargo-{tool}"), true));
            continue;
        }
        let start = Instant::now();
        let passed = succeeds(check.command, check.env);
        rows.push((check.name, format!("{:.0} s", start.elapsed().as_secs_f32()), passed));
    }
    rows.push(advisories());
    let failed = rows.iter().filter(|(.., passed)| !passed).count();
    println!();
    for (name, note, passed) in &rows {
        println!("{} {name:14} {note}", if *passed { "ok    " } else { "FAILED" });
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Known vulnerabilities, where the database can be reached; a network that is closed to it is named.
fn advisories() -> (&'static str, String, bool) {
    if !has("deny") {
        return ("advisories", "skipped: cargo install cargo-deny".into(), true);
    }
    if !succeeds(&["cargo", "deny", "fetch", "db"], &[]) {
        return ("advisories", "skipped: the advisory database cannot be reached from here".into(), true);
    }
    let passed =
        succeeds(&["cargo", "deny", "--all-features", "check", "--disable-fetch", "advisories"], &[]);
    ("advisories", String::new(), passed)
}

fn has(tool: &str) -> bool {
    Command::new("cargo").args([tool, "--version"]).output().is_ok_and(|output| output.status.success())
}

fn succeeds(command: &[&str], env: &[(&str, &str)]) -> bool {
    let Some((program, args)) = command.split_first() else { return false };
    println!("\n=== {}", command.join(" "));
    let status = Command::new(program).args(args).envs(env.iter().copied()).status();
    status.is_ok_and(|status| status.success())
}
