//! The programs that packaging calls: which are missing, how they are run. Must not know what they are for.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Error, Result, TARGET};
pub use crate::tools::command;
use crate::tools::{has_target, in_ci, there};

/// A program, how it is asked whether it is there, and where it comes from.
const NEEDED: &[(&str, &[&str], &str)] = &[
    ("cargo", &["deb", "--version"], "cargo install --locked cargo-deb"),
    ("cargo", &["generate-rpm", "--version"], "cargo install --locked cargo-generate-rpm"),
    ("musl-gcc", &["--version"], "apt-get install musl-tools"),
    ("tar", &["--version"], "apt-get install tar"),
    ("gzip", &["--version"], "apt-get install gzip"),
    ("sha256sum", &["--version"], "apt-get install coreutils"),
    ("git", &["--version"], "apt-get install git"),
];

/// What making the packages lacks; nothing where all is there.
pub fn missing() -> Vec<String> {
    let lacking = NEEDED.iter().filter(|(program, asked, _)| !there(program, asked));
    let mut lacking: Vec<String> = lacking.map(|(.., from)| (*from).to_owned()).collect();
    if !has_target(TARGET) {
        lacking.push(format!("rustup target add {TARGET}"));
    }
    lacking
}

/// Can this be looked into here? In CI a tool that is missing is a hole in the net, and fails.
pub fn can_look(program: &str, package: &str) -> Result<bool> {
    // Not all of them can be asked for their version.
    let path = std::env::var_os("PATH").unwrap_or_default();
    if std::env::split_paths(&path).any(|folder| folder.join(program).is_file()) {
        return Ok(true);
    }
    if in_ci() {
        return Err(Error::Tool(format!("no {program} found, which CI must have (install {package})")));
    }
    println!("skipped: no {program} found (install {package})");
    Ok(false)
}

/// Runs it with its output on the screen.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|error| Error::Tool(format!("{command:?}: {error}")))?;
    if status.success() { Ok(()) } else { Err(Error::Tool(format!("{command:?}: {status}"))) }
}

/// Its bytes on standard output.
pub fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.output().map_err(|error| Error::Tool(format!("{command:?}: {error}")))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::Tool(format!("{command:?}: {}\n{}", output.status, said.trim_end())))
}

/// Its text on standard output.
pub fn answer(command: &mut Command) -> Result<String> {
    let text = String::from_utf8(output(command)?);
    let text = text.map_err(|_| Error::Tool(format!("{command:?}: what it says is no text")))?;
    Ok(text.trim_end().to_owned())
}

pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| Error::File(path.to_owned(), error))
}

pub fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| Error::File(path.to_owned(), error))
}

pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).map_err(|error| Error::File(path.to_owned(), error))
}

/// A folder with nothing in it.
pub fn fresh(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_dir_all(path).map_err(|error| Error::File(path.to_owned(), error))?;
    }
    fs::create_dir_all(path).map_err(|error| Error::File(path.to_owned(), error))
}
