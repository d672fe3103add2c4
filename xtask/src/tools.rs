//! The programs that chores call, and whether they are there. Must not know what they are for.

use std::path::Path;
use std::process::{Command, Stdio};

/// CI has all tools: one that is missing there is a hole in the net.
pub fn in_ci() -> bool {
    std::env::var("CI").as_deref() == Ok("true")
}

/// Can the compiler build for this target?
pub fn has_target(target: &str) -> bool {
    let asked = ["--print", "target-libdir", "--target", target];
    let told = command("rustc", &asked).output();
    told.is_ok_and(|told| Path::new(String::from_utf8_lossy(&told.stdout).trim()).is_dir())
}

pub fn there(program: &str, asked: &[&str]) -> bool {
    let mut command = command(program, asked);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

pub fn command(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    // Sorted, dated and worded as everywhere.
    command.args(args).stdin(Stdio::null()).env("LC_ALL", "C").env("TZ", "UTC");
    command
}
