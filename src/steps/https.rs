//! HTTPS: the REST interface of Elasticsearch on port 9200, with all that
//! `elasticsearch-certutil http` asks, and its zip.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::answers::{text, texts};
use super::authority::{self, Authority};
use super::field::{Field, Kind, choices, lens, pick};
use super::overview::LeafKey;
use super::passwords::PasswordSource;
use super::stack::Node;
use super::transport::Format;
use super::{Draft, Step, transport, zip};
use crate::plan::{
    Channel, Content, Entry, Identity, IdentityId, Issuer, KeyUsage, Line, Link, Protection, SecretId,
    SecretText, Store, Text, Usages, Value, codes,
};
use crate::values::{Dn, DnsName, KeyKind, Sans, Span};

pub const ID: &str = "https";

pub static STEP: Step = Step {
    id: ID,
    title: "HTTPS",
    heading: "HTTPS, for clients",
    page: include_str!("../../assets/help/https.md"),
    fields: FIELDS,
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
        TransportCa = "transport_ca", "the transport CA", "One CA fewer to keep, but clients then trust what makes nodes.";
        Request = "request", "an outside CA", "Requests (CSR) are written; nothing starts until they come back signed.";
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

static FIELDS: &[Field] = &[
    Field::new(
        "https.signed_by",
        "Signed by",
        Kind::Choice(pick!(https.signed_by: SignedBy)),
        "A CA of its own: clients that trust it cannot be fooled by, or join as, a node.\n\
         An outside CA: you send requests away, and the first task places what comes back.",
    )
    .group("Authority"),
    Field::new(
        "https.ca_subject",
        "Subject",
        Kind::Text(lens!(https.ca_subject)),
        "The distinguished name of the CA; empty for a name made of the cluster's. People see\n\
         it when they import the CA. A part unique to this session is always in it.",
    )
    .group("Authority")
    .shown(|answers| answers.https.signed_by == SignedBy::OwnCa)
    .automatic(|answers, context| authority::subject(answers, ID, "HTTP CA", "", context.run).to_string()),
    Field::new(
        "https.ca_validity",
        "Valid for",
        Kind::Text(lens!(https.ca_validity)),
        "How long the CA lives: 10y, 18m, 90d or 1y,6m. Every client that trusts it has to be\n\
         given a new one when it ends.",
    )
    .group("Authority")
    .shown(|answers| answers.https.signed_by == SignedBy::OwnCa),
    Field::new(
        "https.ca_password",
        "Password",
        Kind::Password(pick!(https.ca_password: PasswordSource)),
        "Protects authorities/http-ca.p12. Whoever opens that file can pass for the cluster\n\
         towards every client that trusts it.",
    )
    .group("Authority")
    .shown(|answers| answers.https.signed_by == SignedBy::OwnCa),
    Field::new(
        "https.certificate_per_node",
        "One per node",
        Kind::Flag(lens!(https.certificate_per_node)),
        "Yes: each node has a key of its own with its own names.\n\
         No: one certificate with the names of all nodes, the same file everywhere.",
    )
    .group("Certificates"),
    Field::new(
        "https.validity",
        "Valid for",
        Kind::Text(lens!(https.validity)),
        "How long the certificates live: 2y, 18m, 90D or 1y,6m. When one ends, clients refuse\n\
         that node; nothing warns before. They never outlive their CA.",
    )
    .group("Certificates"),
    Field::new(
        "https.subject",
        "Subject",
        Kind::Text(lens!(https.subject)),
        "Parts that every certificate's subject shares, such as O=Example,C=DE; the host's name\n\
         becomes the CN before them. Clients look at the names below, not at the subject.",
    )
    .group("Certificates")
    .automatic(|_, _| "CN=<host>".into()),
    Field::new(
        "https.short_names",
        "Short names",
        Kind::Flag(lens!(https.short_names)),
        "Adds each host's name, and the first part of its DNS names, to its certificate, so that\n\
         people can type es-1 for es-1.corp.example.",
    )
    .group("Certificates"),
    Field::new(
        "https.localhost",
        "localhost",
        Kind::Flag(lens!(https.localhost)),
        "Adds localhost, 127.0.0.1 and ::1. Elastic's own command line tools connect there, and\n\
         fail with `No subject alternative names matching` without them.",
    )
    .group("Certificates"),
    Field::new(
        "https.key_type",
        "Keys",
        Kind::Choice(pick!(https.key_type: KeyType)),
        "The key pairs of these certificates, where they differ from the session's.",
    )
    .group("Certificates"),
    Field::new(
        "https.key_usage",
        "Key usage",
        Kind::List(lens!(https.key_usage)),
        "What the key may do, separated by commas; empty for what TLS needs.\n\
         digitalSignature must be in it, or no TLS 1.3 handshake succeeds.",
    )
    .group("Certificates")
    .automatic(|answers, _| {
        let session = answers.overview.key_type.kind();
        let usages = KeyUsage::for_tls(answers.https.key_type.kind(session));
        usages.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }),
    Field::new(
        "https.format",
        "Format",
        Kind::Choice(pick!(https.format: Format)),
        "PKCS#12 keeps key, certificate and CA in one store. Java in FIPS mode reads only PEM.",
    )
    .group("Certificates")
    .shown(|answers| answers.https.signed_by != SignedBy::Request),
    Field::new(
        "https.password",
        "Password",
        Kind::Password(pick!(https.password: PasswordSource)),
        "Protects the key on each node. It goes into elasticsearch.keystore on every node, the\n\
         same on all.",
    )
    .group("Certificates"),
];

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
        let message = format!("{span} leaves little time before the first renewal; 60d or more is usual");
        draft.plan.file_issue(codes::HTTPS_SHORT_VALIDITY, "https.validity", message);
    }
    let ca_span = draft_authority(draft);
    if span.about_days() > ca_span.about_days() {
        let message = format!("{span} is longer than the CA's {ca_span}; the certificates end with their CA");
        draft.plan.file_issue(codes::HTTPS_OUTLIVES_CA, "https.validity", message);
    }
    let password =
        draft.password("https.password", answers.password, codes::HTTPS_PASSWORD, codes::HTTPS_BLANK);
    draft_identities(draft, span);
    for index in 0..draft.stack.elasticsearch.len() {
        let node = draft.stack.elasticsearch[index].clone();
        settings(draft, &node);
        files(draft, &node, password.as_ref());
    }
    client_files(draft);
    zip::draft(draft, password.as_ref());
    let awaited = "waits for certificates of an outside CA";
    draft.plan.channels.push(Channel {
        link: Link::ClientToElasticsearch,
        protection: Protection::Verified,
        authority: ca(draft),
        span: Some(span),
        note: if answers.signed_by == SignedBy::Request { awaited.into() } else { String::new() },
    });
}

