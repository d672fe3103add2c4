//! Browser: Kibana as a server for browsers, with a certificate signed here or by somebody else.

mod address;
mod certificates;
mod fields;
mod files;

pub use address::{port, public_url, redirect_port};

use serde::{Deserialize, Serialize};

use super::answers::{text, texts};
use super::field::choices;
use super::passwords::PasswordSource;
use super::stack::Node;
use super::{Answers, Draft, Step, https};
use crate::plan::{Channel, IdentityId, Link, Proof, Protection, codes};
use crate::values::StackUrl;

pub const ID: &str = "browser";

pub static STEP: Step = Step {
    id: ID,
    title: "Browser",
    heading: "Kibana, for browsers",
    page: include_str!("../../../assets/help/browser.md"),
    fields: fields::FIELDS,
    draft,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Browser {
    pub signed_by: SignedBy,
    #[serde(deserialize_with = "text")]
    pub send_to: String,
    #[serde(deserialize_with = "text")]
    pub subject: String,
    #[serde(deserialize_with = "texts")]
    pub names: Vec<String>,
    #[serde(deserialize_with = "text")]
    pub validity: String,
    pub format: Format,
    pub password: PasswordSource,
    #[serde(deserialize_with = "text")]
    pub ca_subject: String,
    #[serde(deserialize_with = "text")]
    pub ca_validity: String,
    pub ca_password: PasswordSource,
    #[serde(deserialize_with = "text")]
    pub port: String,
    #[serde(deserialize_with = "text")]
    pub redirect_port: String,
}

impl Default for Browser {
    fn default() -> Self {
        Self {
            signed_by: SignedBy::default(),
            send_to: String::new(),
            subject: String::new(),
            names: Vec::new(),
            validity: "825d".into(),
            format: Format::default(),
            password: PasswordSource::default(),
            ca_subject: String::new(),
            ca_validity: "10y".into(),
            ca_password: PasswordSource::default(),
            port: "5601".into(),
            redirect_port: String::new(),
        }
    }
}

choices! {
    /// Who signs the certificates that browsers meet.
    SignedBy {
        OwnCa = "own_ca", "a CA of its own", "Browsers import it once; it signs nothing else.";
        HttpCa = "http_ca", "the HTTP CA", "One CA fewer, but browsers trust what signs Elasticsearch too.";
        Request = "request", "your CA by request", "A request (CSR) is written; TLS starts once it is signed.";
        Nobody = "nobody", "nobody, no TLS", "Http alone, for a proxy on the same host that ends TLS.";
    }
}

choices! {
    /// The same, for one host that differs.
    HostCertificate {
        Same = "same", "as the others", "As said on the Browser step.";
        Signed = "signed", "signed here", "By a CA of this session.";
        Request = "request", "by request", "A request (CSR) for your organisation's CA.";
    }
}

choices! {
    /// In which form Kibana gets its server key and certificate.
    Format {
        Pem = "pem", "PEM", "Separate files; any kind of key.";
        Pkcs12 = "pkcs12", "PKCS#12", "One store; RSA keys only.";
    }
}

/// How one Kibana host comes by its certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    OwnCa,
    HttpCa,
    Request,
    Plain,
}

fn has_kibana(answers: &Answers) -> bool {
    !answers.overview.kibana.is_empty()
}

fn way(answers: &Answers, certificate: HostCertificate) -> Way {
    match (certificate, answers.browser.signed_by) {
        (HostCertificate::Request, _) | (HostCertificate::Same, SignedBy::Request) => Way::Request,
        (HostCertificate::Same | HostCertificate::Signed, SignedBy::HttpCa) => Way::HttpCa,
        (HostCertificate::Same, SignedBy::Nobody) => Way::Plain,
        (HostCertificate::Same, SignedBy::OwnCa) | (HostCertificate::Signed, _) => Way::OwnCa,
    }
}

