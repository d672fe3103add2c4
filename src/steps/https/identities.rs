//! The certificates of the HTTPS step: their subjects, names and usages.

use std::sync::Arc;

use super::{ID, ca};
use crate::plan::{Identity, IdentityId, Issuer, KeyUsage, Usages, codes};
use crate::steps::stack::Node;
use crate::steps::{Draft, authority, mtls};
use crate::values::{Dn, DnsName, Sans, Span};

/// One certificate for each node, or one with the names of all.
pub(super) fn draft(draft: &mut Draft<'_>, span: Span) {
    let text = &draft.answers.https.subject;
    let subject = authority::shared_subject(&mut draft.plan, text, "https.subject", codes::HTTPS_SUBJECT);
    let usages = usages(draft);
    let issuer = ca(draft).map_or(Issuer::Outside, Issuer::Other);
    let key = draft.answers.https.key_type.kind(draft.stack.key);
    let per_node = draft.answers.https.certificate_per_node;
    let names: Vec<Sans> = draft.stack.elasticsearch.iter().map(|node| sans(draft, node)).collect();
    let mut push = |id: IdentityId, cn: &str, sans: Sans| {
        draft.plan.identities.push(Identity {
            id,
            subject: subject.as_ref().map_or_else(|| Dn::cn(cn), |dn| dn.with_cn(cn)),
            sans: Arc::new(sans),
            span,
            key,
            issuer: issuer.clone(),
            usages: usages.clone(),
            by: ID,
        });
    };
    if per_node {
        for (node, sans) in draft.stack.elasticsearch.iter().zip(names) {
            push(IdentityId::new(format!("https.node.{}", node.name)), node.name.as_str(), sans);
        }
    } else {
        let all = Sans::union(names.iter());
        let count = all.len();
        push(IdentityId::new("https.node"), &draft.stack.cluster, all);
        if count > 250 {
            let message = format!(
                "one certificate with {count} names is more than Java 17 takes in a handshake; make one per node"
            );
            draft.plan.file_issue(codes::HTTPS_MANY_NAMES, "https.certificate_per_node", message);
        }
    }
}

fn usages(draft: &mut Draft<'_>) -> Usages {
    let answers = &draft.answers.https;
    let mut key = Vec::new();
    for word in answers.key_usage.iter().filter(|word| !word.trim().is_empty()) {
        match word.parse() {
            Ok(usage) if key.contains(&usage) => {}
            Ok(usage) => key.push(usage),
            Err(invalid) => draft.plan.file_issue(
                codes::HTTPS_KEY_USAGE,
                "https.key_usage",
                format!("{word:?}: {invalid}"),
            ),
        }
    }
    if key.is_empty() {
        key = KeyUsage::for_tls(answers.key_type.kind(draft.stack.key));
    } else if !key.contains(&KeyUsage::DigitalSignature) {
        draft.plan.file_issue(
            codes::HTTPS_KEY_USAGE,
            "https.key_usage",
            format!("{:?}: add digitalSignature, which TLS signs with", answers.key_usage.join(", ")),
        );
    }
    // Elastic's own command line tools show the node's certificate to whoever asks for one; one that may not
    // be a client would be refused, and the tool with it.
    let asked = mtls::mode(draft.answers) != mtls::Mode::Off;
    Usages { authority: false, key, server: true, client: asked }
}

/// The host's own names, what clients use beside them, and what the step adds.
fn sans(draft: &Draft<'_>, node: &Node) -> Sans {
    let answers = &draft.answers.https;
    let mut sans = node.sans();
    if answers.short_names {
        let shorts = node.dns.iter().filter(|name| !name.is_wildcard()).map(DnsName::short);
        let shorts: Vec<DnsName> =
            std::iter::once(node.name.as_str()).chain(shorts).filter_map(|name| name.parse().ok()).collect();
        for name in shorts {
            sans.add_dns(name);
        }
    }
    sans.extend(&draft.stack.client_names);
    if answers.localhost {
        if let Ok(localhost) = "localhost".parse() {
            sans.add_dns(localhost);
        }
        sans.add_ip([127, 0, 0, 1].into());
        sans.add_ip(std::net::Ipv6Addr::LOCALHOST.into());
    }
    sans
}
