//! `security-api/`: the calls of the plan as JSON bodies, as a text for Dev Tools, as a script.

use std::fmt::Write;

use super::{Draft, kibana_client, overview};
use crate::plan::{Call, Cluster, Content, Request, Text};

/// Where the calls of one cluster lie, and what is on the way from there to the top of the output.
fn place(cluster: Cluster) -> (&'static str, &'static str) {
    match cluster {
        Cluster::Own => ("security-api", ".."),
        Cluster::Monitoring => ("security-api/monitoring", "../.."),
    }
}

/// The command that makes all needed calls of a cluster, from the top of the output.
pub fn command(cluster: Cluster) -> String {
    format!("sh {}/run.sh", place(cluster).0)
}

/// The calls that a start needs.
pub fn needed<'a>(draft: &'a Draft<'_>, cluster: Cluster) -> Vec<&'a Call> {
    draft.plan.calls.iter().filter(|call| call.cluster == cluster && !call.optional).collect()
}

pub fn draft(draft: &mut Draft<'_>) {
    for cluster in [Cluster::Own, Cluster::Monitoring] {
        let calls: Vec<Call> =
            draft.plan.calls.iter().filter(|call| call.cluster == cluster).cloned().collect();
        if !calls.is_empty() {
            files(draft, cluster, &calls);
        }
    }
}

fn files(draft: &mut Draft<'_>, cluster: Cluster, calls: &[Call]) {
    let (folder, root) = place(cluster);
    for call in calls {
        if let Some(body) = body(draft, call) {
            let text = Text::new("{{body}}").with("body", body);
            draft.operator_file(&format!("{folder}/{}.json", call.name()), Content::Text(text), call.by);
        }
    }
    let console = Text::new("{{calls}}").with("calls", console(draft, calls));
    draft.operator_file(&format!("{folder}/console.txt"), Content::Text(console), overview::ID);
    let script = script(draft, cluster, calls);
    draft.operator_file(&format!("{folder}/run.sh"), Content::Text(script), overview::ID);
    let readme = Text::new(include_str!("../../assets/security-api/README.md"))
        .with("cluster", name_of(draft, cluster))
        .with("root", root)
        .with("calls", table(calls));
    draft.operator_file(&format!("{folder}/README.md"), Content::Text(readme), overview::ID);
}

fn name_of(draft: &Draft<'_>, cluster: Cluster) -> String {
    match cluster {
        Cluster::Own => draft.stack.cluster.clone(),
        Cluster::Monitoring => format!("the monitoring cluster of {}", draft.stack.cluster),
    }
}

fn body(draft: &Draft<'_>, call: &Call) -> Option<String> {
    call.body(&draft.plan).map(|body| format!("{body:#}"))
}

fn script(draft: &Draft<'_>, cluster: Cluster, calls: &[Call]) -> Text {
    let mut cases = String::new();
    for call in calls {
        let name = call.name();
        let (kind, account) = match &call.request {
            Request::ApiKey(key) => ("api-key", key.name.as_str()),
            Request::Password(user, _) => ("password", *user),
            Request::User(user) => ("password", user.name),
            Request::ServiceToken(..) => ("token", "kibana"),
            Request::Trial => ("trial", ""),
            Request::Mapping(_) | Request::Role(_) => ("plain", ""),
        };
        let _ = writeln!(
            cases,
            "    {name}) call {name} {} '{}' {kind} {account} ;;",
            call.method(),
            call.path()
        );
    }
    let names = |wanted: &dyn Fn(&Call) -> bool| {
        calls.iter().filter(|call| wanted(call)).map(Call::name).collect::<Vec<_>>().join(" ")
    };
    let (_, root) = place(cluster);
    let (url, ca, login) = match cluster {
        Cluster::Own => {
            let host = draft.stack.elasticsearch.first().map(|node| node.url_host().to_string());
            let url = format!("https://{}:9200", host.unwrap_or_default());
            (url, "clients/elasticsearch-ca.pem", "$accounts/$login.password")
        }
        // Nobody here knows a password of that cluster.
        Cluster::Monitoring => {
            let url = kibana_client::monitoring_urls(draft.answers).first().cloned().unwrap_or_default();
            (url, "monitoring-ca.pem", "")
        }
    };
    Text::new(include_str!("../../assets/security-api/run.sh"))
        .with("cluster", name_of(draft, cluster))
        .with("root", root)
        .with("url", url)
        .with("ca", ca)
        .with("login", login)
        .with("own", if cluster == Cluster::Own { "yes" } else { "" })
        .with("cases", cases.trim_end().to_owned())
        .with("all", names(&|_| true))
        .with("needed", names(&|call| !call.optional))
}

/// Requests with their bodies, and above each what it is for. What is not needed is commented out, and an
/// empty password is refused: run from the top as it is, it changes nothing that nobody meant.
fn console(draft: &Draft<'_>, calls: &[Call]) -> String {
    let mut out = String::from(
        "# Paste this into Dev Tools in Kibana, put the passwords in, and run it from the top.\n",
    );
    for call in calls {
        let optional = if call.optional { " Not needed: another way to what the files bring." } else { "" };
        let _ = writeln!(out, "\n# {}.{optional}", call.name());
        let _ = writeln!(out, "# Returns {}. Undone by {}.", call.returns(), call.undone_by());
        if let Some((account, _)) = call.password() {
            let _ = writeln!(out, "# password: the text of accounts/{account}.password");
        }
        let mut request = format!("{} {}\n", call.method(), call.path());
        if let Some(mut body) = call.body(&draft.plan) {
            if call.password().is_some() {
                body["password"] = "".into();
            }
            let _ = writeln!(request, "{body:#}");
        }
        for line in request.lines() {
            let _ = writeln!(out, "{}{line}", if call.optional { "# " } else { "" });
        }
    }
    out
}

fn table(calls: &[Call]) -> String {
    let mut out = String::from("| call | request | returns | undone by |\n| --- | --- | --- | --- |\n");
    for call in calls {
        let optional = if call.optional { " (not needed by default)" } else { "" };
        let _ = writeln!(
            out,
            "| `{}`{optional} | `{} {}` | {} | {} |",
            call.name(),
            call.method(),
            call.path(),
            call.returns(),
            call.undone_by()
        );
    }
    out.trim_end().to_owned()
}
