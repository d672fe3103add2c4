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
        "Who signs the certificate that browsers meet; a host may differ in its row. A CA of\n\
         its own is imported once by every browser, or it warns; your organisation's is\n\
         trusted already, but has to sign a request first.",
    )
    .group("Certificate")
    .shown(has_kibana),
    Field::new(
        "browser.send_to",
        "Send to",
        Kind::Text(lens!(browser.send_to)),
        "Who signs the request: an address or a name, such as pki@corp.example. It stands in\n\
         the tasks and with the session, so that nobody forgets whom to ask. A wrong one\n\
         breaks nothing here: the request waits with the wrong people.",
    )
    .group("Certificate")
    .shown(requests),
    Field::new(
        "browser.subject",
        "Subject",
        Kind::Text(lens!(browser.subject)),
        "Parts that every certificate's subject shares, such as O=Example,C=DE; the host's\n\
         first name becomes the CN before them. Add them where your rules or your CA ask for\n\
         them. Browsers look at the names, not at the subject; a CA may refuse a wrong one.",
    )
    .group("Certificate")
    .shown(is_tls)
    .automatic(|_, _| "CN=<first name>".into()),
    Field::new(
        "browser.names",
        "Other names",
        Kind::List(lens!(browser.names)),
        "Names and addresses that people type beside the hosts' own and their public URLs,\n\
         such as kibana.corp.example of a balancer. Add all that lead to Kibana: for a name\n\
         that is missing here browsers show a warning.",
    )
    .group("Certificate")
    .shown(is_tls),
    Field::new(
        "browser.validity",
        "Valid for",
        Kind::Text(lens!(browser.validity)),
        "How long the certificates live, at most 825d: Apple's systems refuse a longer one,\n\
         even of a CA that you imported. Shorter limits what a stolen key is worth. When it\n\
         ends, browsers show a warning instead of Kibana.",
    )
    .group("Certificate")
    .shown(is_signed_here),
    Field::new(
        "browser.format",
        "Format",
        Kind::Choice(pick!(browser.format: Format)),
        "How Kibana gets key and certificate. PEM takes any key; PKCS#12 keeps both in one\n\
         store. From PKCS#12 Kibana reads RSA keys only: with an EC key it does not start.",
    )
    .group("Certificate")
    .shown(is_signed_here),
    Field::new(
        "browser.password",
        "Password",
        Kind::Password(pick!(browser.password: PasswordSource)),
        "Protects Kibana's key. It goes into kibana.keystore, never into kibana.yml. Type one\n\
         where it has to come from a password store. Where the keystore has another one,\n\
         Kibana does not start.",
    )
    .group("Certificate")
    .shown(is_tls),
    Field::new(
        "browser.ca_subject",
        "Subject",
        Kind::Text(lens!(browser.ca_subject)),
        "The CA's distinguished name, such as CN=prod browser CA,O=Example; empty for one\n\
         made of the cluster's. People see it when they import the CA. A part unique to this\n\
         session is always in it: browsers take two CAs of one name for each other.",
    )
    .group("Authority")
    .shown(makes_ca)
    .automatic(|answers, context| authority::subject(answers, "browser CA", "", context.run).to_string()),
    Field::new(
        "browser.ca_validity",
        "Valid for",
        Kind::Text(lens!(browser.ca_validity)),
        "How long the CA lives, such as 10y, 18m, 90d or 1y,6m. Longer means that people\n\
         import a new one less often; shorter limits what a stolen CA is worth. When it ends,\n\
         browsers warn until they have the next one.",
    )
    .group("Authority")
    .shown(makes_ca),
    Field::new(
        "browser.ca_password",
        "Password",
        Kind::Password(pick!(browser.ca_password: PasswordSource)),
        "Protects authorities/browser-ca.p12. Type one where it has to come from a password\n\
         store. Whoever opens that file can pass for any site towards the browsers that trust\n\
         it; without the password nobody can renew.",
    )
    .group("Authority")
    .shown(makes_ca),
    Field::new(
        "browser.port",
        "Port",
        Kind::Text(lens!(browser.port)),
        "The port on which Kibana answers browsers. Change it where a firewall or a proxy\n\
         expects another. One below 1024 needs rights that Kibana's user does not have by\n\
         itself, and one that is taken stops Kibana too.",
    )
    .group("Address")
    .shown(has_kibana),
    Field::new(
        "browser.redirect_port",
        "Http redirect",
        Kind::Text(lens!(browser.redirect_port)),
        "A second port that answers http only to send browsers to https, such as 8080; empty\n\
         for none. Set it where people leave out the https. It must be another port and be\n\
         free, or Kibana does not start.",
    )
    .group("Address")
    .shown(is_tls)
    .automatic(|_, _| "no port".into()),
];
