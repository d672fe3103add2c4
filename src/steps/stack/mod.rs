//! The stack as the answers describe it, parsed once for all steps. What does not parse files an
//! issue and is replaced by a stand-in of the same shape.

mod read;

use std::collections::HashMap;
use std::fmt::Display;
use std::net::IpAddr;
use std::sync::Arc;

use super::Answers;
use super::browser::HostCertificate;
use super::overview::Overview;
use crate::plan::{Code, Config, ConfigId, InstallKind, Place, Plan, Product, codes};
use crate::values::{DnsName, Endpoint, HostName, KeyKind, RelPath, Sans, StackUrl, StackVersion, address};

/// Names under which no session can be saved, since they are commands.
pub const COMMANDS: [&str; 12] = [
    "completions",
    "help",
    "inspect",
    "man",
    "new",
    "plan",
    "schema",
    "sessions",
    "show",
    "stackseal",
    "version",
    "write",
];

pub struct Stack {
    pub version: StackVersion,
    pub cluster: String,
    /// Shared, so that a step can hold one while it adds to the plan.
    pub elasticsearch: Vec<Arc<Node>>,
    pub kibana: Vec<Arc<Node>>,
    pub metricbeat: Vec<Arc<Node>>,
    /// Names beside the hosts' own.
    pub client_names: Sans,
    pub key: KeyKind,
    pub ca_key: KeyKind,
    pub run: String,
}

/// One product on one host.
#[derive(Clone)]
pub struct Node {
    pub name: HostName,
    pub dns: Vec<DnsName>,
    pub ip: Vec<IpAddr>,
    pub place: Arc<Place>,
    /// Where it stands in the list that names it.
    pub row: usize,
    pub config: ConfigId,
    pub master: bool,
    pub network_host: String,
    pub public_url: Option<StackUrl>,
    pub certificate: HostCertificate,
}

/// What nodes need to find each other; shared by all of them.
pub struct Discovery {
    /// None for a single node.
    pub seeds: Option<Arc<[String]>>,
    pub masters: Arc<[String]>,
    pub other_roles: Arc<[String]>,
}

impl Stack {
    pub fn read(answers: &Answers, run: &str, plan: &mut Plan) -> Self {
        let overview = &answers.overview;
        let version = overview.stack_version.parse().unwrap_or_else(|invalid| {
            report(plan, codes::STACK_VERSION, "overview.stack_version", &overview.stack_version, &invalid);
            StackVersion::new(9, 1)
        });
        check_names(overview, plan);
        let cluster = cluster_name(overview, plan);
        let elasticsearch = read::read_nodes(&overview.elasticsearch, Product::Elasticsearch, overview, plan);
        let kibana = read::read_nodes(&overview.kibana, Product::Kibana, overview, plan);
        let metricbeat = read::read_metricbeat(overview, &elasticsearch, plan);
        check_cluster(&elasticsearch, plan);
        Self {
            version,
            cluster,
            elasticsearch: configured(elasticsearch, plan),
            kibana: configured(kibana, plan),
            metricbeat: configured(metricbeat, plan),
            client_names: client_names(overview, plan),
            key: overview.key_type.kind(),
            ca_key: overview.ca_key_type.kind(),
            run: run.to_owned(),
        }
    }

    pub fn discovery(&self) -> Discovery {
        let masters = self.elasticsearch.iter().filter(|node| node.master);
        // A big cluster needs no more than three to elect its first master.
        let first = if self.elasticsearch.len() >= 10 { 3 } else { usize::MAX };
        let seeds = masters.clone().map(|node| node.reach().to_string()).collect::<Vec<_>>();
        Discovery {
            seeds: (self.elasticsearch.len() > 1).then(|| seeds.into()),
            masters: masters.take(first).map(|node| node.name.to_string()).collect(),
            other_roles: ["data", "ingest", "ml", "remote_cluster_client", "transform"]
                .map(str::to_owned)
                .into(),
        }
    }

