//! The four channels of a stack and how safe the plan makes each of them.

use std::fmt;

use super::IdentityId;
use crate::values::Span;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    pub link: Link,
    pub protection: Protection,
    /// The CA by which the client checks the server.
    pub authority: Option<IdentityId>,
    /// How long the server's certificate is valid.
    pub span: Option<Span>,
    pub note: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    BrowserToKibana,
    ClientToElasticsearch,
    KibanaToElasticsearch,
    NodeToNode,
}

impl Link {
    pub fn title(self) -> &'static str {
        match self {
            Self::BrowserToKibana => "browser → Kibana",
            Self::ClientToElasticsearch => "clients → Elasticsearch",
            Self::KibanaToElasticsearch => "Kibana → Elasticsearch",
            Self::NodeToNode => "node ↔ node",
        }
    }

    pub fn port(self) -> u16 {
        match self {
            Self::BrowserToKibana => 5601,
            Self::ClientToElasticsearch | Self::KibanaToElasticsearch => 9200,
            Self::NodeToNode => 9300,
        }
    }
}

/// From worst to best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protection {
    Plain,
    /// Encrypted, but the other side's name is not checked.
    Encrypted,
    /// The client checks chain and name of the server.
    Verified,
    /// Both sides prove who they are.
    Mutual,
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain",
            Self::Encrypted => "encrypted",
            Self::Verified => "verified",
            Self::Mutual => "mutual",
        })
    }
}
