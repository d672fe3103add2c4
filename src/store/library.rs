//! The saved sessions of this user: one file each in the platform's data directory.

use std::fs;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use time::OffsetDateTime;

use super::session::replace;
use super::{Disk, Error, Lock, Origin, Os, Session, add_typed_of, arrivals, nearest};
use crate::plan::{Awaited, IdentityId, TypedSecrets};
use crate::steps::{COMMANDS, Context, draft};
use crate::values::{HostName, moment_text};

pub struct Library {
    folder: PathBuf,
    disk: Box<dyn Disk + Send + Sync>,
}

/// A row of the picker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    pub name: String,
    pub path: PathBuf,
    /// `3 Elasticsearch · 1 Kibana`.
    pub summary: String,
    pub last_step: String,
    /// RFC 3339; empty where it was never saved by stackseal.
    pub saved: String,
    pub issues: usize,
    pub written: bool,
    /// Requests whose certificates have not come back.
    pub awaited: Vec<Awaited>,
    /// Why it cannot be opened.
    pub problem: Option<String>,
}

impl Library {
    /// The user's own.
    pub fn open() -> Result<Self, Error> {
        let dirs = ProjectDirs::from("", "", "stackseal").ok_or(Error::NoDataFolder)?;
        Ok(Self::at(dirs.data_dir().join("sessions")))
    }

    pub fn at(folder: PathBuf) -> Self {
        Self::on(folder, Box::new(Os))
    }

    pub fn on(folder: PathBuf, disk: Box<dyn Disk + Send + Sync>) -> Self {
        Self { folder, disk }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.yml"))
    }

    /// Newest first.
    pub fn list(&self) -> Vec<Listing> {
        let mut rows: Vec<Listing> = self.names().map(|name| listing(&name, &self.path(&name))).collect();
        rows.sort_by(|a, b| b.saved.cmp(&a.saved).then_with(|| a.name.cmp(&b.name)));
        rows
    }

