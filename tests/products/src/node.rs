//! One real Elasticsearch node on one host: started as its package starts it, waited for, stopped. Asks it nothing but
//! whether it is there.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::ask::Client;
use crate::place::Installed;
use crate::sandbox::{INSIDE, Machine};
use crate::tools::jdk;
use crate::trouble::{At, Result, Trouble, trouble};

pub const HEAP: &str = "384m";
const START: Duration = Duration::from_secs(150);
const STOP: Duration = Duration::from_secs(30);
/// Packages whose classes the server reaches into, as bin/elasticsearch opens them.
const OPENS: [&str; 6] = [
    "backward_codecs.lucene90",
    "backward_codecs.lucene91",
    "backward_codecs.lucene92",
    "backward_codecs.lucene94",
    "backward_codecs.lucene95",
    "codecs.lucene99",
];

#[derive(Debug)]
pub struct Node {
    pub name: String,
    pub log: PathBuf,
    child: Child,
}

/// Starts a node where `installed` lies. `settings` are what a test changes about it, as behind -E; `password` is the file
/// with the keystore's password, which the start reads as bin/elasticsearch does.
pub fn start(
    machine: &mut Machine,
    installed: &Installed,
    log: &Path,
    settings: &[&str],
    password: Option<&Path>,
) -> Result<Node> {
    let home = &installed.home;
    machine.read_only(&Path::new(INSIDE).join("elasticsearch"), home)?;
    for folder in [installed.config.clone(), installed.data.clone(), installed.logs.clone()] {
        machine.writable(&folder)?;
    }
    let java = jdk(21).ok_or_else(|| Trouble("no JDK 21 or newer".into()))?;
    let mut command = machine.command(&installed.user, &java.join("bin/java"));
    // A home below the temporary folder would be out of the node's own reach.
    let temporary = machine.root.join("tmp-node");
    fs::create_dir_all(&temporary).at(&temporary)?;
    crate::sandbox::give(&temporary, &installed.user)?;
    let temporary = temporary.to_string_lossy().into_owned();
    command.env("LIBFFI_TMPDIR", &temporary);
    command.args([&format!("-Xms{HEAP}"), &format!("-Xmx{HEAP}")]);
    command.args(["-Xss1m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-OmitStackTraceInFastThrow"]);
    command.args(["-Djava.awt.headless=true", "-Dfile.encoding=UTF-8", "-Dlog4j.shutdownHookEnabled=false"]);
    command.args([
        "-Dlog4j2.disable.jmx=true",
        "-Dlog4j2.formatMsgNoLookups=true",
        "-Dio.netty.noUnsafe=true",
    ]);
    command.args(["-Dio.netty.noKeySetOptimization=true", "-Dio.netty.recycler.maxCapacityPerThread=0"]);
    command.arg(format!("-Djava.io.tmpdir={temporary}")).arg(format!("-Duser.home={temporary}"));
    command.arg(format!("-Des.path.home={home}")).arg(format!("-Des.path.conf={}", installed.config));
    command.args(["-Des.distribution.type=tar", "-Des.entitlements.enabled=true"]);
    command.arg(format!("-Des.entitlement.agentJar={home}/entitle.jar"));
    command.args(["-XX:+EnableDynamicAgentLoading", "-Djdk.attach.allowAttachSelf=true"]);
    command.arg(format!("--patch-module=java.base={}", bridge()?));
    command.arg(
        "--add-exports=java.base/org.elasticsearch.entitlement.bridge=\
         org.elasticsearch.entitlement,java.logging,java.net.http,java.naming,jdk.net",
    );
    command.arg("--add-opens=org.elasticsearch.server/org.elasticsearch.bootstrap=ALL-UNNAMED");
    for package in OPENS {
        let module = if package.starts_with("backward") { "backward_codecs" } else { "core" };
        command.arg(format!(
            "--add-opens=org.apache.lucene.{module}/org.apache.lucene.{package}=org.elasticsearch.server"
        ));
    }
    command.arg("--enable-native-access=org.elasticsearch.nativeaccess,org.apache.lucene.core");
    command.arg(format!("--module-path={home}/lib"));
    command.arg("--add-modules=jdk.net,jdk.management.agent,ALL-MODULE-PATH");
    let (options, settings): (Vec<&str>, Vec<&str>) =
        settings.iter().partition(|setting| setting.starts_with('-'));
    command.args(options).args(["-cp", &format!("{home}/launch"), "products.Launch"]).args(settings);
    let out = File::create(log).at(log)?;
    let input = match password {
        Some(file) => Stdio::from(File::open(file).at(file)?),
        None => Stdio::null(),
    };
    command.stdin(input).stderr(out.try_clone()?).stdout(out);
    Ok(Node { name: machine.name.clone(), log: log.to_path_buf(), child: command.spawn()? })
}

