//! A client that will connect to a server: the material of the cross-check that the client's URL is
//! in the server's certificate and that the CA shipped to the client signed it.

use super::IdentityId;
use crate::values::{NameRules, StackUrl};

#[derive(Clone, Debug)]
pub struct Connection {
    /// Who connects, for the message: `Kibana`.
    pub client: &'static str,
    pub rules: NameRules,
    pub url: StackUrl,
    /// The certificates that it may meet at that URL: of one node, or of several behind one name.
    pub servers: Vec<IdentityId>,
    /// What the client trusts; empty where an outside authority is awaited.
    pub trusts: Vec<IdentityId>,
    /// Whether the client compares names at all.
    pub checks_name: bool,
    /// The field to mend.
    pub field: String,
}
