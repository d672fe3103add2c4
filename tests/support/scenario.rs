//! The session files in `tests/scenarios/`: `good_` ones can be written, `bad_` ones name the codes of
//! the issues that they must file.

use std::fs;
use std::path::{Path, PathBuf};

use stackseal::forge::{Bundle, Kept, Progress, Source, forge};
use stackseal::plan::{Plan, TypedSecrets};
use stackseal::steps::{Context, draft, heading};
use stackseal::store::{Disk, Error, Existing, Os, Session, add_receipt, read_secrets, write_output};

pub struct Scenario {
    pub name: String,
    pub path: PathBuf,
    pub session: Session,
    pub typed: TypedSecrets,
    /// Codes after `# expect:`, sorted.
    pub expected: Vec<String>,
}

impl Scenario {
    pub fn plan(&self) -> Plan {
        draft(&self.session.answers, Context::new(self.session.run(), &self.typed))
    }
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

pub fn good() -> Vec<Scenario> {
    load("good_")
}

pub fn bad() -> Vec<Scenario> {
    load("bad_")
}

pub fn named(name: &str) -> Scenario {
    let found = load(name).into_iter().find(|scenario| scenario.name == name);
    found.unwrap_or_else(|| panic!("no scenario {name}"))
}

fn load(prefix: &str) -> Vec<Scenario> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            name.starts_with(prefix) && name.ends_with(".yml") && !name.ends_with(".secrets.yml")
        })
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no scenarios {prefix}*");
    paths.into_iter().map(read).collect()
}

fn read(path: PathBuf) -> Scenario {
    let text = fs::read_to_string(&path).unwrap();
    let session = Session::parse(&text, &path).unwrap_or_else(|error| panic!("{error}"));
    let none = TypedSecrets::default();
    let plan = draft(&session.answers, Context::new(session.run(), &none));
    let secrets = path.with_extension("secrets.yml");
    let typed = if secrets.exists() { private_secrets(&secrets, &plan) } else { none };
    let expect = text.lines().find_map(|line| line.strip_prefix("# expect: ")).unwrap_or_default();
    let mut expected: Vec<String> = expect.split_whitespace().map(str::to_owned).collect();
    expected.sort();
    let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
    Scenario { name, path, session, typed, expected }
}

/// git keeps no mode of 0600, which stackseal wants for a file of secrets.
fn private_secrets(path: &Path, plan: &Plan) -> TypedSecrets {
    let folder = tempfile::tempdir().unwrap();
    let private = folder.path().join("secrets.yml");
    fs::copy(path, &private).unwrap();
    make_private(&private);
    read_secrets(private.to_str().unwrap(), plan).unwrap_or_else(|error| panic!("{error}"))
}

#[cfg(unix)]
pub fn make_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
pub fn make_private(_: &Path) {}

/// Writes a scenario as `stackseal write` does, and gives the bundle that was written.
pub fn write(scenario: &Scenario, folder: &Path, source: &dyn Source) -> Bundle {
    write_on(&Os, scenario, folder, source).unwrap_or_else(|error| panic!("{}: {error}", scenario.name))
}

pub fn write_on(
    disk: &dyn Disk,
    scenario: &Scenario,
    folder: &Path,
    source: &dyn Source,
) -> Result<Bundle, Error> {
    let plan = scenario.plan();
    let bundle = bundle(scenario, &plan, source, &Kept::default());
    write_output(disk, &bundle, folder, Existing::Replace)?;
    Ok(bundle)
}

pub fn bundle(scenario: &Scenario, plan: &Plan, source: &dyn Source, kept: &Kept) -> Bundle {
    let mut bundle = forge(plan, &heading, &scenario.typed, kept, source, &Progress::new())
        .unwrap_or_else(|error| panic!("{}: {error}", scenario.name));
    add_receipt(plan, &mut bundle, scenario.session.run()).unwrap();
    bundle
}

/// Every file below a folder, as paths with `/`, in order.
pub fn files_below(folder: &Path) -> Vec<String> {
    fn collect(folder: &Path, below: &str, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = format!("{below}{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                collect(&entry.path(), &format!("{name}/"), found)
            } else {
                found.push(name)
            }
        }
    }
    let mut found = Vec::new();
    collect(folder, "", &mut found);
    found.sort();
    found
}
