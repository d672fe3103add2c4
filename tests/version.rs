//! Which build is it: what `--version` says, what build.rs makes of git, of packagers' variables and of neither,
//! and when cargo asks it again.

#[path = "../build.rs"]
#[allow(dead_code)]
mod build;
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::shell::Shell;
use tempfile::TempDir;

const DAY: &str = "2026-11-22T15:38:17+01:00";

/// The binary of this very checkout, whatever that is: a clone, a worktree or an unpacked archive.
#[test]
fn version_names_the_commit_and_v_alone_does_not() {
    let shell = Shell::new();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lines = build::instructions(here, env!("CARGO_PKG_VERSION"), |name| std::env::var(name).ok());
    let told = value(&lines, "rustc-env=STACKSEAL_BUILD=");
    assert!(told.starts_with(env!("CARGO_PKG_VERSION")));
    assert_eq!(shell.run(&["--version"]).ends(0).out, format!("stackseal {told}\n"));
    assert_eq!(shell.run(&["-V"]).ends(0).out, concat!("stackseal ", env!("CARGO_PKG_VERSION"), "\n"));
}

/// What is packed and compared must not differ from one commit to the next.
#[test]
fn nothing_else_carries_the_commit() {
    let shell = Shell::new();
    let session = shell.scenario("good_single_node");
    shell.run(&["write", &session, "--out", "out"]).ends(0);
    let receipt = fs::read_to_string(shell.path("out/receipt.yml")).unwrap();
    let page = shell.run(&["man"]).ends(0).out;
    assert!(page.contains(concat!("stackseal ", env!("CARGO_PKG_VERSION"))), "{page}");
    let mut texts = vec![page, receipt, shell.run(&["--help"]).ends(0).out, shell.run(&["new"]).ends(0).out];
    texts.extend(["bash", "zsh", "fish"].map(|name| shell.run(&["completions", name]).ends(0).out));
    let build = stackseal::BUILD.strip_prefix(stackseal::VERSION).unwrap().trim();
    for text in texts {
        assert!(build.is_empty() || !text.contains(build), "{text}");
        assert!(!text.contains("STACKSEAL_BUILD"));
    }
}

#[test]
fn a_clone_tells_its_commit_and_a_move_of_head_is_noticed() {
    if !has_git() {
        return;
    }
    let clone = Clone::new();
    let first = clone.commit();
    assert_eq!(clone.build(&[]), format!("0.1.0 ({first} 2026-11-22)"));
    // By a commit, by another branch, by a detached head, and by a branch that has been packed.
    let moves: [&dyn Fn(); 4] = [
        &|| drop(clone.commit()),
        &|| clone.git(&["checkout", "-q", "-b", "other"]),
        &|| clone.git(&["checkout", "-q", "--detach", "HEAD~1"]),
        &|| {
            clone.git(&["checkout", "-q", "other"]);
            clone.git(&["pack-refs", "--all"]);
            clone.commit();
        },
    ];
    for (at, step) in moves.iter().enumerate() {
        let watched = clone.watched();
        let before = contents(&watched);
        assert_eq!(before, contents(&clone.watched()), "asking changes nothing");
        step();
        assert_ne!(before, contents(&watched), "{at}: {watched:?}");
    }
    assert_ne!(clone.build(&[]), format!("0.1.0 ({first} 2026-11-22)"));
}

/// There `.git` is a file, and HEAD lies elsewhere.
#[test]
fn a_worktree_watches_its_own_head() {
    if !has_git() {
        return;
    }
    let clone = Clone::new();
    let first = clone.commit();
    clone.git(&["worktree", "add", "-q", "-b", "beside", "tree"]);
    let tree = Clone { folder: clone.folder.join("tree"), _kept: None };
    assert!(tree.folder.join(".git").is_file());
    assert_eq!(tree.build(&[]), format!("0.1.0 ({first} 2026-11-22)"));
    let watched = tree.watched();
    let before = contents(&watched);
    clone.commit();
    assert_eq!(before, contents(&watched), "the other tree's commits are not this one's");
    tree.commit();
    assert_ne!(before, contents(&watched));
}

#[test]
fn without_a_repository_of_its_own_it_is_the_version_alone() {
    if !has_git() {
        return;
    }
    let clone = Clone::new();
    clone.commit();
    let package = Clone { folder: clone.folder.join("stackseal-0.1.0"), _kept: None };
    fs::create_dir(&package.folder).unwrap();
    assert_eq!(package.build(&[]), "0.1.0");
    assert!(package.watched().is_empty());
    // A repository without a commit, and one that is none.
    let empty = Clone::new();
    assert_eq!(empty.build(&[]), "0.1.0");
    fs::remove_dir_all(empty.folder.join(".git")).unwrap();
    fs::write(empty.folder.join(".git"), "gitdir: /nowhere\n").unwrap();
    assert_eq!(empty.build(&[]), "0.1.0");
}

