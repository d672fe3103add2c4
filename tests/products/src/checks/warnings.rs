//! What nodes warn of: nothing but what is named here, with the reason.

use crate::report::Report;
use crate::stage::Stage;

/// Parts of warnings that are expected, and why.
const NAMED: [(&str, &str); 0] = [];

pub fn check(stage: &Stage, report: &mut Report) {
    for node in stage.nodes.iter().chain(&stage.elsewhere) {
        let said = node.said();
        let mut odd: Vec<String> = Vec::new();
        for line in said.lines().filter(|line| line.contains("][WARN ]") || line.contains("][ERROR]")) {
            if !NAMED.iter().any(|(part, _)| line.contains(part)) {
                // The time in front differs from line to line; what is said counts once.
                let text: String = line.chars().skip(26).take(260).collect();
                if !odd.contains(&text) {
                    odd.push(text);
                }
            }
        }
        report.check(format!("{} warns of nothing new", node.name), odd.is_empty(), odd.join(" | "));
    }
}
