//! The packages: one call of a packager each. Must not know what is in them: Cargo.toml's tables say that.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::stage::Stage;
use super::{Error, Release, Result, TARGET, tools};

pub struct Packages {
    pub folder: PathBuf,
    pub deb: PathBuf,
    pub rpm: PathBuf,
    pub archive: PathBuf,
    pub sums: PathBuf,
}

/// What the archive holds: unpacked into /usr/local, or wherever, all is where shells and man look for it.
pub const ARCHIVE: &[(&str, &str)] = &[
    ("bin/stackseal", "stackseal"),
    ("share/man/man1/stackseal.1", "stackseal.1"),
    ("share/bash-completion/completions/stackseal", "stackseal.bash"),
    ("share/zsh/site-functions/_stackseal", "_stackseal"),
    ("share/fish/vendor_completions.d/stackseal.fish", "stackseal.fish"),
    ("share/doc/stackseal/README.md", "README.md"),
    ("share/doc/stackseal/CHANGELOG.md", "CHANGELOG.md"),
    ("share/doc/stackseal/LICENSE-MIT", "LICENSE-MIT"),
    ("share/doc/stackseal/LICENSE-APACHE", "LICENSE-APACHE"),
    ("share/doc/stackseal/THIRD-PARTY", "THIRD-PARTY"),
];

pub fn all(release: &Release, stage: &Stage, out: &Path) -> Result<Packages> {
    tools::fresh(out)?;
    let version = &release.version;
    let packages = Packages {
        folder: out.to_owned(),
        deb: out.join(format!("stackseal_{version}-1_amd64.deb")),
        rpm: out.join(format!("stackseal-{version}-1.x86_64.rpm")),
        archive: out.join(format!("{}.tar.gz", archive_name(release))),
        sums: out.join("SHA256SUMS"),
    };
    let cargo = |args: &[&str], to: &Path| {
        let mut cargo = tools::command("cargo", args);
        cargo.args(["--target", TARGET, "--output"]).arg(to).current_dir(&release.root);
        tools::output(cargo.env("SOURCE_DATE_EPOCH", &release.epoch))
    };
    cargo(&["deb", "--quiet", "--no-build", "--no-strip", "--locked"], &packages.deb)?;
    cargo(&["generate-rpm"], &packages.rpm)?;
    archive(release, stage, out, &packages.archive)?;
    let names = packages.list().map(|path| path.file_name().unwrap_or_default().to_owned());
    let mut sums = tools::command("sha256sum", &["--"]);
    tools::write(&packages.sums, &tools::output(sums.args(names).current_dir(out))?)?;
    Ok(packages)
}

impl Packages {
    /// What is handed out, beside the sums.
    pub fn list(&self) -> [&Path; 3] {
        [&self.deb, &self.rpm, &self.archive]
    }
}

/// The one folder in the archive.
pub fn archive_name(release: &Release) -> String {
    format!("stackseal-{}-x86_64-linux", release.version)
}

fn archive(release: &Release, stage: &Stage, out: &Path, to: &Path) -> Result<()> {
    let name = archive_name(release);
    let top = out.join(&name);
    for (path, from) in ARCHIVE {
        let (from, to) = (stage.path(from), top.join(path));
        let copied = fs::create_dir_all(to.parent().unwrap_or(&top)).and_then(|()| fs::copy(&from, &to));
        copied.map_err(|error| Error::File(to.clone(), error))?;
        let mode = fs::Permissions::from_mode(if path.starts_with("bin/") { 0o755 } else { 0o644 });
        fs::set_permissions(&to, mode).map_err(|error| Error::File(to, error))?;
    }
    let plain = to.with_extension("");
    let mut tar = tools::command("tar", &["--create", "--format=ustar", "--sort=name", "--mode=u=rwX,go=rX"]);
    tar.args(["--owner=root:0", "--group=root:0"]).arg(format!("--mtime=@{}", release.epoch));
    tools::run(tar.arg("--file").arg(&plain).arg(&name).current_dir(out))?;
    tools::run(tools::command("gzip", &["--best", "--no-name"]).arg(&plain))?;
    fs::remove_dir_all(&top).map_err(|error| Error::File(top, error))
}