    /// Every product on every host.
    pub fn everywhere(&self) -> impl Iterator<Item = &Arc<Node>> {
        self.elasticsearch.iter().chain(&self.kibana).chain(&self.metricbeat)
    }

    /// Whether every node can be checked by name and by address.
    pub fn all_have_names(&self) -> bool {
        self.elasticsearch.iter().all(|node| !node.dns.is_empty() && !node.ip.is_empty())
    }
}

/// Only now, since a host that stands in two lists was read twice.
fn configured(nodes: Vec<Node>, plan: &mut Plan) -> Vec<Arc<Node>> {
    let open = |node: Node| {
        let config = plan.open_config(Config::new(node.place.clone()));
        Arc::new(Node { config, ..node })
    };
    nodes.into_iter().map(open).collect()
}

impl Node {
    /// A path in this host's folder, below the product's.
    pub fn path(&self, below: impl Display) -> RelPath {
        let path = format!("hosts/{}/{}/{below}", self.name, self.place.product.word());
        path.parse().unwrap_or_else(|_| RelPath::top("unnamed"))
    }

    /// How other nodes find it: by address where there is one, since that is what is checked.
    pub fn reach(&self) -> Endpoint {
        match (self.ip.first(), self.first_name()) {
            (Some(ip), _) => Endpoint::Address(*ip),
            (None, Some(name)) => Endpoint::Name(name.clone()),
            (None, None) => self.short(),
        }
    }

    /// How clients find it: by name where there is one.
    pub fn url_host(&self) -> Endpoint {
        self.first_name().map_or_else(|| self.reach(), |name| Endpoint::Name(name.clone()))
    }

    /// Nothing can connect to a wildcard.
    fn first_name(&self) -> Option<&DnsName> {
        self.dns.iter().find(|name| !name.is_wildcard())
    }

    /// All by which clients may find it alone.
    pub fn endpoints(&self) -> impl Iterator<Item = Endpoint> {
        let names = self.dns.iter().filter(|name| !name.is_wildcard()).cloned().map(Endpoint::Name);
        let addresses = self.ip.iter().copied().map(Endpoint::Address);
        names.chain(addresses).chain([self.short()])
    }

    /// What it tells others to connect to, where that isn't what it listens on: a container's own
    /// address means nothing outside, and `_site_` or 0.0.0.0 may stand for several.
    pub fn publish_host(&self) -> Option<String> {
        let listens_on = self.network_host.parse::<Endpoint>();
        let one = matches!(&listens_on, Ok(Endpoint::Name(_)))
            || matches!(&listens_on, Ok(Endpoint::Address(ip)) if !ip.is_unspecified());
        match (one, self.place.kind) {
            (true, InstallKind::Container) => Some(self.network_host.clone()),
            (true, InstallKind::Archive | InstallKind::Package) => None,
            (false, _) => Some(bare(&self.reach())),
        }
    }

    /// What it listens on.
    pub fn bind_host(&self) -> &str {
        if self.place.kind == InstallKind::Container { "0.0.0.0" } else { &self.network_host }
    }

    fn short(&self) -> Endpoint {
        let name = self.name.as_str().replace('_', "-");
        name.parse().unwrap_or_else(|_| Endpoint::Address(IpAddr::from([127, 0, 0, 1])))
    }

    /// Its own names and addresses, and the address it publishes.
    pub fn sans(&self) -> Sans {
        let mut sans = Sans::new();
        self.dns.iter().for_each(|name| sans.add_dns(name.clone()));
        self.ip.iter().for_each(|ip| sans.add_ip(*ip));
        match self.network_host.parse::<Endpoint>() {
            Ok(Endpoint::Address(ip)) if !ip.is_unspecified() => sans.add_ip(ip),
            Ok(Endpoint::Name(name)) => sans.add_dns(name),
            _ => {}
        }
        if sans.is_empty()
            && let Endpoint::Name(name) = self.short()
        {
            sans.add_dns(name);
        }
        sans
    }
}

