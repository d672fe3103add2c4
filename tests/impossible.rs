//! What can go wrong by hand and cannot here: over all good scenarios, the settings, files and commands of
//! Elasticsearch and Kibana agree with each other. `pains.rs` says which known failure each test shuts out.

mod support;

use std::collections::BTreeSet;

use serde_yaml::Value;
use stackseal::plan::{
    Config, Content, FileSpec, InstallKind, Issuer, Plan, Product, Request, Secrecy, SecretText,
};
use stackseal::values::DnsName;
use support::scenario;
use support::settings::{Settings, below, each, each_main, stored, stored_text, texts};

/// The file that a setting names: in the folder of its host, or brought by a task that waits for others.
fn named<'a>(plan: &'a Plan, config: &Config, path: &str) -> Option<&'a FileSpec> {
    let inside = match config.place.product {
        Product::Elasticsearch => {
            assert!(!path.starts_with('/') && !path.contains(".."), "{path} is outside the config folder");
            path
        }
        Product::Kibana | Product::Metricbeat => path
            .strip_prefix(&*config.place.folder)
            .and_then(|rest| rest.strip_prefix('/'))
            .unwrap_or_else(|| panic!("{path} is not below {}", config.place.folder)),
    };
    let found = below(plan, config, &format!("config/{inside}"));
    let brought = plan.tasks.iter().flat_map(|task| &task.actions).filter(|action| action.product.is_none());
    let mut brought = brought.flat_map(|action| &action.commands);
    assert!(found.is_some() || brought.any(|command| command.contains(inside)), "nobody brings {path}");
    found
}

/// Whether a setting names a file to read.
fn names_files(key: &str) -> bool {
    key != "keystore.path"
        && ["keystore.path", "truststore.path", ".certificate", ".key", "authorities", "Authorities"]
            .iter()
            .any(|end| key.ends_with(end))
}

#[test]
fn every_path_leads_to_a_file() {
    for product in [Product::Elasticsearch, Product::Kibana, Product::Metricbeat] {
        let mut seen = 0;
        each(product, |_, plan, config, settings| {
            for (_, value) in settings.iter().filter(|(key, _)| names_files(key)) {
                for path in texts(value) {
                    assert!(!path.contains('$') && !path.contains('~'), "{path} is not literal");
                    named(plan, config, path);
                    seen += 1;
                }
            }
        });
        assert!(seen > 20, "{product}: {seen}");
    }
}

/// Elasticsearch, Kibana: the store's own password, in the product's keystore, under the setting's name;
/// none where the store has none.
#[test]
fn passwords_reach_their_keystores() {
    let mut seen = BTreeSet::new();
    let names = [
        ("keystore.path", "keystore.secure_password", "keystore.password"),
        ("truststore.path", "truststore.secure_password", "truststore.password"),
        (".key", ".secure_key_passphrase", "Passphrase"),
    ];
    for product in [Product::Elasticsearch, Product::Kibana] {
        each_main(product, |name, plan, config, settings| {
            for (key, value) in settings {
                let Some((end, nodes, kibanas)) = names.iter().find(|(end, ..)| key.ends_with(end)) else {
                    continue;
                };
                let setting = match (product, *end) {
                    (Product::Elasticsearch, _) => format!("{}{nodes}", key.strip_suffix(end).unwrap()),
                    (_, ".key") => format!("{key}{kibanas}"),
                    _ => format!("{}{kibanas}", key.strip_suffix(end).unwrap()),
                };
                let password = match named(plan, config, value.as_str().unwrap()).map(|file| &file.content) {
                    Some(Content::Store(store)) => &store.password,
                    Some(Content::Key { password, .. }) => password,
                    other => panic!("{name}: {key} names {other:?}"),
                };
                assert_eq!(stored(plan, config, &setting), password.as_ref(), "{name}: {setting}");
                // Kibana opens a store without a password only by the empty one.
                let blank = product == Product::Kibana && *end != ".key" && password.is_none();
                assert_eq!(
                    settings.get(&setting),
                    blank.then(|| Value::from("")).as_ref(),
                    "{name}: {setting}"
                );
                seen.insert((setting, password.is_some()));
            }
        });
    }
    assert!(seen.len() > 10, "{seen:?}");
}

#[test]
fn tls_is_switched_on_with_its_key() {
    each_main(Product::Elasticsearch, |name, _, _, settings| {
        assert_eq!(settings["xpack.security.enabled"], Value::from(true), "{name}");
        for layer in ["xpack.security.transport.ssl", "xpack.security.http.ssl"] {
            assert_eq!(settings[&format!("{layer}.enabled")], Value::from(true), "{name}: {layer}");
            one_form(name, settings, layer);
        }
    });
    let mut seen = [0, 0];
    each_main(Product::Kibana, |name, _, _, settings| {
        let any = settings.keys().any(|key| key.starts_with("server.ssl."));
        assert_eq!(settings.get("server.ssl.enabled"), any.then(|| Value::from(true)).as_ref(), "{name}");
        seen[usize::from(any)] += 1;
        let urls = settings.values().flat_map(texts).filter(|text| text.contains("://"));
        urls.for_each(|url| assert!(url.starts_with("https://"), "{name}: {url}"));
        if any {
            one_form(name, settings, "server.ssl");
        } else {
            // Its certificate is awaited: nobody but its own host is answered.
            assert_eq!(settings["server.host"], Value::from("localhost"), "{name}");
        }
        if settings.keys().any(|key| key.starts_with("elasticsearch.ssl.key")) {
            one_form(name, settings, "elasticsearch.ssl");
        }
    });
    assert!(seen[0] > 0 && seen[1] > 10, "{seen:?}");
}

