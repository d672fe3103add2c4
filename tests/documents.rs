//! The settings of Elastic's own pages on basic security and HTTPS come out of the matching scenario,
//! but for the folder of a path. Where the pages are wrong, the row says what is right.

mod support;

use serde_yaml::Value;
use stackseal::plan::Product;
use support::scenario;
use support::settings::{flat, read, settings, without_folder};

/// "Set up transport TLS": cluster and node name, and the five settings of a shared store.
const TRANSPORT: &str = "
cluster.name: my-cluster
node.name: node-1
xpack.security.transport.ssl.enabled: true
xpack.security.transport.ssl.verification_mode: certificate
xpack.security.transport.ssl.client_authentication: required
xpack.security.transport.ssl.keystore.path: elastic-certificates.p12
xpack.security.transport.ssl.truststore.path: elastic-certificates.p12
";

/// "Set up HTTPS", on every node.
const HTTPS: &str = "
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.keystore.path: http.p12
";

/// "Set up HTTPS", for Kibana. The page writes $KBN_PATH_CONF, which Kibana does not expand; the path is
/// absolute. It gives one host; Kibana takes a list.
const KIBANA: &str = "
elasticsearch.ssl.certificateAuthorities: elasticsearch-ca.pem
elasticsearch.hosts: https://node-1.corp.example:9200
";

#[test]
fn transport_and_https_settings_are_the_pages() {
    let plan = scenario::named("good_three_shared").plan();
    let written = settings(&plan, Product::Elasticsearch);
    for page in [TRANSPORT, HTTPS] {
        for (key, value) in flat(page) {
            assert_eq!(written.get(&key).map(without_folder), Some(without_folder(&value)), "{key}");
        }
    }
    // What the pages leave out or say in prose: security on, and no leftover of auto-configuration.
    assert_eq!(written["xpack.security.enabled"], Value::Bool(true));
    let security: Vec<&String> = written.keys().filter(|key| key.starts_with("xpack.security.")).collect();
    assert_eq!(security.len(), 5 + 2 + 2, "{security:?}");
}

#[test]
fn kibanas_settings_are_the_pages() {
    let plan = scenario::named("good_three_shared").plan();
    let written = settings(&plan, Product::Kibana);
    for (key, value) in flat(KIBANA) {
        let first = &written[&key].as_sequence().unwrap_or_else(|| panic!("{key} is no list"))[0];
        assert_eq!(without_folder(first), without_folder(&value), "{key}");
    }
    let path = written["elasticsearch.ssl.certificateAuthorities"][0].as_str().unwrap();
    assert!(path.starts_with('/'), "{path} is not absolute");
}

/// Passwords are never in a configuration file.
#[test]
fn no_password_stands_in_yaml() {
    for scenario in scenario::good() {
        let plan = scenario.plan();
        for config in &plan.configs {
            for line in config.lines() {
                let key = line.key.to_lowercase();
                let secret =
                    ["password", "passphrase", "token", "api_key"].iter().any(|word| key.contains(word));
                // A reference to a keystore, or Kibana's way to say that there is no password.
                let value = line.value.preview();
                let harmless = value.is_empty() || (value.starts_with("'${") && value.ends_with("}'"));
                assert!(!secret || harmless, "{key}: {value}");
            }
        }
    }
}

/// Every file reads back as a flat mapping of what the plan says, by a YAML reader.
#[test]
fn configuration_reads_back_as_planned() {
    for scenario in scenario::good() {
        let plan = scenario.plan();
        for config in &plan.configs {
            let read = read(config);
            assert_eq!(read.len(), config.lines().len());
            for line in config.lines() {
                let value = &read[&*line.key];
                let text = match value {
                    Value::Sequence(items) => {
                        let items: Vec<&str> = items.iter().map(|item| item.as_str().unwrap()).collect();
                        format!("[{}]", items.join(", "))
                    }
                    Value::String(text) => text.clone(),
                    other => serde_yaml::to_string(other).unwrap().trim().to_owned(),
                };
                assert_eq!(text, line.value.preview(), "{}: {}", scenario.name, line.key);
            }
        }
    }
}
