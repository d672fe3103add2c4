//! Compiles `Judge.java` once per version of its text and asks it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::tools::{self, Jdk};
use super::{Line, process};

const SOURCE: &str = include_str!("../../foreign/Judge.java");

/// Asks on the oldest and on the newest JDK at hand: they differ in what they refuse.
pub fn judge(outs: &[&Path]) -> Option<Vec<Vec<Line>>> {
    let jdks = tools::jdks()?;
    let classes = classes(jdks.first()?);
    let mut all: Vec<Vec<Line>> = vec![Vec::new(); outs.len()];
    for jdk in &jdks {
        let mut command = Command::new(&jdk.java);
        // Short runs on small machines: the big compiler and collector never pay off.
        command.args([
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-Duser.language=en",
            "-cp",
        ]);
        command.arg(&classes).arg("Judge");
        let answers = process::ask("java", &mut command, outs, "");
        all.iter_mut().zip(answers).for_each(|(lines, more)| lines.extend(more));
    }
    Some(all)
}

fn classes(jdk: &Jdk) -> PathBuf {
    let compiler = jdk.javac.to_string_lossy();
    tools::built(&tools::keyed("java", &[SOURCE, &compiler]), |folder| {
        let file = folder.join("Judge.java");
        fs::write(&file, SOURCE).unwrap();
        let said = process::run(
            Command::new(&jdk.javac).args(["-Xlint:all", "-Werror", "-d"]).arg(folder).arg(&file),
            "",
        );
        assert!(said.ok, "Judge.java does not compile:\n{}", said.err);
    })
}
