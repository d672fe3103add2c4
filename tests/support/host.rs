//! A host to install on: a folder that is its root, with the users, folders and versions that packages and
//! archives bring, and beside it what was written of a scenario. Knows of install.sh only how it is called.

use std::collections::BTreeMap;
use std::fs::{self, FileTimes};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use stackseal::plan::{InstallKind, Place, Plan, Product};
use tempfile::TempDir;

use super::fixed::Fixed;
use super::judges::tools;
use super::scenario::{self, Scenario};
use super::shell::Ran;

/// User and group as the host below the root counts them, which this one does not know.
pub const ELASTICSEARCH: (u32, u32) = (1107, 1117);
pub const KIBANA: (u32, u32) = (1108, 1118);
/// Whoever unpacked the archives.
pub const SOMEBODY: (u32, u32) = (1203, 1204);

/// Giving files to others takes root. CI has it.
pub fn is_root() -> bool {
    let root = fs::metadata("/proc/self").is_ok_and(|found| found.uid() == 0);
    assert!(root || std::env::var("CI").as_deref() != Ok("true"), "CI runs these tests as root");
    if !root {
        eprintln!("skipped: files can be given to others by root only");
    }
    root
}

/// The shells that a host may have, each with the folder of its own tools: busybox has to get by with its own.
pub fn shells(folder: &Path) -> Vec<Shell> {
    let mut shells = Vec::new();
    if let Some(dash) = tools::shell("dash") {
        let path = std::env::var("PATH").unwrap();
        shells.push(Shell { name: "dash", words: vec![dash], tools: path });
    }
    if let Some(busybox) = tools::shell("busybox") {
        let tools = folder.join("busybox");
        if !tools.exists() {
            fs::create_dir(&tools).unwrap();
            let done = Command::new(&busybox).arg("--install").arg("-s").arg(&tools).status().unwrap();
            assert!(done.success());
        }
        let tools = tools.to_str().unwrap().to_owned();
        shells.push(Shell { name: "busybox", words: vec![busybox, "sh".into()], tools });
    }
    shells
}

pub struct Shell {
    pub name: &'static str,
    words: Vec<PathBuf>,
    /// Its PATH.
    pub tools: String,
}

impl Shell {
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.words[0]);
        command.args(&self.words[1..]).env("PATH", &self.tools).stdin(Stdio::null());
        command
    }
}

/// One file that is to be there in the end.
pub struct Wanted {
    /// Absolute, on the host.
    pub path: String,
    pub source: PathBuf,
    pub mode: u32,
    pub owner: (u32, u32),
}

pub struct Host {
    folder: TempDir,
    pub plan: Plan,
    pub name: String,
    root: String,
}

impl Host {
    /// As the products' packages and archives leave it.
    pub fn new(scenario: &Scenario, name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let plan = scenario.plan();
        scenario::write(scenario, &folder.path().join("out"), &Fixed::for_plan(&plan));
        let mut host = Self { folder, plan, name: name.to_owned(), root: String::new() };
        host.reset("a root with 'quotes' and $blanks");
        host
    }

    /// Another root, as new.
    pub fn reset(&mut self, name: &str) {
        self.root = name.to_owned();
        let etc = self.root().join("etc");
        fs::create_dir_all(&etc).unwrap();
        fs::create_dir_all(self.root().join("srv")).unwrap();
        let mut passwd = "root:x:0:0::/root:/bin/sh\n".to_owned();
        let mut group = "root:x:0:\n".to_owned();
        for (name, (uid, gid)) in [("elasticsearch", ELASTICSEARCH), ("kibana", KIBANA)] {
            passwd += &format!("{name}:x:{uid}:{gid}::/:/bin/false\n");
            group += &format!("{name}:x:{gid}:\n");
        }
        fs::write(etc.join("passwd"), passwd).unwrap();
        fs::write(etc.join("group"), group).unwrap();
        for place in self.places() {
            let config = self.at(&place.folder);
            let home = match place.kind {
                InstallKind::Container => continue,
                InstallKind::Package => self.at(&format!("/usr/share/{}", place.product.word())),
                InstallKind::Archive if place.product == Product::Metricbeat => config.clone(),
                InstallKind::Archive => config.parent().unwrap().to_owned(),
            };
            fs::create_dir_all(home.join("lib")).unwrap();
            fs::create_dir_all(&config).unwrap();
            let jar = home.join("lib/elasticsearch-9.1.3.jar");
            match place.product {
                Product::Elasticsearch => fs::write(jar, "").unwrap(),
                Product::Kibana => {
                    let text = "{\n  \"name\": \"kibana\",\n  \"version\": \"9.1.3\",\n}\n";
                    fs::write(home.join("package.json"), text).unwrap();
                }
                Product::Metricbeat => {}
            }
            give(&config, owner(&place), if place.kind == InstallKind::Package { 0o2750 } else { 0o755 });
        }
    }

    /// Another root that is there already.
    pub fn move_to(&mut self, name: &str) {
        self.root = name.to_owned();
    }

