//! What nodes warn of: nothing but what is named here, with the reason.

use crate::report::Report;
use crate::stage::Stage;

/// Parts of warnings that are expected, and why.
const NAMED: [(&str, &str); 24] = [
    ("o.e.n.NativeAccess", "the native parts of the product are not published as jars"),
    ("VectorizationProvider", "a newer Java than the product brings"),
    ("WARNING: module-info.class ignored in patch", "how the entitlement bridge is put into Java"),
    ("MacAddressUtil", "the room has no network but its loopback"),
    ("max file descriptors", "a limit of the machine that runs the test"),
    ("max size virtual memory [-1]", "a limit that a node without native parts cannot read"),
    ("max file size [-1]", "a limit that a node without native parts cannot read"),
    ("vm.max_map_count", "a limit of the machine that runs the test"),
    ("system call filters failed to install", "a node without native parts cannot install them"),
    (
        "caught exception while handling client http traffic",
        "the test's clients that do not trust the node, or lack a certificate",
    ),
    ("received plaintext http traffic on an https channel", "the test's client that speaks http"),
    ("using the serial collector", "the harness starts nodes so, to be quick on a small machine"),
    ("o.e.m.j.JvmGcMonitorService", "a slow machine"),
    ("timer thread slept for", "a slow machine"),
    ("above the warn threshold", "a slow machine"),
    ("master not discovered yet", "the first node waits for those that start a moment later"),
    (
        "Authentication to realm default_file failed",
        "the test's wrong password, and passwords of another cluster",
    ),
    ("failing [elected-as-master", "nodes that start together may need a second election"),
    (
        "unexpected failure during [maybe generate license for cluster]",
        "the same election: the next master makes the licence, and the checks of accounts ask for it",
    ),
    (
        "failed to update snapshot state after shards started or nodes removed",
        "the same election, seen by the node that was master before; there are no snapshots",
    ),
    ("failed to establish trust with client", "the test's certificate of another CA"),
    (
        "index_name_starts_with_dot",
        "the test publishes monitoring data, whose templates are not published as jars",
    ),
    ("exception caught on transport layer", "the test's node of another CA"),
    (
        "failed to retrieve password hash for reserved user",
        "the test logs in while the security index is being made",
    ),
];

pub fn check(stage: &Stage, report: &mut Report) {
    for node in stage.nodes.iter().chain(&stage.elsewhere) {
        let said = node.said();
        let mut odd: Vec<String> = Vec::new();
        let mut lines = said.lines().peekable();
        while let Some(line) = lines.next() {
            let warns = line.contains("][WARN ]") || line.contains("][ERROR]");
            if warns && !NAMED.iter().any(|(part, _)| line.contains(part)) {
                // The time in front differs from line to line; what is said counts once. Its cause stands in the next.
                let cause = lines.peek().filter(|next| !next.starts_with('[')).copied().unwrap_or_default();
                let text: String = format!("{line} {cause}").chars().skip(26).take(400).collect();
                if !odd.contains(&text) {
                    odd.push(text);
                }
            }
        }
        report.check(format!("{} warns of nothing new", node.name), odd.is_empty(), odd.join(" | "));
    }
}