fn bridge() -> Result<String> {
    let folder = Path::new(INSIDE).join("elasticsearch/lib/entitlement-bridge");
    let jar = fs::read_dir(&folder).at(&folder)?.flatten().map(|entry| entry.path()).next();
    jar.map(|jar| jar.to_string_lossy().into_owned()).ok_or_else(|| Trouble("no entitlement bridge".into()))
}

impl Node {
    pub fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }

    /// Waits until the log has one of these, or the node ends, or the time is over; tells what the log has.
    pub fn until(&mut self, wanted: &[&str], limit: Duration) -> Option<String> {
        let end = Instant::now() + limit;
        loop {
            let ended = self.has_ended();
            let said = self.said();
            let line = said.lines().find(|line| wanted.iter().any(|text| line.contains(text)));
            if let Some(line) = line {
                return Some(line.to_owned());
            }
            if ended || Instant::now() > end {
                return None;
            }
            thread::sleep(Duration::from_millis(200));
        }
    }

    /// Ends it as a service manager does, and says whether it ended by itself in time.
    pub fn stop(&mut self) -> Result<bool> {
        if self.has_ended() {
            return Ok(true);
        }
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            kill_process(pid, Signal::TERM).map_err(|error| Trouble(error.to_string()))?;
        }
        let end = Instant::now() + STOP;
        while Instant::now() < end {
            if self.has_ended() {
                return Ok(true);
            }
            thread::sleep(Duration::from_millis(50));
        }
        self.child.kill()?;
        self.child.wait()?;
        Ok(false)
    }

    /// The end of its log without stack traces, for whoever has to find out.
    pub fn last_words(&self) -> String {
        let said = self.said();
        let kept: Vec<&str> = said
            .lines()
            .filter(|line| !line.trim_start().starts_with("at ") && !line.trim_start().starts_with("..."))
            .filter(|line| line.contains("ERROR") || line.contains("Exception") || line.contains("fatal"))
            .collect();
        kept[kept.len().saturating_sub(6)..].join(" | ").chars().take(1500).collect()
    }
}

/// Waits for a cluster of so many nodes that stays. A first good answer is too early: while the security index is made,
/// log-ins are refused for a moment.
pub fn ready(nodes: &mut [Node], client: &Client, url: &str) -> Result<Duration> {
    let begin = Instant::now();
    let mut good = 0;
    let mut last = String::new();
    while begin.elapsed() < START {
        if let Some(node) = nodes.iter_mut().find_map(|node| node.has_ended().then_some(&*node)) {
            return trouble(format!("{} ended: {}", node.name, node.last_words()));
        }
        let answer = client.get(&format!("{url}/_cluster/health"))?;
        let health = answer.json();
        let formed = health["number_of_nodes"].as_u64() == Some(nodes.len() as u64);
        let working = health["active_primary_shards"].as_u64().is_some_and(|count| count > 0);
        good = if answer.code == 200 && formed && working { good + 1 } else { 0 };
        if good == 2 {
            return Ok(begin.elapsed());
        }
        last = answer.short();
        thread::sleep(Duration::from_millis(300));
    }
    let words: Vec<String> =
        nodes.iter().map(|node| format!("{}: {}", node.name, node.last_words())).collect();
    trouble(format!("no cluster of {} in {} s: {last}; {}", nodes.len(), START.as_secs(), words.join("; ")))
}
