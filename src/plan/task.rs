//! What the operator does, in order, with the command for each install kind and the check that shows
//! that it worked.

use std::sync::Arc;

use super::{InstallKind, Place, Product};
use crate::values::HostName;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub id: &'static str,
    pub phase: Phase,
    pub title: String,
    pub why: String,
    pub actions: Vec<Action>,
    pub check: Check,
}

/// Tasks are sorted by this and keep their order within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    Await,
    Prepare,
    Copy,
    StopAll,
    Place,
    Secure,
    StartElasticsearch,
    Account,
    StartKibana,
    LogIn,
    SwitchOver,
    PlaceBeats,
    SecureBeats,
    SetUpBeats,
    StartBeats,
    Afterwards,
}

/// Commands for the hosts of one product and install kind; `hosts` is a short text such as
/// `es-1, es-2` or `50 hosts`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    pub product: Option<Product>,
    pub kind: Option<InstallKind>,
    /// The product's config folder there.
    pub folder: Arc<str>,
    pub hosts: String,
    /// That host alone, where others of its kind have nothing to do.
    pub host: Option<HostName>,
    pub commands: Vec<String>,
}

impl Action {
    /// Whether it is for the product in this place.
    pub fn is_for(&self, place: &Place) -> bool {
        self.product == Some(place.product)
            && self.kind == Some(place.kind)
            && self.folder == place.folder
            && self.host.as_ref().is_none_or(|host| *host == place.host)
    }

    /// On the operator's own machine, in the output folder.
    pub fn here(commands: Vec<String>) -> Self {
        Self { product: None, kind: None, folder: "".into(), hosts: String::new(), host: None, commands }
    }
}

/// How one sees that a task worked: a command, and what it then shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Empty where looking is enough.
    pub command: String,
    pub expect: String,
    /// Run on each host of the task; otherwise here, in the output folder.
    pub there: bool,
}

impl Check {
    pub fn here(command: impl Into<String>, expect: impl Into<String>) -> Self {
        Self { command: command.into(), expect: expect.into(), there: false }
    }

    pub fn there(command: impl Into<String>, expect: impl Into<String>) -> Self {
        Self { command: command.into(), expect: expect.into(), there: true }
    }
}
