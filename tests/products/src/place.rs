//! Brings a host's folder to its host: by its install.sh, and by the products' own tools where a session chose commands
//! instead of keystores. Starts nothing that stays.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::sandbox::{INSIDE, Machine, give, ids};
use crate::session::config_folder;
use crate::tools::{find, jdk, must};
use crate::trouble::{At, Result, Trouble};

const LIMIT: Duration = Duration::from_secs(120);
/// Where the runbook of containers keeps what is mounted.
const MOUNTED: &str = "/srv/stackseal";

/// A product on a host, by the paths that its processes see.
#[derive(Clone, Debug)]
pub struct Installed {
    pub product: String,
    pub user: String,
    pub config: String,
    pub home: String,
    pub data: String,
    pub logs: String,
}

impl Installed {
    pub fn new(installed: &str, product: &str) -> Self {
        let user = match (installed, product) {
            // Packages run it as root, which may read what the host is about.
            ("package", "metricbeat") => "root",
            ("container", _) => "container",
            _ => product,
        };
        let home =
            if installed == "archive" { format!("/opt/{product}") } else { format!("/usr/share/{product}") };
        let (data, logs) = if installed == "package" {
            (format!("/var/lib/{product}"), format!("/var/log/{product}"))
        } else {
            (format!("{home}/data"), format!("{home}/logs"))
        };
        let config = config_folder(installed, product);
        Self { product: product.into(), user: user.into(), config, home, data, logs }
    }
}

/// Puts what OUT has for this host where it belongs there: the folder is copied to the host, and its install.sh run by
/// whom it wants.
pub fn place(machine: &mut Machine, out: &Path, installed: &str) -> Result<Vec<Installed>> {
    let from = out.join("hosts").join(&machine.name);
    let mut found = Vec::new();
    for product in ["elasticsearch", "kibana", "metricbeat"] {
        if from.join(product).is_dir() {
            let one = Installed::new(installed, product);
            unpack(machine, &one, installed)?;
            found.push(one);
        }
    }
    let copied = machine.root.join("copied");
    fs::create_dir_all(&copied).at(&copied)?;
    for one in &found {
        // What comes from an archive is installed by the user that it runs as, and that one has copied the folder.
        let user = if installed == "archive" { one.user.as_str() } else { "root" };
        let copy = copied.join(&one.product);
        must(Command::new("cp").arg("-R").arg(&from).arg(&copy), LIMIT)?;
        give(&copy, user)?;
        let mut install = machine.command(user, Path::new("/bin/sh"));
        must(install.arg(copy.join("install.sh")).arg(&one.product), LIMIT)?;
    }
    for one in &found {
        finish(machine, &from.join(&one.product), one)?;
    }
    Ok(found)
}

/// The folders of a product that was just installed, as its package, archive or image has them.
fn unpack(machine: &mut Machine, one: &Installed, installed: &str) -> Result<()> {
    if one.product == "elasticsearch" {
        machine.read_only(&Path::new(INSIDE).join("elasticsearch"), &one.home)?;
    }
    // Metricbeat's own are inside its config folder, or nobody's here.
    if one.product != "metricbeat" {
        for folder in [&one.data, &one.logs] {
            give(&machine.writable(folder)?, &one.user)?;
        }
    }
    if installed == "container" {
        // The host keeps the files, and the container sees them at its own config folder.
        machine.writable(MOUNTED)?;
        let from = machine.root.join(MOUNTED.trim_start_matches('/')).join(&one.product).join("config");
        fs::create_dir_all(&from).at(&from)?;
        give(&from, &one.user)?;
        return machine.show(&from, &one.config);
    }
    let config = machine.writable(&one.config)?;
    if installed == "archive" {
        return give(&config, &one.user);
    }
    let owner = format!("0:{}", ids(&one.user).1);
    must(Command::new("chown").arg(owner).arg(&config), LIMIT)?;
    let mode = if one.product == "metricbeat" { "755" } else { "2750" };
    must(Command::new("chmod").arg(mode).arg(&config), LIMIT).map(|_| ())
}

/// What a package brings beside, and the keystores of who chose commands.
fn finish(machine: &Machine, from: &Path, one: &Installed) -> Result<()> {
    let config = machine.seen(&one.config);
    let inside = Path::new(INSIDE);
    if one.product == "elasticsearch" {
        let log = config.join("log4j2.properties");
        fs::copy(inside.join("elasticsearch/log4j2.properties"), &log).at(&log)?;
        give(&log, &one.user)?;
    }
    let secrets = from.join("secure-settings");
    if !secrets.is_dir() {
        return Ok(());
    }
    let keystore = config.join(format!("{}.keystore", one.product));
    match one.product.as_str() {
        "elasticsearch" => must(elasticsearch_keystore()?.arg("add").arg(&config).arg(&secrets), LIMIT)?,
        "kibana" => {
            let node = find("node").ok_or_else(|| Trouble("node is not installed".into()))?;
            must(
                Command::new(node)
                    .arg(inside.join("kibana/kibana.mjs"))
                    .arg("seal")
                    .arg(&config)
                    .arg(&secrets),
                LIMIT,
            )?
        }
        _ => must(
            Command::new(inside.join("beats/beatscheck")).arg("seal").arg(&keystore).arg(&secrets),
            LIMIT,
        )?,
    };
    give(&keystore, &one.user)
}

/// The real keystore class behind a command line of ours.
pub fn elasticsearch_keystore() -> Result<Command> {
    let java = jdk(21).ok_or_else(|| Trouble("no JDK 21 or newer".into()))?;
    let home = Path::new(INSIDE).join("elasticsearch");
    let mut command = Command::new(java.join("bin/java"));
    command.args(["-XX:TieredStopAtLevel=1", "-cp"]);
    command.arg(format!("{0}/launch:{0}/lib/*", home.display())).arg("products.Keystore");
    Ok(command)
}
