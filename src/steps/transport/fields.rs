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
        "The CA's distinguished name, such as CN=prod transport CA,O=Example; empty for one\n\
         made of the cluster's. Change it where your rules say how CAs are named. A part\n\
         unique to this session is always in it: nodes take two CAs of one name for each\n\
         other, and refuse each other.",
    )
    .group("Authority")
    .automatic(|answers, context| authority::subject(answers, "transport CA", "", context.run).to_string()),
    Field::new(
        "transport.ca_validity",
        "Valid for",
        Kind::Text(lens!(transport.ca_validity)),
        "How long the CA lives, such as 10y, 18m, 90d or 1y,6m. Longer means fewer renewals;\n\
         shorter limits what a stolen CA is worth. When it ends, all certificates under it\n\
         end too, and every node needs new ones.",
    )
    .group("Authority"),
    Field::new(
        "transport.ca_password",
        "Password",
        Kind::Password(pick!(transport.ca_password: PasswordSource)),
        "Protects authorities/elastic-stack-ca.p12; needed again to add nodes or renew. Type\n\
         one where it has to come from a password store. Whoever opens that file can add\n\
         nodes; without the password nobody can renew.",
    )
    .group("Authority"),
    Field::new(
        "transport.certificate_per_node",
        "One per node",
        Kind::Flag(lens!(transport.certificate_per_node)),
        "Yes: each node has a key of its own, and a stolen one can be replaced alone. No: all\n\
         nodes share elastic-certificates.p12, as in Elastic's first example; one stolen file\n\
         then stands for every node, and means a new one on all of them.",
    )
    .group("Node certificates"),
    Field::new(
        "transport.verification_mode",
        "Verification",
        Kind::Choice(pick!(transport.verification_mode: Verification)),
        "full: a peer must carry the name or address by which it is reached, so that a stolen\n\
         certificate is of no use elsewhere. certificate: any node of this CA is believed;\n\
         right where addresses change. With full a node whose address is missing cannot join.",
    )
    .group("Node certificates")
    .automatic(automatic_mode),
    Field::new(
        "transport.validity",
        "Valid for",
        Kind::Text(lens!(transport.validity)),
        "How long node certificates live, such as 3y, 18m or 90d. Shorter limits what a\n\
         stolen key is worth; each renewal is work on every node. Nothing warns before they\n\
         end: a node then leaves the cluster at its next reconnect. They never outlive their\n\
         CA.",
    )
    .group("Node certificates"),
    Field::new(
        "transport.format",
        "Format",
        Kind::Choice(pick!(transport.format: Format)),
        "How key and certificate lie on the node. PKCS#12 keeps them and the CA in one store,\n\
         so that they cannot be mixed up. Take PEM where Java runs in FIPS mode: it reads no\n\
         PKCS#12, and the node would not start.",
    )
    .group("Node certificates"),
    Field::new(
        "transport.extended_key_usage",
        "Extended usage",
        Kind::Choice(pick!(transport.extended_key_usage: ExtendedKeyUsage)),
        "What the certificate says it may be used for. A node is server and client at once,\n\
         so none, or both where your rules demand it. For servers only, a node is refused:\n\
         `Extended key usage does not permit use for TLS client authentication`.",
    )
    .group("Node certificates"),
    Field::new(
        "transport.store_password",
        "Password",
        Kind::Password(pick!(transport.store_password: PasswordSource)),
        "Protects the key on each node. It goes into elasticsearch.keystore, the same on all;\n\
         in elasticsearch.yml everybody could read it. Type one where it has to come from a\n\
         password store. A node whose keystore has another one does not start.",
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
