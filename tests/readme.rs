//! README.md and the code tell the same: the key table, the test command of CI, the pictures, the tabs.

use std::fs;
use std::path::PathBuf;

use stackseal::steps::STEPS;
use stackseal::tui::keys;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// `UPDATE_README=1 cargo test --test readme` writes the table anew.
#[test]
fn the_key_table_is_the_codes() {
    let text = readme();
    let (before, rest) = text.split_once("<!-- keys -->\n").unwrap();
    let (table, after) = rest.split_once("<!-- /keys -->").unwrap();
    let expected = keys::markdown();
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(
            root().join("README.md"),
            format!("{before}<!-- keys -->\n{expected}<!-- /keys -->{after}"),
        )
        .unwrap();
        return;
    }
    assert_eq!(table, expected, "UPDATE_README=1 cargo test --test readme writes it anew");
}

#[test]
fn every_tab_has_its_row_and_picture() {
    let text = readme();
    for title in STEPS.iter().map(|step| step.title).chain(["Review"]) {
        assert!(text.contains(&format!("\n| [{title}](screenshots/")), "{title}");
    }
}

#[test]
fn pictures_that_are_shown_exist() {
    let text = readme();
    let shown: Vec<&str> = text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert!(shown.iter().any(|path| path.starts_with("screenshots/")));
    for path in shown.into_iter().filter(|path| !path.contains("://")) {
        assert!(root().join(path).exists(), "{path}");
    }
}

/// CI runs the command that README.md names.
#[test]
fn ci_runs_the_test_command_of_the_readme() {
    let text = readme();
    let command = text
        .lines()
        .find(|line| line.ends_with("# passes the tests"))
        .unwrap()
        .split('#')
        .next()
        .unwrap()
        .trim();
    let script = fs::read_to_string(root().join(".ci/run")).unwrap();
    assert!(script.lines().any(|line| line == command), "{command}");
}
