//! What Elasticsearch does with files of accounts that are wrong is silent or fatal: a node that does not
//! start, a user who is not there, 400 for every request. Over all good scenarios none of it can happen:
//! the bytes that are written are read as the product reads them.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_yaml::Value;
use stackseal::forge::{Bundle, Kept, read_keystore};
use stackseal::plan::{InstallKind, Plan, Product};
use stackseal::values::Secret;
use support::fixed::Fixed;
use support::scenario::{self, Scenario};

/// Names of users and roles that Elasticsearch keeps for itself; it skips ours of such a name.
const RESERVED_USERS: [&str; 7] = [
    "elastic",
    "kibana",
    "kibana_system",
    "logstash_system",
    "beats_system",
    "apm_system",
    "remote_monitoring_user",
];
const RESERVED_ROLES: [&str; 12] = [
    "superuser",
    "kibana_system",
    "kibana_admin",
    "kibana_user",
    "beats_admin",
    "beats_system",
    "ingest_admin",
    "monitoring_user",
    "remote_monitoring_agent",
    "remote_monitoring_collector",
    "viewer",
    "editor",
];
/// Of Elasticsearch 8.19 and 9.1; an unknown one turns every request of its holders into a 400.
const CLUSTER_PRIVILEGES: [&str; 7] = [
    "monitor",
    "manage_ilm",
    "manage_index_templates",
    "manage_ingest_pipelines",
    "read_ilm",
    "read_pipeline",
    "all",
];
const INDEX_PRIVILEGES: [&str; 7] =
    ["manage", "create_doc", "create_index", "auto_configure", "view_index_metadata", "read", "monitor"];
const ROUNDS: [&str; 6] = ["1000", "10000", "50000", "100000", "500000", "1000000"];

/// Forged once for all tests of this file.
fn each(mut look: impl FnMut(&Scenario, &Plan, &Bundle)) {
    static ALL: LazyLock<Vec<(Scenario, Plan, Bundle)>> = LazyLock::new(|| {
        let forged = |scenario: Scenario| {
            let plan = scenario.plan();
            let bundle = scenario::bundle(&scenario, &plan, &Fixed::for_plan(&plan), &Kept::default());
            (scenario, plan, bundle)
        };
        scenario::good().into_iter().map(forged).collect()
    });
    ALL.iter().for_each(|(scenario, plan, bundle)| look(scenario, plan, bundle));
}

/// The texts of a file of this name in the config folders of Elasticsearch, by host.
fn on_nodes(plan: &Plan, bundle: &Bundle, name: &str) -> BTreeMap<String, String> {
    let hosts = plan.hosts_of(Product::Elasticsearch);
    hosts
        .filter_map(|config| {
            let host = config.place.host.to_string();
            let path = format!("hosts/{host}/elasticsearch/config/{name}");
            let output = bundle.outputs.iter().find(|output| output.path.as_str() == path)?;
            Some((host, String::from_utf8(output.bytes.whole().into_owned()).unwrap()))
        })
        .collect()
}

/// Rules 1 to 3: whatever is no hash is a password in plain text, and a wrong cost or a missing colon locks
/// out or stops the node. Rule 4: reserved names are skipped without a word.
#[test]
fn users_and_tokens_are_hashes_that_every_node_reads() {
    let (mut users, mut tokens) = (0, 0);
    each(|scenario, plan, bundle| {
        for (name, count) in [("users", &mut users), ("service_tokens", &mut tokens)] {
            for text in on_nodes(plan, bundle, name).values() {
                assert!(text.ends_with('\n') && !text.contains("\n\n"), "{}: {name}", scenario.name);
                for line in text.lines() {
                    let (who, hash) = line.split_once(':').unwrap();
                    let parts: Vec<&str> =
                        hash.strip_prefix("{PBKDF2_STRETCH}").unwrap().split('$').collect();
                    let [rounds, salt, key] = parts.as_slice() else { panic!("{line}") };
                    assert!(ROUNDS.contains(rounds), "{line}");
                    assert_eq!((salt.len(), key.len()), (44, 44), "32 bytes in padded base64: {line}");
                    assert!(!RESERVED_USERS.contains(&who), "{line}");
                    *count += 1;
                }
            }
        }
    });
    assert!(users > 50 && tokens > 20, "{users} users, {tokens} tokens");
}

/// Rules 4 and 5: a role of a reserved name, with an unknown key, or with a text where a list is wanted is
/// not there; one with an unknown privilege refuses all.
#[test]
fn roles_are_those_that_elasticsearch_loads() {
    let mut seen = BTreeSet::new();
    each(|scenario, plan, bundle| {
        let described = !scenario.session.answers.overview.stack_version.starts_with("8.1");
        for text in on_nodes(plan, bundle, "roles.yml").values() {
            let roles: BTreeMap<String, BTreeMap<String, Value>> = serde_yaml::from_str(text).unwrap();
            for (name, body) in &roles {
                assert!(!RESERVED_ROLES.contains(&name.as_str()), "{name}");
                for privilege in list(&body["cluster"]) {
                    assert!(CLUSTER_PRIVILEGES.contains(&privilege), "{name}: {privilege}");
                }
                for item in body["indices"].as_sequence().unwrap() {
                    assert!(!list(&item["names"]).is_empty());
                    for privilege in list(&item["privileges"]) {
                        assert!(INDEX_PRIVILEGES.contains(&privilege), "{name}: {privilege}");
                    }
                }
                for item in body.get("applications").and_then(Value::as_sequence).into_iter().flatten() {
                    assert_eq!(item["application"].as_str(), Some("kibana-.kibana"));
                    assert!(!list(&item["privileges"]).is_empty() && !list(&item["resources"]).is_empty());
                }
                let known = ["cluster", "indices", "applications", "description"];
                assert!(body.keys().all(|key| known.contains(&key.as_str())), "{body:?}");
                assert!(described || !body.contains_key("description"), "{}: {name}", scenario.name);
                seen.insert(name.clone());
            }
            // Cut at each line that begins in the first column, every piece is one role.
            let heads = text.lines().filter(|line| !line.starts_with([' ', '#']));
            assert_eq!(heads.count(), roles.len(), "{text}");
        }
    });
    let all = ["metricbeat_monitoring", "metricbeat_reader", "metricbeat_setup", "metricbeat_writer"];
    assert_eq!(seen, all.map(str::to_owned).into());
}

