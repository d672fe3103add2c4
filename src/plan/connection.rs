//! A client that will connect to a server: the material of the cross-check that the client's URL is
//! in the server's certificate, that the CA shipped to the client signed it, and that the server
//! takes what the client shows.

use std::sync::Arc;

use super::{Code, IdentityId};
use crate::values::{NameRules, StackUrl};

#[derive(Clone, Debug)]
pub struct Connection {
    /// Who connects, for the message: `Kibana`.
    pub client: &'static str,
    pub rules: NameRules,
    pub url: StackUrl,
    /// The certificates that it may meet at that URL, each of which must fit: of one node, or of all
    /// behind one name. Shared by the URLs of a balancer.
    pub servers: Arc<[IdentityId]>,
    /// What the client trusts; empty where an outside authority is awaited.
    pub trusts: Vec<IdentityId>,
    /// Whether the client compares names at all.
    pub checks_name: bool,
    /// The certificate that it shows.
    pub presents: Option<IdentityId>,
    pub asks: Option<Arc<ClientAuthentication>>,
    /// The field to mend, and the code of a URL that no certificate covers.
    pub field: String,
    pub uncovered: Code,
}

/// What the server wants of clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAuthentication {
    pub required: bool,
    /// The authorities whose client certificates it takes.
    pub accepts: Vec<IdentityId>,
}
