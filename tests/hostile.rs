//! Files and runs that get in the way: pipes, devices, growing YAML, secrets in the wrong place, two runs
//! at once, outputs of other sessions. Nothing hangs, leaks, or is lost.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use support::scenario;
use tempfile::TempDir;

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stackseal"));
    command.args(args).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("HOME", folder).env("XDG_DATA_HOME", folder.join("data"));
    command
}

/// Ends within ten seconds, or fails.
fn run(folder: &Path, args: &[&str]) -> (i32, String) {
    let output = ended(command(folder, args).spawn().unwrap(), &args.join(" "));
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap_or(-1), said)
}

fn ended(mut child: Child, what: &str) -> Output {
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("{what} hangs");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.wait_with_output().unwrap()
}

fn session(folder: &TempDir, name: &str) -> PathBuf {
    let path = folder.path().join("session.yml");
    fs::copy(scenario::folder().join(format!("{name}.yml")), &path).unwrap();
    path
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.yml");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for args in
        [["plan", "./pipe.yml"], ["plan", "/dev/zero"], ["inspect", "./pipe.yml"], ["inspect", "/dev/zero"]]
    {
        let (code, said) = run(folder.path(), &args);
        assert!(code == 1 && said.contains("not a regular file"), "{args:?}: {code} {said}");
    }
    let library = folder.path().join("data/stackseal/sessions");
    fs::create_dir_all(&library).unwrap();
    fs::rename(&pipe, library.join("pipe.yml")).unwrap();
    let (code, said) = run(folder.path(), &["sessions"]);
    assert!(code == 0 && said.contains("not a regular file"), "{said}");
}

#[test]
fn yaml_cannot_grow() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "      - *h\n".repeat(3000);
    let text =
        format!("version: 1\nanswers:\n  overview:\n    elasticsearch:\n      - &h {{ name: a }}\n{rows}");
    fs::write(folder.path().join("bomb.yml"), text).unwrap();
    let (code, said) = run(folder.path(), &["plan", "bomb.yml"]);
    assert!(code == 1 && said.contains("line 5") && said.contains("aliases"), "{said}");
    let deep = format!("version: 1\nanswers: {}", "[".repeat(100_000));
    fs::write(folder.path().join("deep.yml"), deep).unwrap();
    assert_eq!(run(folder.path(), &["plan", "deep.yml"]).0, 1);
}

/// A password where its source is asked for, or anywhere else in a session, is not repeated.
#[test]
fn a_misplaced_secret_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("data/stackseal/sessions");
    fs::create_dir_all(&library).unwrap();
    for field in [
        "transport: { store_password: Planted-77 }",
        "transport: { ca_password: \"Planted-77 `x`, expected one of `a`\" }",
        "https: { password: Planted-77 }",
        "https: { ca_password: Planted-77 }",
        "kibana_client: { monitoring: Planted-77 }",
        "kibana_client: { credential: Planted-77 }",
        "overview: { elasticsearch: Planted-77 }",
    ] {
        fs::write(library.join("leaky.yml"), format!("version: 1\nanswers:\n  {field}\n")).unwrap();
        for args in [vec!["plan", "leaky"], vec!["write", "leaky"], vec!["sessions"]] {
            let (_, said) = run(folder.path(), &args);
            assert!(!said.contains("Planted"), "{field}: {said}");
            assert!(said.contains("line 3"), "{field}: {said}");
        }
    }
}

#[test]
fn two_runs_at_once_leave_one_whole_output() {
    let folder = tempfile::tempdir().unwrap();
    session(&folder, "good_fifty_nodes");
    fs::copy(folder.path().join("session.yml"), folder.path().join("second.yml")).unwrap();
    let runs = ["session.yml", "second.yml"]
        .map(|file| command(folder.path(), &["write", file, "--out", "out"]).spawn().unwrap());
    let codes = runs.map(|child| ended(child, "write").status.code().unwrap());
    assert!(codes.contains(&0), "{codes:?}");
    assert!(codes.iter().all(|code| [0, 1, 4].contains(code)) && codes != [0, 0], "{codes:?}");
    let planned = scenario::named("good_fifty_nodes").plan().files.len();
    assert_eq!(scenario::files_below(&folder.path().join("out")).len(), planned);
    let left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.contains("stackseal-new")), "{left:?}");
}

