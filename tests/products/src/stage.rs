//! One scenario inside its room: hosts with their folders in place, nodes started. Checks borrow it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::ask::Client;
use crate::matrix::Scenario;
use crate::node::{self, Node};
use crate::place::{Installed, place};
use crate::sandbox::{INSIDE, Machine};
use crate::session::{Cast, Host};
use crate::trouble::{At, Result, Trouble};

/// Where the node of another CA lives.
pub const STRANGER: &str = "127.0.1.99";
pub const STRANGER_NAME: &str = "stranger";

#[derive(Debug)]
pub struct Stage {
    pub scenario: Scenario,
    pub version: String,
    pub cast: Cast,
    /// What stackseal wrote, as seen inside.
    pub out: PathBuf,
    pub folder: PathBuf,
    pub machines: Vec<Machine>,
    pub nodes: Vec<Node>,
    pub elsewhere: Vec<Node>,
}

impl Stage {
    pub fn new(scenario: Scenario, version: &str) -> Self {
        let folder = Path::new(INSIDE).join("run");
        let cast = Cast::of(&scenario);
        let out = folder.join("out");
        Self {
            scenario,
            version: version.into(),
            cast,
            out,
            folder,
            machines: Vec::new(),
            nodes: Vec::new(),
            elsewhere: Vec::new(),
        }
    }

    /// Makes the hosts and brings each its folder.
    pub fn place(&mut self) -> Result<()> {
        let hosts: Vec<Host> = self.cast.all().into_iter().cloned().collect();
        for host in hosts {
            let elsewhere = self.cast.elsewhere.as_ref().is_some_and(|watch| watch.name == host.name);
            let out = if elsewhere { self.folder.join("out-elsewhere") } else { self.out.clone() };
            let mut machine = self.machine(&host.name)?;
            place(&mut machine, &out, self.scenario.get("installed"))?;
            self.machines.push(machine);
        }
        Ok(())
    }

    pub fn machine(&self, name: &str) -> Result<Machine> {
        Machine::new(&self.folder.join("hosts"), name, &self.cast.names())
    }

    pub fn installed(&self, product: &str) -> Installed {
        Installed::new(self.scenario.get("installed"), product)
    }

    pub fn at(&self, name: &str) -> Result<&Machine> {
        self.machines
            .iter()
            .find(|machine| machine.name == name)
            .ok_or_else(|| Trouble(format!("no host {name}")))
    }

    /// Starts all nodes and waits until both clusters are there; tells how long the first took.
    pub fn start(&mut self) -> Result<Duration> {
        let names: Vec<String> = self.cast.nodes.iter().map(|host| host.name.clone()).collect();
        for name in names {
            let node = self.start_node(&name, &[])?;
            self.nodes.push(node);
        }
        let watch = self.cast.elsewhere.clone();
        if let Some(watch) = &watch {
            let node = self.start_node(&watch.name, &[])?;
            self.elsewhere.push(node);
        }
        let (client, url) = (self.elastic()?, self.url());
        let took = node::ready(&mut self.nodes, &client, &url)?;
        if let Some(watch) = watch {
            let client = self.elastic_elsewhere()?;
            node::ready(&mut self.elsewhere, &client, &format!("https://{}:9200", watch.dns()))?;
        }
        Ok(took)
    }

    pub fn start_node(&mut self, name: &str, settings: &[&str]) -> Result<Node> {
        let password = self.store_password(name);
        self.start_with(name, settings, password.as_deref())
    }

    /// Where a folder brought the password of the host's elasticsearch.keystore, if it has one.
    pub fn store_password(&self, name: &str) -> Option<PathBuf> {
        ["out", "out-stranger", "out-elsewhere"]
            .map(|out| self.folder.join(out).join("hosts").join(name).join("elasticsearch/keystore.password"))
            .into_iter()
            .find(|file| file.exists())
    }

    pub fn start_with(&mut self, name: &str, settings: &[&str], password: Option<&Path>) -> Result<Node> {
        let installed = self.installed("elasticsearch");
        let log = self.folder.join("logs").join(format!("{name}.log"));
        fs::create_dir_all(self.folder.join("logs")).at(&log)?;
        let host = self.cast.all().into_iter().find(|host| host.name == name).cloned();
        let both = host
            .as_ref()
            .and_then(|host| Some(format!("http.host={},{}", host.address, host.also.as_ref()?)));
        // A container listens everywhere in a network of its own; hosts of one room share one.
        let own = host.map_or_else(|| STRANGER.into(), |host| host.address);
        let own = self.scenario.is("installed", "container").then(|| format!("network.bind_host={own}"));
        let all: Vec<&str> = settings.iter().copied().chain(both.as_deref()).chain(own.as_deref()).collect();
        let at = self.machines.iter().position(|machine| machine.name == name);
        let machine =
            at.and_then(|at| self.machines.get_mut(at)).ok_or_else(|| Trouble(format!("no host {name}")))?;
        node::start(machine, &installed, &log, &all, password)
    }

    pub fn url(&self) -> String {
        format!("https://{}:9200", self.cast.nodes[0].dns())
    }

    /// Whoever has what a person is given: the CA file, and a certificate where all need one.
    pub fn anybody(&self) -> Client {
        let pair = (self.out.join("accounts/operator.crt"), self.out.join("accounts/operator.key"));
        Client {
            ca: Some(self.out.join("clients/elasticsearch-ca.pem")),
            certificate: pair.0.exists().then_some(pair),
            names: self.cast.names(),
            ..Client::default()
        }
    }

    pub fn password(&self, name: &str) -> Result<String> {
        let file = self.out.join("accounts").join(format!("{name}.password"));
        fs::read_to_string(&file).at(&file)
    }

    pub fn elastic(&self) -> Result<Client> {
        Ok(self.anybody().as_user("elastic", &self.password("elastic")?))
    }

    pub fn elastic_elsewhere(&self) -> Result<Client> {
        let out = self.folder.join("out-elsewhere");
        let file = out.join("accounts/elastic.password");
        let password = fs::read_to_string(&file).at(&file)?;
        let ca = Some(out.join("clients/elasticsearch-ca.pem"));
        Ok(Client { ca, names: self.cast.names(), ..Client::default() }.as_user("elastic", &password))
    }

    /// Ends all nodes; tells who had to be killed.
    pub fn stop(&mut self) -> Vec<String> {
        let mut killed = Vec::new();
        for node in self.nodes.iter_mut().chain(&mut self.elsewhere) {
            if !node.stop().unwrap_or(false) {
                killed.push(node.name.clone());
            }
        }
        killed
    }
}
