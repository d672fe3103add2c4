//! Clients and their certificates: Kibana, Metricbeat where it needs one, people and other programs.

use std::collections::HashSet;
use std::sync::Arc;

use super::{
    ID, Mode, SignedBy, beat_identity, ca, has_beat_identities, is_pkcs12, is_required, kibana_identity, mode,
};
use crate::plan::{
    Content, Entry, Identity, IdentityId, Issuer, KeyUsage, Line, SecretId, SecretText, Store, Usages, Value,
    codes,
};
use crate::steps::Draft;
use crate::steps::authority::{self, CaCodes, OwnCa};
use crate::steps::overview::OPERATOR;
use crate::steps::stack::Node;
use crate::values::{Dn, HostName, Sans, Span};

pub(super) fn draft(draft: &mut Draft<'_>) {
    let answers = &draft.answers.mtls;
    let span = authority::span(
        &mut draft.plan,
        &answers.validity,
        "mtls.validity",
        codes::MTLS_VALIDITY,
        Span::years(2),
    );
    draft_authority(draft, span);
    let subject = subject(draft);
    let password = (!draft.stack.kibana.is_empty())
        .then(|| draft.password("mtls.password", answers.password, codes::MTLS_PASSWORD, codes::MTLS_BLANK));
    let password = password.flatten();
    kibanas(draft, subject.as_ref(), span, password.as_ref());
    if has_beat_identities(draft.answers) {
        for node in draft.stack.metricbeat.clone() {
            let sans = node.sans();
            push(
                draft,
                beat_identity(&node.name),
                &format!("metricbeat-{}", node.name),
                subject.as_ref(),
                sans,
                span,
            );
        }
    }
    others(draft, subject.as_ref(), span);
}

fn draft_authority(draft: &mut Draft<'_>, span: Span) {
    let answers = &draft.answers.mtls;
    let ca_span = match answers.signed_by {
        SignedBy::OwnCa => Some(draft.own_ca(OwnCa {
            id: IdentityId::new("mtls.ca"),
            by: ID,
            title: "client CA",
            file: "client-ca.p12",
            subject: &answers.ca_subject,
            validity: &answers.ca_validity,
            password: answers.ca_password,
            fields: ["mtls.ca_validity", "mtls.ca_password"],
            codes: CaCodes {
                subject: codes::MTLS_CA_SUBJECT,
                validity: codes::MTLS_CA_VALIDITY,
                password: codes::MTLS_CA_PASSWORD,
                blank: codes::MTLS_CA_BLANK,
            },
        })),
        SignedBy::HttpCa => ca(draft).and_then(|id| draft.plan.identity(&id)).map(|ca| ca.span),
    };
    if let Some(ca) = ca_span {
        draft.check_outlives(codes::MTLS_OUTLIVES_CA, "mtls.validity", span, ca);
    } else {
        let message =
            "on HTTPS your CA signs by request, so there is no HTTP CA here; choose a CA of its own";
        draft.plan.file_issue(codes::MTLS_NO_HTTP_CA, "mtls.signed_by", message);
    }
}

/// The parts behind the CN. A star would match other names in a role mapping.
fn subject(draft: &mut Draft<'_>) -> Option<Dn> {
    let text = &draft.answers.mtls.subject;
    if text.contains('*') {
        let message = format!("{text:?}: a role mapping takes '*' for any text; leave it out");
        draft.plan.file_issue(codes::MTLS_SUBJECT, "mtls.subject", message);
        return None;
    }
    authority::shared_subject(&mut draft.plan, text, "mtls.subject", codes::MTLS_SUBJECT)
}

fn push(draft: &mut Draft<'_>, id: IdentityId, cn: &str, subject: Option<&Dn>, sans: Sans, span: Span) {
    let key = draft.stack.key;
    draft.plan.identities.push(Identity {
        id,
        subject: subject.map_or_else(|| Dn::cn(cn), |dn| dn.with_cn(cn)),
        sans: Arc::new(sans),
        span,
        key,
        issuer: ca(draft).map_or(Issuer::Outside, Issuer::Other),
        usages: Usages { authority: false, key: KeyUsage::for_tls(key), server: false, client: true },
        by: ID,
    });
}

