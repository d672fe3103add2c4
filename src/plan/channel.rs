//! The channels of a stack: who talks to whom, who proves what by which CA, and how safe the plan
//! makes each of them.

use std::fmt;

use super::{IdentityId, Plan};
use crate::values::Span;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    pub link: Link,
    pub port: u16,
    pub protection: Protection,
    /// The server first.
    pub proofs: Vec<Proof>,
    /// What else is worth knowing; may be empty.
    pub note: String,
}

/// One side shows a certificate and the other checks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub who: &'static str,
    /// What of it is checked: `its names`, `CN=kibana-client`.
    pub what: String,
    /// The CA by which it is checked; none for one that is not stackseal's.
    pub authority: Option<IdentityId>,
    /// How long the certificate is valid.
    pub span: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    BeatToElasticsearch,
    BeatToKibana,
    BeatToMonitoring,
    BrowserToKibana,
    ClientToElasticsearch,
    KibanaToElasticsearch,
    KibanaToMonitoring,
    NodeToNode,
}

impl Link {
    pub fn title(self) -> &'static str {
        match self {
            Self::BeatToElasticsearch => "Beats → Elasticsearch",
            Self::BeatToKibana => "Beats → Kibana",
            Self::BeatToMonitoring => "Beats → monitoring",
            Self::BrowserToKibana => "browser → Kibana",
            Self::ClientToElasticsearch => "clients → Elasticsearch",
            Self::KibanaToElasticsearch => "Kibana → Elasticsearch",
            Self::KibanaToMonitoring => "Kibana → monitoring",
            Self::NodeToNode => "node ↔ node",
        }
    }
}

impl Channel {
    pub fn scheme(&self) -> &'static str {
        match (self.link, self.protection) {
            (Link::NodeToNode, _) => "tls",
            (_, Protection::Plain) => "http",
            _ => "https",
        }
    }

    /// Who proves what to whom, one line each; `until` says when a span that begins now ends.
    pub fn proof_lines(&self, plan: &Plan, until: &dyn Fn(Span) -> String) -> Vec<String> {
        let line = |proof: &Proof| {
            let signer = match proof.authority.as_ref().and_then(|id| plan.identity(id)) {
                Some(authority) => authority.subject.to_string(),
                None => "an outside CA".to_owned(),
            };
            let end = proof.span.map(|span| format!(", until {}", until(span))).unwrap_or_default();
            format!("{} proves {} by {signer}{end}", proof.who, proof.what)
        };
        self.proofs.iter().map(line).collect()
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
