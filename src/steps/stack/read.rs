//! Reads the rows of the host lists into nodes, with stand-ins for what does not parse.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Node, bare, report};
use crate::plan::{Code, ConfigId, InstallKind, Place, Plan, Product, codes};
use crate::steps::Host;
use crate::steps::overview::{Install, Kind, Overview};
use crate::values::{DnsName, Endpoint, HostName, Invalid, StackUrl, address};

pub(super) fn read_nodes(
    hosts: &[Host],
    product: Product,
    overview: &Overview,
    plan: &mut Plan,
) -> Vec<Node> {
    let mut names: HashMap<String, usize> = HashMap::with_capacity(hosts.len());
    // One host in two lists is one folder, so it is written alike.
    let before: &[&[Host]] = match product {
        Product::Elasticsearch => &[],
        Product::Kibana => &[&overview.elasticsearch],
        Product::Metricbeat => &[&overview.elasticsearch, &overview.kibana],
    };
    let others: HashMap<String, &str> = before
        .iter()
        .flat_map(|hosts| hosts.iter())
        .map(|h| (h.name.trim().to_ascii_lowercase(), h.name.trim()))
        .collect();
    let mut nodes = Vec::with_capacity(hosts.len());
    for (index, host) in hosts.iter().enumerate() {
        let field = format!("overview.{}[{index}]", product.word());
        let mut node = read_node(host, &field, index, product, overview, plan);
        if names.insert(node.name.as_str().to_ascii_lowercase(), index).is_some() {
            let message = format!(
                "{0:?} stands in this list twice; give each host its own name, such as {0}-{1}",
                host.name.trim(),
                index + 1
            );
            plan.file_issue(codes::HOST_TWICE, format!("{field}.name"), message);
            node.rename(&format!("{}-{}", node.name, index + 1));
        }
        if let Some(other) =
            others.get(&node.name.as_str().to_ascii_lowercase()).filter(|other| **other != node.name.as_str())
        {
            let message = format!(
                "{:?} and {other:?} would be one folder where case does not count; write them alike or choose another name",
                host.name
            );
            plan.file_issue(codes::HOST_TWICE, format!("{field}.name"), message);
            node.rename(&format!("{}-{}", node.name, index + 1));
        }
        nodes.push(node);
    }
    nodes
}

/// Those listed, behind one on each Elasticsearch host where they are everywhere; what a row says about such a host
/// holds for it.
pub(super) fn read_metricbeat(overview: &Overview, nodes: &[Node], plan: &mut Plan) -> Vec<Node> {
    let listed = read_nodes(&overview.metricbeat, Product::Metricbeat, overview, plan);
    if !overview.metricbeat_on_nodes {
        return listed;
    }
    let on_node: HashSet<&HostName> = nodes.iter().map(|node| &node.name).collect();
    let (own, others): (Vec<Node>, Vec<Node>) =
        listed.into_iter().partition(|node| on_node.contains(&node.name));
    let mut own: HashMap<HostName, Node> = own.into_iter().map(|node| (node.name.clone(), node)).collect();
    let mut all = Vec::with_capacity(nodes.len() + others.len());
    for (index, node) in nodes.iter().enumerate() {
        all.push(own.remove(&node.name).unwrap_or_else(|| {
            let kind = node.place.kind;
            let field = format!("overview.elasticsearch[{index}]");
            let folder = folder_of("", &field, kind, Product::Metricbeat, overview, plan);
            let place = Arc::new(Place { product: Product::Metricbeat, folder, ..(*node.place).clone() });
            Node { place, ..node.clone() }
        }));
    }
    all.extend(others);
    all
}

impl Node {
    fn rename(&mut self, name: &str) {
        if let Ok(name) = name.parse::<HostName>() {
            self.place = Arc::new(Place { host: name.clone(), ..(*self.place).clone() });
            self.name = name;
        }
    }
}

fn read_node(
    host: &Host,
    field: &str,
    index: usize,
    product: Product,
    overview: &Overview,
    plan: &mut Plan,
) -> Node {
    let name = host.name.parse::<HostName>().unwrap_or_else(|invalid| {
        report(plan, codes::HOST_NAME, &format!("{field}.name"), &host.name, &invalid);
        HostName::numbered(index + 1)
    });
    let dns = read_list(&host.dns, codes::HOST_DNS, &format!("{field}.dns"), plan, str::parse::<DnsName>);
    let ip = read_list(&host.ip, codes::HOST_IP, &format!("{field}.ip"), plan, address);
    if dns.iter().all(DnsName::is_wildcard)
        && ip.is_empty()
        && host.dns.len() == dns.len()
        && host.ip.is_empty()
    {
        let message = format!(
            "{name} has no DNS name or address: others will look for it as {name}; add one here or below if they cannot"
        );
        plan.file_issue(codes::HOST_NOWHERE, format!("{field}.dns"), message);
    }
    let kind = kind_of(host.kind, overview.kind);
    let folder = folder_of(host.config_folder.trim(), field, kind, product, overview, plan);
    let place = Arc::new(Place { host: name.clone(), product, kind, folder });
    let mut node = Node {
        name,
        dns,
        ip,
        place,
        row: index,
        config: ConfigId::default(),
        master: host.master,
        network_host: host.network_host.trim().to_owned(),
        public_url: public_url(host, field, plan),
        certificate: host.certificate,
    };
    if node.network_host.is_empty() {
        node.network_host = bare(&node.reach());
    } else if !listens(&node.network_host, product) {
        let special = if product == Product::Elasticsearch { ", 0.0.0.0 or _site_" } else { " or 0.0.0.0" };
        let message = format!("{:?}: type an address, a DNS name{special}", node.network_host);
        plan.file_issue(codes::NETWORK_HOST, format!("{field}.network_host"), message);
    }
    node
}

