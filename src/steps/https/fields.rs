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
    .automatic(|answers, context| authority::subject(answers, "HTTP CA", "", context.run).to_string()),
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
