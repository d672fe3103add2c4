//! Finds the programs that the judges need, and the folder where their built parts are kept.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs};

use super::process;

/// The three programs of one JDK; a JRE without a compiler does not do.
#[derive(Clone)]
pub struct Jdk {
    pub java: PathBuf,
    pub javac: PathBuf,
    pub keytool: PathBuf,
}

/// The oldest that will do: what it can read, the newer ones can read as well.
pub fn jdk() -> Option<Jdk> {
    jdks().map(|mut found| found.remove(0))
}

/// The oldest of 17 or newer, on which Elasticsearch 8 runs, and the newest, if it is 21 or newer as
/// Elasticsearch 9 wants it.
pub fn jdks() -> Option<Vec<Jdk>> {
    // Asking each one for its version starts a JVM.
    static FOUND: OnceLock<Option<Vec<Jdk>>> = OnceLock::new();
    FOUND.get_or_init(find_jdks).clone()
}

fn find_jdks() -> Option<Vec<Jdk>> {
    let mut folders: Vec<PathBuf> =
        env::var_os("JAVA_HOME").map(|home| Path::new(&home).join("bin")).into_iter().collect();
    folders.extend(path_folders());
    let installed = fs::read_dir("/usr/lib/jvm").into_iter().flatten().flatten();
    folders.extend(installed.map(|entry| entry.path().join("bin")));
    let mut found: BTreeMap<u32, Jdk> = BTreeMap::new();
    for folder in folders {
        let [java, javac, keytool] = ["java", "javac", "keytool"].map(|name| program_in(&folder, name));
        let (Some(java), Some(javac), Some(keytool)) = (java, javac, keytool) else { continue };
        // javac prints "javac 17.0.15" and nothing else.
        if let Some(version) = version(&javac, "-version").filter(|version| *version >= 17) {
            found.entry(version).or_insert(Jdk { java, javac, keytool });
        }
    }
    if found.is_empty() {
        return missing("java", "a JDK 17 or newer");
    }
    if found.last_key_value().is_some_and(|(newest, _)| *newest < 21) {
        let _: Option<()> = missing("newer java", "a JDK 21 or newer beside it, as Elasticsearch 9 wants");
    }
    let (_, oldest) = found.pop_first()?;
    let newest = found.pop_last().filter(|(version, _)| *version >= 21).map(|(_, jdk)| jdk);
    Some(std::iter::once(oldest).chain(newest).collect())
}

pub fn node() -> Option<PathBuf> {
    on_path("node", "--version", 20).or_else(|| missing("node", "Node 20 or newer, with npm"))
}

pub fn npm() -> Option<PathBuf> {
    on_path("npm", "--version", 1).or_else(|| missing("npm", "npm, it comes with Node"))
}

pub fn python() -> Option<PathBuf> {
    on_path("python3", "--version", 3).or_else(|| missing("python3", "Python 3.9 or newer"))
}

pub fn openssl() -> Option<PathBuf> {
    on_path("openssl", "version", 3).or_else(|| missing("openssl", "OpenSSL 3 or newer"))
}

pub fn unzip() -> Option<PathBuf> {
    path_folders().iter().find_map(|folder| program_in(folder, "unzip")).or_else(|| missing("unzip", "unzip"))
}

pub fn go() -> Option<PathBuf> {
    // Where its own installer puts it is often on nobody's path.
    let folders = path_folders().into_iter().chain([PathBuf::from("/usr/local/go/bin")]);
    folders
        .filter_map(|folder| program_in(&folder, "go"))
        .find(|go| process::run(Command::new(go).arg("version"), "").ok)
        .or_else(|| missing("go", "Go 1.19 or newer, the compiler and its standard library"))
}

/// A shell by its name.
pub fn shell(name: &str) -> Option<PathBuf> {
    path_folders().iter().find_map(|folder| program_in(folder, name)).or_else(|| missing(name, name))
}

/// Locally a missing tool is a skipped judge; in CI it is a hole in the net and fails.
fn missing<T>(tool: &str, what: &str) -> Option<T> {
    assert!(env::var("CI").as_deref() != Ok("true"), "no {tool} found, which CI must have (install {what})");
    eprintln!("skipped: no {tool} found (install {what})");
    None
}

fn on_path(name: &str, asked: &str, least: u32) -> Option<PathBuf> {
    path_folders()
        .iter()
        .filter_map(|folder| program_in(folder, name))
        .find(|program| version(program, asked).is_some_and(|found| found >= least))
}

fn path_folders() -> Vec<PathBuf> {
    env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default()
}

fn program_in(folder: &Path, name: &str) -> Option<PathBuf> {
    // npm is a script on Windows, and scripts have their own endings there.
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd"] } else { &[""] };
    endings.iter().map(|ending| folder.join(format!("{name}{ending}"))).find(|path| path.is_file())
}

/// The first whole number of the version, however the program dresses it: "v20.1", "OpenSSL 3.0.19".
fn version(program: &Path, asked: &str) -> Option<u32> {
    let said = process::run(Command::new(program).arg(asked), "");
    let text = format!("{}{}", said.out, said.err);
    // LibreSSL counts its versions differently and lacks options that we use.
    if !said.ok || text.contains("LibreSSL") {
        return None;
    }
    let word = text
        .split_whitespace()
        .find(|word| word.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()))?;
    word.trim_start_matches('v').split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// `target/foreign/`: compiled judges, npm packages, the sample. Nothing is built inside the source tree.
pub fn cache() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("foreign");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The files of one judge in `tests/foreign`, with their texts, in order.
pub fn sources(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// A name for something built from these texts: other texts, other name.
pub fn keyed(name: &str, texts: &[&str]) -> String {
    let mut hasher = DefaultHasher::new();
    texts.hash(&mut hasher);
    format!("{name}-{:016x}", hasher.finish())
}

/// Builds a cached folder beside its place and moves it there whole, so that test programs that
/// run at the same time never see half of it.
pub fn built(name: &str, build: impl FnOnce(&Path)) -> PathBuf {
    let place = cache().join(name);
    if place.is_dir() {
        return place;
    }
    let fresh = tempfile::Builder::new().prefix("building-").tempdir_in(cache()).unwrap();
    build(fresh.path());
    match fs::rename(fresh.path(), &place) {
        // The folder is no longer where its guard would delete it.
        Ok(()) => drop(fresh.keep()),
        Err(error) => assert!(place.is_dir(), "cannot keep {}: {error}", place.display()),
    }
    place
}