fn kibanas(draft: &mut Draft<'_>, subject: Option<&Dn>, span: Span, password: Option<&SecretId>) {
    let pkcs12 = is_pkcs12(draft);
    if pkcs12 && !draft.stack.key.is_rsa() && !draft.stack.kibana.is_empty() {
        let message = format!(
            "Kibana cannot read {} from PKCS#12; choose PEM or automatic, or RSA keys on Overview",
            draft.stack.key
        );
        draft.plan.file_issue(codes::MTLS_EC_PKCS12, "mtls.format", message);
    }
    let alone = draft.stack.kibana.len() == 1;
    for node in draft.stack.kibana.clone() {
        let cn = if alone { "kibana-client".to_owned() } else { format!("kibana-client-{}", node.name) };
        let id = kibana_identity(&node.name);
        push(draft, id.clone(), &cn, subject, node.sans(), span);
        if pkcs12 {
            store(draft, &node, &id, password);
        } else {
            pem(draft, &node, &id, password);
        }
        if is_required(draft.answers) {
            // Else requests of people would come without a certificate and be refused.
            set(draft, &node, "elasticsearch.ssl.alwaysPresentCertificate", true);
        }
    }
}

fn set(draft: &mut Draft<'_>, node: &Node, key: &'static str, value: impl Into<Value>) {
    draft.plan.set(node.config, Line::new(ID, key, value));
}

fn path(node: &Node, name: &str) -> String {
    format!("{}/certs/{name}", node.place.folder)
}

fn store(draft: &mut Draft<'_>, node: &Node, id: &IdentityId, password: Option<&SecretId>) {
    let entries = vec![Entry::Key { alias: "kibana-client".into(), of: id.clone() }];
    let store = Store { entries, password: password.cloned() };
    draft.config_file(ID, node, "certs/kibana-client.p12", Content::Store(store));
    set(draft, node, "elasticsearch.ssl.keystore.path", path(node, "kibana-client.p12"));
    match password {
        Some(password) => {
            let text = SecretText::Plain(password.clone());
            draft.secure_setting(ID, node, "elasticsearch.ssl.keystore.password", text);
        }
        // Kibana takes no setting and the empty password for two things.
        None => set(draft, node, "elasticsearch.ssl.keystore.password", ""),
    }
}

fn pem(draft: &mut Draft<'_>, node: &Node, id: &IdentityId, password: Option<&SecretId>) {
    let key = Content::Key { of: id.clone(), password: password.cloned() };
    draft.config_file(ID, node, "certs/kibana-client.key", key);
    let chain = Content::Certificates(vec![id.clone()]);
    draft.config_file(ID, node, "certs/kibana-client.crt", chain);
    set(draft, node, "elasticsearch.ssl.certificate", path(node, "kibana-client.crt"));
    set(draft, node, "elasticsearch.ssl.key", path(node, "kibana-client.key"));
    if let Some(password) = password {
        let text = SecretText::Plain(password.clone());
        draft.secure_setting(ID, node, "elasticsearch.ssl.keyPassphrase", text);
    }
}

/// A pair of PEM files in `accounts/` for each client that is no product of this session. The operator's
/// own is there wherever nobody gets in without one.
fn others(draft: &mut Draft<'_>, subject: Option<&Dn>, span: Span) {
    let mut names: Vec<String> = Vec::new();
    if is_required(draft.answers) || mode(draft.answers) == Mode::BesideToken {
        names.push(OPERATOR.to_owned());
    }
    let mut seen: HashSet<String> = names.iter().cloned().collect();
    for text in draft.answers.mtls.other_clients.iter().filter(|text| !text.trim().is_empty()) {
        match text.parse::<HostName>() {
            Ok(name) if seen.insert(name.as_str().to_ascii_lowercase()) => names.push(name.to_string()),
            Ok(name) => {
                let message = format!(
                    "{name:?} stands there twice, or is the operator's own; give each client its name, such as logstash"
                );
                draft.plan.file_issue(codes::MTLS_CLIENT_NAME, "mtls.other_clients", message);
            }
            Err(_) => {
                let message = format!(
                    "{text:?}: a client's name has letters, digits, '-', '_' and '.', such as logstash"
                );
                draft.plan.file_issue(codes::MTLS_CLIENT_NAME, "mtls.other_clients", message);
            }
        }
    }
    for name in names {
        let id = IdentityId::new(format!("mtls.client.{name}"));
        push(draft, id.clone(), &name, subject, Sans::new(), span);
        let key = Content::Key { of: id.clone(), password: None };
        draft.operator_file(&format!("accounts/{name}.key"), key, ID);
        draft.operator_file(&format!("accounts/{name}.crt"), Content::Certificates(vec![id]), ID);
    }
}

/// Whether the operator has a certificate for the commands of the runbook.
pub fn operator_has_one(draft: &Draft<'_>) -> bool {
    draft.plan.identity(&IdentityId::new(format!("mtls.client.{OPERATOR}"))).is_some()
}
