//! The questions of the transport step.

use super::{ExtendedKeyUsage, Format, Verification};
use crate::steps::field::{Field, Kind, lens, pick};
use crate::steps::passwords::PasswordSource;
use crate::steps::{Answers, Context, authority};

pub(super) static FIELDS: &[Field] = &[
    Field::new(
        "transport.ca_subject",
        "Subject",
        Kind::Text(lens!(transport.ca_subject)),
        "The distinguished name of the CA, such as CN=prod transport CA,O=Example. Empty for a\n\
         name made of the cluster's. A part unique to this session is always in it: two CAs of\n\
         one name are taken for each other, and nodes then refuse each other for no visible reason.",
    )
    .group("Authority")
    .automatic(|answers, context| authority::subject(answers, "transport CA", "", context.run).to_string()),
    Field::new(
        "transport.ca_validity",
        "Valid for",
        Kind::Text(lens!(transport.ca_validity)),
        "How long the CA lives: 10y, 18m, 90d or 1y,6m. When it ends, all certificates under it\n\
         end too, and a new CA means new certificates on every node.",
    )
    .group("Authority"),
    Field::new(
        "transport.ca_password",
        "Password",
        Kind::Password(pick!(transport.ca_password: PasswordSource)),
        "Protects authorities/elastic-stack-ca.p12. Whoever opens that file can add nodes to the\n\
         cluster. It is needed again only to add nodes or renew.",
    )
    .group("Authority"),
    Field::new(
        "transport.certificate_per_node",
        "One per node",
        Kind::Flag(lens!(transport.certificate_per_node)),
        "Yes: each node has a key of its own, and a stolen one can be replaced alone.\n\
         No: all nodes share elastic-certificates.p12, as in Elastic's first example.",
    )
    .group("Node certificates"),
    Field::new(
        "transport.verification_mode",
        "Verification",
        Kind::Choice(pick!(transport.verification_mode: Verification)),
        "full: a peer must carry the name or address by which it is reached, which stops a\n\
         certificate stolen from another host; it needs an address of every node.\n\
         certificate: any node of this CA is believed; right where addresses change.",
    )
    .group("Node certificates")
    .automatic(automatic_mode),
    Field::new(
        "transport.validity",
        "Valid for",
        Kind::Text(lens!(transport.validity)),
        "How long node certificates live. Nothing warns before they end: a node then leaves the\n\
         cluster at its next reconnect. They never outlive their CA.",
    )
    .group("Node certificates"),
    Field::new(
        "transport.format",
        "Format",
        Kind::Choice(pick!(transport.format: Format)),
        "PKCS#12 keeps key, certificate and CA in one store, so that they cannot be mixed up.\n\
         Java in FIPS mode reads only PEM.",
    )
    .group("Node certificates"),
    Field::new(
        "transport.extended_key_usage",
        "Extended key usage",
        Kind::Choice(pick!(transport.extended_key_usage: ExtendedKeyUsage)),
        "A node is server and client at once. A certificate for servers only is refused with\n\
         `Extended key usage does not permit use for TLS client authentication`; so none, or both.",
    )
    .group("Node certificates"),
    Field::new(
        "transport.store_password",
        "Password",
        Kind::Password(pick!(transport.store_password: PasswordSource)),
        "Protects the key on each node. It goes into elasticsearch.keystore on every node, the\n\
         same on all; in elasticsearch.yml it would be readable for everybody.",
    )
    .group("Node certificates"),
];

fn automatic_mode(answers: &Answers, _: &Context<'_>) -> String {
    if answers.transport.verification_mode != Verification::Auto {
        return String::new();
    }
    let lacking =
        answers.overview.elasticsearch.iter().find(|host| host.dns.is_empty() || host.ip.is_empty());
    match lacking {
        None => "full: every node has a name and an address".into(),
        Some(host) if host.ip.is_empty() => format!("certificate: {} has no address", host.name),
        Some(host) => format!("certificate: {} has no DNS name", host.name),
    }
}
