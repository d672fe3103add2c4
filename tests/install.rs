//! `hosts/<host>/install.sh` on hosts of every kind: what it brings, what it leaves alone, what it says, and
//! that it puts back what was there. `tests/install_stopped.rs` has what goes wrong.
#![cfg(unix)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use stackseal::plan::{Plan, Unknown, preview};
use stackseal::steps::heading;
use support::host::{Host, Shell, folder_times, is_root, shells, tree};
use support::judges::tools;
use support::scenario;
use support::shell::Ran;

/// One script of each text, but for the host's name.
fn scripts() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for scenario in scenario::good() {
        let plan = scenario.plan();
        for file in plan.files.iter().filter(|file| file.path.as_str().ends_with("/install.sh")) {
            let host = file.path.as_str().split('/').nth(1).unwrap().to_owned();
            assert_eq!(file.mode().0, 0o755);
            found.insert(preview(&plan, file, &Unknown, &heading).replace(&host, "HOST"));
        }
    }
    assert!(found.len() > 10);
    found
}

#[test]
fn every_script_pleases_shellcheck_and_every_shell() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    // shellcheck takes its time: of hosts that differ in names of files alone it reads one.
    let mut kinds = BTreeMap::new();
    for (index, script) in scripts().into_iter().enumerate() {
        let path = folder.path().join(format!("{index}.sh"));
        fs::write(&path, &script).unwrap();
        files.push(path.clone());
        let kind: Vec<String> = script.lines().filter(|l| l.contains(" kind='")).map(str::to_owned).collect();
        kinds.insert(kind, path);
    }
    assert!(kinds.len() > 4, "{kinds:?}");
    if let Some(shellcheck) = tools::shell("shellcheck") {
        let said = Command::new(shellcheck).args(["-s", "sh"]).args(kinds.values()).output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
    }
    for shell in shells(folder.path()) {
        for file in &files {
            Ran::of(shell.command().arg("-n").arg(file).output().unwrap()).ends(0);
        }
    }
}

/// Every host has one, and it names all of the host's files with their modes, and none of another host.
#[test]
fn what_it_brings_follows_from_the_plan() {
    for scenario in scenario::good() {
        let plan = scenario.plan();
        for place in plan.configs.iter().map(|config| &config.place) {
            let text = script_of(&plan, place.host.as_str());
            for file in plan.files.iter().filter(|file| file.place.as_deref() == Some(place)) {
                let top = format!("hosts/{}/{}/config/", place.host, place.product.word());
                let Some(below) = file.path.as_str().strip_prefix(&top) else { continue };
                assert!(text.contains(&format!("{} {below}", file.mode())), "{}", file.path);
            }
            assert!(text.contains(&format!("folder='{}'", place.host_folder())));
            assert!(text.contains(&format!("owner='{}'", place.owner().replace('\'', r"'\''"))));
        }
    }
}

fn script_of(plan: &Plan, host: &str) -> String {
    let path = format!("hosts/{host}/install.sh");
    let file = plan.files.iter().find(|file| file.path.as_str() == path).unwrap();
    preview(plan, file, &Unknown, &heading)
}

/// Fresh and lived-in places: brought, brought again, put back.
#[test]
fn hosts_of_every_kind_get_their_files_and_their_old_ones_back() {
    if !is_root() {
        return;
    }
    for (scenario, name) in [
        ("good_six_steps_basic", "es-1"),
        ("good_six_steps_basic", "kibana-1"),
        ("good_transport_ca", "es-2"),
        ("good_transport_ca", "es-3"),
        ("good_transport_ca", "kb-1"),
        ("good_transport_ca", "kb-2"),
        ("good_pki_paid", "es-1"),
        ("good_beats_certificates", "mon-1"),
    ] {
        let mut host = Host::new(&scenario::named(scenario), name);
        let mut round = 0;
        for shell in shells(host.folder()) {
            for lived_in in [false, true] {
                round += 1;
                host.reset(&format!("round {round}, {scenario}"));
                if lived_in {
                    host.fill();
                }
                there_and_back(&host, &shell);
            }
        }
    }
}

