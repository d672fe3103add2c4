//! What a desk does with an output: shows forged files, looks at the folder, writes, tells the passwords.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Desk, NO_SESSION};
use crate::forge::Bundle;
use crate::plan::Awaited;
use crate::sitting::jobs::Event;
use crate::sitting::jobs::words::{absolute, shown};
use crate::sitting::msg::{Existing, News, Written};
use crate::store::{self, Error, Os, Standing, arrivals, standing, write_output};
use crate::values::{Secret, moment_text};

impl<T: Event> Desk<T> {
    pub(super) fn show(&self, generation: u64, path: String) {
        let Some(bundle) = self.forging.bundle(generation) else { return };
        let text = shown(&bundle, &path);
        self.send(News::Shown { generation, path, text });
    }

    pub(super) fn find(&self, folder: String) {
        let target = absolute(&folder);
        let last = self.session.as_ref().and_then(|session| session.progress.written.as_ref());
        let own = last.is_some_and(|last| Path::new(&last.folder) == target);
        let there = match standing(&target) {
            Standing::Output if own => Existing::Own,
            Standing::Nothing | Standing::Empty => Existing::Free,
            Standing::Output => Existing::Output(String::new()),
            Standing::Other => Existing::Other(String::new()),
        };
        self.send(News::Found(folder, there));
    }

    /// What came back for the requests of the last output.
    pub(super) fn look(&self) {
        if let Some(session) = self.session.as_ref().filter(|session| !session.progress.awaited.is_empty()) {
            self.send(News::Arrived(arrivals(&session.progress, self.source.now())));
        }
    }

    pub(super) fn write(&mut self, generation: u64, folder: &str, replace: bool, awaited: Vec<Awaited>) {
        let Some(bundle) = self.forging.bundle(generation) else {
            return self.send(News::WriteFailed("the keys are gone; try again".into()));
        };
        let target = absolute(folder);
        let policy = if replace { store::Existing::Replace } else { store::Existing::Refuse };
        match write_output(&Os, &bundle, &target, policy) {
            Err(error) => self.send(News::WriteFailed(error.to_string())),
            Ok(aside) => {
                let kept = self.record(&target, &bundle, awaited);
                let hosts: BTreeSet<&str> =
                    bundle.outputs.iter().filter_map(|o| Some(o.place.as_ref()?.host.as_str())).collect();
                self.send(News::Written(Written {
                    folder: folder.to_owned(),
                    files: bundle.outputs.len(),
                    hosts: hosts.len(),
                    aside: aside.map(|path| path.display().to_string()),
                    kept,
                }));
            }
        }
    }

    /// Where the output is must be known to any later run, so that it makes no second authority.
    /// Returns the session's name and path, or why it could not be saved.
    fn record(
        &mut self,
        target: &Path,
        bundle: &Bundle,
        awaited: Vec<Awaited>,
    ) -> Result<(String, String), String> {
        let Some(session) = self.session.as_mut() else { return Err(NO_SESSION.into()) };
        let at = moment_text(bundle.made_at);
        session.progress.written = Some(store::Written { folder: target.display().to_string(), at });
        session.progress.awaited = awaited;
        let library = self.library.as_ref().ok_or(Error::NoDataFolder);
        let saved = library.and_then(|library| library.save(session, self.source.now()));
        saved.map_err(|error| error.to_string())?;
        let origin = session.origin.clone();
        Ok(self.place(&origin))
    }

    /// Those that a person needs: the values of files that stay with the operator.
    pub(super) fn passwords(&self, generation: u64) {
        let Some(bundle) = self.forging.bundle(generation) else { return };
        let files = bundle.outputs.iter().filter(|output| output.place.is_none() && output.kind == "secret");
        let rows = files.filter_map(|file| {
            let secret = file.secrets.first().and_then(|id| bundle.secret(id))?;
            Some((file.path.to_string(), Secret::new(secret.reveal())))
        });
        self.send(News::Passwords(rows.collect()));
    }
}
