//! Transport TLS: node to node on port 9300, mutual, under a CA that signs nothing else.

mod fields;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::answers::text;
use super::authority::{self, CaCodes, OwnCa};
use super::field::choices;
use super::passwords::PasswordSource;
use super::stack::Node;
use super::{Draft, Step};
use crate::plan::{
    Channel, Content, Entry, Identity, IdentityId, Issuer, KeyUsage, Line, Link, Proof, Protection, SecretId,
    SecretText, Store, Usages, Value, codes,
};
use crate::values::{Dn, Sans, Span};

pub const ID: &str = "transport";

pub static STEP: Step = Step {
    id: ID,
    title: "Transport",
    heading: "Transport TLS, between nodes",
    page: include_str!("../../../assets/help/transport.md"),
    fields: fields::FIELDS,
    draft,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Transport {
    #[serde(deserialize_with = "text")]
    pub ca_subject: String,
    #[serde(deserialize_with = "text")]
    pub ca_validity: String,
    pub ca_password: PasswordSource,
    pub certificate_per_node: bool,
    pub verification_mode: Verification,
    #[serde(deserialize_with = "text")]
    pub validity: String,
    pub format: Format,
    pub extended_key_usage: ExtendedKeyUsage,
    pub store_password: PasswordSource,
}

impl Default for Transport {
    fn default() -> Self {
        Self {
            ca_subject: String::new(),
            ca_validity: "10y".into(),
            ca_password: PasswordSource::default(),
            certificate_per_node: true,
            verification_mode: Verification::default(),
            validity: "3y".into(),
            format: Format::default(),
            extended_key_usage: ExtendedKeyUsage::default(),
            store_password: PasswordSource::default(),
        }
    }
}

choices! {
    /// What a node checks of another.
    Verification {
        Auto = "auto", "automatic", "full where every node has name and address, else certificate.";
        Full = "full", "full", "Chain, and the name or address by which the peer is reached.";
        Certificate = "certificate", "certificate", "Chain only: any certificate of the CA passes for any node.";
    }
}

choices! {
    /// In which form keys and certificates reach a product.
    Format {
        Pkcs12 = "pkcs12", "PKCS#12", "One store with key, certificate and CA.";
        Pem = "pem", "PEM", "Separate files; the form that FIPS mode needs.";
    }
}

choices! {
    /// extendedKeyUsage of node certificates.
    ExtendedKeyUsage {
        None = "none", "none", "No limit: the usual form.";
        Both = "both", "server and client", "serverAuth and clientAuth, where rules demand them.";
    }
}

pub fn ca() -> IdentityId {
    IdentityId::new("transport.ca")
}

fn draft(draft: &mut Draft<'_>) {
    let answers = &draft.answers.transport;
    let ca_span = draft.own_ca(OwnCa {
        id: ca(),
        by: ID,
        title: "transport CA",
        file: "elastic-stack-ca.p12",
        subject: &answers.ca_subject,
        validity: &answers.ca_validity,
        password: answers.ca_password,
        fields: ["transport.ca_validity", "transport.ca_password"],
        codes: CaCodes {
            subject: codes::TRANSPORT_CA_SUBJECT,
            validity: codes::TRANSPORT_CA_VALIDITY,
            password: codes::TRANSPORT_CA_PASSWORD,
            blank: codes::TRANSPORT_CA_BLANK,
        },
    });
    let span = authority::span(
        &mut draft.plan,
        &answers.validity,
        "transport.validity",
        codes::TRANSPORT_VALIDITY,
        Span::years(3),
    );
    let password = draft.password(
        "transport.store_password",
        answers.store_password,
        codes::TRANSPORT_PASSWORD,
        codes::TRANSPORT_BLANK,
    );
    draft.check_outlives(codes::TRANSPORT_OUTLIVES_CA, "transport.validity", span, ca_span);
    let mode = mode(draft);
    let shared = (!answers.certificate_per_node).then(|| shared_identity(draft, span));
    for index in 0..draft.stack.elasticsearch.len() {
        let node = draft.stack.elasticsearch[index].clone();
        let identity = shared.clone().unwrap_or_else(|| {
            let id = IdentityId::new(format!("transport.node.{}", node.name));
            push_identity(draft, id, Dn::cn(node.name.as_str()), node.sans(), span)
        });
        settings(draft, &node, mode);
        files(draft, &node, &identity, password.as_ref());
    }
    draft.plan.channels.push(Channel {
        link: Link::NodeToNode,
        port: 9300,
        protection: Protection::Mutual,
        proofs: vec![Proof {
            who: "each node",
            what: if mode == "full" {
                "its names and addresses".into()
            } else {
                "that it is of the cluster".into()
            },
            authority: Some(ca()),
            span: Some(span),
        }],
        note: if mode == "full" { "names and addresses checked".into() } else { "names not checked".into() },
    });
}

/// The mode in force; where full is asked for and cannot work, says of which node.
fn mode(draft: &mut Draft<'_>) -> &'static str {
    let answers = &draft.answers.transport;
    let full = match answers.verification_mode {
        Verification::Auto => draft.stack.all_have_names(),
        Verification::Certificate => false,
        Verification::Full => {
            for (index, node) in draft.stack.elasticsearch.iter().enumerate().filter(|(_, n)| n.ip.is_empty())
            {
                let message = format!(
                    "full needs an address of {}; add one, or choose verification mode certificate",
                    node.name
                );
                draft.plan.file_issue(
                    codes::TRANSPORT_FULL_NEEDS_IP,
                    format!("overview.elasticsearch[{index}].ip"),
                    message,
                );
            }
            true
        }
    };
    if answers.verification_mode == Verification::Full
        && !answers.certificate_per_node
        && draft.stack.elasticsearch.len() > 1
    {
        let message = "full proves little while all nodes share one certificate; make one per node, or choose certificate";
        draft.plan.file_issue(codes::TRANSPORT_FULL_SHARED, "transport.verification_mode", message);
    }
    if full { "full" } else { "certificate" }
}

fn shared_identity(draft: &mut Draft<'_>, span: Span) -> IdentityId {
    let all: Vec<Sans> = draft.stack.elasticsearch.iter().map(|node| node.sans()).collect();
    let subject = Dn::cn(&draft.stack.cluster);
    push_identity(draft, IdentityId::new("transport.node"), subject, Sans::union(all.iter()), span)
}

fn push_identity(draft: &mut Draft<'_>, id: IdentityId, subject: Dn, sans: Sans, span: Span) -> IdentityId {
    let both = draft.answers.transport.extended_key_usage == ExtendedKeyUsage::Both;
    draft.plan.identities.push(Identity {
        id: id.clone(),
        subject,
        sans: Arc::new(sans),
        span,
        key: draft.stack.key,
        issuer: Issuer::Other(ca()),
        usages: Usages {
            authority: false,
            key: KeyUsage::for_tls(draft.stack.key),
            server: both,
            client: both,
        },
        by: ID,
    });
    id
}

fn settings(draft: &mut Draft<'_>, node: &Node, mode: &'static str) {
    let answers = &draft.answers.transport;
    let plan = &mut draft.plan;
    let mut set = |key: &'static str, value: Value| plan.set(node.config, Line::new(ID, key, value));
    set("xpack.security.enabled", true.into());
    // Tokens of enrollment need the CA's key inside the HTTP keystore, where it should not be.
    set("xpack.security.enrollment.enabled", false.into());
    set("xpack.security.transport.ssl.enabled", true.into());
    set("xpack.security.transport.ssl.verification_mode", mode.into());
    set("xpack.security.transport.ssl.client_authentication", "required".into());
    match answers.format {
        Format::Pkcs12 => {
            let store = format!("certs/{}", store_name(answers));
            set("xpack.security.transport.ssl.keystore.path", store.clone().into());
            set("xpack.security.transport.ssl.truststore.path", store.into());
        }
        Format::Pem => {
            set("xpack.security.transport.ssl.certificate", "certs/transport.crt".into());
            set("xpack.security.transport.ssl.key", "certs/transport.key".into());
            let authorities: Arc<[String]> = ["certs/transport-ca.crt".to_owned()].into();
            set("xpack.security.transport.ssl.certificate_authorities", authorities.into());
        }
    }
}

fn store_name(answers: &Transport) -> &'static str {
    if answers.certificate_per_node { "transport.p12" } else { "elastic-certificates.p12" }
}

fn files(draft: &mut Draft<'_>, node: &Node, identity: &IdentityId, password: Option<&SecretId>) {
    let answers = &draft.answers.transport;
    let secure: &[&'static str] = match answers.format {
        Format::Pkcs12 => {
            let store = Store {
                entries: vec![
                    Entry::Key { alias: "transport".into(), of: identity.clone() },
                    Entry::Trusted { alias: "ca", of: ca() },
                ],
                password: password.cloned(),
            };
            draft.config_file(ID, node, &format!("certs/{}", store_name(answers)), Content::Store(store));
            // Two settings although it is one file: each has its own password.
            &[
                "xpack.security.transport.ssl.keystore.secure_password",
                "xpack.security.transport.ssl.truststore.secure_password",
            ]
        }
        Format::Pem => {
            let chain = vec![identity.clone(), ca()];
            draft.config_file(ID, node, "certs/transport.crt", Content::Certificates(chain));
            let key = Content::Key { of: identity.clone(), password: password.cloned() };
            draft.config_file(ID, node, "certs/transport.key", key);
            draft.config_file(ID, node, "certs/transport-ca.crt", Content::Certificates(vec![ca()]));
            &["xpack.security.transport.ssl.secure_key_passphrase"]
        }
    };
    for setting in password.map(|_| secure).unwrap_or_default().iter().copied() {
        let text = SecretText::Plain(SecretId::new("transport.store_password"));
        draft.secure_setting(ID, node, setting, text);
    }
}
