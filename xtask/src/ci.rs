//! Every check of the project in one run. Holds which there are, not what they check.

use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::tools::{in_ci, there};
use crate::{dist, portable};

struct Check {
    name: &'static str,
    command: &'static [&'static str],
    env: &'static [(&'static str, &'static str)],
    /// What it lacks here. Outside CI that is a skip, with the way to get it.
    lacks: fn() -> Vec<String>,
}

const CHECKS: &[Check] = &[
    Check {
        name: "tests",
        command: &["cargo", "test", "--locked"],
        env: &[("INSTA_UPDATE", "no")],
        lacks: Vec::new,
    },
    Check { name: "format", command: &["cargo", "fmt", "--all", "--check"], env: &[], lacks: Vec::new },
    Check {
        name: "lints",
        command: &["cargo", "clippy", "--locked", "--workspace", "--lib", "--bins", "--", "-D", "warnings"],
        env: &[],
        lacks: Vec::new,
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
        lacks: Vec::new,
    },
    Check {
        name: "documents",
        command: &["cargo", "doc", "--locked", "--no-deps", "--document-private-items"],
        env: &[("RUSTDOCFLAGS", "-D warnings")],
        lacks: Vec::new,
    },
    Check {
        name: "chores",
        command: &["cargo", "test", "--locked", "--package", "xtask"],
        env: &[],
        lacks: Vec::new,
    },
    Check {
        name: "dependencies",
        command: &["cargo", "deny", "--all-features", "check", "bans", "licenses", "sources"],
        env: &[],
        lacks: deny,
    },
    Check {
        name: "other systems",
        command: &["cargo", "xtask", "portable"],
        env: &[],
        lacks: portable::missing,
    },
    Check { name: "packages", command: &["cargo", "xtask", "dist"], env: &[], lacks: dist::missing },
    Check {
        name: "release",
        command: &["cargo", "build", "--locked", "--release"],
        env: &[],
        lacks: Vec::new,
    },
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
    let mut rows = Vec::new();
    for check in CHECKS.iter().filter(|check| !(after_tests && check.name == "tests")) {
        let lacks = if in_ci() { Vec::new() } else { (check.lacks)() };
        if !lacks.is_empty() {
            rows.push((check.name, format!("skipped: {}", lacks.join("; ")), true));
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
        println!("{} {name:15} {note}", if *passed { "ok    " } else { "FAILED" });
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Known vulnerabilities, where the database can be reached; a network that is closed to it is named.
fn advisories() -> (&'static str, String, bool) {
    if let Some(way) = deny().pop() {
        return ("advisories", format!("skipped: {way}"), true);
    }
    if !succeeds(&["cargo", "deny", "fetch", "db"], &[]) {
        return ("advisories", "skipped: the advisory database cannot be reached from here".into(), true);
    }
    let passed =
        succeeds(&["cargo", "deny", "--all-features", "check", "--disable-fetch", "advisories"], &[]);
    ("advisories", String::new(), passed)
}

fn deny() -> Vec<String> {
    let here = there("cargo", &["deny", "--version"]);
    if here { Vec::new() } else { vec!["cargo install --locked cargo-deny".into()] }
}

fn succeeds(command: &[&str], env: &[(&str, &str)]) -> bool {
    let Some((program, args)) = command.split_first() else { return false };
    println!("\n=== {}", command.join(" "));
    let status = Command::new(program).args(args).envs(env.iter().copied()).status();
    status.is_ok_and(|status| status.success())
}
