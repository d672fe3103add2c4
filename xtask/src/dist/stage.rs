//! The files of a release, each made once, so that all packages hold the same. Must not know how packages are made.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Error, Release, Result, notices, tools};

/// Where Cargo.toml's tables for the packagers look for them.
const FOLDER: &str = "target/dist-files";

/// What stands there, and its mode.
pub struct Stage {
    pub folder: PathBuf,
}

pub fn fill(release: &Release, binary: &Path) -> Result<Stage> {
    let folder = release.root.join(FOLDER);
    tools::fresh(&folder)?;
    let stage = Stage { folder };
    let installed = stage.path("stackseal");
    fs::copy(binary, &installed).map_err(|error| Error::File(installed.clone(), error))?;
    // What it says of itself comes from the very binary that is handed out.
    let ask = |args: &[&str]| tools::output(&mut tools::command(&installed.display().to_string(), args));
    stage.write("stackseal.1", &ask(&["man"])?)?;
    stage.write("stackseal.bash", &ask(&["completions", "bash"])?)?;
    stage.write("_stackseal", &ask(&["completions", "zsh"])?)?;
    stage.write("stackseal.fish", &ask(&["completions", "fish"])?)?;
    for name in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        stage.write(name, &tools::read(&release.root.join(name))?)?;
    }
    stage.write("changelog", &tools::read(&release.root.join("CHANGELOG.md"))?)?;
    stage.write("changelog.Debian", debian_changelog(release)?.as_bytes())?;
    stage.write("copyright", copyright(release)?.as_bytes())?;
    stage.write("THIRD-PARTY", notices::text(release)?.as_bytes())?;
    for name in ["stackseal.1", "changelog", "changelog.Debian", "THIRD-PARTY"] {
        let mut gzip = tools::command("gzip", &["--best", "--no-name", "--stdout", name]);
        stage.write(&format!("{name}.gz"), &tools::output(gzip.current_dir(&stage.folder))?)?;
    }
    Ok(stage)
}

impl Stage {
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            return Err(Error::Wrong(format!("{name} would be empty")));
        }
        tools::write(&self.path(name), bytes)
    }
}

/// Debian's own changelog tells what changed in the packaging; the program's stands beside it.
fn debian_changelog(release: &Release) -> Result<String> {
    let date = format!("@{}", release.epoch);
    let date =
        tools::answer(&mut tools::command("date", &["-u", "-d", &date, "+%a, %d %b %Y %H:%M:%S +0000"]))?;
    let by = maintainer(release)?;
    let version = &release.version;
    Ok(format!(
        "stackseal ({version}-1) unstable; urgency=medium\n\n  * Version {version}; changelog.gz says what is new.\n\n -- {by}  {date}\n"
    ))
}

/// In Debian's machine-readable form. Every Debian has the Apache licence itself in the file that is named.
fn copyright(release: &Release) -> Result<String> {
    let mit = tools::read_text(&release.root.join("LICENSE-MIT"))?;
    let holder = mit.lines().find_map(|line| line.strip_prefix("Copyright (c) "));
    let holder = holder.ok_or_else(|| Error::Wrong("LICENSE-MIT names no holder".into()))?;
    let text: String = mit
        .lines()
        .skip_while(|line| !line.starts_with("Permission is hereby granted"))
        .map(|line| if line.is_empty() { " .\n".into() } else { format!(" {line}\n") })
        .collect();
    let by = maintainer(release)?;
    Ok(format!(
        "\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: stackseal
Upstream-Contact: {by}
Comment: The binary holds other people's code too: THIRD-PARTY.gz, beside this file, names it with its licences.

Files: *
Copyright: {holder}
License: Expat or Apache-2.0

License: Expat
{text}
License: Apache-2.0
 Licensed under the Apache License, Version 2.0; you may not use this file except in compliance with the
 License. Without a duty by law or in writing, it is distributed \"as is\", without warranties or conditions
 of any kind.
 .
 On Debian systems the complete text is in /usr/share/common-licenses/Apache-2.0.
"
    ))
}

fn maintainer(release: &Release) -> Result<String> {
    let manifest = tools::read_text(&release.root.join("Cargo.toml"))?;
    let line = manifest.lines().find_map(|line| line.strip_prefix("maintainer = \"")?.strip_suffix('"'));
    line.map(Into::into).ok_or_else(|| Error::Wrong("Cargo.toml names no maintainer".into()))
}
