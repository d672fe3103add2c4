//! Node stands up each Kibana with the files that its kibana.yml names; Python, JSSE and OpenSSL meet it over
//! 127.0.0.1, as browsers that trust the CA that they are given and nothing else.

use std::io::{BufRead, BufReader};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::files::{Report, need};
use super::{Line, java, node, process, tools};

const PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/python/meet.py");

pub fn judge(outs: &[&Path]) -> Option<Vec<Vec<Line>>> {
    let mut command = Command::new(tools::node()?);
    command.arg(node::scripts(&tools::npm()?).join("serve.mjs")).args(outs);
    let mut server = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut served = String::new();
    // One line, once all listen; it ends with its standard input.
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut served).unwrap();
    let lines = meet(outs, &served);
    drop(server.stdin.take());
    server.wait().unwrap();
    Some(lines)
}

fn meet(outs: &[&Path], served: &str) -> Vec<Vec<Line>> {
    let mut all: Vec<Vec<Line>> = vec![Vec::new(); outs.len()];
    let mut add = |answers: Vec<Vec<Line>>| {
        all.iter_mut().zip(answers).for_each(|(lines, more)| lines.extend(more));
    };
    if let Some(python) = tools::python() {
        add(process::ask("python", Command::new(python).args(["-B", PYTHON]), outs, served));
    }
    for jdk in tools::jdks().unwrap_or_default() {
        add(process::ask("java", &mut java::program(&jdk, "Meet"), outs, served));
    }
    if let Some(openssl) = tools::openssl() {
        add(with_openssl(&openssl, outs, served));
    }
    all
}

fn with_openssl(openssl: &Path, outs: &[&Path], served: &str) -> Vec<Vec<Line>> {
    let kibanas: Vec<Value> = serde_json::from_str(served).unwrap_or_default();
    let of = |out: &Path| {
        let mut report = Report::default();
        for kibana in kibanas.iter().filter(|kibana| kibana["out"] == out.to_string_lossy().as_ref()) {
            let text = |key: &str| kibana[key].as_str().unwrap_or_default().to_owned();
            let (name, ca) = (text("name"), PathBuf::from(text("ca")));
            if text("ca").is_empty() {
                continue;
            }
            for protocol in ["-tls1_2", "-tls1_3"] {
                let title = format!("browser openssl -> {} {protocol}", text("kibana"));
                let dial =
                    |name: &str, ca: Option<&Path>| visit(openssl, &kibana["port"], name, ca, protocol);
                report.check(format!("{title} strictly as {name}"), dial(&name, Some(&ca)));
                for (why, refused) in [
                    ("under another name", dial("not-in-the-sans.invalid", Some(&ca))),
                    ("without the CA", dial(&name, None)),
                ] {
                    let result = need(refused.is_err(), "the handshake succeeded");
                    report.check(format!("{title} {why} is refused"), result);
                }
            }
        }
        report.lines
    };
    outs.iter().map(|out| of(out)).collect()
}

fn visit(openssl: &Path, port: &Value, name: &str, ca: Option<&Path>, protocol: &str) -> Result<(), String> {
    let mut command = Command::new(openssl);
    command.args(["s_client", "-brief", "-x509_strict", "-verify_return_error", "-no-CApath", "-no-CAstore"]);
    match ca {
        Some(ca) => command.arg("-CAfile").arg(ca),
        None => command.arg("-no-CAfile"),
    };
    command.args([protocol, "-connect", &format!("127.0.0.1:{port}")]);
    if name.parse::<IpAddr>().is_ok() {
        command.args(["-noservername", "-verify_ip", name]);
    } else {
        command.args(["-servername", name, "-verify_hostname", name]);
    }
    // With its input at an end it says goodbye as soon as the handshake is done.
    process::run(&mut command, "").text().map(drop)
}
