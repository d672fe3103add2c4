//! Shells on the scripts: each takes the text; that of security-api/ lists the calls whose bodies lie there,
//! and a host's install.sh says what products it is for.

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
        for host in hosts(out) {
            let script = out.join("hosts").join(&host).join("install.sh");
            for (name, shell) in &shells {
                let said = process::run(Command::new(shell).arg("-n").arg(&script), "");
                report.check(format!("hosts/{host}/install.sh: {name} takes it"), said.text().map(drop));
            }
            let said = process::run(Command::new(&shells[0].1).arg(&script).arg("--help"), "");
            let result = said.text().and_then(|help| names_products(&out.join("hosts").join(&host), &help));
            report.check(format!("hosts/{host}/install.sh names the products of its folder"), result);
        }
        report.lines
    };
    Some(outs.iter().map(|out| of(out)).collect())
}

/// Folders of others may have none.
fn hosts(out: &Path) -> Vec<String> {
    let found = fs::read_dir(out.join("hosts")).into_iter().flatten().flatten();
    let ours = found.filter(|host| host.path().join("install.sh").is_file());
    let mut names: Vec<String> = ours.map(|host| host.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn names_products(host: &Path, help: &str) -> Result<(), String> {
    for product in ["elasticsearch", "kibana", "metricbeat"] {
        let there = host.join(product).join("config").is_dir();
        let named = help.lines().any(|line| line.contains("all of them:") && line.contains(product));
        need(there == named, format!("{product}: in the folder {there}, named {named}"))?;
    }
    Ok(())
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
