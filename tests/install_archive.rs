//! `install.sh` for archives: by the user that they run as, below the system's own root, where the products'
//! own keystore tools can be asked what would be lost.
#![cfg(unix)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::host::{Host, SOMEBODY, Shell, Tree, is_root, shells, tree};
use support::judges::tools;
use support::scenario;
use support::shell::Ran;

/// An Elasticsearch that somebody unpacked, with the copied folder beside it.
struct Archive {
    host: Host,
    folder: tempfile::TempDir,
    setpriv: PathBuf,
}

impl Archive {
    fn new() -> Option<Self> {
        if !is_root() {
            return None;
        }
        let setpriv = tools::shell("setpriv")?;
        // Its path stands in the plan, where a folder has plain letters alone.
        let folder = tempfile::Builder::new().prefix("archive").tempdir().unwrap();
        let mut scenario = scenario::named("good_beats_certificates");
        scenario.session.answers.overview.elasticsearch_folder =
            format!("{}/config", folder.path().display());
        let host = Host::new(&scenario, "es-1");
        let archive = Self { host, folder, setpriv };
        for folder in ["config", "bin"] {
            fs::create_dir(archive.at(folder)).unwrap();
        }
        let copied = Command::new("cp").arg("-R").arg(archive.host.copied()).arg(archive.at("copy")).status();
        assert!(copied.unwrap().success());
        archive.hand_over();
        Some(archive)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn hand_over(&self) {
        let owner = format!("{}:{}", SOMEBODY.0, SOMEBODY.1);
        let done = Command::new("chown").args(["-R", &owner]).arg(self.folder.path()).status();
        assert!(done.unwrap().success());
    }

    fn config(&self) -> Tree {
        tree(&self.at("config"))
    }

    fn run(&self, shell: &Shell, by_user: bool, args: &[&str]) -> Ran {
        let plain = shell.command();
        let mut command = if by_user { Command::new(&self.setpriv) } else { shell.command() };
        if by_user {
            command.args(["--reuid", "1203", "--regid", "1204", "--clear-groups"]);
            command.arg(plain.get_program()).args(plain.get_args()).env("PATH", &shell.tools);
        }
        command.arg(self.at("copy/install.sh")).arg("elasticsearch").args(args);
        Ran::of(command.output().unwrap())
    }

    fn shells(&self) -> Vec<Shell> {
        let shells = shells(self.folder.path());
        self.hand_over();
        shells
    }

    /// As the product's tool lists `names`: one a line, from the folder that it is told.
    fn keystore_tool(&self, text: &str) {
        let tool = self.at("bin/elasticsearch-keystore");
        fs::write(&tool, text).unwrap();
        fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
        self.hand_over();
    }

    fn put(&self, path: &str, text: &str) {
        fs::write(self.at(path), text).unwrap();
        self.hand_over();
    }
}

#[test]
fn it_is_installed_by_its_user_alone() {
    let Some(archive) = Archive::new() else { return };
    let home = archive.folder.path().display().to_string();
    for shell in archive.shells() {
        let before = archive.config();
        archive.run(&shell, false, &[]).ends(1).says("by the user that it runs as, not by root");
        assert_eq!(archive.config(), before);
        archive.run(&shell, true, &[]).ends(0).says("elasticsearch: done");
        let found = archive.config();
        let wanted = archive.host.wanted();
        let own: Vec<_> = wanted.iter().filter(|wanted| wanted.path.starts_with(&home)).collect();
        assert!(own.len() > 3);
        for wanted in own {
            let entry = &found[&wanted.path[home.len() + "/config".len()..]];
            assert_eq!((entry.owner, entry.mode & 0o7777), (SOMEBODY, wanted.mode), "{}", wanted.path);
            assert_eq!(entry.bytes, fs::read(&wanted.source).unwrap());
        }
        archive.run(&shell, true, &["--undo"]).ends(0);
        assert_eq!(archive.config(), before);
    }
}

#[test]
fn another_user_changes_nothing() {
    let Some(archive) = Archive::new() else { return };
    for shell in archive.shells() {
        let before = archive.config();
        archive.put("config/elasticsearch.yml", "theirs\n");
        let owned = Command::new("chown").arg("0:0").arg(archive.at("config/elasticsearch.yml")).status();
        assert!(owned.unwrap().success());
        archive.run(&shell, true, &[]).ends(1).says("elasticsearch.yml belongs to root, whom nobody expects");
        fs::remove_file(archive.at("config/elasticsearch.yml")).unwrap();
        let owned = Command::new("chown").arg("1205:1205").arg(archive.at("config")).status();
        assert!(owned.unwrap().success());
        archive.run(&shell, true, &[]).ends(1).says("cannot install there");
        archive.hand_over();
        assert_eq!(archive.config(), before);
    }
}

/// The tool lists what an old keystore holds; the new one is told by the secure settings of the plan.
const TOOL: &str = "#!/bin/sh\n[ \"$1\" = list ] && cat \"$ES_PATH_CONF/elasticsearch.keystore\"\n";
const FAILS: &str = "#!/bin/sh\necho 'ERROR: provided keystore password was incorrect' >&2\nexit 65\n";
const AUTOMATIC: &str = "autoconfiguration.password_hash\nbootstrap.password\nkeystore.seed\n\
    xpack.security.http.ssl.keystore.secure_password\nxpack.security.transport.ssl.keystore.secure_password\n";

#[test]
fn a_keystore_that_holds_more_is_not_replaced_unasked() {
    let Some(archive) = Archive::new() else { return };
    with_keystore(&archive);
    for shell in archive.shells() {
        let old = format!("{AUTOMATIC}s3.client.default.access_key\ns3.client.default.secret_key\n");
        archive.put("config/elasticsearch.keystore", &old);
        archive.keystore_tool(TOOL);
        let before = archive.config();
        let said = archive.run(&shell, true, &[]).ends(1);
        assert!(
            said.err
                .contains("lacks or has anew: s3.client.default.access_key s3.client.default.secret_key \n"),
            "{}",
            said.err
        );
        assert_eq!(archive.config(), before);
        archive.keystore_tool(FAILS);
        archive.run(&shell, true, &[]).ends(1).says("cannot be listed, so that nobody knows what it holds");
        assert_eq!(archive.config(), before);

        archive.run(&shell, true, &["--replace-keystore"]).ends(0).says("is not of stackseal");
        assert_eq!(archive.config()["/elasticsearch.keystore"].bytes, b"new");
        let kept = archive.config();
        let mut kept = kept.iter().filter(|(path, _)| path.ends_with("files/elasticsearch.keystore"));
        assert!(kept.any(|(_, entry)| entry.bytes == old.as_bytes()), "it is in the backup");
        archive.run(&shell, true, &["--undo"]).ends(0);
        assert_eq!(archive.config(), before);
    }
}

/// What auto-configuration left is no loss, what an earlier run brought is nobody else's, and where there is
/// no tool it is told.
#[test]
fn other_keystores_are_replaced() {
    let Some(archive) = Archive::new() else { return };
    with_keystore(&archive);
    for shell in archive.shells() {
        archive.put("config/elasticsearch.keystore", AUTOMATIC);
        archive.keystore_tool(TOOL);
        archive.run(&shell, true, &[]).ends(0);
        assert_eq!(archive.config()["/elasticsearch.keystore"].bytes, b"new");

        archive.keystore_tool(FAILS);
        archive.put("copy/elasticsearch/config/elasticsearch.keystore", "newer");
        archive.run(&shell, true, &[]).ends(0);
        assert_eq!(archive.config()["/elasticsearch.keystore"].bytes, b"newer");

        fs::remove_file(archive.at("bin/elasticsearch-keystore")).unwrap();
        archive.put("config/elasticsearch.keystore", "s3.client.default.access_key\n");
        archive.run(&shell, true, &[]).ends(0).says("is not of stackseal; it is replaced, and kept in");
        with_keystore(&archive);
        fs::remove_dir_all(archive.at("config")).unwrap();
        fs::create_dir(archive.at("config")).unwrap();
        archive.hand_over();
    }
}

/// A keystore among the files of the copied folder, as the script's table has it.
fn with_keystore(archive: &Archive) {
    add_row(&archive.at("copy/install.sh"), "elasticsearch");
    archive.put("copy/elasticsearch/config/elasticsearch.keystore", "new");
}

/// What a package has is root's.
#[test]
fn a_package_is_installed_by_root_alone() {
    let Some(setpriv) = is_root().then(|| tools::shell("setpriv")).flatten() else { return };
    let host = Host::new(&scenario::named("good_six_steps_basic"), "kibana-1");
    let open = Command::new("chmod").args(["-R", "a+rX"]).arg(host.folder()).status();
    assert!(open.unwrap().success());
    for shell in shells(host.folder()) {
        let before = tree(&host.root());
        let plain = shell.command();
        let mut command = Command::new(&setpriv);
        command.args(["--reuid", "1203", "--regid", "1204", "--clear-groups"]);
        command.arg(plain.get_program()).args(plain.get_args()).env("PATH", &shell.tools);
        command.arg(host.copied().join("install.sh")).arg("--root").arg(host.root());
        Ran::of(command.output().unwrap()).ends(1).says("are installed by root: become root first");
        assert_eq!(tree(&host.root()), before);
    }
}

/// A line for the product's keystore, where the plan brings none.
fn add_row(script: &Path, product: &str) {
    let text = fs::read_to_string(script).unwrap();
    let row = format!("0600 {product}.keystore\n");
    if !text.contains(&row) {
        let next = format!("0644 {product}.yml");
        assert_eq!(text.matches(&next).count(), 1);
        fs::write(script, text.replace(&next, &format!("{row}{next}"))).unwrap();
    }
}

/// As Metricbeat does, it leaves something in the folders that it is told for logs and data.
const METRICBEAT: &str = "#!/bin/sh\ncase \"$1 $2\" in\n\
    version*) echo 'metricbeat version 9.1.2 (amd64), libbeat 9.1.2 [x built y]' ;;\n\
    'keystore list')\n  shift 2\n  logs=${0%/*}/logs\n\
    while [ $# -gt 0 ]; do [ \"$1\" != --path.logs ] || logs=$2; shift; done\n\
    mkdir -p \"$logs\"; echo log > \"$logs/metricbeat\"\n  printf 'ES_PWD\\nS3_PWD\\n' ;;\nesac\n";

#[test]
fn metricbeats_own_names_are_asked_for_without_a_trace() {
    if !is_root() {
        return;
    }
    let folder = tempfile::Builder::new().prefix("archive").tempdir().unwrap();
    let mut scenario = scenario::named("good_beats_certificates");
    scenario.session.answers.overview.metricbeat_folder = folder.path().to_str().unwrap().to_owned();
    let host = Host::new(&scenario, "mon-1");
    let program = folder.path().join("metricbeat");
    fs::write(&program, METRICBEAT).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.path().join("metricbeat.keystore"), "old").unwrap();
    add_row(&host.copied().join("install.sh"), "metricbeat");
    fs::write(host.copied().join("metricbeat/config/metricbeat.keystore"), "new").unwrap();
    for shell in shells(host.folder()) {
        let before = tree(folder.path());
        let run = |args: &[&str]| {
            let mut command = shell.command();
            command.arg(host.copied().join("install.sh")).arg("metricbeat").args(args);
            Ran::of(command.output().unwrap())
        };
        let said = run(&[]).ends(1);
        assert!(said.err.contains("S3_PWD"), "{}", said.err);
        assert_eq!(tree(folder.path()), before);
        run(&["--replace-keystore"]).ends(0);
        assert_eq!(tree(folder.path())["/metricbeat.keystore"].bytes, b"new");
        run(&["--undo"]).ends(0);
        assert_eq!(tree(folder.path()), before);
    }
}