fn list(value: &Value) -> Vec<&str> {
    value.as_sequence().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

/// Who holds which role stands role first, and each user and role is one that a file or the cluster has.
#[test]
fn every_user_holds_a_role_that_is_there() {
    let mut seen = 0;
    each(|scenario, plan, bundle| {
        let (users, held, roles) = (
            on_nodes(plan, bundle, "users"),
            on_nodes(plan, bundle, "users_roles"),
            on_nodes(plan, bundle, "roles.yml"),
        );
        assert_eq!(users.len(), held.len());
        for (host, text) in &held {
            let names: BTreeSet<&str> =
                users[host].lines().map(|line| line.split_once(':').unwrap().0).collect();
            let own = roles.get(host).map_or("", String::as_str);
            let mut holders = BTreeSet::new();
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                let (role, who) = line.split_once(':').unwrap();
                let there = RESERVED_ROLES.contains(&role) || own.contains(&format!("\n{role}:\n"));
                assert!(there, "{}: {role}", scenario.name);
                holders.extend(who.split(','));
            }
            assert_eq!(holders, names, "{}", scenario.name);
            seen += 1;
        }
    });
    assert!(seen > 10);
}

/// Rule 6: a node that differs refuses at random. Rule 7: an empty first password shuts `elastic` out, and
/// in elasticsearch.yml it stops the node. Rule 10: nothing of file-based settings is written.
#[test]
fn all_nodes_know_the_same_accounts() {
    let mut seen = BTreeSet::new();
    each(|scenario, plan, bundle| {
        let nodes = plan.hosts_of(Product::Elasticsearch).count();
        for name in ["users", "users_roles", "roles.yml", "role_mapping.yml", "service_tokens"] {
            let texts = on_nodes(plan, bundle, name);
            let different: BTreeSet<&String> = texts.values().collect();
            assert!(different.len() <= 1, "{}: {name} differs", scenario.name);
            assert!(
                texts.is_empty() || texts.len() == nodes,
                "{}: {name} is not on every node",
                scenario.name
            );
            seen.extend((!texts.is_empty()).then_some(name));
        }
        let mut passwords = BTreeSet::new();
        for output in &bundle.outputs {
            let path = output.path.as_str();
            assert!(!path.contains("operator/settings.json"));
            if path.ends_with("/elasticsearch.keystore") {
                let password = bundle.password_of(&output.path).map_or("", Secret::reveal);
                let entries = read_keystore(&output.bytes.whole(), password).unwrap();
                let value =
                    |name: &str| entries.iter().find(|entry| entry.name == name).unwrap().value.clone();
                passwords.insert(value("bootstrap.password").reveal().to_owned());
                assert_eq!(value("keystore.seed").reveal().len(), 20);
            } else if path.ends_with("/secure-settings/bootstrap.password") {
                passwords.insert(String::from_utf8(output.bytes.whole().into_owned()).unwrap());
            } else if path.ends_with("/elasticsearch.yml") {
                let text = String::from_utf8(output.bytes.whole().into_owned()).unwrap();
                assert!(!text.contains("bootstrap.password") && !text.contains("files.role_mapping"));
            }
        }
        assert_eq!(passwords.len(), 1, "{}", scenario.name);
        assert!(passwords.iter().all(|password| password.len() >= 20));
    });
    assert_eq!(seen.len(), 5, "{seen:?}");
}

/// Rule 9: a text instead of a list, or a dot in a role's name, maps nothing.
#[test]
fn mappings_are_lists_of_subjects() {
    let mut seen = 0;
    each(|_, plan, bundle| {
        for text in on_nodes(plan, bundle, "role_mapping.yml").values() {
            let mapping: BTreeMap<String, Vec<String>> = serde_yaml::from_str(text).unwrap();
            assert!(!mapping.is_empty());
            for (role, subjects) in mapping {
                assert!(!role.contains('.') && !subjects.is_empty(), "{role}");
                assert!(subjects.iter().all(|subject| subject.starts_with("CN=")), "{subjects:?}");
                seen += 1;
            }
        }
    });
    assert!(seen > 3);
}

/// Rule 12: of root, a secret file has to be open to the group that the service runs as.
#[test]
fn services_can_read_what_root_owns() {
    each(|scenario, _, bundle| {
        for output in &bundle.outputs {
            let Some(place) = &output.place else { continue };
            if place.kind == InstallKind::Package && place.product != Product::Metricbeat {
                assert_eq!(output.mode.0 & 0o040, 0o040, "{}: {}", scenario.name, output.path);
            }
        }
    });
}
