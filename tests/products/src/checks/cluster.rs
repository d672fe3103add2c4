//! The nodes found each other, answer by their names, and show nothing to those whom they should not.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use crate::ask::{Client, Login};
use crate::node::Node;
use crate::place::place;
use crate::report::Report;
use crate::stage::{STRANGER_NAME, Stage};
use crate::trouble::{At, Result};

const PATIENCE: Duration = Duration::from_secs(60);
const REFUSALS: [&str; 4] = [
    "SSLHandshakeException",
    "failed to establish trust",
    "unable to find valid certification path",
    "bad_certificate",
];

pub fn check(stage: &Stage, report: &mut Report) {
    let tried = each_node(stage, report).and_then(|()| strangers(stage, report));
    report.attempt("questions to the cluster", tried);
}

/// A store with a password keeps its node from starting without it, or with another.
pub fn locked_store(stage: &mut Stage, report: &mut Report) -> Result<()> {
    if !stage.scenario.has_locked_store() {
        return Ok(());
    }
    let name = stage.cast.nodes[0].name.clone();
    let other = stage.folder.join("other.password");
    fs::write(&other, "not-this-one").at(&other)?;
    for (what, password) in [("no password", None), ("another password", Some(other.as_path()))] {
        let mut node = stage.start_with(&name, &[], password)?;
        let refused = node.until(&["keystore password was incorrect"], PATIENCE);
        report.check(
            format!("the keystore refuses a start with {what}"),
            refused.is_some(),
            node.last_words(),
        );
        node.stop()?;
    }
    Ok(())
}

fn each_node(stage: &Stage, report: &mut Report) -> Result<()> {
    let elastic = stage.elastic()?;
    for host in &stage.cast.nodes {
        let url = format!("https://{}:9200", host.dns());
        let answer = elastic.get(&url)?;
        let number =
            answer.json().pointer("/version/number").and_then(Value::as_str).unwrap_or_default().to_owned();
        report.check(format!("{} answers by its name", host.name), number == stage.version, answer.short());
        let literal =
            if host.address.contains(':') { format!("[{}]", host.address) } else { host.address.clone() };
        let answer = elastic.get(&format!("https://{literal}:9200/"))?;
        report.equal(format!("{} answers by its address", host.name), "200", &answer.code.to_string());
    }
    Ok(())
}

/// Clients that lack something.
fn strangers(stage: &Stage, report: &mut Report) -> Result<()> {
    let (elastic, url) = (stage.elastic()?, stage.url());
    let blind = Client { ca: None, ..elastic.clone() }.get(&url)?;
    report.check(
        "a client without the CA gives up",
        blind.code == 0 && blind.text.contains("certificate"),
        blind.short(),
    );
    let misled = Client { ca: Some(stage.folder.join("foreign.crt")), ..elastic.clone() }.get(&url)?;
    report.check("so does one that trusts another CA", misled.code == 0, misled.short());
    let plain = elastic.get(&url.replace("https:", "http:"))?;
    report.check("plain http gets no answer", plain.code == 0, plain.short());
    let nobody = elastic.with(Login::Nobody).get(&format!("{url}/_cluster/health"))?;
    report.check(
        "nobody without a login is served",
        nobody.code == 401 || with_realm(stage, nobody.code),
        nobody.short(),
    );
    let wrong =
        elastic.as_user("elastic", "not-the-password").get(&format!("{url}/_security/_authenticate"))?;
    report.equal("a wrong password is refused", "401", &wrong.code.to_string());
    if stage.scenario.is("licence", "basic+mtls") {
        let bare = Client { certificate: None, ..elastic }.get(&url)?;
        report.check("without a client certificate nobody connects", bare.code == 0, bare.short());
    }
    Ok(())
}

/// Where a PKI realm is, a certificate is a login, here of somebody without rights.
fn with_realm(stage: &Stage, code: u16) -> bool {
    stage.scenario.is("licence", "trial+pki") && code == 403
}

/// A node of a cluster of the same name whose certificate comes from another CA comes while others ask.
pub fn foreign_node(stage: &mut Stage) -> Result<Node> {
    let mut machine = stage.machine(STRANGER_NAME)?;
    place(&mut machine, &stage.folder.join("out-stranger"), stage.scenario.get("installed"))?;
    stage.machines.push(machine);
    let seeds = format!("discovery.seed_hosts={}", stage.cast.nodes[0].transport());
    let settings = ["discovery.type=multi-node", &seeds, "discovery.initial_state_timeout=5s"];
    stage.start_node(STRANGER_NAME, &settings)
}

pub fn judge_foreign(stage: &Stage, report: &mut Report, mut stranger: Node) -> Result<()> {
    let line = stranger.until(&REFUSALS, PATIENCE);
    let health = stage.elastic()?.get(&format!("{}/_cluster/health", stage.url()))?.json();
    let count = health["number_of_nodes"].as_u64().unwrap_or_default();
    report.check("a node of another CA is refused", line.is_some(), stranger.last_words());
    report.equal("and the cluster stays as it was", &stage.cast.nodes.len().to_string(), &count.to_string());
    stranger.stop().map(|_| ())
}