/// A store or a pair of PEM files, and one way to name authorities.
#[track_caller]
fn one_form(name: &str, settings: &Settings, prefix: &str) {
    let has = |end: &str| settings.contains_key(&format!("{prefix}.{end}"));
    assert_eq!(has("certificate"), has("key"), "{name}: {prefix}");
    assert_ne!(has("keystore.path"), has("key"), "{name}: {prefix}");
    assert!(!(has("truststore.path") && has("certificate_authorities")), "{name}: {prefix}");
}

#[test]
fn transport_trusts_its_own_ca_and_demands_certificates() {
    each_main(Product::Elasticsearch, |name, plan, _, settings| {
        let has = |end: &str| settings.contains_key(&format!("xpack.security.transport.ssl.{end}"));
        assert!(has("truststore.path") != has("certificate_authorities"), "{name}");
        let demand = &settings["xpack.security.transport.ssl.client_authentication"];
        assert_eq!(*demand, Value::from("required"), "{name}");
        assert_eq!(settings["xpack.security.enrollment.enabled"], Value::from(false), "{name}");
        for leaf in plan.identities.iter().filter(|i| i.by == "transport" && !i.is_authority()) {
            assert!(leaf.usages.serves() && leaf.usages.connects(), "{name}: {}", leaf.id);
            assert!(matches!(&leaf.issuer, Issuer::Other(ca) if ca.as_str() == "transport.ca"), "{name}");
        }
    });
}

#[test]
fn a_pki_realm_has_all_that_it_needs() {
    let mut seen = 0;
    each_main(Product::Elasticsearch, |name, plan, config, settings| {
        let realm = "xpack.security.authc.realms.pki.";
        if !settings.keys().any(|key| key.starts_with(realm)) {
            return;
        }
        seen += 1;
        let http = |end: &str| &settings[&format!("xpack.security.http.ssl.{end}")];
        assert_ne!(*http("client_authentication"), Value::from("none"), "{name}");
        let (_, trusted) =
            settings.iter().find(|(key, _)| key.starts_with(realm) && key.ends_with("authorities")).unwrap();
        assert!(texts(trusted).iter().all(|path| texts(http("certificate_authorities")).contains(path)));
        let calls = plan.calls.iter().filter(|call| matches!(call.request, Request::Mapping(_)));
        let made = calls.filter(|call| !call.optional).count() > 0;
        assert_ne!(below(plan, config, "config/role_mapping.yml").is_some(), made, "{name}: one mapping");
        let orders: Vec<_> =
            settings.iter().filter(|(key, _)| key.ends_with(".order")).map(|(_, v)| v).collect();
        assert!(orders.len() == 2 && orders[0] != orders[1], "{name}: {orders:?}");
    });
    assert!(seen > 5, "{seen}");
}

/// What nodes and tools connect to: each address, the published one, the node itself.
#[test]
fn https_certificates_have_every_name_of_their_node() {
    for scenario in scenario::good() {
        let plan = scenario.plan();
        let answers = &scenario.session.answers;
        for host in &answers.overview.elasticsearch {
            let id = if answers.https.certificate_per_node {
                format!("https.node.{}", host.name)
            } else {
                "https.node".into()
            };
            let identity = plan.identities.iter().find(|identity| identity.id.as_str() == id).unwrap();
            let dns: Vec<String> = identity.sans.dns().iter().map(ToString::to_string).collect();
            let ips: Vec<String> = identity.sans.ip().iter().map(ToString::to_string).collect();
            assert!(host.ip.iter().all(|ip| ips.contains(ip)), "{}: {id}: {ips:?}", scenario.name);
            let mut names = host.dns.iter().map(|name| name.parse::<DnsName>().unwrap().to_string());
            assert!(names.all(|name| dns.contains(&name)), "{}: {id}: {dns:?}", scenario.name);
            let itself = dns.contains(&"localhost".into()) && ips.contains(&"127.0.0.1".into());
            assert!(itself || !answers.https.localhost, "{}: {id}", scenario.name);
        }
    }
}

