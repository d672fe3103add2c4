//! A scenario as the session file that an operator would have saved. Knows the questions, not what comes of them.

use std::fmt::Write;

use crate::matrix::Scenario;

pub const DOMAIN: &str = "products.example";

/// A host of a scenario: its name and its addresses.
#[derive(Clone, Debug)]
pub struct Host {
    pub name: String,
    pub address: String,
    /// A second address, for clients: where IPv4 and IPv6 stand side by side.
    pub also: Option<String>,
}

impl Host {
    fn row(&self) -> String {
        let all: Vec<&str> = [self.address.as_str()].into_iter().chain(self.also.as_deref()).collect();
        format!("{{ name: {}, dns: [{}], ip: {all:?} }}", self.name, self.dns())
    }

    pub fn named(name: &str, address: String) -> Self {
        Self { name: name.into(), address, also: None }
    }

    /// Where other nodes find it, as a value of YAML.
    pub fn transport(&self) -> String {
        if self.address.contains(':') {
            format!("\"[{}]:9300\"", self.address)
        } else {
            format!("{}:9300", self.address)
        }
    }

    /// Where clients find it.
    pub fn reached(&self) -> &str {
        self.also.as_deref().unwrap_or(&self.address)
    }

    pub fn dns(&self) -> String {
        format!("{}.{DOMAIN}", self.name)
    }
}

/// Who is there: the cluster, Kibana, Metricbeat, and where monitoring lies elsewhere, one node of that cluster.
#[derive(Clone, Debug)]
pub struct Cast {
    pub nodes: Vec<Host>,
    pub kibana: Host,
    pub beat: Host,
    pub elsewhere: Option<Host>,
}

impl Cast {
    pub fn of(scenario: &Scenario) -> Self {
        let six = scenario.is("addresses", "ipv6");
        let host = |name: &str, number: usize| {
            Host::named(name, if six { format!("fd00:5ea1::{number}") } else { format!("127.0.1.{number}") })
        };
        let count = if scenario.is("nodes", "three") { 3 } else { 1 };
        // Nodes that have to find each other enforce start-up checks beyond 127.0.0.0/8, and a home without the
        // product's native parts cannot pass them: such nodes talk to each other by IPv4, and to clients by IPv6.
        let node = |at: usize| match (six, count) {
            (true, 3) => Host {
                also: Some(format!("fd00:5ea1::{}", 10 + at)),
                ..Host::named(&format!("es-{at}"), format!("127.0.1.{}", 10 + at))
            },
            _ => host(&format!("es-{at}"), 10 + at),
        };
        let nodes: Vec<Host> = (1..=count).map(node).collect();
        // With one node everything about it is on its host; with three Metricbeat has a host of its own.
        let beat = if count == 1 { nodes[0].clone() } else { host("beat-1", 31) };
        let elsewhere = scenario.is("monitoring", "elsewhere").then(|| host("watch-1", 41));
        Self { nodes, kibana: host("kibana-1", 21), beat, elsewhere }
    }

    pub fn all(&self) -> Vec<&Host> {
        let mut all: Vec<&Host> = self.nodes.iter().chain([&self.kibana]).chain(&self.elsewhere).collect();
        if all.iter().all(|host| host.name != self.beat.name) {
            all.push(&self.beat);
        }
        all
    }

    /// What /etc/hosts says on every host, the names of a wildcard too.
    pub fn names(&self) -> Vec<(String, String)> {
        let mut names: Vec<(String, String)> = self
            .all()
            .iter()
            .map(|host| (host.reached().to_owned(), format!("{} {}", host.dns(), host.name)))
            .collect();
        names.push((self.nodes[0].reached().to_owned(), format!("any.{DOMAIN}")));
        names
    }
}

/// The config folder of a product on its host.
pub fn config_folder(installed: &str, product: &str) -> String {
    match (installed, product) {
        ("package", _) => format!("/etc/{product}"),
        ("archive", "metricbeat") => "/opt/metricbeat".into(),
        ("archive", _) => format!("/opt/{product}/config"),
        (_, "metricbeat") => "/usr/share/metricbeat".into(),
        _ => format!("/usr/share/{product}/config"),
    }
}

