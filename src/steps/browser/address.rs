//! Where Kibana listens, and under which URL people know it.

use super::{ID, Way, is_awaited, is_tls};
use crate::plan::{InstallKind, Line, Value, codes};
use crate::steps::stack::Node;
use crate::steps::{Answers, Draft};
use crate::values::StackUrl;

const DEFAULT_PORT: u16 = 5601;

pub fn port(answers: &Answers) -> u16 {
    read_port(&answers.browser.port).unwrap_or(DEFAULT_PORT)
}

fn read_port(text: &str) -> Option<u16> {
    text.trim().parse().ok().filter(|port| *port != 0)
}

pub(super) fn draft(draft: &mut Draft<'_>) {
    let answers = &draft.answers.browser;
    let how = "type a number from 1 to 65535";
    if read_port(&answers.port).is_none() {
        let message = format!("{:?}: {how}, such as 5601", answers.port);
        draft.plan.file_issue(codes::BROWSER_PORT, "browser.port", message);
    }
    let redirect = check_redirect(draft, how);
    for index in 0..draft.stack.kibana.len() {
        let node = draft.stack.kibana[index].clone();
        settings(draft, &node, redirect);
        check_public_url(draft, &node, index);
    }
}

/// The port from which http is sent on to https.
pub fn redirect_port(draft: &Draft<'_>) -> Option<u16> {
    let redirect = read_port(&draft.answers.browser.redirect_port)?;
    (is_tls(draft.answers) && redirect != port(draft.answers)).then_some(redirect)
}

fn check_redirect(draft: &mut Draft<'_>, how: &str) -> Option<u16> {
    let text = draft.answers.browser.redirect_port.trim();
    let message = match read_port(text) {
        _ if text.is_empty() || !is_tls(draft.answers) => return None,
        None => format!("{text:?}: {how}, or leave it empty"),
        Some(redirect) if redirect == port(draft.answers) => {
            format!("{redirect} is the port of https already; choose another one, or leave it empty")
        }
        Some(redirect) => return Some(redirect),
    };
    draft.plan.file_issue(codes::BROWSER_PORT, "browser.redirect_port", message);
    None
}

fn settings(draft: &mut Draft<'_>, node: &Node, redirect: Option<u16>) {
    let way = draft.way_of(node);
    let awaited = is_awaited(draft, node);
    let url = public_url(draft, node);
    let port = port(draft.answers);
    let plan = &mut draft.plan;
    let mut set = |key: &'static str, value: Value| plan.set(node.config, Line::new(ID, key, value));
    // Without its certificate it answers its own host alone: nothing crosses the network in clear.
    // A container's own host is itself: there, the port alone is kept from the network.
    let alone = awaited && node.place.kind != InstallKind::Container;
    set("server.host", if alone { "localhost".into() } else { node.bind_host().to_owned().into() });
    set("server.port", u32::from(port).into());
    if awaited {
        return;
    }
    if let Some(url) = url {
        set("server.publicBaseUrl", url.to_string().into());
        // Kibana refuses a public URL whose path it does not serve itself.
        if !url.path.is_empty() {
            set("server.basePath", url.path.clone().into());
            set("server.rewriteBasePath", true.into());
        }
    }
    if let (Some(redirect), true) = (redirect, way != Way::Plain) {
        set("server.ssl.redirectHttpFromPort", u32::from(redirect).into());
    }
}

/// As typed in the host's row, else its first name by https.
pub fn public_url(draft: &Draft<'_>, node: &Node) -> Option<StackUrl> {
    let own = || StackUrl::https(node.url_host(), port(draft.answers));
    node.public_url.clone().or_else(|| (draft.way_of(node) != Way::Plain).then(own))
}

fn check_public_url(draft: &mut Draft<'_>, node: &Node, row: usize) {
    let Some(url) = node.public_url.as_ref().filter(|url| !url.tls) else { return };
    if draft.way_of(node) != Way::Plain {
        let field = format!("overview.kibana[{row}].public_url");
        let message = format!(
            "{url} is plain http, but Kibana answers https; type https://{}:{}",
            url.endpoint,
            if url.port == 80 { port(draft.answers) } else { url.port }
        );
        draft.plan.file_issue(codes::BROWSER_PUBLIC_URL_HTTP, field, message);
    }
}
