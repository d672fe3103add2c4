//! Shells on the scripts of security-api/: each takes the text, and lists the calls whose bodies lie there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::files::{Report, need};
use super::{Line, process, tools};

/// What `sh` may be: dash on Debian, bash elsewhere.
const SHELLS: [&str; 3] = ["sh", "dash", "bash"];

pub fn judge(outs: &[&Path]) -> Option<Vec<Vec<Line>>> {
    let mut shells = Vec::new();
    for name in SHELLS {
        shells.push((name, tools::shell(name)?));
    }
    let of = |out: &Path| {
        let mut report = Report::default();
        for folder in ["security-api", "security-api/monitoring"] {
            let script = out.join(folder).join("run.sh");
            if !script.is_file() {
                continue;
            }
            for (name, shell) in &shells {
                let title = format!("{folder}/run.sh: {name}");
                let said = process::run(Command::new(shell).arg("-n").arg(&script), "");
                report.check(format!("{title} takes it"), said.text().map(drop));
                let said = process::run(Command::new(shell).arg(&script).arg("--list"), "");
                let result = said.text().and_then(|names| lists_bodies(&out.join(folder), &names));
                report.check(format!("{title} lists every call that has a body"), result);
            }
        }
        report.lines
    };
    Some(outs.iter().map(|out| of(out)).collect())
}

fn lists_bodies(folder: &Path, names: &str) -> Result<(), String> {
    let names: BTreeSet<&str> = names.lines().collect();
    for entry in fs::read_dir(folder).map_err(|error| error.to_string())?.flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        if let Some(name) = file.strip_suffix(".json") {
            need(names.contains(name), format!("{name} is not among {names:?}"))?;
        }
    }
    Ok(())
}
