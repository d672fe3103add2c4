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
        "Yes: Kibana proves itself by a certificate, so that a stolen token or password is\n\
         not enough. On Basic every client then needs one beside its login, and is locked out\n\
         without; with Trial, Gold or higher, set on Overview, a PKI realm logs Kibana in by\n\
         it.",
    )
    .group("Clients")
    .automatic(|answers, _| {
        match mode(answers) {
            Mode::Off => "",
            Mode::BesideToken => "on Basic: certificate beside the token",
            Mode::Realm => "PKI realm from the first start",
            Mode::RealmLater => "PKI realm once the licence is in",
        }
        .into()
    }),
    Field::new(
        "mtls.client_authentication",
        "Certificates",
        Kind::Choice(pick!(mtls.client_authentication: Demand)),
        "Whether Elasticsearch demands a certificate. Take optional where others shall log in\n\
         as before. required locks out every client without one: Logstash, agents, probes,\n\
         curl. Kibana, the Metricbeats here and the operator get theirs.",
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
         Each gets a key and a certificate in accounts/. With required, a client that is\n\
         missing here is locked out: `certificate required`.",
    )
    .group("Clients")
    .shown(is_on),
    Field::new(
        "mtls.subject",
        "Subject",
        Kind::Text(lens!(mtls.subject)),
        "Parts that every client's subject shares, such as OU=Ops,O=Example; kibana-client or\n\
         the client's name becomes the CN before them. Add them where your rules ask for\n\
         them. The role mapping names the whole subject: a certificate of another one has no\n\
         rights.",
    )
    .group("Clients")
    .shown(is_on)
    .automatic(|_, _| "CN=kibana-client".into()),
    Field::new(
        "mtls.validity",
        "Valid for",
        Kind::Text(lens!(mtls.validity)),
        "How long the certificates live, such as 2y, 18m or 90d. Shorter limits what a stolen\n\
         key is worth. When Kibana's ends, Elasticsearch refuses Kibana, and nothing warns\n\
         before. They never outlive their CA.",
    )
    .group("Clients")
    .shown(is_on),
    Field::new(
        "mtls.format",
        "Kibana's format",
        Kind::Choice(pick!(mtls.format: Format)),
        "How Kibana gets its key and certificate. PEM takes any key; PKCS#12 keeps both in\n\
         one store. From PKCS#12 Kibana reads RSA keys only: with an EC key it does not\n\
         start.",
    )
    .group("Clients")
    .shown(has_kibana),
    Field::new(
        "mtls.password",
        "Password",
        Kind::Password(pick!(mtls.password: PasswordSource)),
        "Protects Kibana's client key. It goes into kibana.keystore, never into kibana.yml.\n\
         Type one where it has to come from a password store. Where the keystore has another\n\
         one, Kibana does not start.",
    )
    .group("Clients")
    .shown(has_kibana),
    Field::new(
        "mtls.signed_by",
        "Signed by",
        Kind::Choice(pick!(mtls.signed_by: SignedBy)),
        "Who signs the certificates of clients. A CA of its own keeps clients and servers\n\
         apart; the HTTP CA is one file fewer to guard. Whoever holds this CA's key can make\n\
         a certificate of any client.",
    )
    .group("Authority")
    .shown(is_on),
    Field::new(
        "mtls.ca_subject",
        "Subject",
        Kind::Text(lens!(mtls.ca_subject)),
        "The CA's distinguished name, such as CN=prod client CA,O=Example; empty for one made\n\
         of the cluster's. Change it where your rules say how CAs are named. A part unique to\n\
         this session is always in it: nodes take two CAs of one name for each other.",
    )
    .group("Authority")
    .shown(makes_ca)
    .automatic(|answers, context| authority::subject(answers, "client CA", "", context.run).to_string()),
    Field::new(
        "mtls.ca_validity",
        "Valid for",
        Kind::Text(lens!(mtls.ca_validity)),
        "How long the CA lives, such as 10y, 18m, 90d or 1y,6m. Longer means fewer renewals;\n\
         shorter limits what a stolen CA is worth. When it ends, all clients need new\n\
         certificates, or are refused.",
    )
    .group("Authority")
    .shown(makes_ca),
    Field::new(
        "mtls.ca_password",
        "Password",
        Kind::Password(pick!(mtls.ca_password: PasswordSource)),
        "Protects authorities/client-ca.p12. Type one where it has to come from a password\n\
         store. Whoever opens that file can make a certificate of any client; without the\n\
         password nobody can add or renew one.",
    )
    .group("Authority")
    .shown(makes_ca),
    Field::new(
        "mtls.pki_realm",
        "PKI realm",
        Kind::Text(lens!(mtls.pki_realm)),
        "The name of the realm that logs in by certificate; it stands in settings, in the\n\
         role mapping and in audit logs. Change it where another realm has this name already:\n\
         two of one name, or a mapping that names a third, lock Kibana out.",
    )
    .group("Realms")
    .shown(has_realm),
    Field::new(
        "mtls.pki_order",
        "Its order",
        Kind::Text(lens!(mtls.pki_order)),
        "When this realm is asked: from the lowest number up. Change it where realms of your\n\
         own have this number. Two realms of one number keep every node from starting.",
    )
    .group("Realms")
    .shown(has_realm),
    Field::new(
        "mtls.native_realm",
        "Native realm",
        Kind::Text(lens!(mtls.native_realm)),
        "The name of the realm in which people and programs log in by name and password; it\n\
         is set so that its place in the order is known. Change it where another realm has\n\
         this name already: two realms cannot share one.",
    )
    .group("Realms")
    .shown(has_realm),
    Field::new(
        "mtls.native_order",
        "Its order",
        Kind::Text(lens!(mtls.native_order)),
        "When this realm is asked: from the lowest number up. Change it where realms of your\n\
         own have this number. Two realms of one number keep every node from starting.",
    )
    .group("Realms")
    .shown(has_realm),
    Field::new(
        "mtls.role_mapping",
        "Role mapping",
        Kind::Choice(pick!(mtls.role_mapping: RoleMapping)),
        "How Elasticsearch learns that Kibana's certificate has the role kibana_system; the\n\
         API body is written either way. Take a call to see it in Kibana. Without a mapping\n\
         the certificate is believed and has no rights.",
    )
    .group("Realms")
    .shown(has_realm),
];