fn there_and_back(host: &Host, shell: &Shell) {
    let before = tree(&host.root());
    let times = folder_times(&host.root());
    let said = host.install(shell, &["--dry-run"]).ends(0).says("Nothing was changed: --dry-run.");
    for wanted in host.wanted() {
        assert!(said.out.contains(&wanted.path), "{} is not foretold:\n{}", wanted.path, said.out);
    }
    assert_eq!(tree(&host.root()), before, "{}: a dry run changed something", shell.name);
    assert_eq!(folder_times(&host.root()), times, "{}: a dry run changed a folder", shell.name);

    host.install(shell, &[]).ends(0).says(": done; ").says("Next: README.md");
    host.assert_installed();
    let installed = tree(&host.root());
    for (path, entry) in before.iter().filter(|(path, _)| !host.brings(path)) {
        assert_eq!(installed.get(path), Some(entry), "{path} is not its own");
    }
    // Elasticsearch walks its config folder as it starts, and dies at a folder that it may not enter.
    for (path, entry) in installed.iter().filter(|(_, entry)| entry.mode & 0o170_000 == 0o040_000) {
        let Some((config, _)) = path.split_once("/.stackseal-backup") else { continue };
        let product = installed[config].owner;
        let by_group = entry.owner.1 == product.1 && entry.mode & 0o777 == 0o750;
        let by_owner = product.0 != 0 && entry.owner.0 == product.0 && entry.mode & 0o777 == 0o700;
        assert!(
            by_group || by_owner,
            "{path}: {:?} {:o}, in a folder of {product:?}",
            entry.owner,
            entry.mode
        );
    }

    let times = folder_times(&host.root());
    host.install(shell, &[]).ends(0).says("nothing to do, all files are there");
    assert_eq!(tree(&host.root()), installed, "{}: a second run changed something", shell.name);
    assert_eq!(folder_times(&host.root()), times);

    host.install(shell, &["--undo", "--dry-run"]).ends(0).says("would be ");
    assert_eq!(tree(&host.root()), installed);
    host.install(shell, &["--undo"]).ends(0).says("put back as it was");
    assert_eq!(tree(&host.root()), before, "{}: --undo gave something else back", shell.name);
    host.install(shell, &["--undo"]).ends(1).says("there is no backup to put back");
    assert_eq!(tree(&host.root()), before);
}

/// Two installations are two backups, and are taken back one by one.
#[test]
fn backups_are_put_back_one_by_one() {
    if !is_root() {
        return;
    }
    let host = Host::new(&scenario::named("good_six_steps_basic"), "kibana-1");
    for shell in shells(host.folder()) {
        let fresh = tree(&host.root());
        host.install(&shell, &[]).ends(0);
        let first = tree(&host.root());
        let yml = host.copied().join("kibana/config/kibana.yml");
        let text = fs::read_to_string(&yml).unwrap();
        fs::write(&yml, format!("{text}# another\n")).unwrap();
        host.install(&shell, &[]).ends(0);
        host.assert_installed();
        host.install(&shell, &["--undo"]).ends(0);
        fs::write(&yml, text).unwrap();
        assert_eq!(tree(&host.root()), first);
        host.install(&shell, &["--undo", "kibana"]).ends(0);
        assert_eq!(tree(&host.root()), fresh);
    }
}

/// What an operator changed since is not lost when the rest is put back.
#[test]
fn what_was_changed_since_is_kept_by_undo() {
    if !is_root() {
        return;
    }
    let host = Host::new(&scenario::named("good_six_steps_basic"), "kibana-1");
    for shell in shells(host.folder()) {
        let before = tree(&host.root());
        host.install(&shell, &[]).ends(0);
        fs::write(host.at("/etc/kibana/kibana.yml"), "edited: true\n").unwrap();
        fs::write(host.at("/etc/kibana/certs/more.pem"), "more\n").unwrap();
        host.install(&shell, &["--undo"]).ends(0).says("it was changed since").says("others put something");
        let mut after = tree(&host.root());
        let kept: Vec<String> = after.keys().filter(|path| path.contains("/undone-")).cloned().collect();
        assert!(kept.iter().any(|path| after[path].bytes == b"edited: true\n"), "{kept:?}");
        assert!(after.contains_key("/etc/kibana/certs/more.pem"));
        after.retain(|path, _| !path.contains(".stackseal-backup") && !path.contains("/certs"));
        assert_eq!(after, before);
        fs::remove_dir_all(host.at("/etc/kibana/certs")).unwrap();
        fs::remove_dir_all(host.at("/etc/kibana/.stackseal-backup")).unwrap();
    }
}

