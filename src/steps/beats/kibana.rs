//! The Kibana that the setup loads dashboards into, and whether the URL that was typed leads there.

use std::sync::Arc;

use super::{setup_node, to_monitoring};
use crate::plan::{Code, codes};
use crate::steps::stack::Node;
use crate::steps::{Draft, browser};
use crate::values::{NameRules, StackUrl};

const FIELD: &str = "beats.kibana_url";
/// Where a URL names no port, as in Metricbeat itself.
const PORT: u16 = 5601;

pub struct SetupKibana {
    pub url: StackUrl,
    /// None where it is not of this session.
    pub node: Option<Arc<Node>>,
}

/// Where dashboards are loaded; none where nobody loads any, and while they wait.
pub fn setup_kibana(draft: &Draft<'_>) -> Option<SetupKibana> {
    meant(draft).filter(|kibana| !waits(draft, kibana))
}

/// Whether dashboards have to wait until Kibana answers others than its own host.
pub fn dashboards_wait(draft: &Draft<'_>) -> bool {
    meant(draft).is_some_and(|kibana| waits(draft, &kibana))
}

fn waits(draft: &Draft<'_>, kibana: &SetupKibana) -> bool {
    kibana.node.as_ref().is_some_and(|node| browser::is_awaited(draft, node))
}

/// The one that the answers mean, whether or not it can be reached already.
pub(super) fn meant(draft: &Draft<'_>) -> Option<SetupKibana> {
    setup_node(draft)?;
    // The Kibana of another cluster is not of this session.
    let ours: &[_] = if to_monitoring(draft.answers) { &[] } else { &draft.stack.kibana };
    let typed = draft.answers.beats.kibana_url.trim();
    if typed.is_empty() {
        let node = ours.first()?.clone();
        return Some(SetupKibana { url: browser::url_of(draft, &node), node: Some(node) });
    }
    let url = StackUrl::parse(typed, PORT).ok()?;
    let named = ours.iter().find(|node| is_its_own(node, &url));
    let node = named.or_else(|| ours.iter().find(|node| covers(draft, node, &url))).or_else(|| ours.first());
    let node = node.cloned();
    Some(SetupKibana { url, node })
}

/// Whether the URL's host is this one alone.
fn is_its_own(node: &Node, url: &StackUrl) -> bool {
    let public = node.public_url.as_ref().map(|public| &public.endpoint);
    node.endpoints().any(|endpoint| endpoint == url.endpoint) || public == Some(&url.endpoint)
}

fn covers(draft: &Draft<'_>, node: &Node, url: &StackUrl) -> bool {
    let identity = draft.plan.identity(&browser::identity_of(node));
    identity.is_some_and(|identity| identity.sans.covers(&url.endpoint, NameRules::Go))
}

/// Names are checked with all other connections; scheme and port here.
pub(super) fn check(draft: &mut Draft<'_>) {
    if !draft.answers.beats.setup {
        return;
    }
    let text = draft.answers.beats.kibana_url.trim();
    if !text.is_empty()
        && let Err(invalid) = StackUrl::parse(text, PORT)
    {
        draft.plan.file_issue(codes::BEATS_KIBANA_URL, FIELD, format!("{text:?}: {invalid}"));
        return;
    }
    let Some(kibana) = meant(draft) else { return };
    // An awaited certificate makes https of it.
    let comes = text.is_empty() && waits(draft, &kibana);
    let mismatch = kibana.node.as_ref().filter(|_| !text.is_empty());
    let mismatch = mismatch.and_then(|node| mismatch_of(draft, node, &kibana.url));
    if let Some((code, message)) = mismatch {
        draft.plan.file_issue(code, FIELD, message);
    } else if !(kibana.url.tls || comes) {
        check_plain(draft, &kibana);
    }
}

/// Where the URL names this Kibana itself, but not as it answers. What ends TLS before it, or sends on
/// from another port, is known by its public URL.
fn mismatch_of(draft: &Draft<'_>, node: &Node, url: &StackUrl) -> Option<(Code, String)> {
    let public = node.public_url.as_ref();
    if public.is_some_and(|p| (p.tls, &p.endpoint, p.port) == (url.tls, &url.endpoint, url.port)) {
        return None;
    }
    let name = &node.name;
    let tls = draft.way_of(node) != browser::Way::Plain;
    let port = browser::port(draft.answers);
    let own = node.endpoints().any(|endpoint| endpoint == url.endpoint);
    let there = url.port == port && (own || covers(draft, node, url));
    let endpoint = &url.endpoint;
    if tls && !url.tls && (own || there) {
        let message =
            format!("{url} is plain http, but {name} answers https; type https://{endpoint}:{port}");
        return Some((codes::BEATS_KIBANA_URL_SCHEME, message));
    }
    if !tls && url.tls && there {
        let message = format!(
            "{url} is https, but {name} answers plain http there; choose on Browser who signs, or type the URL of what ends TLS before it"
        );
        return Some((codes::BEATS_KIBANA_URL_SCHEME, message));
    }
    (own && url.port != port).then(|| {
        let scheme = if tls { "https" } else { "http" };
        let message = format!(
            "{name} answers on port {port}, not on {}; type {scheme}://{endpoint}:{port}, or, if something before it answers there, make {url} its public URL on Overview",
            url.port
        );
        (codes::BEATS_KIBANA_URL_PORT, message)
    })
}

fn check_plain(draft: &mut Draft<'_>, kibana: &SetupKibana) {
    // Between two products of one host nothing crosses a network.
    let (from, to) = (setup_node(draft), kibana.node.as_ref());
    if from.is_some_and(|from| to.is_some_and(|to| from.name == to.name)) {
        return;
    }
    let public = to.and_then(|node| node.public_url.as_ref()).filter(|public| public.tls);
    let how = match (public, to) {
        (Some(public), _) => format!("type {public} here"),
        (None, Some(node)) if draft.way_of(node) == browser::Way::Plain => {
            "choose on Browser who signs Kibana's certificate, or type the https URL of what ends TLS before it"
                .to_owned()
        }
        (None, _) => format!("type its https URL, such as https://{}:{PORT}", kibana.url.endpoint),
    };
    let message = format!("the password of metricbeat_setup goes to {} in clear; {how}", kibana.url);
    draft.plan.file_issue(codes::BEATS_KIBANA_PLAIN, FIELD, message);
}
