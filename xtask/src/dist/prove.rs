//! Looks into the finished packages with the distributions' own tools: exactly these files, of root, with these
//! modes and bytes; installed, it runs, and removed, nothing is left. Must not know how packages are made.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::pack::{ARCHIVE, Packages, archive_name};
use super::stage::Stage;
use super::{Error, Release, Result, binary, tools};

type Files = &'static [(&'static str, &'static str)];

/// Where Debian's policy, and the packages of each shell there, want them.
const DEB: Files = &[
    ("usr/bin/stackseal", "stackseal"),
    ("usr/share/man/man1/stackseal.1.gz", "stackseal.1.gz"),
    ("usr/share/bash-completion/completions/stackseal", "stackseal.bash"),
    ("usr/share/zsh/vendor-completions/_stackseal", "_stackseal"),
    ("usr/share/fish/vendor_completions.d/stackseal.fish", "stackseal.fish"),
    ("usr/share/doc/stackseal/README.md", "README.md"),
    ("usr/share/doc/stackseal/THIRD-PARTY.gz", "THIRD-PARTY.gz"),
    ("usr/share/doc/stackseal/changelog.gz", "changelog.gz"),
    ("usr/share/doc/stackseal/changelog.Debian.gz", "changelog.Debian.gz"),
    ("usr/share/doc/stackseal/copyright", "copyright"),
];

/// Where Fedora and its relatives want them.
const RPM: Files = &[
    ("usr/bin/stackseal", "stackseal"),
    ("usr/share/man/man1/stackseal.1.gz", "stackseal.1.gz"),
    ("usr/share/bash-completion/completions/stackseal", "stackseal.bash"),
    ("usr/share/zsh/site-functions/_stackseal", "_stackseal"),
    ("usr/share/fish/vendor_completions.d/stackseal.fish", "stackseal.fish"),
    ("usr/share/doc/stackseal/README.md", "README.md"),
    ("usr/share/doc/stackseal/CHANGELOG.md", "CHANGELOG.md"),
    ("usr/share/licenses/stackseal/LICENSE-MIT", "LICENSE-MIT"),
    ("usr/share/licenses/stackseal/LICENSE-APACHE", "LICENSE-APACHE"),
    ("usr/share/licenses/stackseal/THIRD-PARTY", "THIRD-PARTY"),
];

pub fn packages(release: &Release, stage: &Stage, packages: &Packages) -> Result<()> {
    let folder = release.target.join("dist-opened");
    let open = |name: &str| {
        let to = folder.join(name);
        tools::fresh(&to).map(|()| to)
    };
    let archive = packages.archive.display().to_string();
    let to = open("archive")?;
    let listed = tools::answer(&mut tools::command("tar", &["--list", "--verbose", "--file", &archive]))?;
    tools::run(tools::command("tar", &["--extract", "--file", &archive, "--directory"]).arg(&to))?;
    holds(stage, &packages.archive, &listed, &to.join(archive_name(release)), ARCHIVE)?;
    if tools::can_look("dpkg-deb", "dpkg")? {
        let to = open("deb")?;
        let deb = packages.deb.display().to_string();
        let listed = tools::answer(&mut tools::command("dpkg-deb", &["--contents", &deb]))?;
        tools::run(tools::command("dpkg-deb", &["--extract", &deb]).arg(&to))?;
        holds(stage, &packages.deb, &listed, &to, DEB)?;
        wants_nothing(release, &deb)?;
        installs(release, &deb, &open("root")?)?;
    }
    if tools::can_look("rpm2cpio", "rpm2cpio")? && tools::can_look("cpio", "cpio")? {
        let to = open("rpm")?;
        let rpm = packages.rpm.display().to_string();
        let listed = tools::answer(&mut cpio(&rpm, &["--list", "--verbose"], &to)?)?;
        tools::output(&mut cpio(
            &rpm,
            &["--extract", "--make-directories", "--no-absolute-filenames"],
            &to,
        )?)?;
        holds(stage, &packages.rpm, &listed, &to, RPM)?;
    }
    if tools::can_look("lintian", "lintian")? {
        let asked = ["--fail-on", "error,warning", "--suppress-tags", NOT_OURS];
        tools::run(tools::command("lintian", &asked).arg(&packages.deb))?;
        println!("ok: lintian finds nothing");
    }
    let mut sums = tools::command("sha256sum", &["--check", "--strict", "--quiet"]);
    tools::run(sums.arg(&packages.sums).current_dir(&packages.folder))?;
    for path in packages.list() {
        let size = fs::metadata(path).map_err(|error| Error::File(path.to_owned(), error))?.len();
        println!("made {size:8} bytes  {}", path.display());
    }
    Ok(())
}

/// What lintian says of every static-pie, which it also takes for a library; of every package that Debian did not
/// order; of the Rust port of libyaml, whose messages are the library's; of the empty `Depends` of cargo-deb.
const NOT_OURS: &str = "statically-linked-binary,shared-library-lacks-prerequisites,\
    initial-upload-closes-no-bugs,embedded-library,empty-field";

