//! Programs of the machine: which are there, and how one is run to its end within a time. Knows no product.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::trouble::{Result, Trouble, trouble};

/// What a finished program left.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    pub fn fine(&self) -> bool {
        self.code == Some(0)
    }

    pub fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

/// Runs to the end, or ends it at the limit; `input` goes to its standard input, never into an argument.
pub fn run(command: &mut Command, input: &[u8], limit: Duration) -> Result<Ended> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| Trouble(format!("{name}: {error}")))?;
    let mut stdin = child.stdin.take();
    let input = input.to_vec();
    let feed = thread::spawn(move || {
        if let Some(stdin) = stdin.as_mut() {
            // Who does not read its input may close it.
            let _ = stdin.write_all(&input);
        }
    });
    let (out, err) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let end = Instant::now() + limit;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if Instant::now() > end {
            child.kill()?;
            child.wait()?;
            break None;
        }
        thread::sleep(Duration::from_millis(20));
    };
    let _ = feed.join();
    let text = |reader: thread::JoinHandle<Vec<u8>>| {
        String::from_utf8_lossy(&reader.join().unwrap_or_default()).into_owned()
    };
    let Some(status) = status else {
        return trouble(format!("{name} took longer than {} s", limit.as_secs()));
    };
    Ok(Ended { code: status.code(), out: text(out), err: text(err) })
}

fn drain(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.read_to_end(&mut bytes);
        }
        bytes
    })
}

/// Runs a program that has to succeed.
pub fn must(command: &mut Command, limit: Duration) -> Result<Ended> {
    let ended = run(command, b"", limit)?;
    if ended.fine() {
        return Ok(ended);
    }
    let all = ended.all();
    let start = all.len().saturating_sub(3000);
    let tail = all.char_indices().find(|(at, _)| *at >= start).map_or("", |(at, _)| &all[at..]);
    trouble(format!("{} ended with {:?}:\n{tail}", command.get_program().display(), ended.code))
}

/// Where a program lies on the PATH, or where its own installer puts it.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = [PathBuf::from("/usr/sbin"), PathBuf::from("/sbin"), PathBuf::from("/usr/local/go/bin")];
    std::env::split_paths(&path).chain(usual).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// A JDK of at least this version: the oldest that will do, as the products' own are older than the newest.
pub fn jdk(least: u32) -> Option<PathBuf> {
    let named = ["ES_JAVA_HOME", "JAVA_HOME"].into_iter().filter_map(std::env::var_os).map(PathBuf::from);
    let installed = fs::read_dir("/usr/lib/jvm").into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<(u32, PathBuf)> = named
        .chain(installed)
        .filter(|home| home.join("bin/javac").is_file())
        .filter_map(|home| Some((jdk_version(&home)?, home)))
        .filter(|(version, _)| *version >= least)
        .collect();
    found.sort();
    found.into_iter().next().map(|(_, home)| home)
}

fn jdk_version(home: &Path) -> Option<u32> {
    let release = fs::read_to_string(home.join("release")).ok()?;
    let line = release.lines().find_map(|line| line.strip_prefix("JAVA_VERSION=\""))?;
    line.split(['.', '"', '-', '+']).next()?.parse().ok()
}

/// The number that tells: of Go's go1.26.8 the second, of Node's v20.20.2 the first.
fn version_of(program: &str) -> Option<u32> {
    let argument = if program == "go" { "version" } else { "--version" };
    number(&run(Command::new(find(program)?).arg(argument), b"", Duration::from_secs(20)).ok()?.out)
}

fn number(said: &str) -> Option<u32> {
    let text = said.split_once("go1.").map_or(said.trim_start_matches('v'), |(_, rest)| rest);
    text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// What to say of a program that is too old.
fn older(program: &str, version: u32) -> Option<String> {
    match program {
        // From 1.21 on Go fetches the toolchain that a module names.
        "go" if version < 21 => Some(format!(
            "Go 1.24 or newer, or 1.21 that fetches it: this is 1.{version} (unpack one to /usr/local/go, first on the PATH)"
        )),
        "node" if version < 20 => {
            Some(format!("Node 20 or newer: this is {version} (put one from nodejs.org first on the PATH)"))
        }
        _ => None,
    }
}

/// What a run cannot do without, each with the way to it; empty when all is there.
pub fn missing() -> Vec<String> {
    let needed = [
        ("mvn", "maven"),
        ("node", "nodejs, 20 or newer"),
        ("npm", "npm"),
        ("go", "golang-go, 1.24 or newer"),
        ("curl", "curl"),
        ("openssl", "openssl"),
        ("unshare", "util-linux"),
        ("setpriv", "util-linux"),
        ("ip", "iproute2"),
        ("script", "bsdutils"),
    ];
    let mut missing: Vec<String> = needed
        .iter()
        .filter(|(program, _)| find(program).is_none())
        .map(|(program, package)| format!("{program} (package {package})"))
        .collect();
    missing.extend(["go", "node"].into_iter().filter_map(|program| older(program, version_of(program)?)));
    if jdk(21).is_none() {
        missing.push(
            "a JDK 21 or newer, by ES_JAVA_HOME or below /usr/lib/jvm (openjdk-21-jdk-headless, or a Temurin unpacked there)"
                .into(),
        );
    }
    if !rustix::process::geteuid().is_root() {
        missing.push("root: hosts get namespaces of their own".into());
    } else if !Command::new("unshare")
        .args(["-m", "-n", "-p", "-f", "true"])
        .status()
        .is_ok_and(|s| s.success())
    {
        missing.push("namespaces: unshare -m -n -p is not permitted here".into());
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_old_is_named_with_the_way_out() {
        for (program, said, fits) in [
            ("go", "go version go1.18.1 linux/amd64", false),
            ("go", "go version go1.26.8 linux/amd64", true),
            ("node", "v18.19.0\n", false),
            ("node", "v20.20.2\n", true),
        ] {
            let version = number(said).unwrap();
            let words = older(program, version);
            assert_eq!(words.is_none(), fits, "{said}: {words:?}");
            assert!(words.is_none_or(|words| words.contains(&version.to_string()) && words.contains("PATH")));
        }
    }
}
