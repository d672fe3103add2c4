//! Files, one command after the other: sessions, the output folder, what forged files hold.

mod output;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::words::{absolute, followed, home, is_instances};
use super::{Event, Forging, Order};
use crate::forge::Source;
use crate::sitting::hosts::list_of;
use crate::sitting::msg::{Cmd, News, Opened, Snapshot};
use crate::steps::{Answers, Kind, Target};
use crate::store::{Error, Library, Lock, Origin, Session, arrivals, named_or_file, read_instances};

/// A save is always answered: whoever leaves waits for it.
const NO_SESSION: &str = "no session is open";

pub struct Desk<T> {
    library: Option<Library>,
    source: Arc<dyn Source + Send>,
    forging: Forging,
    out: Sender<T>,
    session: Option<Session>,
    /// Held as long as the session is open.
    lock: Option<Lock>,
    /// Where the operator says that the session's last output lies.
    keep_from: Option<PathBuf>,
}

impl<T: Event> Desk<T> {
    pub fn new(
        library: Option<Library>,
        source: Arc<dyn Source + Send>,
        forging: Forging,
        out: Sender<T>,
    ) -> Self {
        Self { library, source, forging, out, session: None, lock: None, keep_from: None }
    }

    pub fn take(&mut self, cmd: Cmd) {
        let result = match cmd {
            Cmd::List => return self.list(),
            Cmd::New => {
                Session::new(Answers::default(), &*self.source).and_then(|session| self.open(session))
            }
            // What could not be opened is free to be renamed or removed.
            Cmd::Load(name) => self.load(&name).inspect_err(|_| self.lock = None),
            Cmd::OpenFile(path) => self.open_file(&path).inspect_err(|_| self.lock = None),
            Cmd::Rename { from, to } => self.rename(&from, &to).map(|()| self.list()),
            Cmd::Duplicate { name, to } => self
                .library()
                .and_then(|l| l.duplicate(&name, &to, &*self.source, self.source.now()))
                .map(|()| self.list()),
            Cmd::Export { name, path } => self
                .library()
                .and_then(|l| l.export(&name, &absolute(&path)))
                .map(|()| self.send(News::Said(format!("exported to {path}")))),
            Cmd::Remove(name) => self.library().and_then(|l| l.remove(&name)).map(|()| self.list()),
            Cmd::Save(snapshot) => return self.save(&snapshot),
            Cmd::Forge { generation, plan, typed } => {
                let progress =
                    self.session.as_ref().map(|session| session.progress.clone()).unwrap_or_default();
                let order = Order {
                    generation,
                    plan,
                    typed,
                    kept: progress.written,
                    keep_from: self.keep_from.clone(),
                    run: progress.run,
                };
                self.forging.begin(order, self.source.clone(), self.out.clone());
                Ok(())
            }
            Cmd::KeepFrom(path) => {
                self.keep_from = Some(absolute(&path));
                Ok(())
            }
            Cmd::Renew => self.renew(),
            Cmd::Show { generation, path } => return self.show(generation, path),
            Cmd::Find(folder) => return self.find(folder),
            Cmd::Write { generation, folder, replace, awaited } => {
                return self.write(generation, &folder, replace, awaited);
            }
            Cmd::Look => return self.look(),
            Cmd::Passwords(generation) => return self.passwords(generation),
            Cmd::Cancel | Cmd::Copy(_) | Cmd::Redraw | Cmd::Suspend | Cmd::Quit(_) => Ok(()),
        };
        if let Err(error) = result {
            self.send(News::Failed { title: "That did not work".into(), text: error.to_string() });
        }
    }

    fn send(&self, msg: News) {
        let _ = self.out.send(T::from(msg));
    }

    fn library(&self) -> Result<&Library, Error> {
        self.library.as_ref().ok_or(Error::NoDataFolder)
    }

    fn list(&self) {
        let mut rows = self.library.as_ref().map(Library::list).unwrap_or_default();
        for row in &mut rows {
            row.path = home(&row.path).into();
        }
        self.send(News::Listed(rows));
    }

    /// A name, or a file as the command line has it.
    fn load(&mut self, text: &str) -> Result<(), Error> {
        let Origin::Named(name) = named_or_file(text) else { return self.open_file(text) };
        self.lock(&Origin::Named(name.clone()))?;
        let session = self.library()?.load(&name)?;
        self.open(session)
    }

