//! What lies in an output folder, found through the settings that name it. Knows the layout, no
//! cryptography; file names inside config/ are never guessed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_yaml::Value;

use super::{Line, keystore};

pub type Secrets = BTreeMap<String, String>;

/// Collects the lines of the judges that are written in Rust.
#[derive(Default)]
pub struct Report {
    pub lines: Vec<Line>,
}

impl Report {
    pub fn check(&mut self, what: impl Into<String>, result: Result<(), String>) {
        let what = what.into();
        self.lines.push(match result {
            Ok(()) => Line::Ok(what),
            // One line a failure, whatever a program printed.
            Err(why) => {
                Line::Fail(format!("{what}: {}", why.split_whitespace().collect::<Vec<_>>().join(" ")))
            }
        });
    }

    pub fn note(&mut self, what: impl Into<String>) {
        self.lines.push(Line::Note(what.into()));
    }
}

pub fn need(holds: bool, why: impl Into<String>) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why.into()) }
}

pub struct Output {
    pub root: PathBuf,
    pub nodes: Vec<Product>,
    pub kibanas: Vec<Product>,
    pub beats: Vec<Product>,
    /// Items of the files in Metricbeat's modules.d/.
    pub modules: Vec<Product>,
}

/// One product on one host: its settings and secure settings.
pub struct Product {
    pub host: String,
    pub config: PathBuf,
    settings: BTreeMap<String, Vec<String>>,
    secrets: Secrets,
}

/// A PKCS#12 file, its password and what it must hold.
pub struct Store {
    pub title: String,
    pub path: PathBuf,
    pub password: String,
    pub key: bool,
    pub trusted: bool,
}

impl Output {
    pub fn read(root: &Path) -> Result<Self, String> {
        let mut output = Self {
            root: root.into(),
            nodes: Vec::new(),
            kibanas: Vec::new(),
            beats: Vec::new(),
            modules: Vec::new(),
        };
        for host in below(&root.join("hosts")) {
            output.nodes.extend(Product::read(&host, "elasticsearch")?);
            output.kibanas.extend(Product::read(&host, "kibana")?);
            let beat = Product::read(&host, "metricbeat")?;
            if let Some(beat) = &beat {
                output.modules.extend(beat.modules()?);
            }
            output.beats.extend(beat);
        }
        need(
            !output.nodes.is_empty() || !output.kibanas.is_empty(),
            "no host holds an elasticsearch.yml or a kibana.yml",
        )?;
        Ok(output)
    }

    pub fn requests(&self) -> Vec<PathBuf> {
        ending(&self.root.join("requests"), ".csr")
    }

    pub fn archives(&self) -> Vec<PathBuf> {
        [ending(&self.root.join("authorities"), ".zip"), ending(&self.root.join("requests"), ".zip")].concat()
    }

    /// PEM files for everyone who is a client.
    pub fn client_files(&self) -> Vec<PathBuf> {
        let folder = self.root.join("clients");
        [ending(&folder, ".crt"), ending(&folder, ".pem")].concat()
    }

    /// The CA that HTTP clients are given: Kibana's where there is one.
    pub fn http_trust(&self) -> Vec<PathBuf> {
        let listed: Vec<PathBuf> = self
            .kibanas
            .iter()
            .flat_map(|kibana| {
                kibana.list("elasticsearch.ssl.certificateAuthorities").iter().map(|path| kibana.target(path))
            })
            .collect();
        if listed.is_empty() { self.client_files() } else { listed }
    }

    /// What browsers are told to import; any CA for clients where no file is named after them.
    pub fn browser_trust(&self) -> Vec<PathBuf> {
        let named = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().contains("browser");
        let files = self.client_files();
        let meant: Vec<PathBuf> = files.iter().filter(|path| named(path)).cloned().collect();
        if meant.is_empty() { files } else { meant }
    }

    /// Pairs of files of people and other programs: certificate and key.
    pub fn account_pairs(&self) -> Vec<(PathBuf, PathBuf)> {
        let files = ending(&self.root.join("accounts"), ".crt");
        files.into_iter().map(|path| (path.clone(), path.with_extension("key"))).collect()
    }

    pub fn secrets(&self) -> BTreeMap<String, Secrets> {
        let mut found: BTreeMap<String, Secrets> = BTreeMap::new();
        for product in self.nodes.iter().chain(&self.kibanas) {
            found.entry(product.host.clone()).or_default().extend(product.secrets.clone());
        }
        found
    }

    /// Every store that is named somewhere, once per host, and those of the authorities.
    pub fn stores(&self) -> Vec<Store> {
        let mut found: Vec<Store> = Vec::new();
        for (product, prefixes) in self.products() {
            for prefix in prefixes {
                for role in ["keystore", "truststore"] {
                    let Some(path) = product.get(&format!("{prefix}.{role}.path")) else { continue };
                    let path = product.file(path);
                    let password = ["secure_password", "password"]
                        .iter()
                        .find_map(|last| product.secret(&format!("{prefix}.{role}.{last}")))
                        .unwrap_or_default();
                    let (key, trusted) = (role == "keystore", role == "truststore" && product.is_node());
                    let title = format!("{} {}", product.host, path.file_name().unwrap().to_string_lossy());
                    match found.iter_mut().find(|store| store.path == path) {
                        Some(store) => {
                            (store.key, store.trusted) = (store.key || key, store.trusted || trusted)
                        }
                        None => found.push(Store { title, path, password: password.into(), key, trusted }),
                    }
                }
            }
        }
        for path in ending(&self.root.join("authorities"), ".p12") {
            let title = format!("authorities/{}", path.file_name().unwrap().to_string_lossy());
            let beside =
                [PathBuf::from(format!("{}.password", path.display())), path.with_extension("password")];
            let password = beside.iter().find_map(|file| fs::read_to_string(file).ok()).unwrap_or_default();
            found.push(Store { title, path, password, key: true, trusted: false });
        }
        found
    }

