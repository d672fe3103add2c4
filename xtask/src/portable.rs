//! Compiles what is written for other systems, so that it does not decay where nobody builds it.
//! Must not run anything of it: that takes a machine of that kind.

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::tools::{command, has_target, in_ci, there};

struct System {
    name: &'static str,
    target: &'static str,
    /// The C compiler for it, how it is asked whether it is there, and where it comes from.
    compiler: (&'static str, &'static str, &'static str),
}

const SYSTEMS: [System; 2] = [
    System {
        name: "Windows",
        target: "x86_64-pc-windows-gnu",
        compiler: ("x86_64-w64-mingw32-gcc", "--version", "apt-get install gcc-mingw-w64-x86-64"),
    },
    // Apple's own compiler is for its customers alone; zig brings the headers that C needs there.
    System {
        name: "macOS",
        target: "aarch64-apple-darwin",
        compiler: ("zig", "version", "pip install ziglang, and its folder on the PATH"),
    },
];

pub fn run(mut args: impl Iterator<Item = String>) -> ExitCode {
    if let Some(other) = args.next() {
        eprintln!("cargo xtask portable; {other} is unknown");
        return ExitCode::from(2);
    }
    let mut passed = true;
    for system in &SYSTEMS {
        let missing = system.missing();
        if !missing.is_empty() {
            println!(
                "{} {}: {}",
                if in_ci() { "FAILED" } else { "skipped" },
                system.name,
                missing.join("; ")
            );
            passed &= !in_ci();
            continue;
        }
        let start = Instant::now();
        let compiles = system.compiles();
        let verdict = if compiles { "ok" } else { "FAILED" };
        println!("{verdict} {} ({}) in {} s", system.name, system.target, start.elapsed().as_secs());
        passed &= compiles;
    }
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What is lacking where nothing can be compiled at all.
pub fn missing() -> Vec<String> {
    let all = SYSTEMS.each_ref().map(System::missing);
    if all.iter().any(Vec::is_empty) { Vec::new() } else { all.concat() }
}

impl System {
    fn missing(&self) -> Vec<String> {
        let (program, asked, from) = self.compiler;
        let mut missing = Vec::new();
        if !has_target(self.target) {
            missing.push(format!("rustup target add {}", self.target));
        }
        if !there(program, &[asked]) {
            missing.push(from.to_owned());
        }
        missing
    }

    /// By the lints, which check all that the compiler checks, and find what is unused there.
    fn compiles(&self) -> bool {
        let mut cargo =
            command("cargo", &["clippy", "--locked", "--package", "stackseal", "--lib", "--bins"]);
        cargo.args(["--target", self.target]);
        if self.compiler.0 == "zig" {
            by_zig(&mut cargo, self.target);
        }
        cargo.args(["--", "-D", "warnings"]);
        cargo.status().is_ok_and(|status| status.success())
    }
}

fn by_zig(cargo: &mut Command, target: &str) {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("portable");
    let target = target.replace('-', "_");
    cargo.env(format!("CC_{target}"), here.join("cc.sh"));
    // Nothing is linked, so that an archive in anybody's format does.
    cargo.env(format!("AR_{target}"), "ar");
    // Else Apple's tools are asked where their headers are.
    cargo.env("SDKROOT", here);
}
