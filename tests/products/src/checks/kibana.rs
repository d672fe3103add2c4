//! Kibana by the packages that it uses: its settings and files load on its host as its own user, its client reads the
//! running cluster with the written credential, and browsers that trust the CA file open it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::browser;
use crate::place::Installed;
use crate::report::Report;
use crate::sandbox::{INSIDE, Machine};
use crate::stage::Stage;
use crate::tools::{Ended, find, run};
use crate::trouble::{Result, Trouble, trouble};

const LIMIT: Duration = Duration::from_secs(60);

/// A Kibana that serves until it is dropped.
#[derive(Debug)]
pub struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        // It ends with its standard input; the signal is for one that hangs.
        drop(self.0.stdin.take());
        for _ in 0..100 {
            if self.0.try_wait().is_ok_and(|status| status.is_some()) {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn check(stage: &Stage, report: &mut Report) -> Option<Serving> {
    let read = load(stage, report).and_then(|()| asks(stage, report));
    report.attempt("Kibana's side", read);
    report.topic("browser");
    let serving = report.attempt("Kibana serves", serve(stage))?;
    let tried = chain(stage, report).and_then(|()| browser::check(stage, report, &authority(stage)));
    report.attempt("browsers", tried);
    Some(serving)
}

fn kibana(stage: &Stage, arguments: &[&str]) -> Result<Command> {
    program(stage.at(&stage.cast.kibana.name)?, &stage.installed("kibana"), arguments)
}

/// Kibana's packages on a host, as the user that Kibana runs as there.
pub fn program(machine: &Machine, installed: &Installed, arguments: &[&str]) -> Result<Command> {
    let node = find("node").ok_or_else(|| Trouble("node is not installed".into()))?;
    let mut command = machine.command(&installed.user, &node);
    command.arg(Path::new(INSIDE).join("kibana/kibana.mjs")).args(arguments);
    Ok(command)
}

fn said(ended: &Ended) -> Value {
    serde_json::from_str(ended.out.trim()).unwrap_or(Value::Null)
}

fn load(stage: &Stage, report: &mut Report) -> Result<()> {
    let folder = stage.installed("kibana").config;
    let ended = run(&mut kibana(stage, &["read", &folder])?, b"", LIMIT)?;
    report.check("kibana.yml, its keystore and files load", ended.fine(), ended.all());
    let found = said(&ended);
    let keys = [
        "xpack.security.encryptionKey",
        "xpack.encryptedSavedObjects.encryptionKey",
        "xpack.reporting.encryptionKey",
    ];
    let secrets: Vec<&str> =
        found["secrets"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let missing: Vec<&str> = keys.into_iter().filter(|key| !secrets.contains(key)).collect();
    report.check("its keystore has Kibana's own keys", missing.is_empty(), missing.join(", "));
    let demanded = stage.scenario.get("licence").contains('+');
    report.equal("it shows a client certificate", &demanded.to_string(), &found["certificate"].to_string());
    Ok(())
}

fn asks(stage: &Stage, report: &mut Report) -> Result<()> {
    let folder = stage.installed("kibana").config;
    let ended = run(&mut kibana(stage, &["ask", &folder, &stage.version])?, b"", LIMIT)?;
    let found = said(&ended);
    report.check("its client reaches every host that it names", ended.fine(), ended.all());
    // A PKI realm logs Kibana in by certificate alone; without one it has its token.
    let (user, realm) = if stage.scenario.is("licence", "trial+pki") {
        ("kibana-client", "pki")
    } else {
        ("elastic/kibana", "_service_account")
    };
    for answer in found["answers"].as_array().into_iter().flatten() {
        let host = answer["host"].as_str().unwrap_or_default();
        let text = |key: &str| answer[key].as_str().unwrap_or_default().to_owned();
        report.equal(format!("{host} tells its version"), &stage.version, &text("version"));
        report.equal(format!("{host} knows Kibana"), user, &text("user"));
        report.equal(format!("{host} knows it by its realm"), realm, &text("realm"));
        report.check(
            format!("{host} gives it Kibana's rights"),
            answer["mayWork"] == true,
            answer.to_string(),
        );
        if realm == "pki" {
            report.equal(
                format!("{host} maps the certificate"),
                "[\"kibana_system\"]",
                &answer["roles"].to_string(),
            );
        }
    }
    if stage.cast.elsewhere.is_some() {
        let ended = run(&mut kibana(stage, &["ask", &folder, &stage.version, "monitoring"])?, b"", LIMIT)?;
        report.check("its client reaches the monitoring cluster", ended.fine(), ended.all());
    }
    Ok(())
}

fn serve(stage: &Stage) -> Result<Serving> {
    let host = &stage.cast.kibana;
    // A container listens everywhere in a network of its own, and the host's address leads there.
    let instead = stage.scenario.is("installed", "container").then_some(host.address.as_str());
    serving(stage.at(&host.name)?, &stage.installed("kibana"), &stage.version, instead)
}

pub fn serving(
    machine: &Machine,
    installed: &Installed,
    version: &str,
    instead: Option<&str>,
) -> Result<Serving> {
    let arguments: Vec<&str> = ["serve", &installed.config, version].into_iter().chain(instead).collect();
    let mut command = program(machine, installed, &arguments)?;
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let (send, receive) = mpsc::channel();
    if let Some(out) = child.stdout.take() {
        thread::spawn(move || {
            let mut line = String::new();
            let _ = BufReader::new(out).read_line(&mut line);
            let _ = send.send(line);
        });
    }
    let serving = Serving(child);
    let line = receive.recv_timeout(LIMIT).unwrap_or_default();
    if line.contains("\"ok\":true") { Ok(serving) } else { trouble(format!("it says {line:?}")) }
}

/// What everybody is given who opens Kibana.
fn authority(stage: &Stage) -> PathBuf {
    let clients = stage.out.join("clients");
    let own = clients.join("browser-ca.crt");
    match stage.scenario.get("browser by") {
        "request" => stage.folder.join("outside.crt"),
        _ if own.exists() => own,
        _ => clients.join("elasticsearch-ca.pem"),
    }
}

/// OpenSSL trusts the CA file alone, so what is missing in the served chain would be missing for it.
fn chain(stage: &Stage, report: &mut Report) -> Result<()> {
    let openssl = crate::write::openssl()?;
    let name = stage.cast.kibana.dns();
    let mut command = stage.machine("desk")?.command("root", &openssl);
    command.args(["s_client", "-connect", &format!("{name}:5601"), "-servername", &name, "-showcerts"]);
    command.args(["-verify_return_error", "-verify_hostname", &name, "-no-CApath", "-no-CAstore", "-CAfile"]);
    let ended = run(command.arg(authority(stage)), b"", LIMIT)?;
    let fine = ended.fine() && ended.out.contains("Verify return code: 0 (ok)");
    report.check("Kibana's chain leads to the CA file", fine, ended.all());
    let count = ended.out.matches("-----BEGIN CERTIFICATE-----").count();
    report.check("Kibana sends more than its own certificate", count > 1, format!("{count} certificates"));
    Ok(())
}