    fn names(&self) -> impl Iterator<Item = String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        entries.filter_map(|entry| {
            let path = entry.path();
            let name = path.file_stem()?.to_str()?.to_owned();
            let ours = path.extension().is_some_and(|e| e == "yml") && !name.starts_with('.');
            ours.then_some(name)
        })
    }

    pub fn load(&self, name: &str) -> Result<Session, Error> {
        let path = self.path(&checked(name)?);
        if !path.exists() {
            return Err(Error::NoSession { name: name.to_owned(), hint: self.hint(name) });
        }
        let mut session = Session::read(&path)?;
        session.origin = Origin::Named(name.to_owned());
        Ok(session)
    }

    /// Saves where the session lives; an unsaved one gets a free name made of its answers. A named one
    /// whose session name was changed moves along where that name is free.
    pub fn save(&self, session: &mut Session, now: OffsetDateTime) -> Result<(), Error> {
        session.progress.saved = moment_text(now);
        let yaml = session.to_yaml()?;
        session.refuse_unreadable(&yaml)?;
        match session.origin.clone() {
            // Whoever wrote the file by hand keeps every line of it until an answer changes.
            Origin::File(path) => match Session::read(&path) {
                Ok(held) if held.answers == session.answers => session.save_progress(&*self.disk, &path),
                _ => replace(&*self.disk, &path, yaml.as_bytes()),
            },
            Origin::Named(name) => {
                self.make_folder()?;
                replace(&*self.disk, &self.path(&name), yaml.as_bytes())?;
                let wanted = session.answers.overview.session_name.trim().to_owned();
                if wanted != name && checked(&wanted).is_ok() && self.follow(&name, &wanted).is_ok() {
                    session.origin = Origin::Named(wanted);
                }
                Ok(())
            }
            Origin::Unsaved => {
                self.make_folder()?;
                let name = self.free_name(session);
                replace(&*self.disk, &self.path(&name), yaml.as_bytes())?;
                session.origin = Origin::Named(name);
                Ok(())
            }
        }
    }

    /// Nobody may have it open: the next save there would make the old file again. Gives the hold on the new
    /// one, for whoever has more to change in it.
    pub fn rename(&self, from: &str, to: &str) -> Result<Lock, Error> {
        let _from = self.hold(from)?;
        let to = checked(to)?;
        let hold = self.lock(&Origin::Named(to.clone()))?.ok_or_else(|| Error::SessionOpen(to.clone()))?;
        self.follow(from, &to)?;
        Ok(hold)
    }

    /// For whoever has it open: the file goes along with its name.
    pub fn follow(&self, from: &str, to: &str) -> Result<(), Error> {
        let to_path = self.path(&checked(to)?);
        if to_path.exists() {
            return Err(Error::SessionExists(to.to_owned()));
        }
        let from = self.path(&checked(from)?);
        self.disk.rename(&from, &to_path).map_err(Error::io("rename", &from))
    }

    /// The same answers under a new name, with a run id of its own: its authorities will be others.
    pub fn duplicate(
        &self,
        name: &str,
        to: &str,
        source: &dyn crate::forge::Source,
        now: OffsetDateTime,
    ) -> Result<(), Error> {
        let to = checked(to)?;
        if self.path(&to).exists() {
            return Err(Error::SessionExists(to));
        }
        let mut copy = Session::new(self.load(name)?.answers, source)?;
        copy.answers.overview.session_name.clone_from(&to);
        copy.origin = Origin::Named(to);
        self.save(&mut copy, now)
    }

    /// Nobody may have it open: the next save there would bring it back.
    pub fn remove(&self, name: &str) -> Result<(), Error> {
        let _hold = self.hold(name)?;
        let path = self.path(&checked(name)?);
        self.disk.remove_file(&path).map_err(Error::io("remove", &path))
    }

    /// A copy outside the library, for another machine or for `stackseal write FILE`.
    pub fn export(&self, name: &str, to: &Path) -> Result<(), Error> {
        if to.exists() {
            return Err(Error::OutputExists(to.to_owned()));
        }
        let yaml = self.load(name)?.to_yaml()?;
        self.disk.write_new(to, yaml.as_bytes(), 0o600).map_err(Error::io("write", to))
    }

    /// A saved session for oneself alone.
    ///
    /// # Errors
    ///
    /// [`Error::SessionOpen`] where somebody else has it open.
    pub fn hold(&self, name: &str) -> Result<Lock, Error> {
        let name = checked(name)?;
        if !self.path(&name).exists() {
            return Err(Error::NoSession { hint: self.hint(&name), name });
        }
        self.lock(&Origin::Named(name.clone()))?.ok_or(Error::SessionOpen(name))
    }

    /// `None` where another wizard has this session open.
    pub fn lock(&self, origin: &Origin) -> Result<Option<Lock>, Error> {
        let path = match origin {
            Origin::File(path) => path.clone(),
            Origin::Named(name) => {
                self.make_folder()?;
                self.path(name)
            }
            Origin::Unsaved => return Ok(None),
        };
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let path = path.with_file_name(format!(".{file}.lock"));
        Lock::take(&path).map_err(Error::io("lock", &path))
    }

    fn make_folder(&self) -> Result<(), Error> {
        if !self.folder.is_dir() {
            if let Some(parent) = self.folder.parent() {
                fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
            }
            self.disk.make_dir(&self.folder).map_err(Error::io("create", &self.folder))?;
        }
        Ok(())
    }

    fn free_name(&self, session: &Session) -> String {
        let overview = &session.answers.overview;
        let wanted = [overview.session_name.trim(), overview.cluster_name.trim(), "session"];
        let base = wanted.into_iter().find_map(|name| checked(name).ok()).unwrap_or_else(|| "session".into());
        if !self.path(&base).exists() {
            return base;
        }
        let mut numbered = (2_u32..).map(|n| format!("{base}-{n}"));
        numbered.find(|name| !self.path(name).exists()).unwrap_or(base)
    }

    fn hint(&self, name: &str) -> String {
        let nearest = self.names().min_by_key(|held| nearest::distance(name, held));
        nearest.map_or_else(
            || "; stackseal new prints one to begin with".to_owned(),
            |nearest| format!("; the nearest name is {nearest:?}, stackseal sessions lists all"),
        )
    }
}

/// A name that is safe as a file and is no command.
fn checked(name: &str) -> Result<String, Error> {
    match name.parse::<HostName>() {
        Ok(_) if COMMANDS.contains(&name) => {
            Err(Error::BadName(format!("{name:?} is a command of stackseal; choose another name")))
        }
        Ok(name) => Ok(name.to_string()),
        Err(_) => Err(Error::BadName(format!(
            "{name:?}: a session's name has letters, digits, '-', '_' and '.', such as prod-eu"
        ))),
    }
}

fn listing(name: &str, path: &Path) -> Listing {
    let mut row = Listing { name: name.to_owned(), path: path.to_owned(), ..Listing::default() };
    match Session::read(path) {
        Err(error) => row.problem = Some(error.to_string()),
        Ok(session) => {
            let arrivals = arrivals(&session.progress, OffsetDateTime::now_utc());
            let mut typed = TypedSecrets::default();
            let drafted = |typed: &TypedSecrets| {
                draft(&session.answers, Context { run: session.run(), typed, arrivals: &arrivals })
            };
            let mut plan = drafted(&typed);
            // Passwords that were typed before the last write lie in its output.
            if let Some(written) = session.progress.written.as_ref().filter(|_| plan.errors() > 0) {
                add_typed_of(Path::new(&written.folder), &plan, &mut typed);
                plan = drafted(&typed);
            }
            row.summary = plan.summary();
            row.issues = plan.errors();
            row.awaited = session
                .progress
                .awaited
                .iter()
                .filter(|awaited| arrivals.get(&IdentityId::new(awaited.identity.as_str())).is_none())
                .cloned()
                .collect();
            row.last_step = session.progress.last_step;
            row.saved = session.progress.saved;
            row.written = session.progress.written.is_some();
        }
    }
    row
}
