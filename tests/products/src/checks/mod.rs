//! What a person would ask of a stack that was just set up, topic by topic, in the order of the runbook.

mod accounts;
mod beats;
mod browser;
mod calls;
mod certificates;
mod cluster;
pub mod kibana;
mod warnings;

use crate::report::Report;
use crate::stage::Stage;

/// The columns of the table of results.
pub const TOPICS: [&str; 9] =
    ["write", "cluster", "accounts", "certificates", "kibana", "browser", "beats", "warnings", "harness"];

pub fn all(stage: &mut Stage, report: &mut Report) {
    report.topic("cluster");
    let placed = stage.place();
    if report.attempt("folders come to their hosts", placed).is_none() {
        return;
    }
    let locked = cluster::locked_store(stage, report);
    report.attempt("a start without the keystore's password", locked);
    let started = stage.start();
    if report.attempt("nodes form a cluster over TLS", started).is_none() {
        return;
    }
    let stranger = cluster::foreign_node(stage);
    let stranger = report.attempt("a node of another CA comes", stranger);
    cluster::check(stage, report);
    report.topic("accounts");
    calls::check(stage, report);
    accounts::check(stage, report);
    report.topic("certificates");
    certificates::check(stage, report);
    report.topic("kibana");
    let kibana = kibana::check(stage, report);
    report.topic("beats");
    beats::check(stage, report);
    drop(kibana);
    report.topic("cluster");
    if let Some(stranger) = stranger {
        let judged = cluster::judge_foreign(stage, report, stranger);
        report.attempt("a node of another CA", judged);
    }
    report.topic("warnings");
    warnings::check(stage, report);
}