/// Are two runs the same, byte for byte?
pub fn same(one: &Packages, other: &Packages) -> Result<()> {
    let all = |packages: &Packages| {
        packages.list().into_iter().chain([&*packages.sums]).map(Path::to_owned).collect::<Vec<_>>()
    };
    for (one, other) in all(one).iter().zip(&all(other)) {
        if tools::read(one)? != tools::read(other)? {
            let (one, other) = (one.display(), other.display());
            return Err(Error::Wrong(format!("{one} and {other} are of the same files, but differ")));
        }
    }
    println!("ok: packed twice, the packages are the same byte for byte");
    Ok(())
}

/// Compares what a tool lists and what it unpacks with what must be there.
fn holds(stage: &Stage, package: &Path, listed: &str, opened: &Path, files: Files) -> Result<()> {
    let wrong = |what: String| Err(Error::Wrong(format!("{}: {what}", package.display())));
    for line in listed.lines().filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let owner = words.get(1).filter(|word| word.contains('/'));
        let of_root = owner.is_some_and(|owner| ["root/root", "0/0"].contains(owner))
            || words.get(2..4) == Some(&["root", "root"]);
        let program = line.ends_with("bin/stackseal");
        let mode = if line.starts_with('d') {
            "drwxr-xr-x"
        } else if program {
            "-rwxr-xr-x"
        } else {
            "-rw-r--r--"
        };
        if !of_root || words.first() != Some(&mode) {
            return wrong(format!("not of root, or not {mode}: {line}"));
        }
    }
    let mut found = BTreeSet::new();
    walk(opened, &mut found)?;
    for (path, name) in files {
        if !found.remove(&opened.join(path)) {
            return wrong(format!("lacks {path}"));
        }
        if tools::read(&opened.join(path))? != tools::read(&stage.path(name))? {
            return wrong(format!("{path} is not {name}"));
        }
    }
    if let Some(path) = found.first() {
        return wrong(format!("has {}, which nobody wants", path.display()));
    }
    println!("ok: {} holds {} files, of root, as they were made", package.display(), files.len());
    Ok(())
}

/// No dependency, no script: the package is its files.
fn wants_nothing(release: &Release, deb: &str) -> Result<()> {
    let fields = ["Package", "Version", "Architecture", "Depends", "Pre-Depends"];
    let said = tools::answer(tools::command("dpkg-deb", &["--field", deb]).args(fields))?;
    let wanted = format!("Package: stackseal\nVersion: {}-1\nArchitecture: amd64", release.version);
    let info = tools::answer(&mut tools::command("dpkg-deb", &["--info", deb]))?;
    match ["preinst", "postinst", "prerm", "postrm"].iter().find(|script| info.contains(*script)) {
        None if said == wanted => Ok(()),
        None => Err(Error::Wrong(format!("{deb} says of itself\n{said}"))),
        Some(script) => Err(Error::Wrong(format!("{deb} has a {script}"))),
    }
}

/// Into a root of its own, by dpkg itself; out again, and nothing is left.
fn installs(release: &Release, deb: &str, root: &Path) -> Result<()> {
    let database = root.join("var/lib/dpkg");
    tools::fresh(&database.join("info"))?;
    tools::fresh(&database.join("updates"))?;
    tools::write(&database.join("status"), b"")?;
    let dpkg = |args: &[&str]| {
        let mut dpkg = tools::command("dpkg", &["--force-not-root", "--force-bad-path", "--root"]);
        tools::output(dpkg.arg(root).arg("--log=/dev/null").args(args))
    };
    dpkg(&["--install", deb])?;
    binary::says_its_version(release, &root.join("usr/bin/stackseal"))?;
    dpkg(&["--verify", "stackseal"])?;
    dpkg(&["--purge", "stackseal"])?;
    let mut left = BTreeSet::new();
    walk(root, &mut left)?;
    match left.iter().find(|path| !path.starts_with(&database)) {
        None => println!(
            "ok: dpkg installs it into a root of its own, it runs there, and dpkg takes it away again"
        ),
        Some(path) => return Err(Error::Wrong(format!("removed, it leaves {}", path.display()))),
    }
    Ok(())
}

/// cpio, reading what rpm2cpio takes out of a package.
fn cpio(rpm: &str, args: &[&str], folder: &Path) -> Result<std::process::Command> {
    let payload = folder.with_extension("cpio");
    // Its exit code says whether the header knows the length of the payload, which cargo-generate-rpm leaves out;
    // whether it is whole, the comparison of every file says.
    let taken = tools::command("rpm2cpio", &[rpm]).output();
    let taken = taken.map_err(|error| Error::Tool(format!("rpm2cpio: {error}")))?;
    tools::write(&payload, &taken.stdout)?;
    let input = fs::File::open(&payload).map_err(|error| Error::File(payload, error))?;
    let mut cpio = tools::command("cpio", &["--quiet"]);
    cpio.args(args).current_dir(folder).stdin(Stdio::from(input));
    Ok(cpio)
}

/// Every file below a folder.
fn walk(folder: &Path, found: &mut BTreeSet<PathBuf>) -> Result<()> {
    let failed = |error| Error::File(folder.to_owned(), error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let metadata = fs::symlink_metadata(&path).map_err(|error| Error::File(path.clone(), error))?;
        if metadata.is_dir() {
            walk(&path, found)?;
        } else {
            found.insert(path);
        }
    }
    Ok(())
}
