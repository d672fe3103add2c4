//! Makes what a release hands out, and proves it: a static binary, a .deb, an .rpm, an archive, their sums.
//! Holds the order, not the work.

mod binary;
mod elf;
mod notices;
mod pack;
mod prove;
mod stage;
mod tools;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

pub use tools::missing;

/// Statically linked, so that one binary runs on every distribution.
const TARGET: &str = "x86_64-unknown-linux-musl";

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("{0}: {1}")]
    File(PathBuf, #[source] std::io::Error),
    #[error("{0}")]
    Tool(String),
    /// What was made is not what it must be.
    #[error("{0}")]
    Wrong(String),
}

type Result<T> = std::result::Result<T, Error>;

/// Where things are, and what they are called.
struct Release {
    root: PathBuf,
    /// Cargo's own folder of built files.
    target: PathBuf,
    /// What is handed out.
    out: PathBuf,
    version: String,
    commit: String,
    /// Seconds since 1970: every file of every package has this time.
    epoch: String,
    /// The same, as a day.
    day: String,
}

pub fn run(mut args: impl Iterator<Item = String>) -> ExitCode {
    if let Some(other) = args.next() {
        eprintln!("cargo xtask dist; {other} is unknown");
        return ExitCode::from(2);
    }
    let missing = missing();
    if !missing.is_empty() {
        eprintln!("xtask dist: {}", missing.join("\nxtask dist: "));
        return ExitCode::FAILURE;
    }
    match make() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask dist: {error}");
            ExitCode::FAILURE
        }
    }
}

fn make() -> Result<()> {
    let start = Instant::now();
    let release = Release::here()?;
    println!("stackseal {} of commit {}, {}", release.version, release.commit, release.day);
    let binary = binary::make(&release)?;
    println!("made and proved the binary after {} s", start.elapsed().as_secs());
    let stage = stage::fill(&release, &binary)?;
    let packages = pack::all(&release, &stage, &release.out)?;
    prove::packages(&release, &stage, &packages)?;
    // The same once more: whatever the packagers took from clock, order or machine shows here.
    let again = pack::all(&release, &stage, &release.target.join("dist-again"))?;
    prove::same(&packages, &again)?;
    println!("all of it took {} s; it lies in {}", start.elapsed().as_secs(), release.out.display());
    Ok(())
}

impl Release {
    fn here() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let root = root.canonicalize().map_err(|error| Error::File(root, error))?;
        let manifest = tools::read_text(&root.join("Cargo.toml"))?;
        let version = manifest.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
        let version = version.ok_or_else(|| Error::Wrong("Cargo.toml names no version".into()))?.to_owned();
        let git = |args: &[&str]| tools::answer(tools::command("git", args).current_dir(&root));
        // As build.rs reads them: an unpacked archive has no git.
        let told = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let commit = told("STACKSEAL_COMMIT").map_or_else(|| git(&["rev-parse", "HEAD"]), Ok)?;
        let epoch = told("SOURCE_DATE_EPOCH")
            .map_or_else(|| git(&["log", "-1", "--no-show-signature", "--format=%ct"]), Ok)?;
        let changes = git(&["status", "--porcelain", "--untracked-files=no"]);
        if changes.is_ok_and(|changes| !changes.is_empty()) {
            println!("note: there are changes that no commit has; a release is made from a commit");
        }
        let day = tools::answer(&mut tools::command("date", &["-u", "-d", &format!("@{epoch}"), "+%F"]))?;
        let target = std::env::var_os("CARGO_TARGET_DIR");
        let target = target.map_or_else(|| root.join("target"), PathBuf::from);
        let out = target.join("dist");
        Ok(Self { root, target, out, version, commit: commit.chars().take(7).collect(), epoch, day })
    }
}
