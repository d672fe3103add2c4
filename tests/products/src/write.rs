//! `stackseal write` as an operator runs it, and what the operator does before the folders are copied: has requests
//! signed, places what other people's authorities bring.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_yaml::Value;

use crate::layout::Layout;
use crate::tools::{Ended, find, must, run};
use crate::trouble::{At, Result, Trouble, trouble};

const LIMIT: Duration = Duration::from_secs(120);

/// Runs stackseal in a folder, with a home of its own so that nobody's saved sessions are touched.
pub fn stackseal(layout: &Layout, folder: &Path, arguments: &[&str]) -> Result<Ended> {
    let mut command = Command::new(layout.stackseal());
    command.current_dir(folder).args(arguments).env("HOME", folder);
    for variable in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
        command.env_remove(variable);
    }
    run(&mut command, b"", LIMIT)
}

/// Writes the session into OUT, and once more where certificates were awaited. Both files lie in `folder`.
pub fn write(
    layout: &Layout,
    folder: &Path,
    session: &str,
    out: &str,
    secrets: Option<&str>,
) -> Result<PathBuf> {
    let mut arguments = vec!["write", session, "--out", out];
    if let Some(secrets) = secrets {
        arguments.extend(["--secrets", secrets]);
    }
    once(layout, folder, &arguments)?;
    let to = folder.join(out);
    if sign(folder, session, &to)? {
        arguments.push("--replace");
        once(layout, folder, &arguments)?;
        place_authority(folder, &to)?;
    }
    Ok(to)
}

fn once(layout: &Layout, folder: &Path, arguments: &[&str]) -> Result<()> {
    let ended = stackseal(layout, folder, arguments)?;
    if ended.fine() {
        Ok(())
    } else {
        trouble(format!("stackseal {}: {}", arguments.join(" "), ended.all().trim()))
    }
}

/// Plays the organisation's CA: each request that the session awaits is signed, and the answer put beside it.
fn sign(folder: &Path, session: &str, out: &Path) -> Result<bool> {
    let session = folder.join(session);
    let saved: Value = serde_yaml::from_str(&fs::read_to_string(&session).at(&session)?)?;
    let awaited =
        saved.get("progress").and_then(|progress| progress.get("awaited")).and_then(Value::as_sequence);
    let Some(awaited) = awaited.filter(|awaited| !awaited.is_empty()) else { return Ok(false) };
    authority(folder, "outside")?;
    for one in awaited {
        let path = |key: &str| one.get(key).and_then(Value::as_str).map(|path| out.join(path));
        let (Some(request), Some(certificate)) = (path("request"), path("certificate")) else {
            return trouble("progress.awaited names no files");
        };
        let mut openssl = Command::new(openssl()?);
        openssl.current_dir(folder).args(["x509", "-req", "-days", "30", "-copy_extensions", "copyall"]);
        openssl.args(["-CA", "outside.crt", "-CAkey", "outside.key", "-in"]).arg(&request);
        must(openssl.arg("-out").arg(&certificate), LIMIT)?;
        let mut chain = fs::read_to_string(&certificate).at(&certificate)?;
        let root = folder.join("outside.crt");
        chain.push_str(&fs::read_to_string(&root).at(&root)?);
        fs::write(&certificate, chain).at(&certificate)?;
    }
    Ok(true)
}

pub fn openssl() -> Result<PathBuf> {
    find("openssl").ok_or_else(|| Trouble("openssl is not installed".into()))
}

/// A CA of somebody else: NAME.crt and NAME.key.
pub fn authority(folder: &Path, name: &str) -> Result<()> {
    if folder.join(format!("{name}.crt")).exists() {
        return Ok(());
    }
    let mut openssl = Command::new(openssl()?);
    openssl.current_dir(folder).args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "60"]);
    openssl.args(["-keyout", &format!("{name}.key"), "-out", &format!("{name}.crt")]);
    openssl.args(["-subj", &format!("/CN={name} CA"), "-addext", "keyUsage=critical,keyCertSign,cRLSign"]);
    must(&mut openssl, LIMIT).map(|_| ())
}

/// The runbook's task: the outside CA's certificate for all clients whose files name it and do not have it.
fn place_authority(folder: &Path, out: &Path) -> Result<()> {
    let root = folder.join("outside.crt");
    for (config, wanted) in named_authorities(out)? {
        let to = config.join("certs").join(&wanted);
        if !to.exists() {
            fs::create_dir_all(config.join("certs")).at(&config)?;
            fs::copy(&root, &to).at(&to)?;
        }
    }
    let clients = out.join("clients");
    for name in ["elasticsearch-ca.pem", "browser-ca.crt"] {
        let to = clients.join(name);
        if !to.exists() {
            fs::copy(&root, &to).at(&to)?;
        }
    }
    Ok(())
}

/// The CA of the cluster elsewhere, as its people hand it over.
pub fn place_monitoring(out: &Path, authority: &Path) -> Result<()> {
    for (config, wanted) in named_authorities(out)? {
        if wanted == "monitoring-ca.pem" {
            fs::create_dir_all(config.join("certs")).at(&config)?;
            let to = config.join("certs").join(wanted);
            fs::copy(authority, &to).at(&to)?;
        }
    }
    let to = out.join("monitoring-ca.pem");
    fs::copy(authority, &to).at(&to).map(|_| ())
}

/// Config folders of clients, and the CA files of certs/ that their settings name.
fn named_authorities(out: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut found = Vec::new();
    let hosts = out.join("hosts");
    for host in fs::read_dir(&hosts).at(&hosts)?.flatten() {
        for product in ["kibana", "metricbeat"] {
            let config = host.path().join(product).join("config");
            let read = |file: PathBuf| fs::read_to_string(file).unwrap_or_default();
            let mut text = read(config.join(format!("{product}.yml")));
            for module in fs::read_dir(config.join("modules.d")).into_iter().flatten().flatten() {
                text.push_str(&read(module.path()));
            }
            for line in text.lines().filter(|line| line.to_lowercase().contains("authorities")) {
                for part in line.split(['"', '[', ']', ',', ' ']).filter(|part| part.contains("/certs/")) {
                    let name = part.rsplit('/').next().unwrap_or_default();
                    found.push((config.clone(), name.to_owned()));
                }
            }
        }
    }
    Ok(found)
}
