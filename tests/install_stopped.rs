//! `install.sh` when something goes wrong: before the first change nothing is changed, and killed between any
//! two steps it leaves each file old or new, and can be ended either way.
#![cfg(unix)]

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use support::host::{Host, SOMEBODY, Tree, give, is_root, shells, tree};
use support::scenario;
use support::steps::{Mishap, Steps};

const ES: &str = "/etc/elasticsearch";

/// What is wrong with a host, how it came so, and what is said of it.
type Wrong = (&'static str, fn(&Host), &'static str);

const WRONGS: [Wrong; 17] = [
    ("no folder", |host| fs::remove_dir_all(host.at(ES)).unwrap(), "elasticsearch is missing"),
    (
        "a file for a folder",
        |host| {
            fs::remove_dir_all(host.at(ES)).unwrap();
            fs::write(host.at(ES), "").unwrap();
        },
        "is no folder",
    ),
    (
        "the folder is a link out of the root",
        |host| {
            fs::remove_dir_all(host.at(ES)).unwrap();
            fs::create_dir(host.at("/elsewhere")).unwrap();
            symlink(host.at("/elsewhere"), host.at(ES)).unwrap();
        },
        "is a link, which may lead out of",
    ),
    (
        "no user",
        |host| fs::write(host.at("/etc/passwd"), "root:x:0:0::/:/bin/sh\n").unwrap(),
        "no user and group",
    ),
    ("no group", |host| fs::write(host.at("/etc/group"), "root:x:0:\n").unwrap(), "no user and group"),
    (
        "another version",
        |host| {
            let lib = host.at("/usr/share/elasticsearch/lib");
            fs::rename(lib.join("elasticsearch-9.1.3.jar"), lib.join("elasticsearch-9.10.0.jar")).unwrap();
        },
        "elasticsearch is 9.10.0 here, and this was written for 9.1",
    ),
    (
        "a link for a file",
        |host| symlink("/etc/passwd", host.at("/etc/elasticsearch/elasticsearch.yml")).unwrap(),
        "elasticsearch.yml is a link",
    ),
    (
        "a folder for a file",
        |host| fs::create_dir(host.at("/etc/elasticsearch/elasticsearch.yml")).unwrap(),
        "elasticsearch.yml is no file",
    ),
    (
        "a file of somebody",
        |host| host.put("/etc/elasticsearch/elasticsearch.yml", "", SOMEBODY, 0o644),
        "whom nobody expects there",
    ),
    (
        "certs is a link",
        |host| symlink("/tmp", host.at("/etc/elasticsearch/certs")).unwrap(),
        "certs is a link",
    ),
    (
        "certs is a file",
        |host| fs::write(host.at("/etc/elasticsearch/certs"), "").unwrap(),
        "certs is no folder",
    ),
    (
        "certs is closed to the product",
        |host| {
            fs::create_dir(host.at("/etc/elasticsearch/certs")).unwrap();
            give(&host.at("/etc/elasticsearch/certs"), (0, 0), 0o700);
        },
        "is closed to the user that elasticsearch runs as",
    ),
    (
        "certs of somebody",
        |host| {
            fs::create_dir(host.at("/etc/elasticsearch/certs")).unwrap();
            give(&host.at("/etc/elasticsearch/certs"), SOMEBODY, 0o755);
        },
        "whom nobody expects there",
    ),
    (
        "a link where the new file is made",
        |host| {
            symlink("/etc/passwd", host.at("/etc/elasticsearch/.elasticsearch.yml.stackseal-new")).unwrap();
        },
        "stackseal-new is a link",
    ),
    (
        "a link for the backups",
        |host| symlink("/tmp", host.at("/etc/elasticsearch/.stackseal-backup")).unwrap(),
        "is in the way: backups are to go there",
    ),
    (
        "backups of somebody",
        |host| {
            fs::create_dir(host.at("/etc/elasticsearch/.stackseal-backup")).unwrap();
            give(&host.at("/etc/elasticsearch/.stackseal-backup"), SOMEBODY, 0o700);
        },
        "and backups are to go there",
    ),
    (
        "a file was not copied",
        |host| {
            let path = host.copied().join("elasticsearch/config/elasticsearch.yml");
            if path.exists() {
                fs::remove_file(path).unwrap();
            }
        },
        "copy the whole folder again",
    ),
];