/// Replacing never makes other authorities by accident, even where the progress was lost.
#[test]
fn a_replacement_keeps_the_authorities() {
    let folder = tempfile::tempdir().unwrap();
    let path = session(&folder, "good_single_node");
    let clean = fs::read_to_string(&path).unwrap();
    let without_run = clean.replace("progress: { run: 5ea1ed }\n", "");
    assert_ne!(clean, without_run);
    let fingerprint = || {
        let receipt = fs::read_to_string(folder.path().join("out/receipt.yml")).unwrap();
        receipt.split("id: https.ca").nth(1).unwrap().lines().nth(2).unwrap().to_owned()
    };
    fs::write(&path, &without_run).unwrap();
    assert_eq!(run(folder.path(), &["write", "session.yml", "--out", "out"]).0, 0);
    let first = fingerprint();
    assert!(first.contains("fingerprint"), "{first}");
    // A clean copy of the session, as from version control.
    fs::write(&path, &without_run).unwrap();
    assert_eq!(run(folder.path(), &["write", "session.yml", "--out", "out", "--replace"]).0, 0);
    assert_eq!(fingerprint(), first);
    // Another session's output is not replaced.
    fs::write(&path, clean).unwrap();
    let (code, said) = run(folder.path(), &["write", "session.yml", "--out", "out", "--replace"]);
    assert!(code == 4 && said.contains("another session"), "{code} {said}");
    assert_eq!(fingerprint(), first);
}

/// A kept authority cannot be changed by an answer; what the preview says would not be what is written.
#[test]
fn a_kept_authority_does_not_change() {
    let folder = tempfile::tempdir().unwrap();
    let path = session(&folder, "good_single_node");
    assert_eq!(run(folder.path(), &["write", "session.yml", "--out", "out"]).0, 0);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("answers:\n", "answers:\n  https: { ca_validity: 1y, validity: 90d }\n"))
        .unwrap();
    let (code, said) = run(folder.path(), &["write", "session.yml", "--out", "other"]);
    assert!(code == 1 && said.contains("https.ca") && said.contains("Set that answer back"), "{said}");
    assert!(!folder.path().join("other").exists());
}

/// Typed passwords lie in the output beside their stores, so that a second run need not ask again.
#[test]
fn typed_passwords_are_taken_from_the_earlier_output() {
    let folder = tempfile::tempdir().unwrap();
    session(&folder, "good_pem_encrypted");
    let secrets = folder.path().join("secrets.yml");
    fs::copy(scenario::folder().join("good_pem_encrypted.secrets.yml"), &secrets).unwrap();
    scenario::make_private(&secrets);
    assert_eq!(
        run(folder.path(), &["write", "session.yml", "--out", "one", "--secrets", "secrets.yml"]).0,
        0
    );
    let (code, said) = run(folder.path(), &["write", "session.yml", "--out", "two"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn an_open_session_is_not_written_beside_its_wizard() {
    let folder = tempfile::tempdir().unwrap();
    let library = stackseal::store::Library::at(folder.path().join("data/stackseal/sessions"));
    let mut session = scenario::named("good_single_node").session;
    session.origin = stackseal::store::Origin::Named("lab".into());
    library.save(&mut session, time::OffsetDateTime::UNIX_EPOCH).unwrap();
    let _lock = library.lock(&session.origin).unwrap().unwrap();
    let (code, said) = run(folder.path(), &["write", "lab", "--out", "out"]);
    assert!(code == 1 && said.contains("open in a wizard"), "{said}");
    assert!(!folder.path().join("out").exists());
}

#[test]
fn targets_that_cannot_be_written_are_refused_before_keys_are_made() {
    let folder = tempfile::tempdir().unwrap();
    session(&folder, "good_single_node");
    fs::create_dir(folder.path().join("empty")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("empty", folder.path().join("link")).unwrap();
    #[cfg(unix)]
    assert_eq!(run(folder.path(), &["write", "session.yml", "--out", "link"]).0, 4);
    assert_eq!(run(folder.path(), &["write", "session.yml", "--out", ""]).0, 2);
    fs::write(folder.path().join("file"), "").unwrap();
    assert_eq!(run(folder.path(), &["write", "session.yml", "--out", "file"]).0, 4);
    assert_eq!(run(folder.path(), &["write", "session.yml", "--out", "empty"]).0, 0);
}
