//! The real program, struck by strace at its file-system calls: no space, no permission, a read-only or broken
//! disk, death. What it leaves is the old output or the new one, and the next run clears up.
//! `STACKSEAL_FAULTS=all` strikes at every call with every fault; the usual run takes some of them.
#![cfg(target_os = "linux")]

#[path = "support/strace.rs"]
mod strace;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use stackseal::store::{Receipt, Session};
use strace::{Call, calls, command, copied, listing, points, striking, struck};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_stackseal");
/// Points of the usual run, of each of the two tests.
const USUAL: usize = 24;

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/good_ec.yml");
        // Without a run id, so that drawing and keeping one is struck too.
        let text = fs::read_to_string(scenario).unwrap().replace("progress: { run: 5ea1ed }\n", "");
        fs::create_dir(place.at("work")).unwrap();
        fs::write(place.at("work/session.yml"), text).unwrap();
        place
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// `strace` before the program, or none.
    fn write(&self, before: Option<&[String]>, replace: bool) -> Output {
        let (session, out) = (self.at("work/session.yml"), self.at("work/out"));
        let mut args = vec!["write", session.to_str().unwrap(), "--out", out.to_str().unwrap()];
        args.extend(replace.then_some("--replace"));
        let mut command = match before {
            Some(before) => command(before, PROGRAM, &args),
            None => {
                let mut command = std::process::Command::new(PROGRAM);
                command.args(&args);
                command
            }
        };
        command.current_dir(self.folder.path()).env("HOME", self.folder.path()).stdin(Stdio::null());
        command.output().unwrap()
    }

    fn calls(&self, replace: bool) -> Vec<Call> {
        let log = self.at("log");
        let output = self.write(Some(&listing(&log)), replace);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        calls(&log, &self.at("work"))
    }
}

/// The receipt of a folder that holds exactly the files that its receipt lists, as it lists them.
fn whole(folder: &Path) -> Option<Receipt> {
    let receipt = Receipt::read(folder).ok()?;
    let mut listed: BTreeSet<String> = receipt.files.iter().map(|row| row.path.clone()).collect();
    listed.insert("receipt.yml".into());
    let mut found = BTreeSet::new();
    walk(folder, folder, &mut found);
    let same = receipt.files.iter().all(|row| {
        let bytes = fs::read(folder.join(&row.path)).unwrap_or_default();
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
        let hex: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        !bytes.is_empty() && row.sha256.as_ref().is_none_or(|sum| sum.replace(':', "").to_lowercase() == hex)
    });
    (found == listed && same).then_some(receipt)
}

fn walk(root: &Path, folder: &Path, found: &mut BTreeSet<String>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            walk(root, &path, found);
        } else {
            found.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
        }
    }
}

/// How the program may end: it is done, it says in one sentence what it cannot do, or it was killed.
fn ended_well(output: &Output, point: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    match (output.status.code(), output.status.signal()) {
        (Some(0), _) | (_, Some(9)) => {}
        (Some(1), _) => {
            let last = said.lines().last().unwrap_or_default();
            assert!(last.starts_with("stackseal: ") && !said.contains("panicked"), "{point}: {said}");
            let cause = ["No space", "Permission denied", "Read-only", "Input/output", "not written by"];
            assert!(cause.iter().any(|cause| last.contains(cause)), "{point}: {said}");
        }
        other => panic!("{point}: ended with {other:?}: {said}"),
    }
}

/// Nothing but what is meant to stay, and a session that reads back.
fn cleared_up(place: &Place, point: &str) {
    let answers = Session::read(&place.at("work/session.yml")).unwrap().answers;
    assert_eq!(answers.overview.cluster_name, "curve", "{point}");
    for entry in fs::read_dir(place.at("work")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let known = name == "session.yml" || name == "out" || name.starts_with("out.before-");
        assert!(known, "{point} left {name}");
    }
}

#[test]
fn a_first_write_that_is_struck_leaves_nothing_or_all() {
    if !strace::here() {
        return;
    }
    let calls = Place::new().calls(false);
    assert!(calls.len() > 100, "only {} calls were seen", calls.len());
    let (mut met, points) = (0, points(&calls, USUAL));
    for (nth, (call, fault)) in points.iter().enumerate() {
        strace::progress(nth, points.len());
        let place = Place::new();
        let call = moved(call, &place.at("work"));
        let point = format!("{fault} at {call:?}");
        let log = place.at("log");
        let output = place.write(Some(&striking(&log, &call, fault)), false);
        met += usize::from(struck(&log));
        ended_well(&output, &point);
        let out = place.at("work/out");
        assert!(whole(&out).is_some() || !out.exists(), "{point}: half an output");
        assert!(out.exists() || !output.status.success(), "{point}: nothing was written, and nothing said");
        let again = place.write(None, out.exists());
        assert!(again.status.success(), "{point}: then {}", String::from_utf8_lossy(&again.stderr));
        assert!(whole(&out).is_some(), "{point}");
        cleared_up(&place, &point);
    }
    eprintln!("{met} of {} faults were met at {} calls", points.len(), calls.len());
    assert!(met * 10 >= points.len() * 9, "only {met} of {} faults were met", points.len());
}

#[test]
fn a_replacement_that_is_struck_leaves_the_old_or_the_new() {
    if !strace::here() {
        return;
    }
    let base = Place::new();
    assert!(base.write(None, false).status.success());
    let old = whole(&base.at("work/out")).unwrap();
    let prepared = base.at("prepared");
    copied(&base.at("work"), &prepared);
    let calls = base.calls(true);
    assert!(calls.iter().any(|call| call.name == "renameat2"), "no exchange was seen");
    let (mut met, points) = (0, points(&calls, USUAL));
    for (nth, (call, fault)) in points.iter().enumerate() {
        strace::progress(nth, points.len());
        let point = format!("{fault} at {call:?}");
        fs::remove_dir_all(base.at("work")).unwrap();
        copied(&prepared, &base.at("work"));
        let log = base.at("log");
        let call = moved(call, &base.at("work"));
        let output = base.write(Some(&striking(&log, &call, fault)), true);
        met += usize::from(struck(&log));
        ended_well(&output, &point);
        assert!(whole(&base.at("work/out")).is_some(), "{point}: neither the old nor the new");
        assert!(holds(&base, &old), "{point}: the old output is gone");
        let again = base.write(None, true);
        assert!(again.status.success(), "{point}: then {}", String::from_utf8_lossy(&again.stderr));
        let new = whole(&base.at("work/out")).unwrap();
        assert!(holds(&base, &old), "{point}: the old output is gone after the next run");
        assert_eq!(new.certificates[0].fingerprint, old.certificates[0].fingerprint, "{point}: another CA");
        cleared_up(&base, &point);
    }
    eprintln!("{met} of {} faults were met at {} calls", points.len(), calls.len());
    assert!(met * 10 >= points.len() * 9, "only {met} of {} faults were met", points.len());
}

/// Whether a folder holds the old output; its time of writing tells it from the new one.
fn holds(place: &Place, old: &Receipt) -> bool {
    fs::read_dir(place.at("work"))
        .unwrap()
        .filter_map(|entry| whole(&entry.unwrap().path()))
        .any(|receipt| receipt.written == old.written)
}

/// The same call below another folder `work`.
fn moved(call: &Call, work: &Path) -> Call {
    let rest = call.path.split_once("/work").map_or("", |(_, rest)| rest);
    Call { path: format!("{}{rest}", work.display()), ..call.clone() }
}
