//! What the operator does, in order, with the command for each install kind and the check that shows
//! that it worked.

use super::{InstallKind, Product};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub id: &'static str,
    pub phase: Phase,
    pub title: String,
    pub why: String,
    pub actions: Vec<Action>,
    pub check: Option<Check>,
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
    Afterwards,
}

/// Commands for the hosts of one product and install kind; `hosts` is a short text such as
/// `es-1, es-2` or `50 hosts`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    pub product: Option<Product>,
    pub kind: Option<InstallKind>,
    pub hosts: String,
    pub commands: Vec<String>,
}

impl Action {
    /// On the operator's own machine, in the output folder.
    pub fn here(commands: Vec<String>) -> Self {
        Self { product: None, kind: None, hosts: String::new(), commands }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub command: String,
    pub expect: String,
}
