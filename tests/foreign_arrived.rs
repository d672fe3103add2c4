//! A request goes away and comes back signed, by the program itself: every judge then meets Kibana with the
//! certificate of an outside CA, as a browser that trusts that CA does.

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::judges::{Judge, judge_all, judge_many};
use support::outside::{Outside, Sign};
use support::scenario;

#[test]
fn what_came_back_signed_pleases_every_judge() {
    let Some(outside) = Outside::new() else { return };
    let room = tempfile::tempdir().unwrap();
    let (session, out) = (room.path().join("session.yml"), room.path().join("out"));
    fs::copy(scenario::named("good_browser_csr").path, &session).unwrap();
    write(&session, &out, &[]);
    let leaf = outside.sign(&out.join("requests/kibana-server.csr"), &Sign::AsAsked);
    fs::write(out.join("requests/kibana-server.crt"), leaf + &outside.intermediate()).unwrap();
    write(&session, &out, &["--replace"]);
    // What an organisation's computers trust already stands for what browsers are given.
    fs::write(out.join("clients/browser-root.crt"), outside.root()).unwrap();
    judge_all(&[("arrived", &out)]);
    for (which, wanted) in [
        (Judge::Node, "ok kibana kibana-1 for browsers TLSv1.3 as kb.corp.example"),
        (Judge::OpenSsl, "ok kibana kibana-1 server: openssl verifies strictly as sslserver"),
        (Judge::Browser, "ok browser python -> kibana-1 TLSv1_3 strict as kb.corp.example"),
        (Judge::Browser, "ok browser java -> kibana-1 TLSv1.2"),
        (Judge::Go, "ok browser go -> kibana kibana-1 TLSv1.3"),
    ] {
        let verdict = judge_many(&[&out], which).remove(0);
        assert!(verdict.skipped || verdict.says(wanted), "{wanted}\n{verdict}");
    }
}

fn write(session: &Path, out: &Path, more: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stackseal"));
    command.arg("write").arg(session).arg("--out").arg(out).args(more);
    let said = command.output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}
