//! The certificates of Kibana's servers: their names, who signs them, what came back signed.

use std::sync::Arc;

use super::{Format, ID, Way, identity_of, is_signed_here, is_tls};
use crate::plan::{Identity, IdentityId, Issuer, KeyUsage, Usages, codes};
use crate::steps::authority::{self, CaCodes, OwnCa};
use crate::steps::stack::Node;
use crate::steps::{Draft, https};
use crate::values::{Dn, DnsName, Endpoint, Invalid, Sans, Span, address};

/// The longest server certificate that Apple's systems take of a CA that the user trusts.
const LONGEST: u32 = 825;

pub(super) fn draft(draft: &mut Draft<'_>) {
    let answers = &draft.answers.browser;
    // Where no Kibana has TLS nothing of this is asked, and nothing of it is made.
    if !is_tls(draft.answers) {
        return;
    }
    let signed = is_signed_here(draft.answers);
    // How long another's certificate is valid is not asked here.
    let span = if signed { span(draft) } else { Span::days(LONGEST) };
    draft_authority(draft, span);
    let subject = authority::shared_subject(
        &mut draft.plan,
        &answers.subject,
        "browser.subject",
        codes::BROWSER_SUBJECT,
    );
    let others = other_names(draft);
    for index in 0..draft.stack.kibana.len() {
        let node = draft.stack.kibana[index].clone();
        let issuer = match draft.way_of(&node) {
            Way::Plain => continue,
            Way::Request => Issuer::Outside,
            Way::OwnCa => Issuer::Other(IdentityId::new("browser.ca")),
            // Without a CA of ours an issue says so; the own one stands in.
            Way::HttpCa => https::ca(draft).map_or(Issuer::Outside, Issuer::Other),
        };
        let key = draft.stack.key;
        let cn = common_name(&node);
        draft.plan.identities.push(Identity {
            id: identity_of(&node),
            subject: subject.as_ref().map_or_else(|| Dn::cn(&cn), |dn| dn.with_cn(&cn)),
            sans: Arc::new(sans(&node, &others)),
            span,
            key,
            issuer,
            usages: Usages { authority: false, key: KeyUsage::for_tls(key), server: true, client: false },
            by: ID,
        });
        if draft.way_of(&node) == Way::Request {
            look_for_answer(draft, &node, index);
        }
    }
    let key = draft.stack.key;
    if signed && answers.format == Format::Pkcs12 && !key.is_rsa() {
        let message = format!("Kibana cannot read {key} from PKCS#12; choose PEM, or RSA keys on Overview");
        draft.plan.file_issue(codes::BROWSER_EC_PKCS12, "browser.format", message);
    }
}

fn span(draft: &mut Draft<'_>) -> Span {
    let span = authority::span(
        &mut draft.plan,
        &draft.answers.browser.validity,
        "browser.validity",
        codes::BROWSER_VALIDITY,
        Span::days(LONGEST),
    );
    if span.about_days() > LONGEST {
        let message =
            format!("{span} is more than {LONGEST} days, which Apple's systems refuse; type 825d or less");
        draft.plan.file_issue(codes::BROWSER_TOO_LONG, "browser.validity", message);
    }
    span
}

fn draft_authority(draft: &mut Draft<'_>, span: Span) {
    let answers = &draft.answers.browser;
    let has = |way| draft.stack.kibana.iter().any(|node| draft.way_of(node) == way);
    if has(Way::HttpCa) {
        let ca = https::ca(draft).and_then(|id| draft.plan.identity(&id)).map(|ca| ca.span);
        if let Some(ca) = ca {
            draft.check_outlives(codes::BROWSER_OUTLIVES_CA, "browser.validity", span, ca);
        } else {
            let message = "on HTTPS your CA signs by request, so there is no HTTP CA here; choose a CA of its own, or a request here too";
            draft.plan.file_issue(codes::BROWSER_NO_HTTP_CA, "browser.signed_by", message);
        }
    }
    if !draft.stack.kibana.iter().any(|node| draft.way_of(node) == Way::OwnCa) {
        return;
    }
    let ca_span = draft.own_ca(OwnCa {
        id: IdentityId::new("browser.ca"),
        by: ID,
        title: "browser CA",
        file: "browser-ca.p12",
        subject: &answers.ca_subject,
        validity: &answers.ca_validity,
        password: answers.ca_password,
        fields: ["browser.ca_validity", "browser.ca_password"],
        codes: CaCodes {
            subject: codes::BROWSER_CA_SUBJECT,
            validity: codes::BROWSER_CA_VALIDITY,
            password: codes::BROWSER_CA_PASSWORD,
            blank: codes::BROWSER_CA_BLANK,
        },
    });
    draft.check_outlives(codes::BROWSER_OUTLIVES_CA, "browser.validity", span, ca_span);
}

/// A CA of an organisation expects the full name in the CN; it has at most 64 characters.
fn common_name(node: &Node) -> String {
    match node.url_host() {
        Endpoint::Name(name) if name.as_str().len() <= 64 => name.to_string(),
        _ => node.name.to_string(),
    }
}

fn other_names(draft: &mut Draft<'_>) -> Sans {
    let mut sans = Sans::new();
    for text in draft.answers.browser.names.iter().filter(|text| !text.trim().is_empty()) {
        let read: Result<(), Invalid> = match address(text) {
            Ok(ip) => {
                sans.add_ip(ip);
                Ok(())
            }
            Err(_) => text.parse::<DnsName>().map(|name| sans.add_dns(name)),
        };
        if let Err(invalid) = read {
            draft.plan.file_issue(codes::BROWSER_NAME, "browser.names", format!("{text:?}: {invalid}"));
        }
    }
    sans
}

/// What people type: the host's names, the name alone, its public URL, and the names for all.
fn sans(node: &Node, others: &Sans) -> Sans {
    let mut sans = node.sans();
    if let Ok(name) = node.name.as_str().parse::<DnsName>() {
        sans.add_dns(name);
    }
    match node.public_url.as_ref().map(|url| &url.endpoint) {
        Some(Endpoint::Name(name)) => sans.add_dns(name.clone()),
        Some(Endpoint::Address(ip)) => sans.add_ip(*ip),
        None => {}
    }
    sans.extend(others);
    sans
}

/// What came back for this host's request, or that it is still away.
fn look_for_answer(draft: &mut Draft<'_>, node: &Node, row: usize) {
    let id = identity_of(node);
    let field = if draft.answers.browser.signed_by == super::SignedBy::Request {
        "browser.signed_by".to_owned()
    } else {
        format!("overview.kibana[{row}].certificate")
    };
    let name = super::files::request_name(draft, node);
    let there = draft.context.arrivals.get(&id).is_some();
    if !draft.arrived(&id, &name, codes::BROWSER_SIGNED_UNFIT, &field) && !there {
        let to = draft.answers.browser.send_to.trim();
        let to = if to.is_empty() { "your CA" } else { to };
        let message = format!(
            "waits for the signed certificate: after the write send requests/{name}.csr to {to}, put what comes back beside it as {name}.crt, and write again"
        );
        draft.plan.file_issue(codes::BROWSER_AWAITED, field, message);
    }
}
