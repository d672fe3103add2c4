//! Kibana's server key and certificate on its hosts, requests to send away, the CA for browsers.

use std::sync::Arc;

use super::{Format, ID, Way, ca_of, identity_of, is_awaited};
use crate::plan::{
    Content, Entry, IdentityId, Line, Member, SecretId, SecretText, Store, Text, Value, codes,
};
use crate::steps::Draft;
use crate::steps::stack::Node;
use crate::values::RelPath;

pub(super) fn draft(draft: &mut Draft<'_>) {
    let answers = &draft.answers.browser;
    let tls = draft.stack.kibana.iter().any(|node| draft.way_of(node) != Way::Plain);
    let password = tls.then(|| {
        draft.password("browser.password", answers.password, codes::BROWSER_PASSWORD, codes::BROWSER_BLANK)
    });
    let password = password.flatten();
    for index in 0..draft.stack.kibana.len() {
        let node = draft.stack.kibana[index].clone();
        match draft.way_of(&node) {
            Way::Plain => {}
            Way::Request => pem(draft, &node, password.as_ref(), !is_awaited(draft, &node)),
            Way::OwnCa | Way::HttpCa if answers.format == Format::Pem => {
                pem(draft, &node, password.as_ref(), true);
            }
            Way::OwnCa | Way::HttpCa => store(draft, &node, password.as_ref()),
        }
    }
    requests(draft, password.as_ref());
    for_browsers(draft);
}

fn set(draft: &mut Draft<'_>, node: &Node, key: &'static str, value: impl Into<Value>) {
    draft.plan.set(node.config, Line::new(ID, key, value));
}

/// Absolute, because Kibana resolves it against the folder it was started in.
fn path(node: &Node, name: &str) -> String {
    format!("{}/certs/{name}", node.place.folder)
}

/// The key alone while its certificate is awaited: `server.ssl.*` stands in kibana.yml only when both
/// are there.
fn pem(draft: &mut Draft<'_>, node: &Node, password: Option<&SecretId>, complete: bool) {
    let identity = identity_of(node);
    let key = Content::Key { of: identity.clone(), password: password.cloned() };
    draft.config_file(ID, node, "certs/kibana-server.key", key);
    // Stored before the certificate is there, so that a later run can open the key that its request is for.
    if let Some(password) = password {
        draft.secure_setting(ID, node, "server.ssl.keyPassphrase", SecretText::Plain(password.clone()));
    }
    if !complete {
        return;
    }
    let chain: Vec<IdentityId> = [identity].into_iter().chain(ca_of(draft, node)).collect();
    draft.config_file(ID, node, "certs/kibana-server.crt", Content::Certificates(chain));
    set(draft, node, "server.ssl.enabled", true);
    set(draft, node, "server.ssl.certificate", path(node, "kibana-server.crt"));
    set(draft, node, "server.ssl.key", path(node, "kibana-server.key"));
}

fn store(draft: &mut Draft<'_>, node: &Node, password: Option<&SecretId>) {
    let entries = vec![Entry::Key { alias: "kibana-server".into(), of: identity_of(node) }];
    let store = Store { entries, password: password.cloned() };
    draft.config_file(ID, node, "certs/kibana-server.p12", Content::Store(store));
    set(draft, node, "server.ssl.enabled", true);
    set(draft, node, "server.ssl.keystore.path", path(node, "kibana-server.p12"));
    match password {
        Some(password) => {
            draft.secure_setting(
                ID,
                node,
                "server.ssl.keystore.password",
                SecretText::Plain(password.clone()),
            );
        }
        // Kibana takes no setting and the empty password for two things.
        None => set(draft, node, "server.ssl.keystore.password", ""),
    }
}

/// certutil's name where there is one request, with the host behind it where there are more.
pub(super) fn request_name(draft: &Draft<'_>, node: &Node) -> String {
    let count = draft.stack.kibana.iter().filter(|node| draft.way_of(node) == Way::Request).count();
    if count == 1 { "kibana-server".to_owned() } else { format!("kibana-server-{}", node.name) }
}

/// The requests to send away, and the zip with their keys as `elasticsearch-certutil csr` names it.
fn requests(draft: &mut Draft<'_>, password: Option<&SecretId>) {
    let mut members = Vec::new();
    for node in &draft.stack.kibana.clone() {
        if draft.way_of(node) != Way::Request {
            continue;
        }
        let (name, identity) = (request_name(draft, node), identity_of(node));
        draft.operator_file(&format!("requests/{name}.csr"), Content::Request(identity.clone()), ID);
        let mut push = |end: &str, content| {
            let path = format!("{name}/{name}.{end}");
            members.push(Member { path: path.parse().unwrap_or_else(|_| RelPath::top(&path)), content });
        };
        push("csr", Content::Request(identity.clone()));
        push("key", Content::Key { of: identity, password: password.cloned() });
    }
    if !members.is_empty() {
        draft.operator_file("requests/csr-bundle.zip", Content::Archive(members), ID);
        let to: Arc<str> = draft.answers.browser.send_to.trim().into();
        let text = Text::new(include_str!("../../../assets/requests.md")).with("to", to);
        draft.operator_file("requests/README.md", Content::Text(text), ID);
    }
}

/// The CA that browsers import, and how.
fn for_browsers(draft: &mut Draft<'_>) {
    let signed = |node: &Arc<Node>| ca_of(draft, node).map(|ca| (ca, node.clone()));
    let Some((ca, node)) = draft.stack.kibana.iter().find_map(signed) else { return };
    let url = super::address::public_url(draft, &node).map(|url| url.to_string()).unwrap_or_default();
    let text = Text::new(include_str!("../../../assets/browsers.md"))
        .with("cluster", draft.stack.cluster.clone())
        .with("url", url)
        .with("ca", ca.as_str())
        .with("own", if ca.as_str() == "browser.ca" { "yes" } else { "" });
    draft.operator_file("clients/browsers.md", Content::Text(text), ID);
    draft.operator_file("clients/browser-ca.crt", Content::Certificates(vec![ca]), ID);
}
