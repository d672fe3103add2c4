//! Compiles `tests/foreign/java` once per version of its text and asks it.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::tools::{self, Jdk};
use super::{Line, process};

/// Asks on the oldest and on the newest JDK at hand: they differ in what they refuse.
pub fn judge(outs: &[&Path]) -> Option<Vec<Vec<Line>>> {
    let jdks = tools::jdks()?;
    let mut all: Vec<Vec<Line>> = vec![Vec::new(); outs.len()];
    for jdk in &jdks {
        let answers = process::ask("java", &mut program(jdk, "Judge"), outs, "");
        all.iter_mut().zip(answers).for_each(|(lines, more)| lines.extend(more));
    }
    Some(all)
}

/// One of the programs, to be run on this JDK.
pub fn program(jdk: &Jdk, main: &str) -> Command {
    let mut command = Command::new(&jdk.java);
    // Short runs on small machines: the big compiler and collector never pay off.
    command.args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Duser.language=en", "-cp"]);
    command.arg(classes()).arg(main);
    command
}

/// Compiled by the oldest, which all can read.
fn classes() -> PathBuf {
    let jdk = tools::jdk().expect("who has one of them has the oldest");
    let sources = tools::sources("java", "java");
    let compiler = jdk.javac.to_string_lossy().into_owned();
    let texts: Vec<&str> = sources.iter().map(|(_, text)| text.as_str()).chain([compiler.as_str()]).collect();
    tools::built(&tools::keyed("java", &texts), |folder| {
        let mut command = Command::new(&jdk.javac);
        command.args(["-Xlint:all", "-Werror", "-d"]).arg(folder).args(sources.iter().map(|(path, _)| path));
        let said = process::run(&mut command, "");
        assert!(said.ok, "the Java judge does not compile:\n{}", said.err);
    })
}