fn ways(answers: &Answers) -> impl Iterator<Item = Way> {
    answers.overview.kibana.iter().map(|host| way(answers, host.certificate))
}

fn makes_ca(answers: &Answers) -> bool {
    ways(answers).any(|way| way == Way::OwnCa)
}

fn requests(answers: &Answers) -> bool {
    ways(answers).any(|way| way == Way::Request)
}

fn is_signed_here(answers: &Answers) -> bool {
    ways(answers).any(|way| matches!(way, Way::OwnCa | Way::HttpCa))
}

fn is_tls(answers: &Answers) -> bool {
    ways(answers).any(|way| way != Way::Plain)
}

impl Draft<'_> {
    pub(super) fn way_of(&self, node: &Node) -> Way {
        way(self.answers, node.certificate)
    }
}

/// The certificate that browsers meet at this Kibana.
pub fn identity_of(node: &Node) -> IdentityId {
    IdentityId::new(format!("browser.node.{}", node.name))
}

/// The authority that whoever connects to this Kibana has to trust; none where it is not stackseal's.
pub fn ca_of(draft: &Draft<'_>, node: &Node) -> Option<IdentityId> {
    match draft.way_of(node) {
        Way::OwnCa => Some(IdentityId::new("browser.ca")),
        Way::HttpCa => https::ca(draft),
        Way::Request | Way::Plain => None,
    }
}

/// Whether this Kibana waits for a certificate that somebody else signs.
pub fn is_awaited(draft: &Draft<'_>, node: &Node) -> bool {
    draft.is_awaited(&identity_of(node))
}

/// Where people and Metricbeat find this Kibana.
pub fn url_of(draft: &Draft<'_>, node: &Node) -> StackUrl {
    let path = node.public_url.as_ref().map(|url| url.path.clone()).unwrap_or_default();
    let tls = draft.way_of(node) != Way::Plain && !is_awaited(draft, node);
    StackUrl { tls, endpoint: node.url_host(), port: address::port(draft.answers), path }
}

/// What browsers and Metricbeat check of this Kibana.
pub fn proof(draft: &Draft<'_>, node: &Node) -> Proof {
    let identity = draft.plan.identity(&identity_of(node));
    let ours = identity.filter(|_| draft.way_of(node) != Way::Request);
    Proof { authority: ca_of(draft, node), span: ours.map(|identity| identity.span), ..unknown_proof() }
}

/// The same of a Kibana that is not of this session.
pub fn unknown_proof() -> Proof {
    Proof { who: "Kibana", what: "its names".into(), authority: None, span: None }
}

fn draft(draft: &mut Draft<'_>) {
    if draft.stack.kibana.is_empty() {
        return;
    }
    certificates::draft(draft);
    address::draft(draft);
    files::draft(draft);
    channel(draft);
}

fn channel(draft: &mut Draft<'_>) {
    let Some(node) = draft.stack.kibana.first().cloned() else { return };
    let way = draft.way_of(&node);
    let awaited = is_awaited(draft, &node);
    let (protection, note) = match way {
        Way::Plain => (Protection::Plain, "passwords and sessions cross the network unencrypted"),
        _ if awaited => (Protection::Plain, "on its own host only, until the signed certificate is there"),
        _ => (Protection::Verified, ""),
    };
    if way == Way::Plain && !node.public_url.as_ref().is_some_and(|url| url.tls) {
        let message = "nothing encrypts between browsers and Kibana; choose who signs, or name the https URL of what ends TLS before it on Overview";
        draft.plan.file_issue(codes::BROWSER_PLAIN, "browser.signed_by", message);
    }
    let proof = proof(draft, &node);
    draft.plan.channels.push(Channel {
        link: Link::BrowserToKibana,
        port: address::port(draft.answers),
        protection,
        proofs: if protection == Protection::Plain { Vec::new() } else { vec![proof] },
        note: note.into(),
    });
}