    fn open_file(&mut self, path: &str) -> Result<(), Error> {
        let path = absolute(path);
        let read = self.lock(&Origin::File(path.clone())).and_then(|()| Session::read(&path));
        match read {
            Ok(session) => self.open(session),
            Err(error) => {
                // What certutil reads is no session, but it has hosts to begin with.
                let hosts = match read_instances(&path) {
                    Ok(hosts) => hosts,
                    Err(of_instances) if is_instances(&path) => return Err(of_instances),
                    Err(_) => return Err(error),
                };
                let mut session = Session::new(Answers::default(), &*self.source)?;
                if let Some(Kind::Hosts(lens, _)) = list_of(Target::Elasticsearch).map(|field| &field.kind) {
                    *(lens.get_mut)(&mut session.answers) = hosts;
                }
                self.open(session)
            }
        }
    }

    /// Before it is read: what is read without the lock may be old by the time that it is there.
    fn lock(&mut self, origin: &Origin) -> Result<(), Error> {
        self.lock = None;
        self.lock = self.library()?.lock(origin)?;
        Ok(())
    }

    fn open(&mut self, mut session: Session) -> Result<(), Error> {
        session.draw_run(&*self.source)?;
        self.keep_from = None;
        let unsaved = session.origin == Origin::Unsaved;
        let read_only = (!unsaved && self.lock.is_none())
            .then(|| "another wizard has it open; leave it there to change answers here".to_owned());
        let (name, path) = self.place(&session.origin);
        let progress = session.progress.clone();
        let arrivals = arrivals(&progress, self.source.now());
        self.send(News::Opened(Box::new(Opened {
            name,
            path,
            run: session.run().to_owned(),
            answers: session.answers.clone(),
            last_step: progress.last_step,
            visited: progress.visited,
            read_only,
            arrivals,
            written: progress.written.map(|written| (written.folder, written.at)),
        })));
        self.session = Some(session);
        Ok(())
    }

    /// Another run id, and so other authorities, as for a session that was never written.
    fn renew(&mut self) -> Result<(), Error> {
        let Some(mut session) = self.session.take() else { return Ok(()) };
        let before = session.progress.clone();
        session.progress.run.clear();
        session.progress.written = None;
        session.progress.awaited.clear();
        let drawn = session.draw_run(&*self.source);
        let saved = drawn.and_then(|()| self.library().and_then(|l| l.save(&mut session, self.source.now())));
        match &saved {
            Ok(()) => {
                self.keep_from = None;
                self.send(News::Renewed(session.run().to_owned()));
            }
            Err(_) => session.progress = before,
        }
        self.session = Some(session);
        saved
    }

    fn place(&self, origin: &Origin) -> (String, String) {
        match origin {
            Origin::Unsaved => (String::new(), String::new()),
            Origin::File(path) => (path.display().to_string(), home(path)),
            Origin::Named(name) => (
                name.clone(),
                self.library.as_ref().map_or_else(String::new, |library| home(&library.path(name))),
            ),
        }
    }

    fn save(&mut self, snapshot: &Snapshot) {
        let Some(mut session) = self.session.take() else {
            return self.send(News::NotKept(NO_SESSION.into()));
        };
        let typed = std::mem::replace(&mut session.answers, (*snapshot.answers).clone());
        session.progress.last_step.clone_from(&snapshot.last_step);
        session.progress.visited.clone_from(&snapshot.visited);
        let before = session.origin.clone();
        let saved = self.library().and_then(|library| library.save(&mut session, self.source.now()));
        if saved.is_ok() {
            self.follow(&mut session, &typed);
        }
        let moved = session.origin != before;
        let (name, path) = self.place(&session.origin);
        if moved && let Some(library) = &self.library {
            self.lock = library.lock(&session.origin).ok().flatten();
        }
        self.session = Some(session);
        self.send(match saved {
            Ok(()) => News::Kept { name, path },
            Err(error) => News::NotKept(error.to_string()),
        });
    }

    /// A file that nobody named and that nothing was written from moves along with the cluster's name.
    fn follow(&self, session: &mut Session, before: &Answers) {
        if let Origin::Named(name) = &session.origin
            && session.progress.written.is_none()
            && let Some(to) = followed(name, before, &session.answers)
            && self.library().is_ok_and(|library| library.follow(name, &to).is_ok())
        {
            session.origin = Origin::Named(to);
        }
    }

    /// The name is an answer too: the next save would take the old one up again.
    fn rename(&self, from: &str, to: &str) -> Result<(), Error> {
        let library = self.library()?;
        let _hold = library.rename(from, to)?;
        let mut session = library.load(to)?;
        to.clone_into(&mut session.answers.overview.session_name);
        // When it was saved is no matter of its name.
        let at = OffsetDateTime::parse(&session.progress.saved, &Rfc3339);
        library.save(&mut session, at.unwrap_or_else(|_| self.source.now()))
    }
}