#[test]
fn certificates_have_names_and_chains() {
    for scenario in scenario::good() {
        let plan = scenario.plan();
        for identity in &plan.identities {
            let name = identity.subject.common_name().unwrap_or_default();
            assert!(!name.trim().is_empty(), "{}: {} has no CN", scenario.name, identity.id);
        }
        for file in &plan.files {
            let Content::Certificates(chain) = &file.content else { continue };
            let first = plan.identity(&chain[0]).unwrap();
            let above: Vec<_> = plan.issuers_of(first).iter().map(|issuer| issuer.id.clone()).collect();
            // What a server sends; a client's issuer is known to whom it shows it.
            if first.usages.serves() && !first.is_authority() {
                assert_eq!(chain[1..], above, "{}: {}", scenario.name, file.path);
            } else if first.is_authority() {
                assert_eq!(chain.len(), 1, "{}: {} holds one CA", scenario.name, file.path);
            }
            if file.path.as_str().starts_with("clients/") {
                assert_eq!(file.mode().0, 0o644, "{}", file.path);
            }
        }
        for file in plan.files.iter().filter(|file| matches!(file.content, Content::Store(_))) {
            assert!(file.path.as_str().ends_with(".p12"), "{}: the ending is the type", file.path);
        }
    }
}

/// Neither a person's superuser nor two logins; the same secret on both sides.
#[test]
fn kibana_logs_in_by_what_elasticsearch_knows() {
    let mut seen = BTreeSet::new();
    each_main(Product::Kibana, |name, plan, config, settings| {
        assert!(
            texts(settings.get("elasticsearch.username").unwrap_or(&Value::Null))
                .iter()
                .all(|u| *u == "kibana_system")
        );
        if let Some(password) = stored(plan, config, "elasticsearch.password") {
            let sets = |r: &Request| matches!(r, Request::Password("kibana_system", id) if id == password);
            assert!(plan.calls.iter().any(|call| sets(&call.request) && !call.optional), "{name}");
            seen.insert("password");
        }
        if let Some(text) = stored_text(plan, config, "elasticsearch.serviceAccountToken") {
            let SecretText::Bearer(token) = text else { panic!("{name}") };
            for node in plan.hosts_of(Product::Elasticsearch) {
                let tokens = &below(plan, node, "config/service_tokens").unwrap().content;
                assert!(
                    matches!(tokens, Content::ServiceTokens(known) if known == std::slice::from_ref(token))
                );
            }
            seen.insert("token");
        }
    });
    assert_eq!(seen.len(), 2, "{seen:?}");
}

/// Read by the product's user or group and by nobody else, wherever a command puts them.
#[test]
fn files_belong_to_their_product() {
    for scenario in scenario::good() {
        let plan = scenario.plan();
        for file in &plan.files {
            let secret = file.content.secrecy() == Secrecy::Secret;
            // Elasticsearch's and Kibana's own tools leave their stores to the group.
            let store = matches!(file.content, Content::Keystore(_));
            let most = match (store, secret) {
                (true, _) => 0o660,
                _ if file.path.as_str().ends_with(".sh") => 0o755,
                (false, true) => 0o640,
                (false, false) => 0o644,
            };
            assert_eq!(file.mode().0 & !most, 0, "{}: {}", scenario.name, file.path);
        }
        let tasks = plan.tasks.iter().filter(|t| t.id.starts_with("place-") || t.id.starts_with("secure-"));
        for (task, action) in tasks.flat_map(|task| task.actions.iter().map(move |action| (task, action))) {
            let (commands, Some(kind)) = (action.commands.join("\n"), action.kind) else { continue };
            // Whose the files are that it brings, tests/install.rs looks at.
            if task.id.starts_with("place-") {
                assert!(commands.contains("sh install.sh "), "{}: {}: {commands}", scenario.name, task.id);
                continue;
            }
            let owned = match kind {
                InstallKind::Package => commands.contains("-o root -g ") || commands.contains("chown root:"),
                InstallKind::Archive => {
                    commands.contains("chown -R \"$user\"") || commands.contains("runuser -u $user")
                }
                InstallKind::Container => {
                    commands.contains("chown 1000:0") || commands.contains("chown -R 1000:0")
                }
            };
            // Metricbeat's service runs as root, which makes its store.
            let by_root = action.product == Some(Product::Metricbeat);
            assert!(owned || by_root, "{}: {}: {commands}", scenario.name, task.id);
        }
    }
}

#[test]
fn all_stop_before_one_starts() {
    for scenario in scenario::good() {
        let ids: Vec<&str> = scenario.plan().tasks.iter().map(|task| task.id).collect();
        let at = |id: &str| ids.iter().position(|held| *held == id).unwrap();
        assert!(
            at("stop") < at("place-elasticsearch") && at("place-elasticsearch") < at("start-elasticsearch")
        );
        let secure = ids.iter().position(|held| *held == "secure-elasticsearch");
        assert!(secure.is_none_or(|at_secure| at_secure < at("start-elasticsearch")), "{}", scenario.name);
        assert!(ids.contains(&"other-clients"), "{}: others have to change to https too", scenario.name);
        assert!(!ids.contains(&"start-kibana") || at("start-elasticsearch") < at("start-kibana"));
    }
}