#[test]
fn whatever_is_wrong_is_told_before_the_first_change() {
    if !is_root() {
        return;
    }
    // Two products: the one that is all right is not touched either.
    let mut host = Host::new(&scenario::named("good_six_steps_basic"), "es-1");
    for shell in shells(host.folder()) {
        for (index, (what, make, said)) in WRONGS.iter().enumerate() {
            host.reset(&format!("{} {index}", shell.name));
            make(&host);
            let before = tree(&host.root());
            let ran = host.install(&shell, &[]).ends(1).says(said).says("Nothing was changed.");
            assert!(ran.err.contains(said), "{what}: {}", ran.err);
            assert!(tree(&host.root()) == before, "{}: {what}: something was changed", shell.name);
            host.install(&shell, &["--dry-run"]).ends(1).says(said);
        }
        let file = host.copied().join("elasticsearch/config/elasticsearch.yml");
        fs::write(file, "again\n").unwrap();
    }
}

/// All that is wrong is told at once.
#[test]
fn several_faults_are_one_answer() {
    if !is_root() {
        return;
    }
    let host = Host::new(&scenario::named("good_six_steps_basic"), "es-1");
    for shell in shells(host.folder()) {
        fs::write(host.at("/etc/group"), "root:x:0:\n").unwrap();
        let _ = fs::remove_dir(host.at("/etc/metricbeat"));
        let _ = fs::remove_dir(host.at("/etc/metricbeat/lib"));
        host.install(&shell, &[])
            .ends(1)
            .says("no user and group elasticsearch")
            .says("Nothing was changed.");
    }
}

/// The hosts on which every step is tried: a package that was there before, and a container that was not.
const STOPPED: [(&str, &str, bool); 2] =
    [("good_transport_ca", "es-1", true), ("good_transport_ca", "kb-1", false)];

#[test]
fn killed_between_any_two_steps_it_can_be_ended_either_way_by_dash() {
    killed_anywhere("dash");
}

#[test]
fn killed_between_any_two_steps_it_can_be_ended_either_way_by_busybox() {
    killed_anywhere("busybox");
}

fn killed_anywhere(name: &str) {
    if !is_root() {
        return;
    }
    for (scenario, host, lived_in) in STOPPED {
        let mut host = Host::new(&scenario::named(scenario), host);
        let Some(shell) = shells(host.folder()).into_iter().find(|shell| shell.name == name) else { return };
        let steps = Steps::new(host.folder(), &shell);
        if lived_in {
            host.fill();
        }
        let before = tree(&host.root());
        let whole = steps.run(&host, &shell, &[], 0, Mishap::Killed);
        assert_eq!(whole.code, Some(0), "{}", whole.said);
        assert!(whole.calls > 20, "only {} steps were seen", whole.calls);
        let after = tree(&host.root());
        let back = steps.run(&host, &shell, &["--undo"], 0, Mishap::Killed).calls;
        assert!(back > 5 && tree(&host.root()) == before);
        let pristine = host.root();
        let started = |host: &mut Host, name: String, from: &std::path::Path| {
            copy(from, &host.folder().join(&name));
            host.move_to(&name);
        };
        for at in 1..=whole.calls {
            started(&mut host, format!("install {at}"), &pristine);
            let said = steps.run(&host, &shell, &[], at, Mishap::Killed);
            assert_eq!(said.code, None, "step {at} was not reached: {}", said.said);
            old_or_new(&host, &before, &after, at);
            let left = host.root();
            started(&mut host, format!("undone {at}"), &left);
            undone(&host, &shell, &before, at);
            host.move_to(&format!("install {at}"));
            host.install(&shell, &[]).ends(0);
            host.assert_installed();
            undone(&host, &shell, &before, at);
        }
        host.move_to(pristine.file_name().unwrap().to_str().unwrap());
        host.install(&shell, &[]).ends(0);
        let installed = host.root();
        for at in 1..=back {
            started(&mut host, format!("undo {at}"), &installed);
            let said = steps.run(&host, &shell, &["--undo"], at, Mishap::Killed);
            assert_eq!(said.code, None, "step {at} was not reached: {}", said.said);
            old_or_new(&host, &before, &after, at);
            let left = host.root();
            started(&mut host, format!("again {at}"), &left);
            host.install(&shell, &[]).ends(0);
            host.assert_installed();
            undone(&host, &shell, &before, at);
            host.move_to(&format!("undo {at}"));
            undone(&host, &shell, &before, at);
        }
    }
}