    /// What an operator had there before: settings, certificates, a folder, with owners and modes of their own.
    pub fn fill(&self) {
        for wanted in self.wanted().iter().step_by(2) {
            let path = self.at(&wanted.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let folder = if path.parent().unwrap().ends_with("certs") { 0o750 } else { 0o755 };
            give(path.parent().unwrap(), wanted.owner, folder);
            self.put(&wanted.path, "from before\n", wanted.owner, 0o660);
        }
        for place in self.places().iter().filter(|place| place.kind != InstallKind::Container) {
            self.put(&format!("{}/of-others.yml", place.folder), "theirs\n", owner(place), 0o604);
        }
    }

    pub fn put(&self, path: &str, text: &str, owner: (u32, u32), mode: u32) {
        let path = self.at(path);
        fs::write(&path, text).unwrap();
        give(&path, owner, mode);
        age(&path);
    }

    /// A path of the host, as it is here.
    pub fn at(&self, path: &str) -> PathBuf {
        self.root().join(path.trim_start_matches('/'))
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join(&self.root)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The copied folder.
    pub fn copied(&self) -> PathBuf {
        self.folder.path().join("out/hosts").join(&self.name)
    }

    pub fn places(&self) -> Vec<Place> {
        let configs = self.plan.configs.iter().filter(|c| c.form == stackseal::plan::Form::Main);
        configs
            .map(|config| (*config.place).clone())
            .filter(|place| place.host.as_str() == self.name)
            .collect()
    }

    /// What the plan puts into config folders, whatever the script says.
    pub fn wanted(&self) -> Vec<Wanted> {
        let mut found = Vec::new();
        for file in &self.plan.files {
            let Some(place) = file.place.as_ref().filter(|place| place.host.as_str() == self.name) else {
                continue;
            };
            let top = format!("hosts/{}/{}/config/", place.host, place.product.word());
            if let Some(below) = file.path.as_str().strip_prefix(&top) {
                let folder = match place.kind {
                    InstallKind::Container => format!("/srv/stackseal/{}/config", place.product.word()),
                    InstallKind::Archive | InstallKind::Package => place.folder.to_string(),
                };
                found.push(Wanted {
                    path: format!("{folder}/{below}"),
                    source: self.folder.path().join("out").join(file.path.as_str()),
                    mode: file.mode().0,
                    owner: owner(place),
                });
            }
        }
        assert!(!found.is_empty(), "{} gets nothing", self.name);
        found
    }

    pub fn install(&self, shell: &Shell, args: &[&str]) -> Ran {
        let mut command = shell.command();
        command.arg(self.copied().join("install.sh")).arg("--root").arg(self.root()).args(args);
        Ran::of(command.output().unwrap())
    }

    /// Every file has content, owner and mode that were planned, and nothing half-made lies about.
    #[track_caller]
    pub fn assert_installed(&self) {
        for wanted in self.wanted() {
            let path = self.at(&wanted.path);
            let found = fs::metadata(&path).unwrap_or_else(|error| panic!("{}: {error}", wanted.path));
            assert!(fs::read(&path).unwrap() == fs::read(&wanted.source).unwrap(), "{}", wanted.path);
            assert_eq!((found.uid(), found.gid()), wanted.owner, "{}", wanted.path);
            assert_eq!(found.mode() & 0o7777, wanted.mode, "{}", wanted.path);
        }
        for path in tree(&self.root()).into_keys() {
            assert!(!path.contains("stackseal-new") && !path.ends_with("/work"), "{path} was left");
        }
    }
}

fn owner(place: &Place) -> (u32, u32) {
    match (place.kind, place.product) {
        (InstallKind::Archive, _) => SOMEBODY,
        (InstallKind::Container, _) => (1000, 0),
        (InstallKind::Package, Product::Elasticsearch) => (0, ELASTICSEARCH.1),
        (InstallKind::Package, Product::Kibana) => (0, KIBANA.1),
        (InstallKind::Package, Product::Metricbeat) => (0, 0),
    }
}

pub fn give(path: &Path, (uid, gid): (u32, u32), mode: u32) {
    chown(path, Some(uid), Some(gid)).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A time that no run of today gives by chance.
fn age(path: &Path) {
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_times(FileTimes::new().set_modified(long_ago)).unwrap();
}

/// All that can be seen of one file or folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub owner: (u32, u32),
    pub mode: u32,
    /// Of files and links; a folder's changes with what is put into it and taken out again.
    pub modified: i64,
    pub bytes: Vec<u8>,
}

pub type Tree = BTreeMap<String, Entry>;

pub fn tree(folder: &Path) -> Tree {
    let mut found = Tree::new();
    collect(folder, "", &mut found);
    found
}

fn collect(folder: &Path, below: &str, found: &mut Tree) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), format!("{below}/{}", entry.file_name().to_str().unwrap()));
        let meta = fs::symlink_metadata(&path).unwrap();
        let bytes = match meta.file_type() {
            kind if kind.is_symlink() => fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes(),
            kind if kind.is_dir() => Vec::new(),
            _ => fs::read(&path).unwrap(),
        };
        let modified = if meta.is_dir() { 0 } else { meta.mtime() };
        if meta.is_dir() {
            collect(&path, &name, found);
        }
        found.insert(name, Entry { owner: (meta.uid(), meta.gid()), mode: meta.mode(), modified, bytes });
    }
}

/// When each folder was last changed, to the nanosecond.
pub fn folder_times(folder: &Path) -> BTreeMap<String, (i64, i64)> {
    let names = tree(folder).into_keys().filter(|name| folder.join(&name[1..]).is_dir());
    names
        .map(|name| {
            let meta = fs::metadata(folder.join(&name[1..])).unwrap();
            (name, (meta.mtime(), meta.mtime_nsec()))
        })
        .collect()
}

impl Host {
    /// Whether this path of a [`Tree`] is one that the plan brings.
    pub fn brings(&self, path: &str) -> bool {
        self.wanted().iter().any(|wanted| wanted.path == path)
    }
}