/// The session file. `knows` says whether stackseal asks a question at all.
pub fn session(scenario: &Scenario, cast: &Cast, version: &str) -> String {
    let get = |question| scenario.get(question);
    let minor = version.rsplit_once('.').map_or(version, |(minor, _)| minor);
    let (licence, mutual) =
        get("licence").split_once('+').map_or((get("licence"), false), |(name, _)| (name, true));
    let rows = |hosts: &[Host]| {
        let rows: Vec<String> = hosts.iter().map(|host| format!("      - {}", host.row())).collect();
        rows.join("\n")
    };
    let mut text = String::from("version: 1\nanswers:\n  overview:\n");
    let mut overview = |line: String| {
        let _ = writeln!(text, "    {line}");
    };
    overview(format!("cluster_name: products-{}", scenario.name));
    overview(format!("stack_version: \"{minor}\""));
    overview(format!("licence: {licence}"));
    overview(format!("kind: {}", get("installed")));
    if scenario.is("installed", "archive") {
        for product in ["elasticsearch", "kibana", "metricbeat"] {
            overview(format!("{product}_folder: {}", config_folder("archive", product)));
        }
    }
    overview(format!("key_type: {}", get("keys")));
    overview(format!("accounts: {}", get("accounts")));
    for product in ["elasticsearch", "kibana", "metricbeat"] {
        overview(format!("{product}_secrets: {}", get("secrets")));
    }
    if scenario.has_locked_store() {
        overview("keystore_password: generated".into());
    }
    if scenario.is("names", "wildcard") {
        overview(format!("client_names: [\"*.{DOMAIN}\"]"));
    }
    overview(format!("elasticsearch:\n{}", rows(&cast.nodes)));
    overview(format!("kibana:\n{}", rows(std::slice::from_ref(&cast.kibana))));
    overview(format!("metricbeat:\n{}", rows(std::slice::from_ref(&cast.beat))));
    text.push_str(&steps(scenario, cast, mutual));
    text
}

fn steps(scenario: &Scenario, cast: &Cast, mutual: bool) -> String {
    let get = |question| scenario.get(question);
    let (format, password) = (get("format"), get("passwords"));
    let each = scenario.is("certificates", "each");
    // node-forge, with which Kibana opens PKCS#12, knows RSA only.
    let kibana_format = if scenario.is("keys", "ec-p256") { "pem" } else { format };
    let mut text = String::new();
    let mut step = |name: &str, answers: &[(&str, String)]| {
        let _ = writeln!(text, "  {name}:");
        for (question, answer) in answers {
            let _ = writeln!(text, "    {question}: {answer}");
        }
    };
    step(
        "transport",
        &[
            ("format", format.into()),
            ("verification_mode", get("transport").into()),
            ("certificate_per_node", each.to_string()),
            ("store_password", password.into()),
        ],
    );
    step(
        "https",
        &[
            ("signed_by", get("https by").into()),
            ("format", format.into()),
            ("certificate_per_node", each.to_string()),
            ("password", password.into()),
        ],
    );
    let mut kibana: Vec<(&str, String)> = Vec::new();
    if scenario.is("names", "wildcard") {
        kibana.push(("hosts", format!("[\"https://any.{DOMAIN}:9200\"]")));
    }
    if let Some(elsewhere) = &cast.elsewhere {
        kibana.push(("monitoring", "true".into()));
        kibana.push(("monitoring_hosts", format!("[\"https://{}:9200\"]", elsewhere.dns())));
    }
    if !kibana.is_empty() {
        step("kibana_client", &kibana);
    }
    step(
        "browser",
        &[
            ("signed_by", get("browser by").into()),
            ("format", kibana_format.into()),
            ("password", password.into()),
        ],
    );
    if mutual {
        step("mtls", &[("enabled", "true".into()), ("password", password.into())]);
    }
    step(
        "beats",
        &[("credential", get("beats by").into()), ("to_monitoring", cast.elsewhere.is_some().to_string())],
    );
    text
}

/// The cluster elsewhere is one of ours too, as plain as can be; it lends a token to the first.
pub fn elsewhere(host: &Host, kibana: &Host, installed: &str, version: &str) -> String {
    let minor = version.rsplit_once('.').map_or(version, |(minor, _)| minor);
    let mut text = format!(
        "version: 1\nanswers:\n  overview:\n    cluster_name: elsewhere\n    stack_version: \"{minor}\"\n    \
         kind: {installed}\n    kibana_secrets: commands\n    elasticsearch: [{}]\n    kibana: [{}]\n",
        host.row(),
        kibana.row()
    );
    if installed == "archive" {
        for product in ["elasticsearch", "kibana"] {
            let _ = writeln!(text, "    {product}_folder: {}", config_folder("archive", product));
        }
    }
    text
}
