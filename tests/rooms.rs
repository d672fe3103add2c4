//! The rooms of ARCHITECTURE.md: which may import which, which crates belong to which, how long a file
//! may be, and that every file opens by saying what it holds.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

struct Room {
    name: &'static str,
    imports: &'static [&'static str],
    crates: &'static [&'static str],
}

/// serde and thiserror may be used everywhere.
const EVERYWHERE: &[&str] = &["serde", "thiserror", "std", "core", "crate", "self", "super"];

const ROOMS: &[Room] = &[
    Room { name: "values", imports: &[], crates: &["idna", "time", "zeroize"] },
    Room { name: "plan", imports: &["values"], crates: &["serde_json"] },
    Room { name: "steps", imports: &["plan", "values"], crates: &[] },
    Room {
        name: "forge",
        imports: &["plan", "values"],
        crates: &[
            "aws_lc_rs",
            "cbc",
            "des",
            "p12_keystore",
            "pkcs12",
            "pkcs8",
            "rc2",
            "rcgen",
            "serde_json",
            "sha1",
            "time",
            "x509_parser",
            "zeroize",
            "zip",
        ],
    },
    Room {
        name: "store",
        imports: &["forge", "plan", "steps", "values"],
        crates: &["directories", "rustix", "serde_yaml", "time", "zeroize"],
    },
    Room {
        name: "headless",
        imports: &["forge", "plan", "steps", "store", "values"],
        crates: &["clap", "clap_complete", "clap_mangen", "serde_json", "time"],
    },
    Room {
        name: "sitting",
        imports: &["forge", "plan", "steps", "store", "values"],
        crates: &["rustix", "time", "unicode_segmentation", "unicode_width"],
    },
    Room {
        name: "plain",
        imports: &["forge", "plan", "sitting", "steps", "store", "values"],
        crates: &["rustix", "signal_hook", "time"],
    },
    Room {
        name: "tui",
        imports: &["forge", "plan", "sitting", "steps", "store", "values"],
        crates: &[
            "crossterm",
            "ratatui",
            "rustix",
            "signal_hook",
            "time",
            "unicode_segmentation",
            "unicode_width",
        ],
    },
];

/// The only files that ask on which system they run: elsewhere nobody would see what another system lacks.
const PLATFORM: &[&str] = &[
    "src/plain/terminal.rs",
    "src/sitting/ability.rs",
    "src/sitting/platform.rs",
    "src/store/dumps.rs",
    "src/store/platform.rs",
    "src/tui/platform.rs",
];

/// Files of about 300 lines; beyond this a file holds two things.
const MOST_LINES: usize = 320;

#[test]
fn arrows_and_crates_are_those_of_the_table() {
    let mut faults = Vec::new();
    for (path, room) in sources() {
        let Some(room) = ROOMS.iter().find(|known| known.name == room) else {
            faults
                .push(format!("{}: no such room; give it a row here and in ARCHITECTURE.md", path.display()));
            continue;
        };
        let text = code(&path);
        for other in
            ROOMS.iter().filter(|other| other.name != room.name && !room.imports.contains(&other.name))
        {
            if text.contains(&format!("crate::{}::", other.name))
                || text.contains(&format!("crate::{}}}", other.name))
            {
                faults.push(format!("{}: {} may not import {}", path.display(), room.name, other.name));
            }
        }
        for used in crates(&text) {
            if !room.crates.contains(&used.as_str()) {
                faults.push(format!("{}: {} may not use the crate {used}", path.display(), room.name));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A row that nothing uses is out of date.
#[test]
fn the_table_has_no_stale_rows() {
    for room in ROOMS {
        let text: String =
            sources().iter().filter(|(_, name)| name == room.name).map(|(path, _)| code(path)).collect();
        for import in room.imports {
            assert!(text.contains(&format!("crate::{import}")), "{} does not import {import}", room.name);
        }
        for used in room.crates {
            assert!(text.contains(&format!("{used}::")), "{} does not use {used}", room.name);
        }
    }
}

/// The page that explains the rooms has the same rows.
#[test]
fn architecture_has_the_same_rows() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for room in ROOMS {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{}` ", room.name)));
        let row = row.unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for {}", room.name));
        for name in room.imports.iter().chain(room.crates) {
            let name = name.replace('_', "-").replace("serde-yaml", "serde_yaml");
            assert!(row.contains(&name), "the row of {} lacks {name}", room.name);
        }
    }
}

#[test]
fn systems_are_told_apart_in_the_platform_files_alone() {
    let asks = |text: &str| {
        text.lines().any(|line| {
            let condition = line.split_once("cfg").map(|(_, rest)| rest);
            let names = ["unix", "windows", "target_os", "target_family", "target_env", "target_vendor"];
            condition.is_some_and(|rest| names.iter().any(|name| rest.contains(name)))
                || ["std::os::unix", "std::os::windows", "consts::OS"].iter().any(|name| line.contains(name))
        })
    };
    assert!(asks("#[cfg(not(unix))]") && asks("if cfg!(windows) {") && !asks("#[cfg(test)]"));
    let mut all: Vec<PathBuf> = sources().into_iter().map(|(path, _)| path).collect();
    all.extend(["src/lib.rs", "src/main.rs"].map(|name| root().join(name)));
    all.retain(|path| asks(&fs::read_to_string(path).unwrap()));
    let asking: BTreeSet<PathBuf> = all.into_iter().collect();
    assert_eq!(asking, PLATFORM.iter().map(|name| root().join(name)).collect());
}

#[test]
fn files_are_short_and_say_what_they_hold() {
    let mut faults = Vec::new();
    let mut all: Vec<PathBuf> = sources().into_iter().map(|(path, _)| path).collect();
    all.extend(["src/lib.rs", "src/main.rs"].map(|name| root().join(name)));
    for path in all {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        if lines > MOST_LINES {
            faults.push(format!("{}: {lines} lines", path.display()));
        }
        if !text.starts_with("//! ") {
            faults.push(format!("{}: does not open by saying what it holds", path.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file with its room.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for room in fs::read_dir(root().join("src")).unwrap().map(|entry| entry.unwrap().path()) {
        let name = room.file_name().unwrap().to_str().unwrap().to_owned();
        if room.is_dir() {
            collect(&room, &name, &mut found);
        }
    }
    found.sort();
    assert!(found.len() > 40);
    found
}

fn collect(folder: &Path, room: &str, found: &mut Vec<(PathBuf, String)>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            collect(&path, room, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path, room.to_owned()));
        }
    }
}

/// The code without its tests, comments and texts.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// Names of foreign crates: those of the manifest that stand before `::`.
fn crates(text: &str) -> BTreeSet<String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let known: BTreeSet<String> = dependencies
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name.trim().replace('-', "_"))
        .filter(|name| !EVERYWHERE.contains(&name.as_str()))
        .collect();
    let stands = |name: &str| {
        text.match_indices(&format!("{name}::"))
            .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
    };
    known.into_iter().filter(|name| stands(name)).collect()
}