#[test]
fn files_of_others_are_waited_for() {
    if !is_root() {
        return;
    }
    let host = Host::new(&scenario::named("good_csr"), "es-1");
    let missing = host.copied().join("elasticsearch/config/certs/http.crt");
    for shell in shells(host.folder()) {
        let before = tree(&host.root());
        host.install(&shell, &[]).ends(1).says("certs/http.crt is not there yet");
        assert_eq!(tree(&host.root()), before);
        fs::write(&missing, "signed\n").unwrap();
        host.install(&shell, &[]).ends(0);
        assert_eq!(fs::read(host.at("/etc/elasticsearch/certs/http.crt")).unwrap(), b"signed\n");
        host.install(&shell, &["--undo"]).ends(0);
        fs::remove_file(&missing).unwrap();
    }
}

/// Each product tells its version in its own way; another line is refused, another patch level is not.
#[test]
fn versions_are_those_of_the_plan() {
    if !is_root() {
        return;
    }
    let host = Host::new(&scenario::named("good_six_steps_basic"), "kibana-1");
    let package = host.at("/usr/share/kibana/package.json");
    for shell in shells(host.folder()) {
        for (version, code) in [("9.1.0", 0), ("9.1.12-SNAPSHOT", 0), ("9.0.4", 1), ("8.19.1", 1)] {
            fs::write(&package, format!("{{\n  \"version\": \"{version}\",\n  \"branch\": \"9.1\"\n}}\n"))
                .unwrap();
            let said = host.install(&shell, &["--dry-run"]).ends(code);
            let refused = format!("kibana is {version} here, and this was written for 9.1");
            assert_eq!(said.err.contains(&refused), code == 1, "{}", said.err);
        }
        fs::remove_file(&package).unwrap();
        host.install(&shell, &["--dry-run"]).ends(0).says("nothing here tells the version of kibana");
    }
}

#[test]
fn it_says_how_it_is_called() {
    let host = Host::new(&scenario::named("good_six_steps_basic"), "es-1");
    for shell in shells(host.folder()) {
        host.install(&shell, &["--help"]).ends(0).says("--replace-keystore   replace");
        for args in [["--force"].as_slice(), &["kibana"], &["elasticsearch metricbeat"], &["--root"]] {
            host.install(&shell, args).ends(2).says("sh install.sh --help");
        }
        host.install(&shell, &["--root", "/does/not/exist"]).ends(1).says("no folder that can be entered");
    }
}

/// Elasticsearch's files of accounts are taken whole: whom others put in is told before anything changes,
/// and goes along once it stands in the new file; what we brought before may go.
#[test]
fn accounts_of_others_are_not_lost_unasked() {
    if !is_root() {
        return;
    }
    let held = [
        ("users", "# ours\nlogstash:$2a$10$abc\n", "logstash"),
        ("users_roles", "superuser: boss , operator\n", "superuser:boss"),
        ("service_tokens", "elastic/fleet-server/f1:{PBKDF2_STRETCH}10000$a$b\n", "elastic/fleet-server/f1"),
        ("roles.yml", "# a comment\nlogstash_writer:\n  cluster: [\"monitor\"]\n", "logstash_writer"),
    ];
    let mut host = Host::new(&scenario::named("good_six_steps_basic"), "es-1");
    for shell in shells(host.folder()) {
        for (name, text, lost) in held {
            host.reset(&format!("{} {name}", shell.name));
            let file = host.copied().join("elasticsearch/config").join(name);
            let ours = fs::read_to_string(&file).unwrap();
            host.put(&format!("/etc/elasticsearch/{name}"), text, (0, 0), 0o660);
            let before = tree(&host.root());
            let said = host.install(&shell, &[]).ends(1);
            let line = format!("/{name} holds what would be lost: {lost} \n");
            assert!(said.err.contains(&line), "{}: {}", shell.name, said.err);
            assert!(!said.err.contains("$2a$") && !said.err.contains("PBKDF2"), "{}", said.err);
            assert_eq!(tree(&host.root()), before, "{}", shell.name);

            fs::write(&file, format!("{ours}{text}")).unwrap();
            host.install(&shell, &[]).ends(0);
            // What an earlier run brought is nobody else's.
            fs::write(&file, &ours).unwrap();
            host.install(&shell, &[]).ends(0);
            host.assert_installed();
            host.install(&shell, &["--undo"]).ends(0);

            host.reset(&format!("{} {name} dropped", shell.name));
            host.put(&format!("/etc/elasticsearch/{name}"), text, (0, 0), 0o660);
            host.install(&shell, &["--replace-accounts"]).ends(0);
            host.assert_installed();
        }
    }
}