/// Makes the CA where there is one of our own; returns how long the signing CA lives.
fn draft_authority(draft: &mut Draft<'_>) -> Span {
    let answers = &draft.answers.https;
    match answers.signed_by {
        SignedBy::OwnCa => {
            let span = authority::span(
                &mut draft.plan,
                &answers.ca_validity,
                "https.ca_validity",
                codes::HTTPS_CA_VALIDITY,
                Span::years(10),
            );
            let password = draft.password(
                "https.ca_password",
                answers.ca_password,
                codes::HTTPS_CA_PASSWORD,
                codes::HTTPS_CA_BLANK,
            );
            draft.authority(Authority {
                id: IdentityId::new("https.ca"),
                by: ID,
                subject: &answers.ca_subject,
                subject_code: codes::HTTPS_CA_SUBJECT,
                title: "HTTP CA",
                span,
                password,
                file: "http-ca.p12",
            });
            span
        }
        SignedBy::TransportCa => {
            let message = "clients would trust the CA that lets nodes join; choose a CA of its own unless you must have one only";
            draft.plan.file_issue(codes::HTTPS_SHARED_CA, "https.signed_by", message);
            draft.plan.identity(&transport::ca()).map_or(Span::years(10), |ca| ca.span)
        }
        SignedBy::Request => Span::years(100),
    }
}

fn draft_identities(draft: &mut Draft<'_>, span: Span) {
    let (subject, usages) = (subject(draft), usages(draft));
    let issuer = ca(draft).map_or(Issuer::Outside, Issuer::Other);
    let key = draft.answers.https.key_type.kind(draft.stack.key);
    let per_node = draft.answers.https.certificate_per_node;
    let names: Vec<Sans> = draft.stack.elasticsearch.iter().map(|node| sans(draft, node)).collect();
    let mut push = |id: IdentityId, cn: &str, sans: Sans| {
        draft.plan.identities.push(Identity {
            id,
            subject: subject.as_ref().map_or_else(|| Dn::cn(cn), |dn| dn.with_cn(cn)),
            sans: Arc::new(sans),
            span,
            key,
            issuer: issuer.clone(),
            usages: usages.clone(),
            by: ID,
        });
    };
    if per_node {
        for (node, sans) in draft.stack.elasticsearch.iter().zip(names) {
            push(IdentityId::new(format!("https.node.{}", node.name)), node.name.as_str(), sans);
        }
    } else {
        let all = Sans::union(names.iter());
        let count = all.len();
        push(IdentityId::new("https.node"), &draft.stack.cluster, all);
        if count > 250 {
            let message = format!(
                "one certificate with {count} names is more than Java 17 takes in a handshake; make one per node"
            );
            draft.plan.file_issue(codes::HTTPS_MANY_NAMES, "https.certificate_per_node", message);
        }
    }
}

