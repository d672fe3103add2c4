//! The questions of the HTTPS step.

use super::{KeyType, SignedBy};
use crate::plan::KeyUsage;
use crate::steps::authority;
use crate::steps::field::{Field, Kind, lens, pick};
use crate::steps::passwords::PasswordSource;
use crate::steps::transport::Format;

pub(super) static FIELDS: &[Field] = &[
    Field::new(
        "https.signed_by",
        "Signed by",
        Kind::Choice(pick!(https.signed_by: SignedBy)),
        "Who signs the certificates that clients meet. A CA of its own keeps clients and\n\
         nodes apart; your organisation's may be trusted already, but signs requests first. A\n\
         client that lacks the CA's certificate refuses to connect.",
    )
    .group("Authority"),
    Field::new(
        "https.ca_subject",
        "Subject",
        Kind::Text(lens!(https.ca_subject)),
        "The CA's distinguished name, such as CN=prod HTTP CA,O=Example; empty for one made\n\
         of the cluster's. Change it where your rules say how CAs are named. A part unique to\n\
         this session is always in it: clients take two CAs of one name for each other.",
    )
    .group("Authority")
    .shown(|answers| answers.https.signed_by == SignedBy::OwnCa)
    .automatic(|answers, context| authority::subject(answers, "HTTP CA", "", context.run).to_string()),
    Field::new(
        "https.ca_validity",
        "Valid for",
        Kind::Text(lens!(https.ca_validity)),
        "How long the CA lives, such as 10y, 18m, 90d or 1y,6m. Longer means that clients get\n\
         a new one less often; shorter limits what a stolen CA is worth. When it ends, no\n\
         client connects until it has the next one.",
    )
    .group("Authority")
    .shown(|answers| answers.https.signed_by == SignedBy::OwnCa),
    Field::new(
        "https.ca_password",
        "Password",
        Kind::Password(pick!(https.ca_password: PasswordSource)),
        "Protects authorities/http-ca.p12. Type one where it has to come from a password\n\
         store. Whoever opens that file can pass for the cluster towards every client that\n\
         trusts it; without the password nobody can renew.",
    )
    .group("Authority")
    .shown(|answers| answers.https.signed_by == SignedBy::OwnCa),
    Field::new(
        "https.certificate_per_node",
        "One per node",
        Kind::Flag(lens!(https.certificate_per_node)),
        "Yes: each node has a key of its own with its own names. No: one certificate with the\n\
         names of all nodes, the same file everywhere; a new node then means a new file on\n\
         all, and one stolen key stands for every node.",
    )
    .group("Certificates"),
    Field::new(
        "https.validity",
        "Valid for",
        Kind::Text(lens!(https.validity)),
        "How long the certificates live, such as 2y, 18m, 90d or 1y,6m. Shorter limits what a\n\
         stolen key is worth; each renewal is work on every node. When one ends, clients\n\
         refuse that node, and nothing warns before. They never outlive their CA.",
    )
    .group("Certificates"),
    Field::new(
        "https.subject",
        "Subject",
        Kind::Text(lens!(https.subject)),
        "Parts that every certificate's subject shares, such as O=Example,C=DE; the host's\n\
         name becomes the CN before them. Add them where your rules or your CA ask for them.\n\
         Clients look at the names, not at the subject; a CA may refuse a wrong one.",
    )
    .group("Certificates")
    .automatic(|_, _| "CN=<host>".into()),
    Field::new(
        "https.short_names",
        "Short names",
        Kind::Flag(lens!(https.short_names)),
        "Adds each host's name, and the first part of its DNS names, to its certificate, so\n\
         that people can type es-1 for es-1.corp.example. Say no where a CA signs no names\n\
         without a dot. Without them a short name in a URL is a certificate error.",
    )
    .group("Certificates"),
    Field::new(
        "https.localhost",
        "localhost",
        Kind::Flag(lens!(https.localhost)),
        "Adds localhost, 127.0.0.1 and ::1 to each certificate. Say no where a CA does not\n\
         sign these. Elastic's own command line tools connect there, and fail without them:\n\
         `No subject alternative names matching`.",
    )
    .group("Certificates"),
    Field::new(
        "https.key_type",
        "Keys",
        Kind::Choice(pick!(https.key_type: KeyType)),
        "The key pairs of these certificates, where they differ from Overview's: EC for\n\
         speed, longer RSA where your rules ask for it. A client too old for the type fails\n\
         in the handshake, before any login.",
    )
    .group("Certificates"),
    Field::new(
        "https.key_usage",
        "Key usage",
        Kind::List(lens!(https.key_usage)),
        "What the key may do, separated by commas; empty for what TLS needs. Change it where\n\
         your rules or your CA ask for more. digitalSignature must be in it, or no TLS 1.3\n\
         handshake succeeds.",
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
        "How key and certificate lie on the node. PKCS#12 keeps them and the CA in one store.\n\
         Take PEM where Java runs in FIPS mode: it reads no PKCS#12, and the node would not\n\
         start.",
    )
    .group("Certificates")
    .shown(|answers| answers.https.signed_by != SignedBy::Request),
    Field::new(
        "https.password",
        "Password",
        Kind::Password(pick!(https.password: PasswordSource)),
        "Protects the key on each node. It goes into elasticsearch.keystore, the same on all\n\
         nodes. Type one where it has to come from a password store. A node whose keystore\n\
         has another one does not start.",
    )
    .group("Certificates"),
];
