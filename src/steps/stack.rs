//! The stack as the answers describe it, parsed once for all steps. What does not parse files an
//! issue and is replaced by a stand-in of the same shape.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::overview::{Install, Kind, Overview};
use super::{Answers, Host};
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
    pub elasticsearch: Vec<Node>,
    pub kibana: Vec<Node>,
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
    pub config: ConfigId,
    pub master: bool,
    pub network_host: String,
    pub network_is_automatic: bool,
    pub public_url: Option<StackUrl>,
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
        let elasticsearch = read_nodes(&overview.elasticsearch, Product::Elasticsearch, overview, plan);
        let kibana = read_nodes(&overview.kibana, Product::Kibana, overview, plan);
        check_cluster(&elasticsearch, plan);
        Self {
            version,
            cluster,
            elasticsearch,
            kibana,
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

    /// Whether every node can be checked by name and by address.
    pub fn all_have_names(&self) -> bool {
        self.elasticsearch.iter().all(|node| !node.dns.is_empty() && !node.ip.is_empty())
    }
}

impl Node {
    /// A path in this host's folder, below the product's.
    pub fn path(&self, below: &str) -> RelPath {
        let path = format!("hosts/{}/{}/{below}", self.name, self.place.product.word());
        path.parse().unwrap_or_else(|_| RelPath::top("unnamed"))
    }

    /// How other nodes find it: by address where there is one, since that is what is checked.
    pub fn reach(&self) -> Endpoint {
        match (self.ip.first(), self.dns.first()) {
            (Some(ip), _) => Endpoint::Address(*ip),
            (None, Some(name)) => Endpoint::Name(name.clone()),
            (None, None) => self.short(),
        }
    }

    /// How clients find it: by name where there is one.
    pub fn url_host(&self) -> Endpoint {
        let named = self.dns.iter().find(|name| !name.is_wildcard());
        named.map_or_else(|| self.reach(), |name| Endpoint::Name(name.clone()))
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
        if sans.is_empty() {
            if let Endpoint::Name(name) = self.short() {
                sans.add_dns(name);
            }
        }
        sans
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
    match name.parse::<HostName>() {
        Ok(name) => name.to_string(),
        Err(_) => {
            let message =
                format!("{name:?}: a cluster name has letters, digits, '-', '_' and '.', such as prod-eu");
            plan.file_issue(codes::CLUSTER_NAME, "overview.cluster_name", message);
            "cluster".to_owned()
        }
    }
}

fn check_names(overview: &Overview, plan: &mut Plan) {
    let name = overview.session_name.trim();
    if !name.is_empty() && (name.parse::<HostName>().is_err() || COMMANDS.contains(&name)) {
        let message = if COMMANDS.contains(&name) {
            format!("{name:?} is a command of stackseal; choose another name")
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
        0 => plan.file_issue(codes::NO_MASTER, field, "make at least one host master-eligible"),
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
                let message = format!("{ip} is the address of {} too; each host has its own", first.name);
                plan.file_issue(codes::ADDRESS_TWICE, format!("{field}[{index}].ip"), message);
            }
        }
    }
}

fn read_nodes(hosts: &[Host], product: Product, overview: &Overview, plan: &mut Plan) -> Vec<Node> {
    let mut names: HashMap<String, usize> = HashMap::with_capacity(hosts.len());
    let mut nodes = Vec::with_capacity(hosts.len());
    for (index, host) in hosts.iter().enumerate() {
        let field = format!("overview.{}[{index}]", product.word());
        let mut node = read_node(host, &field, index, product, overview, plan);
        if names.insert(node.name.as_str().to_ascii_lowercase(), index).is_some() {
            let message = format!("{:?} stands in this list twice; give each host its own name", host.name);
            plan.file_issue(codes::HOST_TWICE, format!("{field}.name"), message);
            node.rename(&format!("{}-{}", node.name, index + 1));
        }
        node.config = plan.open_config(Config::new(node.place.clone()));
        nodes.push(node);
    }
    nodes
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
    if host.dns.is_empty() && host.ip.is_empty() {
        let message = format!("{name} has neither DNS name nor address; others will look for it as {name}");
        plan.file_issue(codes::HOST_NOWHERE, format!("{field}.dns"), message);
    }
    let kind = kind_of(host.kind, overview.kind);
    let folder = folder_of(host, field, kind, product, overview, plan);
    let place = Arc::new(Place { host: name.clone(), product, kind, folder });
    let mut node = Node {
        name,
        dns,
        ip,
        place,
        config: ConfigId::default(),
        master: host.master,
        network_host: host.network_host.trim().to_owned(),
        network_is_automatic: host.network_host.trim().is_empty(),
        public_url: public_url(host, field, plan),
    };
    if node.network_is_automatic {
        node.network_host = bare(&node.reach());
    } else if !listens(&node.network_host) {
        let message = format!("{:?}: type an address, a DNS name, 0.0.0.0 or _site_", node.network_host);
        plan.file_issue(codes::NETWORK_HOST, format!("{field}.network_host"), message);
    }
    node
}

/// An address without the brackets that only URLs and seed hosts want.
fn bare(endpoint: &Endpoint) -> String {
    match endpoint {
        Endpoint::Address(ip) => ip.to_string(),
        Endpoint::Name(name) => name.to_string(),
    }
}

fn listens(text: &str) -> bool {
    let special = text.strip_prefix('_').and_then(|rest| rest.strip_suffix('_'));
    special.is_some_and(|word| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'-' | b'.'))
    }) || text.parse::<Endpoint>().is_ok()
}

fn read_list<T>(
    texts: &[String],
    code: Code,
    field: &str,
    plan: &mut Plan,
    parse: impl Fn(&str) -> Result<T, crate::values::Invalid>,
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
    host: &Host,
    field: &str,
    kind: InstallKind,
    product: Product,
    overview: &Overview,
    plan: &mut Plan,
) -> Arc<str> {
    let own = host.config_folder.trim();
    let (common, common_field) = match product {
        Product::Elasticsearch => (&overview.elasticsearch_folder, "overview.elasticsearch_folder"),
        Product::Kibana => (&overview.kibana_folder, "overview.kibana_folder"),
    };
    let (folder, said_in) = match kind {
        _ if !own.is_empty() => (own.to_owned(), format!("{field}.config_folder")),
        InstallKind::Container => (format!("/usr/share/{}/config", product.word()), String::new()),
        InstallKind::Package => (format!("/etc/{}", product.word()), String::new()),
        InstallKind::Archive if overview.kind == Install::Archive => {
            (common.trim().to_owned(), common_field.to_owned())
        }
        InstallKind::Archive => (String::new(), format!("{field}.config_folder")),
    };
    let folder = folder.trim_end_matches('/').to_owned();
    let absolute = folder.starts_with('/') && !folder.contains(['\0', '\n', '"', '\'', '$', '`', ' ']);
    if absolute {
        return folder.into();
    }
    // One missing common folder is one issue, not one a host.
    if plan.issues.iter().all(|issue| issue.field != said_in) {
        let message = format!(
            "{folder:?}: type the absolute path of {product}'s config folder, such as /opt/{}/config",
            product.word()
        );
        plan.file_issue(codes::CONFIG_DIR, said_in, message);
    }
    format!("/opt/{}/config", product.word()).into()
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
