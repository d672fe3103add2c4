//! Says which build this is: `0.1.0 (abc1234 2026-11-22)`, or the version alone where nothing tells the commit.
//! Must not fail for want of git, and must not run again before the commit can be another.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The commit, for who builds from an archive; wins over git.
const COMMIT: &str = "STACKSEAL_COMMIT";
/// Seconds since 1970 (reproducible-builds.org); wins over the commit's own time.
const EPOCH: &str = "SOURCE_DATE_EPOCH";

fn main() {
    let env = |name: &str| std::env::var(name).ok();
    let folder = PathBuf::from(env("CARGO_MANIFEST_DIR").unwrap_or_default());
    for line in instructions(&folder, &env("CARGO_PKG_VERSION").unwrap_or_default(), env) {
        println!("cargo::{line}");
    }
}

/// What cargo is told, as `NAME=VALUE`.
pub fn instructions(folder: &Path, version: &str, env: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut lines = vec!["rerun-if-changed=build.rs".into()];
    lines.extend([COMMIT, EPOCH].map(|name| format!("rerun-if-env-changed={name}")));
    // A source package inside somebody else's repository must not show that one's commit.
    let ours = folder.join(".git").exists();
    if ours {
        lines.extend(watched(folder).iter().map(|path| format!("rerun-if-changed={}", path.display())));
    }
    let (commit, seconds) = ours.then(|| head(folder)).flatten().unzip();
    let set = |name: &str| env(name).filter(|text| !text.is_empty());
    let commit = set(COMMIT).map_or(Ok(commit), |text| hash(&text).map(Some));
    let seconds = set(EPOCH).map_or(Ok(seconds), |text| seconds_of(&text).map(Some));
    let mut known = Vec::new();
    for part in [commit, seconds.map(|seconds| seconds.map(date))] {
        match part {
            Ok(part) => known.extend(part),
            Err(why) => lines.push(format!("error={why}")),
        }
    }
    let build = if known.is_empty() { version.into() } else { format!("{version} ({})", known.join(" ")) };
    lines.push(format!("rustc-env=STACKSEAL_BUILD={build}"));
    lines
}

/// The commit and its time.
fn head(folder: &Path) -> Option<(String, u64)> {
    let answer = git(folder, &["log", "-1", "--no-show-signature", "--format=%H %ct"])?;
    let (commit, seconds) = answer.split_once(' ')?;
    Some((hash(commit).ok()?, seconds.parse().ok()?))
}

/// What changes when HEAD moves. All of it exists: what is missing, cargo takes for changed at every build.
/// A branch that was packed has no file of its own until it moves, but then the log of HEAD tells.
fn watched(folder: &Path) -> Vec<PathBuf> {
    let branch = git(folder, &["symbolic-ref", "--quiet", "HEAD"]);
    let names = ["HEAD", "logs/HEAD", "packed-refs"].into_iter().chain(branch.as_deref());
    let paths = names.filter_map(|name| git(folder, &["rev-parse", "--git-path", name]));
    paths.map(|path| folder.join(path)).filter(|path| path.exists()).collect()
}

pub fn git(folder: &Path, args: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    // A hook of another repository, which runs us, sets these.
    git.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").arg("-C").arg(folder).args(args);
    let output = git.output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
}

/// As people quote it. Always as long, however many objects this clone has, so that builds are equal.
fn hash(text: &str) -> Result<String, String> {
    match text.get(..7) {
        Some(short) if text.bytes().all(|byte| byte.is_ascii_hexdigit()) => Ok(short.into()),
        _ => Err(format!("{COMMIT} is {text:?}, not a commit of seven or more hexadecimal digits")),
    }
}

fn seconds_of(text: &str) -> Result<u64, String> {
    // Beyond the year 9999 a date has no four digits.
    let seconds = text.parse().ok().filter(|seconds| *seconds < 253_402_300_800);
    seconds.ok_or_else(|| format!("{EPOCH} is {text:?}, not seconds since 1970"))
}

/// The day in UTC, by Howard Hinnant's days-to-civil.
fn date(seconds: u64) -> String {
    let days = seconds / 86_400 + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}
