//! Installs the npm packages once per lock file, outside the source tree, and asks `kibana.mjs`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Line, process, tools};

const SCRIPT: &str = include_str!("../../foreign/kibana.mjs");
const PACKAGE: &str = include_str!("../../foreign/package.json");
const LOCK: &str = include_str!("../../foreign/package-lock.json");

pub fn judge(outs: &[&Path]) -> Option<Vec<Vec<Line>>> {
    let (node, npm) = (tools::node()?, tools::npm()?);
    let script = script(&npm);
    Some(process::ask("node", Command::new(node).arg(script), outs, ""))
}

fn script(npm: &Path) -> PathBuf {
    let folder = tools::built(&tools::keyed("node", &[PACKAGE, LOCK]), |folder| {
        fs::write(folder.join("package.json"), PACKAGE).unwrap();
        fs::write(folder.join("package-lock.json"), LOCK).unwrap();
        let said = process::run(
            Command::new(npm)
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"])
                .arg(folder),
            "",
        );
        assert!(said.ok, "npm ci failed:\n{}{}", said.out, said.err);
    });
    // ES modules look for packages beside themselves, so the script goes where the packages are.
    let script = folder.join(tools::keyed("kibana", &[SCRIPT]) + ".mjs");
    if !script.is_file() {
        let fresh = tempfile::NamedTempFile::new_in(&folder).unwrap();
        fs::write(fresh.path(), SCRIPT).unwrap();
        fresh.persist(&script).unwrap();
    }
    script
}
