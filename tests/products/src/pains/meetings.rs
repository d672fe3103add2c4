//! What goes wrong between a node that runs and somebody who comes to it: other nodes, Kibana, Metricbeat, a person.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::Room;
use crate::ask::Client;
use crate::checks::kibana;
use crate::node;
use crate::place::{Installed, place};
use crate::sandbox::{INSIDE, Machine, give};
use crate::session::Host;
use crate::stage::STRANGER_NAME;
use crate::tools::{must, run};
use crate::trouble::{At, Result, trouble};
use crate::write::openssl;

const LIMIT: Duration = Duration::from_secs(60);
/// An address of the first node that is in no certificate.
pub const UNNAMED: &str = "127.0.1.97";

/// Another node that wants to join, after `change` was made to its certificates.
pub fn joiner(room: &Room, id: u8, fragments: &[&str]) -> Result<String> {
    let foreign = id == 16;
    let out = room.folder.join(if foreign { "out-stranger" } else { "out" });
    let name = if foreign { STRANGER_NAME } else { "es-1" };
    let installed = room.stage.installed("elasticsearch");
    let mut machine =
        Machine::new(&room.folder.join(format!("hosts/pain-{id}")), name, &room.stage.cast.names())?;
    place(&mut machine, &out, "package")?;
    let certs = machine.root.join("etc/elasticsearch/certs");
    match id {
        17 => reissue(room, &certs, "extendedKeyUsage=serverAuth", "30")?,
        20 => reissue(room, &certs, "extendedKeyUsage=serverAuth,clientAuth", "-1")?,
        _ => {}
    }
    let seed = if id == 18 { UNNAMED } else { &room.stage.cast.nodes[0].address };
    let seeds = format!("discovery.seed_hosts={seed}:9300");
    let mut settings = vec!["discovery.type=multi-node", &seeds, "discovery.initial_state_timeout=5s"];
    settings.extend(["network.host=127.0.1.98", "node.name=joiner"]);
    let log = room.folder.join("logs").join(format!("pain-{id}.log"));
    let mut node = node::start(&mut machine, &installed, &log, &settings, None)?;
    let end = std::time::Instant::now() + LIMIT;
    let before = room.mark;
    loop {
        let said = format!("{}{}", node.said(), room.said_since(before));
        if fragments.iter().any(|text| said.contains(text))
            || std::time::Instant::now() > end
            || node.has_ended()
        {
            node.stop()?;
            return Ok(said);
        }
        std::thread::sleep(Duration::from_millis(300));
    }
}

fn openssl_in(folder: &Path, arguments: &[&str]) -> Result<()> {
    let mut command = Command::new(openssl()?);
    must(command.current_dir(folder).args(arguments), LIMIT).map(|_| ())
}

/// A transport certificate of the right CA, made by hand and otherwise wrong.
fn reissue(room: &Room, certs: &Path, extension: &str, days: &str) -> Result<()> {
    let folder = certs.join("..").join("by-hand");
    fs::create_dir_all(&folder).at(&folder)?;
    let store = room.folder.join("out/authorities/elastic-stack-ca.p12");
    let password = format!("file:{}.password", store.display());
    let own = |arguments: &[&str]| openssl_in(&folder, arguments);
    let store = store.to_string_lossy().into_owned();
    own(&["pkcs12", "-in", &store, "-passin", &password, "-nokeys", "-out", "ca.crt"])?;
    own(&["pkcs12", "-in", &store, "-passin", &password, "-nocerts", "-nodes", "-out", "ca.key"])?;
    fs::write(folder.join("extensions"), format!("{extension}\nsubjectAltName=IP:127.0.1.98\n"))
        .at(&folder)?;
    own(&[
        "req",
        "-new",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "node.key",
        "-out",
        "node.csr",
        "-subj",
        "/CN=by hand",
    ])?;
    own(&[
        "x509",
        "-req",
        "-in",
        "node.csr",
        "-CA",
        "ca.crt",
        "-CAkey",
        "ca.key",
        "-extfile",
        "extensions",
        "-days",
        days,
        "-out",
        "node.crt",
    ])?;
    for (from, to) in [("node.crt", "transport.crt"), ("node.key", "transport.key")] {
        let to = certs.join(to);
        fs::copy(folder.join(from), &to).at(&to)?;
        give(&to, "elasticsearch")?;
    }
    fs::remove_dir_all(&folder).at(&folder)
}

/// A request of a person, by curl; what the node then says counts too.
pub fn person(room: &Room, id: u8) -> Result<String> {
    let stage = &room.stage;
    let elastic = stage.elastic()?;
    let url = stage.url();
    let answer = match id {
        23 => elastic.get(&url.replace("https:", "http:"))?,
        24 => elastic.get(&format!("https://{UNNAMED}:9200"))?,
        34 => elastic.as_user("kibana_system", "another").get(&format!("{url}/_security/_authenticate"))?,
        44 => {
            let collector: Client =
                elastic.as_user("metricbeat_collector", &stage.password("metricbeat_collector")?);
            let body = "{\"create\":{\"_index\":\"metricbeat-products\"}}\n{\"@timestamp\":\"2026-01-01T00:00:00Z\"}\n";
            collector.send("POST", &format!("{url}/_bulk"), Some(body))?
        }
        _ => return trouble(format!("nobody asks for {id}")),
    };
    std::thread::sleep(Duration::from_millis(700));
    Ok(format!("{}\n{}", answer.text, room.said_since(room.mark)))
}

