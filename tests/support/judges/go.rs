//! Builds `tests/foreign/go` once per version of its text and asks it. Go has no YAML and reads no PKCS#12, so
//! what the settings name is collected here and handed over as PEM, on standard input.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::files::{Output, Product, url_host};
use super::openssl::{Desk, Material};
use super::{Line, process, tools};

pub fn judge(outs: &[&Path]) -> Option<Vec<Vec<Line>>> {
    let (go, openssl) = (tools::go()?, tools::openssl()?);
    let room = tempfile::tempdir().unwrap();
    let desk = Desk::new(&openssl, room.path());
    let folders: Vec<Value> = outs
        .iter()
        .map(|out| match Output::read(out) {
            Ok(output) => folder(&desk, &output),
            // For the others to complain about.
            Err(_) => json!({ "out": out }),
        })
        .collect();
    let input = Value::Array(folders).to_string();
    Some(process::ask("go", &mut Command::new(program(&go)), outs, &input))
}

fn program(go: &Path) -> PathBuf {
    let sources = tools::sources("go", "go");
    let module = include_str!("../../foreign/go/go.mod");
    let texts: Vec<&str> = sources.iter().map(|(_, text)| text.as_str()).chain([module]).collect();
    let folder = tools::built(&tools::keyed("go", &texts), |folder| {
        fs::write(folder.join("go.mod"), module).unwrap();
        for (path, text) in &sources {
            fs::write(folder.join(path.file_name().unwrap()), text).unwrap();
        }
        let mut command = Command::new(go);
        command.args(["build", "-o", "judge", "."]).current_dir(folder);
        // The compiler at hand and its own library: nothing is fetched.
        command.envs([("GOTOOLCHAIN", "local"), ("GOPROXY", "off"), ("GOFLAGS", ""), ("CGO_ENABLED", "0")]);
        let said = process::run(&mut command, "");
        assert!(said.ok, "the Go judge does not compile:\n{}", said.err);
    });
    folder.join("judge")
}

fn folder(desk: &Desk, output: &Output) -> Value {
    let http = "xpack.security.http.ssl";
    let mut servers = Vec::new();
    let mut waits = false;
    for node in output.nodes.iter().filter(|node| node.get(&format!("{http}.enabled")) == Some("true")) {
        // A certificate that is away, or material that the other judges refuse.
        let Ok(material) = desk.material(node, http) else {
            waits = waits || !output.requests().is_empty();
            continue;
        };
        let asks = node.get(&format!("{http}.client_authentication")).unwrap_or("none");
        let mut served = server(&format!("{} http", node.host), &material, asks, false);
        served["client_cas"] = material.trust.into();
        servers.push(served);
    }
    for kibana in &output.kibanas {
        if kibana.get("server.ssl.enabled") != Some("true") {
            waits = waits || kibana.has_unnamed_key();
        } else if let Ok(material) = desk.material(kibana, "server.ssl") {
            servers.push(server(&format!("kibana {}", kibana.host), &material, "none", true));
        }
    }
    // Calls for another cluster say that there is one, whose names are not in this folder.
    waits = waits || output.root.join("security-api/monitoring").is_dir();
    let requests: Vec<Value> = output
        .requests()
        .iter()
        .map(|path| json!({ "name": format!("requests/{}", path.file_name().unwrap().to_string_lossy()), "pem": read(path) }))
        .collect();
    json!({
        "out": output.root, "servers": servers, "clients": clients(output), "requests": requests, "waits": waits,
    })
}

fn server(title: &str, material: &Material, asks: &str, kibana: bool) -> Value {
    json!({
        "title": title, "chain": material.chain, "key": material.key, "client_auth": asks, "kibana": kibana,
    })
}

fn clients(output: &Output) -> Vec<Value> {
    let mut found = Vec::new();
    for beat in &output.beats {
        found.extend(section(beat, "output", "output.elasticsearch.", false));
        found.extend(section(beat, "setup.kibana", "setup.kibana.", true));
    }
    for module in &output.modules {
        found.extend(section(module, "module", "", false));
    }
    let demanded =
        |node: &Product| node.get("xpack.security.http.ssl.client_authentication") == Some("required");
    if !output.nodes.iter().any(demanded) {
        found.extend(somebody("Go client", &output.http_trust(), false));
    }
    found.extend(somebody("browser go", &output.browser_trust(), true));
    found
}

/// One section of Metricbeat's settings; none where it connects to nobody by TLS, or to somebody whose CA
/// is still away.
fn section(beat: &Product, name: &str, prefix: &str, to_kibana: bool) -> Option<Value> {
    let get = |key: &str| beat.get(&format!("{prefix}{key}"));
    let urls = [beat.list(&format!("{prefix}hosts")), beat.list(&format!("{prefix}host"))].concat();
    let authorities = beat.list(&format!("{prefix}ssl.certificate_authorities"));
    let files: Vec<PathBuf> = authorities.iter().map(|path| beat.file(path)).collect();
    if urls.iter().all(|url| url.starts_with("http:")) || !files.iter().any(|path| path.exists()) {
        return None;
    }
    let own = |key: &str| get(key).map(|path| read(&beat.file(path))).unwrap_or_default();
    Some(json!({
        "title": format!("metricbeat {} {name}", beat.host),
        "hosts": urls.iter().map(|url| url_host(url)).collect::<Vec<_>>(),
        "cas": files.iter().map(|path| read(path)).collect::<String>(),
        "chain": own("ssl.certificate"),
        "key": own("ssl.key"),
        "mode": get("ssl.verification_mode").unwrap_or("full"),
        "to_kibana": to_kibana,
    }))
}

/// Who has nothing but the CA, and dials every name. A CA that is still away brings nobody.
fn somebody(title: &str, files: &[PathBuf], to_kibana: bool) -> Option<Value> {
    let cas: String = files.iter().map(|path| read(path)).collect();
    let hosts: [&str; 0] = [];
    (!cas.is_empty()).then(|| {
        json!({
            "title": title, "hosts": hosts, "cas": cas, "chain": "", "key": "", "mode": "full", "to_kibana": to_kibana,
        })
    })
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}