fn subject(draft: &mut Draft<'_>) -> Option<Dn> {
    let text = draft.answers.https.subject.trim();
    if text.is_empty() {
        return None;
    }
    match text.parse::<Dn>() {
        Ok(dn) => Some(dn),
        Err(invalid) => {
            draft.plan.file_issue(codes::HTTPS_SUBJECT, "https.subject", format!("{text:?}: {invalid}"));
            None
        }
    }
}

fn usages(draft: &mut Draft<'_>) -> Usages {
    let answers = &draft.answers.https;
    let mut key = Vec::new();
    for word in answers.key_usage.iter().filter(|word| !word.trim().is_empty()) {
        match word.parse() {
            Ok(usage) if key.contains(&usage) => {}
            Ok(usage) => key.push(usage),
            Err(invalid) => draft.plan.file_issue(
                codes::HTTPS_KEY_USAGE,
                "https.key_usage",
                format!("{word:?}: {invalid}"),
            ),
        }
    }
    if key.is_empty() {
        key = KeyUsage::for_tls(answers.key_type.kind(draft.stack.key));
    } else if !key.contains(&KeyUsage::DigitalSignature) {
        draft.plan.file_issue(
            codes::HTTPS_KEY_USAGE,
            "https.key_usage",
            "add digitalSignature, which TLS signs with",
        );
    }
    Usages { authority: false, key, server: true, client: false }
}

/// The host's own names, what clients use beside them, and what the step adds.
fn sans(draft: &Draft<'_>, node: &Node) -> Sans {
    let answers = &draft.answers.https;
    let mut sans = node.sans();
    if answers.short_names {
        let shorts = node.dns.iter().filter(|name| !name.is_wildcard()).map(DnsName::short);
        let shorts: Vec<DnsName> =
            std::iter::once(node.name.as_str()).chain(shorts).filter_map(|name| name.parse().ok()).collect();
        shorts.into_iter().for_each(|name| sans.add_dns(name));
    }
    sans.extend(&draft.stack.client_names);
    if answers.localhost {
        if let Ok(localhost) = "localhost".parse() {
            sans.add_dns(localhost);
        }
        sans.add_ip([127, 0, 0, 1].into());
        sans.add_ip(std::net::Ipv6Addr::LOCALHOST.into());
    }
    sans
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
        if let Some(ca) = ca(draft) {
            // The CA in the served chain lets clients trust it by fingerprint.
            draft.config_file(ID, node, "certs/http.crt", Content::Certificates(vec![identity, ca]));
        }
    } else {
        let store = store(draft, node, password);
        draft.config_file(ID, node, "certs/http.p12", Content::Store(store));
    }
    if let Some(password) = password {
        let setting = if pem { "secure_key_passphrase" } else { "keystore.secure_password" };
        let text = SecretText::Plain(password.clone());
        draft.secure_setting(ID, node, &format!("xpack.security.http.ssl.{setting}"), text);
    }
}

/// For everybody who talks to the cluster: the CA, its fingerprint, a line to try it with. An outside
/// CA's certificate is placed by the operator.
fn client_files(draft: &mut Draft<'_>) {
    let url = draft.stack.elasticsearch.first().map(|node| format!("https://{}:9200", node.url_host()));
    let ca = ca(draft);
    let text = Text::new(include_str!("../../assets/clients.md"))
        .with("cluster", draft.stack.cluster.clone())
        .with("url", url.unwrap_or_default())
        .with("ca", ca.as_ref().map_or("", IdentityId::as_str));
    draft.operator_file("clients/README.md", Content::Text(text), ID);
    match ca {
        Some(ca) => draft.operator_file("clients/elasticsearch-ca.pem", Content::Certificates(vec![ca]), ID),
        None => requests(draft),
    }
}

/// One request for each certificate.
fn requests(draft: &mut Draft<'_>) {
    let mut wanted: Vec<(String, IdentityId)> = Vec::new();
    for node in &draft.stack.elasticsearch {
        let shared = !draft.answers.https.certificate_per_node;
        let name = if shared { draft.stack.cluster.clone() } else { node.name.to_string() };
        wanted.push((name, identity_of(draft, node)));
        if shared {
            break;
        }
    }
    for (name, identity) in wanted {
        draft.operator_file(&format!("requests/http-{name}.csr"), Content::Request(identity), ID);
    }
}
