//! The questions of the mTLS step.

use super::{Demand, Format, Mode, RoleMapping, SignedBy, has_realm, is_required, mode};
use crate::steps::field::{Field, Kind, lens, pick};
use crate::steps::passwords::PasswordSource;
use crate::steps::{Answers, authority};

fn is_on(answers: &Answers) -> bool {
    mode(answers) != Mode::Off
}

fn has_kibana(answers: &Answers) -> bool {
    is_on(answers) && !answers.overview.kibana.is_empty()
}

fn makes_ca(answers: &Answers) -> bool {
    is_on(answers) && answers.mtls.signed_by == SignedBy::OwnCa
}

pub(super) static FIELDS: &[Field] = &[
    Field::new(
        "mtls.enabled",
        "Mutual TLS",
        Kind::Flag(lens!(mtls.enabled)),
        "Yes: Kibana proves who it is by a certificate, so that a stolen token or password is not\n\
         enough. On a Basic licence every client then needs a certificate beside its login; with\n\
         Trial, Gold or higher a PKI realm logs Kibana in by it. Set the licence on Overview.",
    )
    .group("Clients")
    .automatic(|answers, _| {
        match mode(answers) {
            Mode::Off => "",
            Mode::BesideToken => "Basic licence: certificate beside the token",
            Mode::Realm => "trial: PKI realm from the first start",
            Mode::RealmLater => "PKI realm once the licence is in",
        }
        .into()
    }),
    Field::new(
        "mtls.client_authentication",
        "Client certificates",
        Kind::Choice(pick!(mtls.client_authentication: Demand)),
        "required locks out every client without a certificate: Logstash, agents, probes, curl.\n\
         Kibana, the Metricbeats of this session and the operator get theirs. optional lets\n\
         others log in as before.",
    )
    .group("Clients")
    .shown(is_on)
    .automatic(|answers, _| {
        if answers.mtls.client_authentication != Demand::Auto {
            return String::new();
        }
        if is_required(answers) { "required: the licence is Basic".into() } else { "optional".into() }
    }),
    Field::new(
        "mtls.other_clients",
        "Other clients",
        Kind::List(lens!(mtls.other_clients)),
        "Names of clients outside this session, separated by commas, such as logstash, probe.\n\
         Each gets a key and a certificate in accounts/.",
    )
    .group("Clients")
    .shown(is_on),
    Field::new(
        "mtls.subject",
        "Subject",
        Kind::Text(lens!(mtls.subject)),
        "Parts that every client's subject shares, such as OU=Ops,O=Example; kibana-client or the\n\
         client's name becomes the CN before them. The role mapping names the whole subject.",
    )
    .group("Clients")
    .shown(is_on)
    .automatic(|_, _| "CN=kibana-client".into()),
    Field::new(
        "mtls.validity",
        "Valid for",
        Kind::Text(lens!(mtls.validity)),
        "How long the certificates live: 2y, 18m, 90D. When Kibana's ends, Elasticsearch refuses\n\
         Kibana. They never outlive their CA.",
    )
    .group("Clients")
    .shown(is_on),
    Field::new(
        "mtls.format",
        "Format for Kibana",
        Kind::Choice(pick!(mtls.format: Format)),
        "How Kibana gets its key and certificate. From PKCS#12 it reads RSA keys only.",
    )
    .group("Clients")
    .shown(has_kibana),
    Field::new(
        "mtls.password",
        "Password",
        Kind::Password(pick!(mtls.password: PasswordSource)),
        "Protects Kibana's client key. It goes into kibana.keystore, never into kibana.yml.",
    )
    .group("Clients")
    .shown(has_kibana),
    Field::new(
        "mtls.signed_by",
        "Signed by",
        Kind::Choice(pick!(mtls.signed_by: SignedBy)),
        "Whoever holds this CA's key can make a certificate of any client. A CA of its own keeps\n\
         that apart from the certificates of servers.",
    )
    .group("Authority")
    .shown(is_on),
    Field::new(
        "mtls.ca_subject",
        "Subject",
        Kind::Text(lens!(mtls.ca_subject)),
        "The distinguished name of the CA; empty for a name made of the cluster's. A part unique\n\
         to this session is always in it.",
    )
    .group("Authority")
    .shown(makes_ca)
    .automatic(|answers, context| authority::subject(answers, "client CA", "", context.run).to_string()),
    Field::new(
        "mtls.ca_validity",
        "Valid for",
        Kind::Text(lens!(mtls.ca_validity)),
        "How long the CA lives: 10y, 18m, 90d or 1y,6m. When it ends, all clients need new\n\
         certificates.",
    )
    .group("Authority")
    .shown(makes_ca),
    Field::new(
        "mtls.ca_password",
        "Password",
        Kind::Password(pick!(mtls.ca_password: PasswordSource)),
        "Protects authorities/client-ca.p12.",
    )
    .group("Authority")
    .shown(makes_ca),
    Field::new(
        "mtls.pki_realm",
        "PKI realm",
        Kind::Text(lens!(mtls.pki_realm)),
        "The name of the realm that logs in by certificate. It stands in settings, in the role\n\
         mapping and in audit logs.",
    )
    .group("Realms")
    .shown(has_realm),
    Field::new(
        "mtls.pki_order",
        "Its order",
        Kind::Text(lens!(mtls.pki_order)),
        "Realms are asked from the lowest number up; no two may have the same.",
    )
    .group("Realms")
    .shown(has_realm),
    Field::new(
        "mtls.native_realm",
        "Native realm",
        Kind::Text(lens!(mtls.native_realm)),
        "The name of the realm in which people and programs log in by name and password.",
    )
    .group("Realms")
    .shown(has_realm),
    Field::new(
        "mtls.native_order",
        "Its order",
        Kind::Text(lens!(mtls.native_order)),
        "Realms are asked from the lowest number up; no two may have the same.",
    )
    .group("Realms")
    .shown(has_realm),
    Field::new(
        "mtls.role_mapping",
        "Role mapping",
        Kind::Choice(pick!(mtls.role_mapping: RoleMapping)),
        "How Elasticsearch learns that Kibana's certificate has the role kibana_system. Without\n\
         it the certificate is believed and has no rights. The API body is written either way.",
    )
    .group("Realms")
    .shown(has_realm),
];
