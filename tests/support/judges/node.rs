//! Installs the npm packages once per lock file, outside the source tree, and asks `tests/foreign/node`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Line, process, tools};

const PACKAGE: &str = include_str!("../../foreign/package.json");
const LOCK: &str = include_str!("../../foreign/package-lock.json");

pub fn judge(outs: &[&Path]) -> Option<Vec<Vec<Line>>> {
    let (node, npm) = (tools::node()?, tools::npm()?);
    let script = scripts(&npm).join("judge.mjs");
    Some(process::ask("node", Command::new(node).arg(script), outs, ""))
}

/// The folder that the scripts stand in, below their packages.
pub fn scripts(npm: &Path) -> PathBuf {
    let packages = tools::built(&tools::keyed("node", &[PACKAGE, LOCK]), |folder| {
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
    // ES modules look for packages in the folders above, so the scripts go below where the packages are.
    let sources = tools::sources("node", "mjs");
    let texts: Vec<&str> = sources.iter().map(|(_, text)| text.as_str()).collect();
    let packages = packages.file_name().unwrap().to_string_lossy().into_owned();
    tools::built(&format!("{packages}/{}", tools::keyed("judge", &texts)), |folder| {
        for (path, text) in &sources {
            fs::write(folder.join(path.file_name().unwrap()), text).unwrap();
        }
    })
}
