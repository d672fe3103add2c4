//! A session: the answers and how far they have come, as one YAML file that people can write. No
//! secret is ever in it.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::read::{read_text, refuse_growing};
use super::{Disk, Error, nearest};
use crate::forge::Source;
use crate::plan::Awaited;
use crate::steps::{Answers, beyond_bounds};

/// The version of the file's shape that this program writes.
pub const VERSION: u64 = 1;

/// No session is larger: 1000 hosts take some 150 KiB.
const MOST_BYTES: u64 = 8 << 20;

#[derive(Clone, Debug)]
pub struct Session {
    pub origin: Origin,
    pub answers: Answers,
    pub progress: Progress,
}

/// Where a session lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    File(PathBuf),
    Named(String),
    Unsaved,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Progress {
    /// Six hex digits, drawn once; in the names of this session's authorities.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub run: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub last_step: String,
    /// RFC 3339.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub saved: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub visited: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written: Option<Written>,
    /// Requests of that output; what comes back lies beside them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub awaited: Vec<Awaited>,
}

/// The last output of this session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Written {
    /// Absolute.
    pub folder: String,
    /// RFC 3339.
    pub at: String,
}

#[derive(Deserialize)]
struct Peek {
    version: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Loaded {
    #[serde(rename = "version")]
    _version: u64,
    #[serde(default)]
    answers: Answers,
    #[serde(default)]
    progress: Progress,
}

#[derive(Serialize)]
struct Saved<'a> {
    version: u64,
    answers: &'a Answers,
    progress: &'a Progress,
}

#[derive(Serialize)]
struct SavedProgress<'a> {
    progress: &'a Progress,
}

impl Session {
    /// A new session with a run id of its own.
    pub fn new(answers: Answers, source: &dyn Source) -> Result<Self, Error> {
        let mut session = Self { origin: Origin::Unsaved, answers, progress: Progress::default() };
        session.draw_run(source)?;
        Ok(session)
    }

    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = read_text(path, MOST_BYTES)?;
        Self::parse(&text, path)
    }

    /// `path` is for messages and for the origin.
    pub fn parse(text: &str, path: &Path) -> Result<Self, Error> {
        refuse_growing(text, path)?;
        let unreadable = |message: String| Error::Unreadable { path: path.to_owned(), message };
        let peek: Peek =
            serde_yaml::from_str(text).map_err(|e| unreadable(nearest::helpful(&e.to_string())))?;
        match peek.version {
            None => return Err(unreadable("not a session: it begins with  version: 1".into())),
            Some(0) => return Err(unreadable("version 0 was never released; write  version: 1".into())),
            Some(found) if found > VERSION => return Err(Error::TooNew { path: path.to_owned(), found }),
            Some(_) => {}
        }
        let loaded: Loaded =
            serde_yaml::from_str(text).map_err(|e| unreadable(nearest::helpful(&e.to_string())))?;
        if let Some(message) = beyond_bounds(&loaded.answers) {
            return Err(unreadable(message));
        }
        Ok(Self { origin: Origin::File(path.to_owned()), answers: loaded.answers, progress: loaded.progress })
    }

    /// Draws the run id where the session has none yet.
    pub fn draw_run(&mut self, source: &dyn Source) -> Result<(), Error> {
        if self.progress.run.is_empty() {
            let mut bytes = [0_u8; 3];
            source.fill("run", &mut bytes)?;
            let [a, b, c] = bytes;
            self.progress.run = format!("{a:02x}{b:02x}{c:02x}");
        }
        Ok(())
    }

    /// The run id, or what stands for it in a preview before the first write.
    pub fn run(&self) -> &str {
        if self.progress.run.is_empty() { "xxxxxx" } else { &self.progress.run }
    }

    pub fn to_yaml(&self) -> Result<String, Error> {
        yaml(&Saved { version: VERSION, answers: &self.answers, progress: &self.progress })
    }

    /// What could not be opened again must not take the place of what can.
    pub(super) fn refuse_unreadable(&self, yaml: &str) -> Result<(), Error> {
        let long = || (yaml.len() as u64 > MOST_BYTES).then(|| format!("more than {MOST_BYTES} bytes"));
        match beyond_bounds(&self.answers).or_else(long) {
            Some(message) => Err(Error::TooLarge(message)),
            None => Ok(()),
        }
    }

    /// Records the progress in a file that somebody wrote by hand, leaving every line outside `progress` as it is.
    pub fn save_progress(&self, disk: &dyn Disk, path: &Path) -> Result<(), Error> {
        let text = read_text(path, MOST_BYTES)?;
        let block = yaml(&SavedProgress { progress: &self.progress })?;
        let mut kept = String::with_capacity(text.len() + block.len());
        let mut inside = false;
        for line in text.split_inclusive('\n') {
            if line.starts_with(|c: char| !c.is_whitespace() && c != '#') {
                inside = line.starts_with("progress:");
            }
            if !inside {
                kept.push_str(line);
            }
        }
        if !kept.ends_with('\n') {
            kept.push('\n');
        }
        kept.push_str(&block);
        // What would not read back as the same answers is not written.
        let again = Self::parse(&kept, path)?;
        if again.answers != self.answers || again.progress != self.progress {
            let message =
                "its progress cannot be recorded without changing it; put  progress:  at its end".into();
            return Err(Error::Unreadable { path: path.to_owned(), message });
        }
        replace(disk, path, kept.as_bytes())
    }
}

fn yaml(value: &impl Serialize) -> Result<String, Error> {
    serde_yaml::to_string(value)
        .map_err(|e| Error::Unreadable { path: PathBuf::from("session"), message: e.to_string() })
}

/// Whether a command's SESSION is a name or a file: a `/` or the ending `.yml` makes it a file.
pub fn named_or_file(text: &str) -> Origin {
    let ending = Path::new(text).extension();
    let file = text.contains(['/', '\\']) || ending.is_some_and(|ending| ending == "yml" || ending == "yaml");
    if file { Origin::File(PathBuf::from(text)) } else { Origin::Named(text.to_owned()) }
}

/// Old or new, never half: a temporary file beside it, synced, then one rename.
pub(super) fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> Result<(), Error> {
    // A link stays a link: what it points to is replaced.
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = real.as_path();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let temporary = path.with_file_name(format!(".{name}.new"));
    // Left by a run that was stopped; ours is the only program that uses this name.
    let _ = disk.remove_file(&temporary);
    let written = disk
        .write_new(&temporary, bytes, 0o600)
        .and_then(|()| disk.sync_file(&temporary))
        .and_then(|()| disk.rename(&temporary, path))
        .map_err(Error::io("save", path));
    if written.is_err() {
        let _ = disk.remove_file(&temporary);
        return written;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    disk.sync_dir(folder).map_err(Error::io("save", path))
}
