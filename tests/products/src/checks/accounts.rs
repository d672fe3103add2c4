//! Every account logs in with the roles it should have, may do what its role says, and nothing else: tried by requests,
//! each allowed one beside refused ones.

use std::fs;

use serde_json::Value;

use crate::ask::{Client, Login};
use crate::report::Report;
use crate::stage::Stage;
use crate::tools;
use crate::trouble::{At, Result};

/// What somebody tries; INDEX is Metricbeat's index of this version.
#[derive(Clone, Copy, Debug)]
enum Try {
    Publish,
    PublishMonitoring,
    PublishOwnMonitoring,
    Template,
    Manage,
    Search,
    NodeStats,
    Health,
    Users,
    Settings,
}

use Try::{
    Health, Manage, NodeStats, Publish, PublishMonitoring, PublishOwnMonitoring, Search, Settings, Template,
    Users,
};

#[derive(Clone, Copy, Debug)]
struct Account {
    name: &'static str,
    roles: &'static [&'static str],
    may: &'static [Try],
    may_not: &'static [Try],
}

/// In this order: who sets up makes the template that who publishes relies on.
const ACCOUNTS: [Account; 9] = [
    Account { name: "elastic", roles: &["superuser"], may: &[Users, Settings, Health], may_not: &[] },
    Account { name: "operator", roles: &["superuser"], may: &[Users, Settings, Health], may_not: &[] },
    Account {
        name: "metricbeat_setup",
        roles: &["ingest_admin", "kibana_admin", "metricbeat_setup"],
        may: &[Template, Health],
        may_not: &[Publish, Search, Users, Settings],
    },
    Account {
        name: "metricbeat_writer",
        roles: &["metricbeat_writer"],
        may: &[Publish, PublishMonitoring, Health],
        may_not: &[Search, Template, Manage, Users, Settings],
    },
    Account {
        name: "metricbeat_monitoring",
        roles: &["metricbeat_monitoring"],
        may: &[PublishOwnMonitoring, Health],
        may_not: &[Publish, Search, Template, Manage, Users, Settings],
    },
    Account {
        name: "metricbeat_collector",
        roles: &["remote_monitoring_collector"],
        may: &[NodeStats, Health],
        may_not: &[Publish, PublishMonitoring, Search, Template, Manage, Users, Settings],
    },
    Account {
        name: "metricbeat_reader",
        roles: &["metricbeat_reader", "monitoring_user"],
        may: &[Search],
        may_not: &[Publish, PublishMonitoring, Template, Manage, Users, Settings],
    },
    Account {
        name: "remote_monitoring_user",
        roles: &["remote_monitoring_agent", "remote_monitoring_collector"],
        may: &[NodeStats],
        may_not: &[Users, Settings],
    },
    Account {
        name: "beats_system",
        roles: &["beats_system"],
        may: &[Health],
        may_not: &[Publish, Search, Users, Settings],
    },
];

pub fn check(stage: &Stage, report: &mut Report) {
    let tried = each(stage, report).and_then(|()| keys(stage, report));
    report.attempt("accounts", tried);
}

fn each(stage: &Stage, report: &mut Report) -> Result<()> {
    let folder = stage.out.join("accounts");
    for account in &ACCOUNTS {
        let file = folder.join(format!("{}.password", account.name));
        if !file.is_file() {
            continue;
        }
        let password = fs::read_to_string(&file).at(&file)?;
        let mut found = false;
        for (client, url) in clusters(stage)? {
            let client = client.as_user(account.name, &password);
            let answer = client.get(&format!("{url}/_security/_authenticate"))?;
            if answer.code == 200 {
                found = true;
                of_roles(stage, report, account, &answer.json());
                requests(stage, report, account.name, &client, &url, account.may, account.may_not)?;
            }
        }
        report.check(format!("{} logs in", account.name), found, "401 wherever it was tried");
    }
    let strange: Vec<String> = fs::read_dir(&folder)
        .at(&folder)?
        .flatten()
        .filter_map(|entry| {
            entry.file_name().to_string_lossy().strip_suffix(".password").map(ToOwned::to_owned)
        })
        .filter(|name| !ACCOUNTS.iter().any(|account| account.name == name))
        // No account, and tried at every start.
        .filter(|name| !(stage.scenario.has_locked_store() && name == "elasticsearch-keystore"))
        .collect();
    report.check("every account is one that this test knows", strange.is_empty(), strange.join(", "));
    Ok(())
}

/// The stack's own cluster, and the one elsewhere, where an account may be instead.
fn clusters(stage: &Stage) -> Result<Vec<(Client, String)>> {
    let mut all = vec![(stage.anybody(), stage.url())];
    if let Some(watch) = &stage.cast.elsewhere {
        all.push((stage.elastic_elsewhere()?, format!("https://{}:9200", watch.dns())));
    }
    Ok(all)
}

