//! What can go wrong with Metricbeat by hand and cannot here, over all good scenarios. `pains.rs` says
//! which known failure each test shuts out.

mod support;

use std::collections::BTreeSet;

use serde_yaml::Value;
use stackseal::plan::{Config, Content, Form, Plan, Product, Request};
use support::scenario;
use support::settings::{Settings, below, each, each_main, stored, texts};

const OUTPUT: &str = "output.elasticsearch";

/// The blocks of settings that connect to something.
fn blocks(config: &Config) -> &'static [&'static str] {
    if config.form == Form::Item { &[""] } else { &[OUTPUT, "setup.kibana"] }
}

fn key(block: &str, name: &str) -> String {
    if block.is_empty() { name.to_owned() } else { format!("{block}.{name}") }
}

fn url_of<'a>(settings: &'a Settings, block: &str) -> Vec<&'a str> {
    let value = settings.get(&key(block, "hosts")).or_else(|| settings.get(&key(block, "host")));
    value.map(texts).unwrap_or_default()
}

/// Output, module and setup check whom they meet, each by its own CA file.
#[test]
fn each_connection_names_its_ca() {
    let mut seen = BTreeSet::new();
    each(Product::Metricbeat, |name, plan, config, settings| {
        for block in blocks(config).iter().filter(|block| !url_of(settings, block).is_empty()) {
            let urls = url_of(settings, block);
            assert!(urls.iter().all(|url| url.starts_with("https://")), "{name}: {urls:?}");
            assert_eq!(
                settings[&key(block, "ssl.verification_mode")],
                Value::from("full"),
                "{name}: {block}"
            );
            let files = texts(&settings[&key(block, "ssl.certificate_authorities")]);
            assert_eq!(files.len(), 1, "{name}: {block}");
            seen.insert(files[0].rsplit('/').next().unwrap().to_owned());
            // Who signed what they meet; another cluster's CA is handed over.
            let inside = files[0].strip_prefix(&*config.place.folder).unwrap();
            let Some(file) = below(plan, config, &format!("config{inside}")) else { continue };
            let Content::Certificates(trusted) = &file.content else { panic!("{name}: {}", file.path) };
            let wanted = if *block == "setup.kibana" { "browser.node." } else { "https.node" };
            for server in plan.identities.iter().filter(|identity| identity.id.as_str().starts_with(wanted)) {
                let signed = plan.issuers_of(server).iter().any(|issuer| trusted.contains(&issuer.id));
                assert!(signed || server.by == "browser", "{name}: {block}: {}", server.id);
            }
        }
        // It would see only what the server sends, and 7.17 ignores it.
        assert!(settings.keys().all(|key| !key.contains("fingerprint") && !key.contains("sha256")));
    });
    let expected = ["browser-ca.crt", "elasticsearch-ca.pem", "monitoring-ca.pem"];
    assert_eq!(seen.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

/// A host that stands among the Elasticsearch hosts and in its own list is one Metricbeat, and an issue
/// names the row of the list that it is about.
#[test]
fn a_host_in_both_lists_is_one_metricbeat() {
    let plan = scenario::named("bad_beats_node_absent").plan();
    let hosts: Vec<&str> =
        plan.hosts_of(Product::Metricbeat).map(|config| config.place.host.as_str()).collect();
    assert_eq!(hosts, ["es-1", "es-2", "es-3", "mon-1"]);
    let fields: Vec<&str> = plan.issues.iter().map(|issue| issue.field.as_str()).collect();
    assert_eq!(fields, ["overview.metricbeat[1].name"]);
}

/// Dashboards go where the typed URL says, by the CA of that Kibana; another one may wait meanwhile.
#[test]
fn the_setup_talks_to_the_kibana_that_was_typed() {
    let mut scenario = scenario::named("good_beats_second_kibana");
    let told = |plan: &Plan| {
        let mut found = Vec::new();
        for config in plan.hosts_of(Product::Metricbeat) {
            let host = config.lines().iter().find(|line| line.key == "setup.kibana.host");
            found.extend(host.map(|line| line.value.preview()));
        }
        found
    };
    let has = |plan: &Plan, name: &str| plan.files.iter().any(|file| file.path.as_str().ends_with(name));
    let waits = |plan: &Plan| {
        let task = plan.tasks.iter().find(|task| task.id == "set-up-metricbeat").unwrap();
        task.why.contains("dashboards follow")
    };
    let plan = scenario.plan();
    assert_eq!(told(&plan), ["https://kb-2.corp.example:5601"]);
    assert!(has(&plan, "metricbeat/config/certs/browser-ca.crt") && !waits(&plan));
    let client = plan.connections.iter().find(|connection| connection.field == "beats.kibana_url").unwrap();
    assert_eq!(client.servers[0].as_str(), "browser.node.kb-2");
    // Untyped it is the first, which waits for its certificate, and so it does where its name is typed.
    for url in ["", "https://kb-1.corp.example:5601"] {
        scenario.session.answers.beats.kibana_url = url.to_owned();
        let plan = scenario.plan();
        assert!(plan.is_sound() && told(&plan).is_empty() && waits(&plan), "{url}: {:?}", plan.issues);
        assert!(!has(&plan, "metricbeat/config/certs/browser-ca.crt"));
    }
    // Nobody asks where no setup is made.
    scenario.session.answers.beats.kibana_url = "ftp://kb-1".to_owned();
    assert!(!scenario.plan().is_sound());
    scenario.session.answers.beats.setup = false;
    assert!(scenario.plan().is_sound());
}

/// It reads no PKCS#12 and no file that others may write, and keeps no key that needs a password.
#[test]
fn metricbeats_files_are_pem_and_its_owners_alone() {
    let mut keys = 0;
    for scenario in scenario::good() {
        for file in scenario.plan().files {
            let Some(place) = file.place.as_ref().filter(|place| place.product == Product::Metricbeat) else {
                continue;
            };
            assert_eq!(file.mode().0 & 0o022, 0, "{}: {}", scenario.name, file.path);
            assert!(!matches!(file.content, Content::Store(_)), "{}: {}", scenario.name, file.path);
            if let Content::Key { password, .. } = &file.content {
                assert!(password.is_none() && file.mode().0 == 0o600, "{}: {}", scenario.name, file.path);
                keys += 1;
            }
            assert!(
                ["root:root", "1000:0", "the product's user"].contains(&place.owner()),
                "{}",
                place.owner()
            );
        }
    }
    assert!(keys > 3, "{keys}");
}

/// Who collects may not send, and who sends may not collect, unless the built-in user was asked for.
#[test]
fn output_and_module_log_in_as_two() {
    let mut seen = BTreeSet::new();
    let mut output = BTreeSet::new();
    each(Product::Metricbeat, |name, _, config, settings| match config.form {
        Form::Main => {
            let logins = ["username", "api_key", "ssl.certificate"];
            let used: Vec<&str> =
                logins.into_iter().filter(|login| settings.contains_key(&key(OUTPUT, login))).collect();
            assert!(!used.is_empty(), "{name}");
            assert!(!(used.contains(&"username") && used.contains(&"api_key")), "{name}: {used:?}");
            output.extend(
                settings.get("output.elasticsearch.username").map(|user| user.as_str().unwrap().to_owned()),
            );
        }
        _ => {
            seen.insert(settings["username"].as_str().unwrap().to_owned());
        }
    });
    assert_eq!(output.into_iter().collect::<Vec<_>>(), ["metricbeat_writer"]);
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["metricbeat_collector", "remote_monitoring_user"]);
}

/// The form of Elastic's `elasticsearch-xpack`: with a list of metricsets it does not start.
#[test]
fn the_module_has_no_list_of_metricsets() {
    each(Product::Metricbeat, |name, _, config, settings| {
        if config.form == Form::Item {
            assert_eq!(settings["xpack.enabled"], Value::from(true), "{name}");
            assert!(!settings.contains_key("metricsets"), "{name}");
        }
    });
}

/// Every reference is a value of this host's store, in quotes that keep it a text; no path refers to
/// anything.
#[test]
fn references_are_stored_values() {
    let mut seen = BTreeSet::new();
    each(Product::Metricbeat, |name, plan, config, settings| {
        for (setting, value) in settings {
            for text in texts(value).into_iter().filter(|text| text.contains("${")) {
                let stored_as = text.strip_prefix("'${").and_then(|rest| rest.strip_suffix("}'"));
                let stored_as = stored_as.unwrap_or_else(|| panic!("{name}: {setting}: {text}"));
                assert!(setting.ends_with("password") || setting.ends_with("api_key"), "{name}: {setting}");
                let made = plan.calls.iter().any(|call| matches!(call.request, Request::ApiKey(_)));
                let comes_later = made && stored_as.ends_with("API_KEY");
                assert!(stored(plan, config, stored_as).is_some() || comes_later, "{name}: {stored_as}");
                seen.insert(stored_as.to_owned());
            }
        }
    });
    assert_eq!(seen.len(), 6, "{seen:?}");
}

/// And the other way round: what is stored is used by its file, or by the setup.
#[test]
fn every_stored_value_is_used() {
    let mut seen = BTreeSet::new();
    for scenario in scenario::good() {
        let plan = scenario.plan();
        let written = |plan: &Plan, host: &str| -> String {
            let configs = plan
                .configs
                .iter()
                .filter(|c| c.place.product == Product::Metricbeat && c.place.host.as_str() == host);
            let values = configs.flat_map(Config::lines).map(|line| line.value.preview());
            let commands = plan.tasks.iter().flat_map(|t| &t.actions).flat_map(|a| a.commands.clone());
            values.chain(commands).collect::<Vec<_>>().join("\n")
        };
        for file in &plan.files {
            let path = file.path.as_str();
            let names: Vec<&str> = match &file.content {
                Content::Keystore(store) if path.contains("/metricbeat/") => {
                    store.settings.iter().map(|setting| setting.name).collect()
                }
                _ => path
                    .split_once("/metricbeat/secure-settings/")
                    .map(|(_, name)| name)
                    .into_iter()
                    .collect(),
            };
            for name in names {
                let host = file.place.as_ref().unwrap().host.as_str();
                let text = written(&plan, host);
                assert!(text.contains(&format!("${{{name}}}")), "{}: {path}: {name}", scenario.name);
                seen.insert(name.to_owned());
            }
        }
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
}

#[test]
fn an_index_of_its_own_is_one_name_everywhere() {
    each_main(Product::Metricbeat, |name, plan, _, settings| {
        let Some(index) = settings.get("output.elasticsearch.index") else { return };
        for other in ["setup.template.name", "setup.template.pattern"] {
            assert_eq!(settings.get(other), Some(index), "{name}: {other}");
        }
        let pattern = index.as_str().unwrap().replace("%{[agent.version]}", "*");
        let roles = plan
            .calls
            .iter()
            .chain(&plan.filed)
            .filter_map(|call| call.body(plan))
            .map(|body| body.to_string());
        assert!(roles.clone().any(|body| body.contains(&format!("\"{pattern}\""))), "{name}: {pattern}");
        assert!(roles.clone().all(|body| !body.contains("\"metricbeat-*\"")), "{name}");
    });
}