    fn products(&self) -> Vec<(&Product, [&'static str; 2])> {
        let nodes =
            self.nodes.iter().map(|node| (node, ["xpack.security.transport.ssl", "xpack.security.http.ssl"]));
        let kibanas = self.kibanas.iter().map(|kibana| (kibana, ["elasticsearch.ssl", "server.ssl"]));
        nodes.chain(kibanas).collect()
    }
}

impl Product {
    fn read(host: &Path, name: &str) -> Result<Option<Self>, String> {
        let config = host.join(name).join("config");
        let file = config.join(format!("{name}.yml"));
        let Ok(text) = fs::read_to_string(&file) else { return Ok(None) };
        let say = |error: String| format!("{}: {error}", file.display());
        let mut settings = BTreeMap::new();
        flatten("", &serde_yaml::from_str(&text).map_err(|error| say(error.to_string()))?, &mut settings);
        let mut secrets = Secrets::new();
        let store = format!("{name}.keystore");
        if let Ok(bytes) = fs::read(config.join(&store)) {
            let password = fs::read_to_string(host.join(name).join("keystore.password")).unwrap_or_default();
            secrets = keystore::open(&bytes, &password).map_err(|error| say(format!("{store}: {error}")))?;
        }
        for path in below(&host.join(name).join("secure-settings")) {
            let setting = path.file_name().unwrap().to_string_lossy().into_owned();
            secrets.insert(setting, fs::read_to_string(&path).map_err(|error| say(error.to_string()))?);
        }
        let host = host.file_name().unwrap().to_string_lossy().into_owned();
        Ok(Some(Self { host, config, settings, secrets }))
    }

    fn modules(&self) -> Result<Vec<Self>, String> {
        let mut found = Vec::new();
        for path in ending(&self.config.join("modules.d"), ".yml") {
            let say = |error: String| format!("{}: {error}", path.display());
            let text = fs::read_to_string(&path).map_err(|error| say(error.to_string()))?;
            let items: Vec<Value> = serde_yaml::from_str(&text).map_err(|error| say(error.to_string()))?;
            for item in &items {
                let mut settings = BTreeMap::new();
                flatten("", item, &mut settings);
                let (host, config, secrets) = (self.host.clone(), self.config.clone(), self.secrets.clone());
                found.push(Self { host, config, settings, secrets });
            }
        }
        Ok(found)
    }

    fn is_node(&self) -> bool {
        self.config.join("elasticsearch.yml").is_file()
    }

    /// Whether certs/ holds a key that no setting names.
    pub fn has_unnamed_key(&self) -> bool {
        ending(&self.config.join("certs"), ".key").iter().any(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            !self.settings.values().flatten().any(|value| value.ends_with(&name))
        })
    }

    pub fn list(&self, key: &str) -> &[String] {
        self.settings.get(key).map_or(&[], Vec::as_slice)
    }

    /// An empty string counts as not set, as in Elasticsearch.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.list(key).first().map(String::as_str).filter(|value| !value.is_empty())
    }

    pub fn secret(&self, setting: &str) -> Option<&str> {
        self.secrets.get(setting).map(String::as_str)
    }

    /// Where a file that a setting names lies in the output.
    pub fn file(&self, path: &str) -> PathBuf {
        if self.is_node() { self.config.join(path) } else { self.target(path) }
    }

    /// kibana.yml names files as they will stand on the target; what follows certs/ is the same here.
    fn target(&self, path: &str) -> PathBuf {
        let path = path.replace('\\', "/");
        match path.rsplit_once("/certs/") {
            Some((_, tail)) => self.config.join("certs").join(tail),
            None => self.config.join(path.rsplit('/').next().unwrap_or(&path)),
        }
    }
}

/// The host of an URL, without the brackets of an address.
pub fn url_host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    match authority.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((address, _)) => address.to_owned(),
        None => authority.split(':').next().unwrap_or_default().to_owned(),
    }
}

fn flatten(prefix: &str, value: &Value, into: &mut BTreeMap<String, Vec<String>>) {
    match value {
        Value::Mapping(pairs) => {
            for (key, inner) in pairs {
                let key = scalar(key);
                flatten(&if prefix.is_empty() { key } else { format!("{prefix}.{key}") }, inner, into);
            }
        }
        Value::Sequence(items) => drop(into.insert(prefix.into(), items.iter().map(scalar).collect())),
        Value::Null => drop(into.insert(prefix.into(), Vec::new())),
        other => drop(into.insert(prefix.into(), vec![scalar(other)])),
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => serde_yaml::to_string(other).unwrap_or_default().trim().to_owned(),
    }
}

/// Entries of a folder in order; none when it does not exist.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder).map(|all| all.flatten().map(|entry| entry.path()).collect()).unwrap_or_default();
    found.sort();
    found
}

fn ending(folder: &Path, end: &str) -> Vec<PathBuf> {
    below(folder).into_iter().filter(|path| path.to_string_lossy().ends_with(end)).collect()
}
