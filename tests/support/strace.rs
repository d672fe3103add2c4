//! Faults in the kernel's answers to a real program: strace lists its file-system calls and lets the n-th of
//! them fail, or kills the program there. Knows no stackseal.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Everything that writing and saving ask of a file system.
const CALLS: &str = "openat,write,fsync,fdatasync,syncfs,fchmod,ftruncate,mkdir,rename,renameat2,link,linkat,\
    unlink,unlinkat,rmdir";

/// What a call answers, or how the process ends there.
pub const FAULTS: [&str; 5] = ["error=ENOSPC", "error=EACCES", "error=EROFS", "error=EIO", "signal=KILL"];

/// Present, or the reason why a test is left out; CI must have it.
pub fn here() -> bool {
    // It may be there and be forbidden to trace, as in some containers.
    let traces = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status();
    // The program lets nobody but root look into its memory, where strace reads the paths.
    if rustix::process::geteuid().is_root() && traces.is_ok_and(|status| status.success()) {
        return true;
    }
    assert!(env::var("CI").as_deref() != Ok("true"), "no strace that may trace, which CI must have");
    eprintln!("skipped: no strace that may trace (install strace, allow ptrace, be root)");
    false
}

/// One call on one path: the `nth` of this name that touches the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub name: String,
    pub path: String,
    pub nth: usize,
}

/// Arguments in front of the program that list its calls.
pub fn listing(log: &Path) -> Vec<String> {
    let log = log.to_str().unwrap();
    ["-f", "-qq", "-y", "-o", log, "-e", "signal=none", "-e", &format!("trace={CALLS}")]
        .map(String::from)
        .into()
}

/// Arguments in front of the program that strike it at one call.
pub fn striking(log: &Path, call: &Call, fault: &str) -> Vec<String> {
    let Call { name, path, nth } = call;
    let inject = format!("inject={name}:{fault}:when={nth}");
    ["-f", "-qq", "-y", "-o", log.to_str().unwrap(), "-P", path, "-e", &inject].map(String::from).into()
}

/// Whether the fault was met.
pub fn struck(log: &Path) -> bool {
    let log = fs::read_to_string(log).unwrap_or_default();
    log.contains("(INJECTED)") || log.contains("+++ killed by SIGKILL")
}

/// The calls below a folder, in their order.
pub fn calls(log: &Path, below: &Path) -> Vec<Call> {
    let below = below.to_str().unwrap();
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut found = Vec::new();
    for line in fs::read_to_string(log).unwrap().lines() {
        let Some((name, paths)) = paths(line) else { continue };
        let mut first = None;
        for path in paths {
            let nth = counts.entry((name.clone(), path.clone())).or_default();
            *nth += 1;
            if path.starts_with(below) && first.is_none() {
                first = Some(Call { name: name.clone(), path, nth: *nth });
            }
        }
        found.extend(first);
    }
    found
}

/// Name of the call and each absolute path that its arguments name: `12 openat(AT_FDCWD</x>, "/x/y", …`.
fn paths(line: &str) -> Option<(String, Vec<String>)> {
    let (head, arguments) = line.split_once('(')?;
    let name = head.split_whitespace().last()?.to_owned();
    if line.contains(" resumed>") {
        return None;
    }
    let arguments = arguments.rsplit_once(") = ").map_or(arguments, |(arguments, _)| arguments);
    let mut paths = Vec::new();
    let descriptor = arguments.starts_with(|c: char| c.is_ascii_digit());
    if let Some((_, rest)) = arguments.split_once("</").filter(|_| descriptor) {
        paths.extend(rest.split_once('>').map(|(path, _)| format!("/{path}")));
    }
    // What is written is quoted too.
    if !["write", "fsync", "fdatasync", "syncfs", "fchmod", "ftruncate"].contains(&name.as_str()) {
        paths.extend(
            arguments.split('"').skip(1).step_by(2).filter(|p| p.starts_with('/')).map(str::to_owned),
        );
    }
    paths.dedup();
    Some((name, paths))
}

/// Every call with every fault, or some of them evenly: all where `STACKSEAL_FAULTS=all`, and the second of four parts of
/// all where it is `2/4`, for several runs at a time.
pub fn points(calls: &[Call], usual: usize) -> Vec<(Call, &'static str)> {
    let all: Vec<_> =
        calls.iter().flat_map(|call| FAULTS.iter().map(move |fault| (call.clone(), *fault))).collect();
    let wish = env::var("STACKSEAL_FAULTS").unwrap_or_default();
    if wish == "all" || (wish.is_empty() && all.len() <= usual) {
        return all;
    }
    if !wish.is_empty() {
        let numbers =
            wish.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        let (part, of): (usize, usize) = numbers.expect("STACKSEAL_FAULTS is `all`, or a part such as 2/4");
        assert!((1..=of).contains(&part), "STACKSEAL_FAULTS={wish}: there is no such part");
        return all.into_iter().skip(part - 1).step_by(of).collect();
    }
    // Not a multiple of the faults, or each point would be of the same one.
    let step = (all.len() / usual).max(1);
    let step = if step.is_multiple_of(FAULTS.len()) { step + 1 } else { step };
    all.into_iter().step_by(step).collect()
}

/// Says how far a long run is.
pub fn progress(nth: usize, of: usize) {
    if nth > 0 && nth.is_multiple_of(50) {
        eprintln!("{nth} of {of} faults");
    }
}

/// The program behind strace's arguments.
pub fn command(before: &[String], program: &str, args: &[&str]) -> Command {
    let mut command = Command::new("strace");
    command.args(before).arg("--").arg(program).args(args);
    command
}

/// A copy with all modes and times.
pub fn copied(from: &Path, to: &Path) -> PathBuf {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
    to.to_owned()
}