fn of_roles(stage: &Stage, report: &mut Report, account: &Account, who: &Value) {
    let mut roles: Vec<&str> =
        who["roles"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    roles.sort_unstable();
    report.equal(format!("{} has its roles", account.name), &account.roles.join(" "), &roles.join(" "));
    let realm = who.pointer("/authentication_realm/type").and_then(Value::as_str).unwrap_or_default();
    let built_in = ["elastic", "remote_monitoring_user", "beats_system"].contains(&account.name);
    let wanted = match (built_in, stage.scenario.get("accounts")) {
        (true, _) => "reserved",
        // Files lie on the nodes of this cluster only.
        (false, "files") if !is_elsewhere(stage, account.name) => "file",
        _ => "native",
    };
    report.equal(format!("{} is of its realm", account.name), wanted, realm);
}

fn is_elsewhere(stage: &Stage, account: &str) -> bool {
    let stays = ["operator", "metricbeat_collector"];
    stage.cast.elsewhere.is_some() && !stays.contains(&account)
}

/// Keys carry the rights of a role without being anybody.
fn keys(stage: &Stage, report: &mut Report) -> Result<()> {
    let folder = stage.out.join("accounts");
    for entry in fs::read_dir(&folder).at(&folder)?.flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let Some(name) = file.strip_suffix(".api_key") else { continue };
        let key = fs::read_to_string(entry.path()).at(&entry.path())?;
        let key = base64(key.trim())?;
        let Some((client, url)) = clusters(stage)?.pop() else { continue };
        let client = client.with(Login::ApiKey(key));
        let answer = client.get(&format!("{url}/_security/_authenticate"))?;
        let kind = answer
            .json()
            .pointer("/authentication_type")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        report.check(format!("key {name} logs in"), kind == "api_key", answer.short());
        let (may, may_not): (&[Try], &[Try]) = if name.ends_with("-monitoring") {
            (&[PublishOwnMonitoring], &[Publish, Search, Template, Users, Settings])
        } else {
            (&[Publish], &[Search, Template, Manage, Users, Settings])
        };
        requests(stage, report, name, &client, &url, may, may_not)?;
    }
    Ok(())
}

fn base64(text: &str) -> Result<String> {
    let mut openssl = std::process::Command::new(crate::write::openssl()?);
    let ended =
        tools::run(openssl.args(["base64", "-A"]), text.as_bytes(), std::time::Duration::from_secs(10))?;
    Ok(ended.out.trim().to_owned())
}

pub fn writer(stage: &Stage, report: &mut Report, name: &str, client: &Client, url: &str) -> Result<()> {
    requests(
        stage,
        report,
        name,
        client,
        url,
        &[Publish, PublishMonitoring],
        &[Search, Template, Manage, Users, Settings],
    )
}

fn requests(
    stage: &Stage,
    report: &mut Report,
    name: &str,
    client: &Client,
    url: &str,
    may: &[Try],
    may_not: &[Try],
) -> Result<()> {
    for one in may {
        let (code, text) = tried(stage, client, url, *one)?;
        // Who may read what is not there yet is told so; who may not hears nothing of it.
        let nothing_yet = code == 404 && matches!(one, Search);
        report.check(format!("{name} may {}", title(*one)), (200..300).contains(&code) || nothing_yet, text);
    }
    for one in may_not {
        let (code, text) = tried(stage, client, url, *one)?;
        report.check(format!("{name} may not {}", title(*one)), code == 403, text);
    }
    Ok(())
}

fn title(one: Try) -> &'static str {
    match one {
        Publish => "publish metrics",
        PublishMonitoring => "publish monitoring data of the cluster",
        PublishOwnMonitoring => "publish monitoring data of its own",
        Template => "load the index template",
        Manage => "delete the index",
        Search => "read metrics",
        NodeStats => "read the nodes' statistics",
        Health => "see the cluster's health",
        Users => "see users",
        Settings => "change the cluster's settings",
    }
}

/// The code that counts: of a bulk request that of its one item.
fn tried(stage: &Stage, client: &Client, url: &str, one: Try) -> Result<(u16, String)> {
    let index = format!("metricbeat-{}", stage.version);
    let bulk = |index: &str| -> Result<(u16, String)> {
        let body = format!(
            "{{\"create\":{{\"_index\":\"{index}\"}}}}\n{{\"@timestamp\":\"2026-01-01T00:00:00Z\"}}\n"
        );
        let answer = client.send("POST", &format!("{url}/_bulk"), Some(&body))?;
        let item = answer.json().pointer("/items/0/create/status").and_then(Value::as_u64);
        let code = item.and_then(|code| u16::try_from(code).ok()).unwrap_or(answer.code);
        Ok((code, answer.short()))
    };
    let (method, path, body) = match one {
        Publish => return bulk(&index),
        PublishMonitoring => return bulk(".monitoring-es-8-mb"),
        PublishOwnMonitoring => return bulk(".monitoring-beats-7-products"),
        Template => {
            let body = format!("{{\"index_patterns\":[\"{index}\"],\"data_stream\":{{}},\"priority\":150}}");
            ("PUT", format!("_index_template/{index}"), Some(body))
        }
        Manage => ("DELETE", index, None),
        Search => ("GET", format!("{index}/_search"), None),
        NodeStats => ("GET", "_nodes/stats".into(), None),
        Health => ("GET", "_cluster/health".into(), None),
        Users => ("GET", "_security/user".into(), None),
        Settings => (
            "PUT",
            "_cluster/settings".into(),
            Some("{\"persistent\":{\"cluster.max_shards_per_node\":900}}".into()),
        ),
    };
    let answer = client.send(method, &format!("{url}/{path}"), body.as_deref())?;
    Ok((answer.code, answer.short()))
}