/// An address without the brackets that only URLs and seed hosts want.
fn bare(endpoint: &Endpoint) -> String {
    match endpoint {
        Endpoint::Address(ip) => ip.to_string(),
        Endpoint::Name(name) => name.to_string(),
    }
}

/// `overview.cluster_name: "a b" …`: the value is shown because nothing on this tab is secret.
fn report(plan: &mut Plan, code: Code, field: &str, value: &str, invalid: &crate::values::Invalid) {
    plan.file_issue(
        code,
        field,
        if value.is_empty() { invalid.to_string() } else { format!("{value:?}: {invalid}") },
    );
}

fn cluster_name(overview: &Overview, plan: &mut Plan) -> String {
    let name = overview.cluster_name.trim();
    if let Ok(name) = name.parse::<HostName>() {
        return name.to_string();
    }
    let how = "a cluster name has letters, digits, '-', '_' and '.', such as prod-eu";
    let message = if name.is_empty() { format!("missing: {how}") } else { format!("{name:?}: {how}") };
    plan.file_issue(codes::CLUSTER_NAME, "overview.cluster_name", message);
    "cluster".to_owned()
}

fn check_names(overview: &Overview, plan: &mut Plan) {
    let name = overview.session_name.trim();
    if !name.is_empty() && (name.parse::<HostName>().is_err() || COMMANDS.contains(&name)) {
        let message = if COMMANDS.contains(&name) {
            format!("{name:?} is a command of stackseal; choose another name, such as prod-eu")
        } else {
            format!("{name:?}: a session's name has letters, digits, '-', '_' and '.', such as prod-eu")
        };
        plan.file_issue(codes::SESSION_NAME, "overview.session_name", message);
    }
    let output = overview.output.trim();
    if matches!(output, "/" | "." | ".." | "~") || output.contains('\0') || output.starts_with("~/") {
        let message =
            format!("{output:?}: name a folder of its own, such as ./prod-eu; ~ is not expanded here");
        plan.file_issue(codes::OUTPUT, "overview.output", message);
    }
}

fn client_names(overview: &Overview, plan: &mut Plan) -> Sans {
    let mut sans = Sans::new();
    for text in &overview.client_names {
        match (address(text), text.parse::<DnsName>()) {
            (Ok(ip), _) => sans.add_ip(ip),
            (_, Ok(name)) => sans.add_dns(name),
            (_, Err(invalid)) => report(plan, codes::CLIENT_NAME, "overview.client_names", text, &invalid),
        }
    }
    sans
}

fn check_cluster(nodes: &[Node], plan: &mut Plan) {
    let field = "overview.elasticsearch";
    if nodes.is_empty() {
        let message = "add at least one Elasticsearch host: type its name, or paste lines of  name dns ip";
        plan.file_issue(codes::NO_ELASTICSEARCH, field, message);
        return;
    }
    match nodes.iter().filter(|node| node.master).count() {
        0 => plan.file_issue(
            codes::NO_MASTER,
            field,
            "no host may become master: set Master-eligible to yes for one host or three",
        ),
        2 => plan.file_issue(
            codes::TWO_MASTERS,
            field,
            "with two master-eligible hosts the loss of either stops the cluster; use one or three",
        ),
        _ => {}
    }
    let mut seen: HashMap<IpAddr, &Node> = HashMap::with_capacity(nodes.len());
    for (index, node) in nodes.iter().enumerate() {
        for ip in &node.ip {
            if let Some(first) = seen.insert(*ip, node) {
                let message = format!(
                    "{ip} is the address of {} too; type the one that this host alone has",
                    first.name
                );
                plan.file_issue(codes::ADDRESS_TWICE, format!("{field}[{index}].ip"), message);
            }
        }
    }
}