/// A host of its own, broken before a product reads or asks there.
fn host(room: &Room, id: u8, host: &Host, product: &str) -> Result<(Machine, Installed, PathBuf)> {
    let stage = &room.stage;
    let mut machine =
        Machine::new(&room.folder.join(format!("hosts/pain-{id}")), &host.name, &stage.cast.names())?;
    place(&mut machine, &stage.out, "package")?;
    let installed = stage.installed(product);
    let config = machine.seen(&installed.config);
    Ok((machine, installed, config))
}

fn edit(file: &Path, change: impl Fn(&str) -> String) -> Result<()> {
    let text = fs::read_to_string(file).at(file)?;
    fs::write(file, change(&text)).at(file)
}

pub fn kibana(room: &Room, id: u8) -> Result<String> {
    let (machine, installed, config) = host(room, id, &room.stage.cast.kibana, "kibana")?;
    let yml = config.join("kibana.yml");
    let authority = config.join("certs/elasticsearch-ca.pem");
    let foreign = room.folder.join("foreign.crt");
    let what = match id {
        30 => {
            fs::copy(&foreign, &authority).at(&authority)?;
            "ask"
        }
        32 => {
            edit(&yml, |text| format!("{text}elasticsearch.username: elastic\n"))?;
            "read"
        }
        35 => {
            let key = config.join("certs/kibana-server.key");
            give(&key, "root")?;
            must(Command::new("chmod").arg("600").arg(&key), LIMIT)?;
            "read"
        }
        27 => "ask",
        26 => {
            leaf_alone(room, &config)?;
            "serve"
        }
        38 => {
            edit(&yml, |text| {
                text.lines()
                    .filter(|line| !line.starts_with("server.ssl."))
                    .collect::<Vec<_>>()
                    .join("\n")
                    .replace("https://kibana-1", "http://kibana-1")
                    + "\n"
            })?;
            "serve"
        }
        _ => return trouble(format!("nothing breaks {id} at Kibana")),
    };
    if what == "serve" {
        return met(room, &machine, &installed, id);
    }
    let mut command = kibana::program(&machine, &installed, &[what, &installed.config, &room.stage.version])?;
    Ok(run(&mut command, b"", LIMIT)?.all())
}

/// A certificate under an intermediate, and the file holds the certificate alone.
fn leaf_alone(room: &Room, config: &Path) -> Result<()> {
    let folder = room.folder.join("intermediate");
    fs::create_dir_all(&folder).at(&folder)?;
    let own = |arguments: &[&str]| openssl_in(&folder, arguments);
    let name = room.stage.cast.kibana.dns();
    fs::write(folder.join("ca"), "basicConstraints=critical,CA:TRUE\n").at(&folder)?;
    fs::write(folder.join("leaf"), format!("subjectAltName=DNS:{name}\n")).at(&folder)?;
    own(&[
        "req",
        "-new",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.csr",
        "-subj",
        "/CN=intermediate",
    ])?;
    own(&[
        "x509",
        "-req",
        "-in",
        "ca.csr",
        "-CA",
        "../foreign.crt",
        "-CAkey",
        "../foreign.key",
        "-extfile",
        "ca",
        "-out",
        "ca.crt",
    ])?;
    own(&[
        "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "leaf.key", "-out", "leaf.csr", "-subj",
        "/CN=leaf",
    ])?;
    own(&[
        "x509", "-req", "-in", "leaf.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-extfile", "leaf", "-out",
        "leaf.crt",
    ])?;
    for (from, to) in [("leaf.crt", "kibana-server.crt"), ("leaf.key", "kibana-server.key")] {
        let to = config.join("certs").join(to);
        fs::copy(folder.join(from), &to).at(&to)?;
        give(&to, "kibana")?;
    }
    Ok(())
}

/// curl opens a Kibana that serves.
fn met(room: &Room, machine: &Machine, installed: &Installed, id: u8) -> Result<String> {
    let _serving = kibana::serving(machine, installed, &room.stage.version, None)?;
    let stage = &room.stage;
    let ca =
        if id == 26 { room.folder.join("foreign.crt") } else { stage.out.join("clients/browser-ca.crt") };
    let name = format!("{}:5601:{}", stage.cast.kibana.dns(), stage.cast.kibana.address);
    let mut curl = Command::new("curl");
    curl.args([
        "--silent",
        "--show-error",
        "--max-time",
        "20",
        "--noproxy",
        "*",
        "--resolve",
        &name,
        "--cacert",
    ])
    .arg(&ca);
    let ended = run(curl.arg(format!("https://{}:5601/", stage.cast.kibana.dns())), b"", LIMIT)?;
    Ok(ended.all())
}

pub fn beats(room: &Room, id: u8) -> Result<String> {
    let (machine, installed, config) = host(room, id, &room.stage.cast.beat, "metricbeat")?;
    let yml = config.join("metricbeat.yml");
    match id {
        40 => {
            let to = config.join("certs/foreign.crt");
            fs::copy(room.folder.join("foreign.crt"), &to).at(&to)?;
            edit(&config.join("modules.d/elasticsearch-xpack.yml"), |text| {
                text.replace("certs/elasticsearch-ca.pem", "certs/foreign.crt")
            })?;
        }
        42 => edit(&yml, |text| {
            text.replace(
                &format!("https://{}:9200", room.stage.cast.nodes[0].dns()),
                &format!("https://{UNNAMED}:9200"),
            )
        })?,
        43 => {
            must(Command::new("chmod").arg("g+w").arg(&yml), LIMIT)?;
        }
        _ => return trouble(format!("nothing breaks {id} at Metricbeat")),
    }
    let mut command = machine.command(&installed.user, &Path::new(INSIDE).join("beats/beatscheck"));
    Ok(run(command.args(["connect", &installed.config, &room.stage.version]), b"", LIMIT)?.all())
}
