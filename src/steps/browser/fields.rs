//! The questions of the Browser step.

use super::{Format, SignedBy, has_kibana, is_signed_here, is_tls};
use crate::steps::field::{Field, Kind, lens, pick};
use crate::steps::passwords::PasswordSource;
use crate::steps::{Answers, authority};

fn makes_ca(answers: &Answers) -> bool {
    has_kibana(answers) && super::makes_ca(answers)
}

fn requests(answers: &Answers) -> bool {
    has_kibana(answers) && super::requests(answers)
}

pub(super) static FIELDS: &[Field] = &[
    Field::new(
        "browser.signed_by",
        "Signed by",
        Kind::Choice(pick!(browser.signed_by: SignedBy)),
        "Who signs the certificate that browsers meet. A CA of stackseal has to be imported by\n\
         every browser once; the runbook says how. Your organisation's CA is trusted already,\n\
         but has to sign a request first. A Kibana host that differs says so in its own row.",
    )
    .group("Certificate")
    .shown(has_kibana),
    Field::new(
        "browser.send_to",
        "Request goes to",
        Kind::Text(lens!(browser.send_to)),
        "Who signs it: an address or a name, such as pki@corp.example. It stands in the tasks\n\
         and with the session, so that nobody forgets whom to ask.",
    )
    .group("Certificate")
    .shown(requests),
    Field::new(
        "browser.subject",
        "Subject",
        Kind::Text(lens!(browser.subject)),
        "Parts that every certificate's subject shares, such as O=Example,C=DE; the first name\n\
         of the host becomes the CN before them. Browsers look at the names, not at the subject.",
    )
    .group("Certificate")
    .shown(is_tls)
    .automatic(|_, _| "CN=<first name>".into()),
    Field::new(
        "browser.names",
        "Other names",
        Kind::List(lens!(browser.names)),
        "Names and addresses that people type beside the hosts' own and their public URLs, such\n\
         as kibana.corp.example of a balancer. A name that is missing here is a warning there.",
    )
    .group("Certificate")
    .shown(is_tls),
    Field::new(
        "browser.validity",
        "Valid for",
        Kind::Text(lens!(browser.validity)),
        "At most 825 days: Apple's systems refuse a server certificate that lives longer, even\n\
         of a CA that you imported. When it ends, browsers show a warning instead of Kibana.",
    )
    .group("Certificate")
    .shown(is_signed_here),
    Field::new(
        "browser.format",
        "Format",
        Kind::Choice(pick!(browser.format: Format)),
        "How Kibana gets key and certificate. From PKCS#12 it reads RSA keys only.",
    )
    .group("Certificate")
    .shown(is_signed_here),
    Field::new(
        "browser.password",
        "Password",
        Kind::Password(pick!(browser.password: PasswordSource)),
        "Protects Kibana's key. It goes into kibana.keystore, never into kibana.yml.",
    )
    .group("Certificate")
    .shown(is_tls),
    Field::new(
        "browser.ca_subject",
        "Subject",
        Kind::Text(lens!(browser.ca_subject)),
        "The distinguished name of the CA; empty for a name made of the cluster's. People see\n\
         it when they import the CA. A part unique to this session is always in it.",
    )
    .group("Authority")
    .shown(makes_ca)
    .automatic(|answers, context| authority::subject(answers, "browser CA", "", context.run).to_string()),
    Field::new(
        "browser.ca_validity",
        "Valid for",
        Kind::Text(lens!(browser.ca_validity)),
        "How long the CA lives: 10y, 18m, 90d or 1y,6m. When it ends, everybody has to import\n\
         a new one.",
    )
    .group("Authority")
    .shown(makes_ca),
    Field::new(
        "browser.ca_password",
        "Password",
        Kind::Password(pick!(browser.ca_password: PasswordSource)),
        "Protects authorities/browser-ca.p12. Whoever opens that file can pass for any site\n\
         towards the browsers that trust it.",
    )
    .group("Authority")
    .shown(makes_ca),
    Field::new(
        "browser.port",
        "Port",
        Kind::Text(lens!(browser.port)),
        "The port on which Kibana answers browsers. Ports below 1024 need rights that Kibana's\n\
         user does not have by itself.",
    )
    .group("Address")
    .shown(has_kibana),
    Field::new(
        "browser.redirect_port",
        "Redirect http from",
        Kind::Text(lens!(browser.redirect_port)),
        "A second port that answers http only to send browsers to https; empty for none. It\n\
         must be another port and be free, or Kibana does not start.",
    )
    .group("Address")
    .shown(is_tls)
    .automatic(|_, _| "no port".into()),
];