/// As it was; before the first change and after the last one there is nothing to put back.
fn undone(host: &Host, shell: &support::host::Shell, before: &Tree, at: usize) {
    let ran = host.install(shell, &["--undo"]);
    assert!(ran.code == 0 || ran.says("there is no backup").code == 1, "step {at}");
    let found = tree(&host.root());
    assert!(found == *before, "step {at}: left {:?}", differing(&found, before));
}

fn old_or_new(host: &Host, before: &Tree, after: &Tree, at: usize) {
    let found = tree(&host.root());
    for wanted in host.wanted() {
        let of = |tree: &Tree| tree.get(&wanted.path).map(|e| (e.owner, e.mode, e.bytes.clone()));
        let now = of(&found);
        assert!(now == of(before) || now == of(after), "step {at}: {} is neither old nor new", wanted.path);
    }
}

fn differing(one: &Tree, other: &Tree) -> Vec<String> {
    let keys = one.keys().chain(other.keys());
    keys.filter(|key| one.get(*key) != other.get(*key)).cloned().collect()
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
}

/// A full disk, a folder that cannot be written, a program that is missing: up to the first replaced file
/// nothing is changed, and after it the next run goes on.
#[test]
fn any_step_may_fail() {
    if !is_root() {
        return;
    }
    let mut host = Host::new(&scenario::named("good_transport_ca"), "es-1");
    for shell in shells(host.folder()) {
        host.reset(&format!("fresh {}", shell.name));
        host.fill();
        let steps = Steps::new(host.folder(), &shell);
        let before = tree(&host.root());
        let pristine = host.root();
        copy(&pristine, &host.folder().join("whole"));
        host.move_to("whole");
        let whole = steps.run(&host, &shell, &[], 0, Mishap::Fails);
        let after = tree(&host.root());
        let (mut unchanged, mut halfway) = (0, 0);
        for at in 1..=whole.calls {
            let name = format!("{} {at}", shell.name);
            copy(&pristine, &host.folder().join(&name));
            host.move_to(&name);
            let ran = steps.run(&host, &shell, &[], at, Mishap::Fails);
            match ran.code {
                Some(1) => {
                    unchanged += 1;
                    let found = tree(&host.root());
                    assert!(found == before, "step {at}: left {:?}", differing(&found, &before));
                    assert!(ran.said.contains("nothing was changed"), "{}", ran.said);
                }
                Some(3) => {
                    halfway += 1;
                    old_or_new(&host, &before, &after, at);
                    assert!(ran.said.contains("stopped halfway"), "{}", ran.said);
                }
                // What only tidies up.
                Some(0) => host.assert_installed(),
                other => panic!("step {at} ended with {other:?}: {}", ran.said),
            }
            host.install(&shell, &[]).ends(0);
            host.assert_installed();
            undone(&host, &shell, &before, at);
        }
        assert!(unchanged > 10 && halfway > 3, "{unchanged} {halfway} of {}", whole.calls);
        fs::remove_dir_all(host.folder().join("whole")).unwrap();
    }
}
