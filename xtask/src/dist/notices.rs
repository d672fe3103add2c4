//! The licences of what is linked into the binary, which their owners want passed on with it.
//! Must not judge them: deny.toml does.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{Error, Release, Result, TARGET, tools};

const BEGIN: &str = "\
stackseal is linked with the packages below. Each is named with its licence; the texts, as its authors pass
them on, follow, and each text stands once.

Linked besides, under the MIT licence whose text stands below more than once:
the Rust standard library, Copyright (c) the Rust Project contributors (or Apache-2.0);
musl libc, Copyright (c) 2005-2020 Rich Felker, et al.
";

pub fn text(release: &Release) -> Result<String> {
    let linked = linked(release)?;
    let mut cargo = tools::command("cargo", &["metadata", "--locked", "--format-version", "1"]);
    cargo.args(["--filter-platform", TARGET]).current_dir(&release.root);
    let metadata: Value = serde_json::from_slice(&tools::output(&mut cargo)?)
        .map_err(|error| Error::Tool(format!("cargo metadata: {error}")))?;
    let mut list = String::new();
    // Each text with who has it; the order is that of the first.
    let mut texts: Vec<(String, Vec<String>)> = Vec::new();
    let mut place: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = 0;
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let field = |name: &str| package[name].as_str().unwrap_or_default();
        let name = format!("{} {}", field("name"), field("version"));
        if !linked.contains(&name) {
            continue;
        }
        found += 1;
        let _ = write!(list, "\n{name}: {}\n  {}", field("license"), field("repository"));
        let folder = Path::new(field("manifest_path")).parent().unwrap_or(Path::new(""));
        for text in licences(folder)? {
            let at = *place.entry(text.clone()).or_insert_with(|| {
                texts.push((text, Vec::new()));
                texts.len() - 1
            });
            texts[at].1.push(name.clone());
        }
    }
    if found != linked.len() || texts.is_empty() {
        return Err(Error::Wrong(format!("{found} of {} linked packages have a source", linked.len())));
    }
    let mut all = format!("{BEGIN}{list}\n");
    for (text, of) in texts {
        let _ = write!(all, "\n{}\n{}\n\n{text}\n", "=".repeat(80), of.join(", "));
    }
    Ok(all)
}

/// Name and version of every foreign package whose code may be in the binary: what builds it is not.
fn linked(release: &Release) -> Result<BTreeSet<String>> {
    let asked = ["tree", "--locked", "--package", "stackseal", "--edges", "normal,no-proc-macro"];
    let mut cargo = tools::command("cargo", &asked);
    cargo.args(["--target", TARGET, "--prefix", "none", "--no-dedupe", "--format", "{p}"]);
    let lines = tools::answer(cargo.current_dir(&release.root))?;
    let linked = lines.lines().filter_map(|line| {
        let mut words = line.split(' ');
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        (name != "stackseal").then(|| format!("{name} {version}"))
    });
    Ok(linked.collect())
}

fn licences(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).map_err(|error| Error::File(folder.to_owned(), error))?;
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_uppercase()).unwrap_or_default();
        path.is_file()
            && ["LICENSE", "LICENCE", "COPY", "NOTICE", "UNLICENSE"]
                .iter()
                .any(|start| name.starts_with(start))
    });
    paths.sort();
    // Texts that differ in line ends alone are one.
    let read = |path: &std::path::PathBuf| {
        Ok(String::from_utf8_lossy(&tools::read(path)?).replace('\r', "").trim().to_owned())
    };
    paths.iter().map(read).collect()
}
