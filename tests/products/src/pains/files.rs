//! Nodes that do not start: one thing is broken in the folder of a host that would start, and the node says so.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::Room;
use crate::node;
use crate::place::{elasticsearch_keystore, place};
use crate::sandbox::{Machine, give};
use crate::tools::must;
use crate::trouble::{At, Result, trouble};

const LIMIT: Duration = Duration::from_secs(60);

/// The folder of a host about to be broken.
struct Broken {
    machine: Machine,
    config: PathBuf,
    settings: Vec<String>,
}

/// Breaks, starts, and gives what the node said.
pub fn said(room: &Room, id: u8, fragments: &[&str]) -> Result<String> {
    let with_stores = [1, 4].contains(&id);
    let out = room.folder.join(if with_stores { "out-p12" } else { "out" });
    let stage = &room.stage;
    let installed = stage.installed("elasticsearch");
    let mut machine =
        Machine::new(&room.folder.join(format!("hosts/pain-{id}")), "es-1", &stage.cast.names())?;
    place(&mut machine, &out, "package")?;
    let config = machine.seen(&installed.config);
    let mut broken = Broken { machine, config, settings: Vec::new() };
    break_it(&mut broken, &out, id)?;
    let log = room.folder.join("logs").join(format!("pain-{id}.log"));
    let settings: Vec<&str> = broken.settings.iter().map(String::as_str).collect();
    let mut node = node::start(&mut broken.machine, &installed, &log, &settings, None)?;
    node.until(fragments, LIMIT);
    node.stop()?;
    Ok(node.said())
}

fn break_it(broken: &mut Broken, out: &Path, id: u8) -> Result<()> {
    let key = broken.config.join("certs/http.key");
    match id {
        1 => broken.store("xpack.security.http.ssl.keystore.secure_password", "not-the-password"),
        2 => broken
            .rewrite(|line| (!line.starts_with("xpack.security.transport.ssl.")).then(|| line.to_owned())),
        4 => {
            let store = out.join("authorities/elastic-stack-ca.p12");
            let password = fs::read_to_string(out.join("authorities/elastic-stack-ca.p12.password"))?;
            let to = broken.config.join("certs/ca.p12");
            fs::copy(&store, &to).at(&to)?;
            give(&to, "elasticsearch")?;
            broken.store("xpack.security.transport.ssl.truststore.secure_password", &password)?;
            broken.rewrite(|line| {
                Some(line.replace("truststore.path: certs/transport.p12", "truststore.path: certs/ca.p12"))
            })
        }
        5 => fs::remove_file(&key).at(&key),
        6 => give(&key, "root").and_then(|()| owner_only(&key)),
        7 => {
            let outside = broken.machine.root.join("etc/outside");
            fs::create_dir_all(&outside).at(&outside)?;
            let to = outside.join("http.key");
            fs::copy(&key, &to).at(&to)?;
            give(&to, "elasticsearch")?;
            broken.rewrite(|line| Some(line.replace("certs/http.key", "/etc/outside/http.key")))
        }
        8 => {
            let keystore = broken.config.join("elasticsearch.keystore");
            give(&keystore, "root").and_then(|()| owner_only(&keystore))
        }
        11 => broken.remove("xpack.security.http.ssl.secure_key_passphrase"),
        12 => {
            let text = fs::read_to_string(&key).at(&key)?;
            fs::write(&key, format!("\u{feff}{text}")).at(&key)
        }
        15 => {
            broken.settings.push("-Des.enforce.bootstrap.checks=true".into());
            broken.remove("xpack.security.transport.ssl.secure_key_passphrase")?;
            broken.rewrite(|line| match line {
                "xpack.security.transport.ssl.enabled: true" => {
                    Some("xpack.security.transport.ssl.enabled: false".into())
                }
                line if line.starts_with("xpack.security.transport.ssl.") => None,
                line => Some(line.to_owned()),
            })
        }
        48 => broken.append("xpack.security.http.ssl.enabled: true\n"),
        49 => broken.rewrite(|line| Some(line.replace(": ", ":")).filter(|line| !line.starts_with('#'))),
        _ => trouble(format!("nothing breaks {id} here")),
    }
}

fn owner_only(file: &Path) -> Result<()> {
    must(Command::new("chmod").arg("600").arg(file), LIMIT).map(|_| ())
}

impl Broken {
    fn yml(&self) -> PathBuf {
        self.config.join("elasticsearch.yml")
    }

    fn rewrite(&self, line: impl Fn(&str) -> Option<String>) -> Result<()> {
        let path = self.yml();
        let text = fs::read_to_string(&path).at(&path)?;
        let lines: Vec<String> = text.lines().filter_map(line).collect();
        fs::write(&path, lines.join("\n") + "\n").at(&path)
    }

    fn append(&self, more: &str) -> Result<()> {
        let path = self.yml();
        let text = fs::read_to_string(&path).at(&path)?;
        fs::write(&path, text + more).at(&path)
    }

    /// By the product's own class, as an operator does.
    fn store(&self, name: &str, value: &str) -> Result<()> {
        let folder = self.machine.root.join("secrets");
        fs::create_dir_all(&folder).at(&folder)?;
        fs::write(folder.join(name), value).at(&folder)?;
        self.keystore_of("root")?;
        must(elasticsearch_keystore()?.arg("add").arg(&self.config).arg(&folder), LIMIT)?;
        self.keystore_of("elasticsearch")
    }

    fn remove(&self, name: &str) -> Result<()> {
        self.keystore_of("root")?;
        must(elasticsearch_keystore()?.arg("remove").arg(&self.config).arg(name), LIMIT)?;
        self.keystore_of("elasticsearch")
    }

    /// The class refuses to change a file of somebody else.
    fn keystore_of(&self, user: &str) -> Result<()> {
        give(&self.config.join("elasticsearch.keystore"), user)
    }
}