/// Words such as `_site_` are Elasticsearch's alone.
fn listens(text: &str, product: Product) -> bool {
    let special = text.strip_prefix('_').and_then(|rest| rest.strip_suffix('_'));
    let special = special.filter(|_| product == Product::Elasticsearch);
    special.is_some_and(|word| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'-' | b'.'))
    }) || text.parse::<Endpoint>().is_ok()
}

fn read_list<T>(
    texts: &[String],
    code: Code,
    field: &str,
    plan: &mut Plan,
    parse: impl Fn(&str) -> Result<T, Invalid>,
) -> Vec<T> {
    let mut values = Vec::with_capacity(texts.len());
    for text in texts.iter().filter(|text| !text.trim().is_empty()) {
        match parse(text) {
            Ok(value) => values.push(value),
            Err(invalid) => report(plan, code, field, text, &invalid),
        }
    }
    values
}

fn kind_of(own: Kind, common: Install) -> InstallKind {
    match (own, common) {
        (Kind::Archive, _) | (Kind::Same, Install::Archive) => InstallKind::Archive,
        (Kind::Container, _) | (Kind::Same, Install::Container) => InstallKind::Container,
        (Kind::Package, _) | (Kind::Same, Install::Package) => InstallKind::Package,
    }
}

fn folder_of(
    own: &str,
    field: &str,
    kind: InstallKind,
    product: Product,
    overview: &Overview,
    plan: &mut Plan,
) -> Arc<str> {
    let (common, common_field) = match product {
        Product::Elasticsearch => (&overview.elasticsearch_folder, "overview.elasticsearch_folder"),
        Product::Kibana => (&overview.kibana_folder, "overview.kibana_folder"),
        Product::Metricbeat => (&overview.metricbeat_folder, "overview.metricbeat_folder"),
    };
    // Metricbeat's configuration lies beside its program.
    let below = if product == Product::Metricbeat { "" } else { "/config" };
    let (folder, said_in) = match kind {
        _ if !own.is_empty() => (own.to_owned(), format!("{field}.config_folder")),
        InstallKind::Container => (format!("/usr/share/{}{below}", product.word()), String::new()),
        InstallKind::Package => (format!("/etc/{}", product.word()), String::new()),
        InstallKind::Archive if overview.kind == Install::Archive => {
            (common.trim().to_owned(), common_field.to_owned())
        }
        InstallKind::Archive => (String::new(), format!("{field}.config_folder")),
    };
    let folder = folder.trim_end_matches('/').to_owned();
    // It stands in commands: no character there means anything to a shell.
    let plain = folder.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._+-".contains(&b));
    let absolute =
        folder.len() > 1 && folder.starts_with('/') && plain && !folder.split('/').any(|part| part == "..");
    // The other archives' programs lie beside their config folder.
    let known = kind != InstallKind::Archive || (folder.ends_with(below) && folder != below);
    if absolute && known {
        return folder.into();
    }
    // One missing common folder is one issue, not one a host.
    if plan.issues.iter().all(|issue| issue.field != said_in) {
        let how = format!(
            "type the absolute path of {product}'s config folder, such as /opt/{}{below}{}",
            product.word(),
            if below.is_empty() { "" } else { "; an archive's ends in /config" }
        );
        let message =
            if folder.is_empty() { format!("missing: {how}") } else { format!("{folder:?}: {how}") };
        plan.file_issue(codes::CONFIG_DIR, said_in, message);
    }
    format!("/opt/{}{below}", product.word()).into()
}

fn public_url(host: &Host, field: &str, plan: &mut Plan) -> Option<StackUrl> {
    let text = host.public_url.trim();
    if text.is_empty() {
        return None;
    }
    match StackUrl::parse(text, if text.starts_with("http://") { 80 } else { 443 }) {
        Ok(url) => Some(url),
        Err(invalid) => {
            report(plan, codes::PUBLIC_URL, &format!("{field}.public_url"), text, &invalid);
            None
        }
    }
}
