//! HTTPS: the REST interface of Elasticsearch on port 9200, with all that
//! `elasticsearch-certutil http` asks, and its zip.

mod fields;
mod identities;

use serde::{Deserialize, Serialize};

use super::answers::{text, texts};
use super::authority::{self, CaCodes, OwnCa};
use super::field::choices;
use super::overview::LeafKey;
use super::passwords::PasswordSource;
use super::stack::Node;
use super::transport::Format;
use super::{Draft, Step, certutil_zip, mtls, transport};
use crate::plan::{
    Channel, Content, Entry, IdentityId, Line, Link, Proof, Protection, SecretId, SecretText, Store, Text,
    Value, codes,
};
use crate::values::{KeyKind, Span};

pub const ID: &str = "https";

pub static STEP: Step = Step {
    id: ID,
    title: "HTTPS",
    heading: "HTTPS, for clients",
    page: include_str!("../../../assets/help/https.md"),
    fields: fields::FIELDS,
    draft,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Https {
    pub signed_by: SignedBy,
    #[serde(deserialize_with = "text")]
    pub ca_subject: String,
    #[serde(deserialize_with = "text")]
    pub ca_validity: String,
    pub ca_password: PasswordSource,
    pub certificate_per_node: bool,
    #[serde(deserialize_with = "text")]
    pub validity: String,
    #[serde(deserialize_with = "text")]
    pub subject: String,
    pub short_names: bool,
    pub localhost: bool,
    pub key_type: KeyType,
    #[serde(deserialize_with = "texts")]
    pub key_usage: Vec<String>,
    pub format: Format,
    pub password: PasswordSource,
}

impl Default for Https {
    fn default() -> Self {
        Self {
            signed_by: SignedBy::default(),
            ca_subject: String::new(),
            ca_validity: "10y".into(),
            ca_password: PasswordSource::default(),
            certificate_per_node: true,
            validity: "2y".into(),
            subject: String::new(),
            short_names: true,
            localhost: true,
            key_type: KeyType::default(),
            key_usage: Vec::new(),
            format: Format::default(),
            password: PasswordSource::default(),
        }
    }
}

choices! {
    /// Who signs the certificates that clients meet.
    SignedBy {
        OwnCa = "own_ca", "a CA of its own", "Clients trust it and nothing else; the safest.";
        TransportCa = "transport_ca", "the transport CA", "One CA fewer, but clients then trust what makes nodes.";
        Request = "request", "your CA by request", "Requests (CSR) are written; nodes start once signed.";
    }
}

choices! {
    /// The key pairs of HTTPS certificates.
    KeyType {
        Session = "session", "as on Overview", "The kind of key chosen for the session.";
        Rsa2048 = "rsa-2048", "RSA 2048", "Read by everything.";
        Rsa3072 = "rsa-3072", "RSA 3072", "128 bits of security.";
        Rsa4096 = "rsa-4096", "RSA 4096", "Slow to make and in every handshake.";
        EcP256 = "ec-p256", "EC P-256", "Small and fast.";
        EcP384 = "ec-p384", "EC P-384", "192 bits of security.";
    }
}

impl KeyType {
    fn kind(self, session: KeyKind) -> KeyKind {
        match self {
            Self::Session => session,
            Self::EcP256 => LeafKey::EcP256.kind(),
            Self::EcP384 => LeafKey::EcP384.kind(),
            Self::Rsa2048 => LeafKey::Rsa2048.kind(),
            Self::Rsa3072 => LeafKey::Rsa3072.kind(),
            Self::Rsa4096 => LeafKey::Rsa4096.kind(),
        }
    }
}

/// The authority that clients trust; none where an outside one is awaited.
pub fn ca(draft: &Draft<'_>) -> Option<IdentityId> {
    match draft.answers.https.signed_by {
        SignedBy::OwnCa => Some(IdentityId::new("https.ca")),
        SignedBy::TransportCa => Some(transport::ca()),
        SignedBy::Request => None,
    }
}

/// The certificate that clients of this node meet.
pub fn identity_of(draft: &Draft<'_>, node: &Node) -> IdentityId {
    if draft.answers.https.certificate_per_node {
        IdentityId::new(format!("https.node.{}", node.name))
    } else {
        IdentityId::new("https.node")
    }
}

/// Whether keys and certificates are PEM files; requests always are.
pub fn is_pem(answers: &Https) -> bool {
    answers.format == Format::Pem || answers.signed_by == SignedBy::Request
}

fn draft(draft: &mut Draft<'_>) {
    let answers = &draft.answers.https;
    let span = authority::span(
        &mut draft.plan,
        &answers.validity,
        "https.validity",
        codes::HTTPS_VALIDITY,
        Span::years(2),
    );
    if span.about_days() < 60 && answers.validity.parse::<Span>().is_ok() {
        let message =
            format!("{span} leaves little time before the first renewal; 60d or more is usual, such as 2y");
        draft.plan.file_issue(codes::HTTPS_SHORT_VALIDITY, "https.validity", message);
    }
    let ca_span = draft_authority(draft);
    draft.check_outlives(codes::HTTPS_OUTLIVES_CA, "https.validity", span, ca_span);
    let password =
        draft.password("https.password", answers.password, codes::HTTPS_PASSWORD, codes::HTTPS_BLANK);
    identities::draft(draft, span);
    if answers.signed_by == SignedBy::Request {
        for (name, identity) in request_names(draft) {
            draft.arrived(&identity, &format!("http-{name}"), codes::HTTPS_SIGNED_UNFIT, "https.signed_by");
        }
    }
    for index in 0..draft.stack.elasticsearch.len() {
        let node = draft.stack.elasticsearch[index].clone();
        settings(draft, &node);
        files(draft, &node, password.as_ref());
    }
    client_files(draft);
    certutil_zip::draft(draft, password.as_ref());
    let awaited = "waits for certificates of your CA";
    draft.plan.channels.push(Channel {
        link: Link::ClientToElasticsearch,
        port: 9200,
        protection: Protection::Verified,
        proofs: vec![proof(draft)],
        note: if answers.signed_by == SignedBy::Request { awaited.into() } else { String::new() },
    });
}

/// What clients check of Elasticsearch.
pub fn proof(draft: &Draft<'_>) -> Proof {
    let first = draft.plan.identities.iter().find(|identity| identity.by == ID && !identity.is_authority());
    Proof {
        who: "Elasticsearch",
        what: "its names".into(),
        authority: ca(draft),
        span: first.map(|identity| identity.span),
    }
}

/// Makes the CA where there is one of our own; returns how long the signing CA lives.
fn draft_authority(draft: &mut Draft<'_>) -> Span {
    let answers = &draft.answers.https;
    match answers.signed_by {
        SignedBy::OwnCa => draft.own_ca(OwnCa {
            id: IdentityId::new("https.ca"),
            by: ID,
            title: "HTTP CA",
            file: "http-ca.p12",
            subject: &answers.ca_subject,
            validity: &answers.ca_validity,
            password: answers.ca_password,
            fields: ["https.ca_validity", "https.ca_password"],
            codes: CaCodes {
                subject: codes::HTTPS_CA_SUBJECT,
                validity: codes::HTTPS_CA_VALIDITY,
                password: codes::HTTPS_CA_PASSWORD,
                blank: codes::HTTPS_CA_BLANK,
            },
        }),
        SignedBy::TransportCa => {
            let message = "clients would trust the CA that lets nodes join; choose a CA of its own unless you must have one only";
            draft.plan.file_issue(codes::HTTPS_SHARED_CA, "https.signed_by", message);
            draft.plan.identity(&transport::ca()).map_or(Span::years(10), |ca| ca.span)
        }
        SignedBy::Request => Span::years(100),
    }
}

fn settings(draft: &mut Draft<'_>, node: &Node) {
    let pem = is_pem(&draft.answers.https);
    let plan = &mut draft.plan;
    let mut set = |key: &'static str, value: Value| plan.set(node.config, Line::new(ID, key, value));
    set("xpack.security.http.ssl.enabled", true.into());
    if pem {
        set("xpack.security.http.ssl.certificate", "certs/http.crt".into());
        set("xpack.security.http.ssl.key", "certs/http.key".into());
    } else {
        set("xpack.security.http.ssl.keystore.path", "certs/http.p12".into());
    }
}

/// The store that a node and the zip hold alike.
pub fn store(draft: &Draft<'_>, node: &Node, password: Option<&SecretId>) -> Store {
    let mut entries = vec![Entry::Key { alias: "http".into(), of: identity_of(draft, node) }];
    entries.extend(ca(draft).map(|of| Entry::Trusted { alias: "ca", of }));
    Store { entries, password: password.cloned() }
}

fn files(draft: &mut Draft<'_>, node: &Node, password: Option<&SecretId>) {
    let identity = identity_of(draft, node);
    let pem = is_pem(&draft.answers.https);
    if pem {
        let key = Content::Key { of: identity.clone(), password: password.cloned() };
        draft.config_file(ID, node, "certs/http.key", key);
        // The CA in the served chain lets clients trust it by fingerprint.
        let chain: Vec<IdentityId> = [identity.clone()].into_iter().chain(ca(draft)).collect();
        if !draft.is_awaited(&identity) {
            draft.config_file(ID, node, "certs/http.crt", Content::Certificates(chain));
        }
    } else {
        let store = store(draft, node, password);
        draft.config_file(ID, node, "certs/http.p12", Content::Store(store));
    }
    if let Some(password) = password {
        let setting = if pem {
            "xpack.security.http.ssl.secure_key_passphrase"
        } else {
            "xpack.security.http.ssl.keystore.secure_password"
        };
        draft.secure_setting(ID, node, setting, SecretText::Plain(password.clone()));
    }
}

/// For everybody who talks to the cluster: the CA, its fingerprint, a line to try it with. An outside
/// CA's certificate is placed by the operator.
fn client_files(draft: &mut Draft<'_>) {
    let url = draft.stack.elasticsearch.first().map(|node| format!("https://{}:9200", node.url_host()));
    let ca = ca(draft);
    let text = Text::new(include_str!("../../../assets/clients.md"))
        .with("cluster", draft.stack.cluster.clone())
        .with("url", url.unwrap_or_default())
        .with("ca", ca.as_ref().map_or("", IdentityId::as_str))
        .with("certificate", if mtls::is_required(draft.answers) { "yes" } else { "" });
    draft.operator_file("clients/README.md", Content::Text(text), ID);
    match ca {
        Some(ca) => draft.operator_file("clients/elasticsearch-ca.pem", Content::Certificates(vec![ca]), ID),
        None => requests(draft),
    }
}

/// One request for each certificate.
fn requests(draft: &mut Draft<'_>) {
    for (name, identity) in request_names(draft) {
        draft.operator_file(&format!("requests/http-{name}.csr"), Content::Request(identity), ID);
    }
}

fn request_names(draft: &Draft<'_>) -> Vec<(String, IdentityId)> {
    let mut wanted: Vec<(String, IdentityId)> = Vec::new();
    for node in &draft.stack.elasticsearch {
        let shared = !draft.answers.https.certificate_per_node;
        let name = if shared { draft.stack.cluster.clone() } else { node.name.to_string() };
        wanted.push((name, identity_of(draft, node)));
        if shared {
            break;
        }
    }
    wanted
}