#[test]
fn packagers_say_commit_and_date() {
    if !has_git() {
        return;
    }
    let clone = Clone::new();
    let first = clone.commit();
    let full = "0123456789abcdef0123456789abcdef01234567";
    for (env, wanted) in [
        (vec![("STACKSEAL_COMMIT", full)], "0.1.0 (0123456 2026-11-22)".to_owned()),
        (vec![("SOURCE_DATE_EPOCH", "0")], format!("0.1.0 ({first} 1970-01-01)")),
        (vec![("SOURCE_DATE_EPOCH", "1709164800")], format!("0.1.0 ({first} 2024-02-29)")),
        (vec![("SOURCE_DATE_EPOCH", "1709251199")], format!("0.1.0 ({first} 2024-02-29)")),
        (vec![("SOURCE_DATE_EPOCH", "4107542400")], format!("0.1.0 ({first} 2100-03-01)")),
        (vec![("SOURCE_DATE_EPOCH", "1798761599")], format!("0.1.0 ({first} 2026-12-31)")),
        (vec![("SOURCE_DATE_EPOCH", ""), ("STACKSEAL_COMMIT", "")], format!("0.1.0 ({first} 2026-11-22)")),
    ] {
        assert_eq!(clone.build(&env), wanted, "{env:?}");
    }
    fs::remove_dir_all(clone.folder.join(".git")).unwrap();
    assert_eq!(clone.build(&[("SOURCE_DATE_EPOCH", "86400")]), "0.1.0 (1970-01-02)");
    assert_eq!(clone.build(&[("STACKSEAL_COMMIT", full)]), "0.1.0 (0123456)");
    for (name, text) in [
        ("STACKSEAL_COMMIT", "abc123"),
        ("STACKSEAL_COMMIT", "abc1234\ncargo::rustc-env=X=y"),
        ("STACKSEAL_COMMIT", "äöüäöüä"),
        ("SOURCE_DATE_EPOCH", "today"),
        ("SOURCE_DATE_EPOCH", "-1"),
        ("SOURCE_DATE_EPOCH", "99999999999999999999"),
    ] {
        let lines = clone.lines(&[(name, text)]);
        assert!(value(&lines, "error=").contains(&format!("{name} is {text:?}")), "{lines:?}");
        assert!(lines.iter().all(|line| !line.contains('\n')), "{lines:?}");
    }
}

/// CI has git; an unpacked archive on a bare machine need not.
fn has_git() -> bool {
    let found = Command::new("git").arg("--version").output().is_ok();
    assert!(found || std::env::var("CI").as_deref() != Ok("true"), "CI needs git");
    if !found {
        eprintln!("skipped: no git found");
    }
    found
}

struct Clone {
    folder: PathBuf,
    _kept: Option<TempDir>,
}

impl Clone {
    fn new() -> Self {
        let kept = tempfile::tempdir().unwrap();
        let clone = Self { folder: kept.path().to_owned(), _kept: Some(kept) };
        clone.git(&["init", "-q"]);
        clone
    }

    fn git(&self, args: &[&str]) {
        let mut git = Command::new("git");
        git.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").arg("-C").arg(&self.folder);
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        git.env("GIT_COMMITTER_DATE", DAY).env("GIT_AUTHOR_DATE", DAY);
        git.args(["-c", "user.name=one", "-c", "user.email=one@example.com"]).args(args);
        let output = git.output().expect("git");
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// The commit, as people quote it.
    fn commit(&self) -> String {
        self.git(&["commit", "-q", "--allow-empty", "-m", "Change something"]);
        build::git(&self.folder, &["rev-parse", "HEAD"]).unwrap()[..7].to_owned()
    }

    fn lines(&self, env: &[(&str, &str)]) -> Vec<String> {
        let find =
            |name: &str| env.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned());
        build::instructions(&self.folder, "0.1.0", find)
    }

    fn build(&self, env: &[(&str, &str)]) -> String {
        value(&self.lines(env), "rustc-env=STACKSEAL_BUILD=")
    }

    /// Beside build.rs. What is missing would have cargo build anew, always.
    fn watched(&self) -> Vec<PathBuf> {
        let lines = self.lines(&[]);
        let paths = lines.iter().filter_map(|line| line.strip_prefix("rerun-if-changed="));
        let paths: Vec<PathBuf> = paths.filter(|path| *path != "build.rs").map(PathBuf::from).collect();
        assert!(paths.iter().all(|path| path.is_absolute() && path.exists()), "{paths:?}");
        paths
    }
}

fn value(lines: &[String], name: &str) -> String {
    let mut found = lines.iter().filter_map(|line| line.strip_prefix(name));
    let value = found.next().unwrap_or_else(|| panic!("no {name} in {lines:?}"));
    assert!(found.next().is_none(), "{lines:?}");
    value.to_owned()
}

/// cargo looks at times of change; content is what a test can compare without waiting for a clock.
fn contents(paths: &[PathBuf]) -> Vec<Option<Vec<u8>>> {
    paths.iter().map(|path| fs::read(path).ok()).collect()
}
