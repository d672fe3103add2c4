//! The settings of Elastic's own pages on mutual TLS and on Metricbeat come out of the matching scenario,
//! but for the folder of a path. Where a page is wrong or says less, the row says what is right and why.

mod support;

use serde_json::{Value as Json, json};
use serde_yaml::Value;
use stackseal::plan::{Content, Form, Plan, Product, Unknown, preview};
use stackseal::steps::{STEPS, heading};
use support::scenario;
use support::settings::{Settings, of, settings, stored, without_folder};

/// One setting: what the page has, what is written, and why that differs.
struct Row {
    key: &'static str,
    /// Empty where the page has no such line.
    page: &'static str,
    /// Empty where none is written.
    ours: &'static str,
    why: &'static str,
}

const fn same(key: &'static str, value: &'static str) -> Row {
    Row { key, page: value, ours: value, why: "" }
}

const fn other(key: &'static str, page: &'static str, ours: &'static str, why: &'static str) -> Row {
    Row { key, page, ours, why }
}

fn documents() -> Plan {
    scenario::named("good_documents").plan()
}

/// The rows hold, and below `prefix` nothing is written that no row explains.
#[track_caller]
fn compare(written: &Settings, prefix: &str, rows: &[Row]) {
    for Row { key, page, ours, why } in rows {
        assert_eq!(why.is_empty(), page == ours, "{key}: a difference has a reason, and nothing else");
        let wanted = (!ours.is_empty()).then(|| serde_yaml::from_str::<Value>(ours).unwrap());
        assert_eq!(written.get(*key).map(without_folder), wanted, "{key}");
    }
    for key in written.keys().filter(|key| key.starts_with(prefix)) {
        assert!(rows.iter().any(|row| row.key == key), "{key} is in no row");
    }
}

/// "Mutual TLS between Kibana and Elasticsearch", on every node.
const NODE: &[Row] = &[
    same("xpack.security.authc.realms.pki.realm1.order", "1"),
    other(
        "xpack.security.authc.realms.pki.realm1.certificate_authorities",
        "kibana-ca.crt",
        "[kibana-ca.crt]",
        "a list, and inside the config folder: a node opens no file outside it",
    ),
    same("xpack.security.authc.realms.native.realm2.order", "2"),
];

const HTTP_LAYER: &[Row] = &[
    same("xpack.security.http.ssl.enabled", "true"),
    same("xpack.security.http.ssl.keystore.path", "http.p12"),
    same("xpack.security.http.ssl.client_authentication", "optional"),
    other(
        "xpack.security.http.ssl.certificate_authorities",
        "",
        "[kibana-ca.crt, http-ca.crt]",
        "the HTTP layer refuses the certificate before the realm is asked, unless it trusts its CA",
    ),
];

/// The same page, for Kibana with a store.
const KIBANA_STORE: &[Row] = &[
    same("elasticsearch.ssl.keystore.path", "kibana-client.p12"),
    other(
        "elasticsearch.ssl.keystore.password",
        "",
        "''",
        "a store whose password is blank opens only where the setting is there and empty",
    ),
];

const KIBANA_PEM: &[Row] = &[
    same("elasticsearch.ssl.certificate", "kibana-client.crt"),
    same("elasticsearch.ssl.key", "kibana-client.key"),
];

/// The snippet on browsers.
const BROWSER: &[Row] = &[
    same("server.ssl.enabled", "true"),
    same("server.ssl.certificate", "kibana-server.crt"),
    same("server.ssl.key", "kibana-server.key"),
];

/// "Configure Metricbeat to use TLS".
const OUTPUT: &[Row] = &[
    other(
        "output.elasticsearch.hosts",
        "[node-1.corp.example:9200]",
        "['https://node-1.corp.example:9200']",
        "the scheme in the URL wins over protocol, and is seen where the host is",
    ),
    other("output.elasticsearch.protocol", "https", "", "the URL has it"),
    same("output.elasticsearch.username", "metricbeat_writer"),
    other(
        "output.elasticsearch.password",
        "<password>",
        "\"'${ES_PWD}'\"",
        "from Metricbeat's keystore; the inner quotes keep a password of digits a text",
    ),
    same("output.elasticsearch.ssl.certificate_authorities", "[elasticsearch-ca.pem]"),
    other(
        "output.elasticsearch.ssl.verification_mode",
        "certificate",
        "full",
        "certificate checks no name, and names are in the certificates",
    ),
];

const SETUP_KIBANA: &[Row] = &[
    other(
        "setup.kibana.host",
        "https://node-1.corp.example:5601",
        "'https://kb.corp.example:5601'",
        "the page names the Elasticsearch host; port 5601 is Kibana's",
    ),
    other("setup.kibana.ssl.enabled", "true", "", "https in the URL says so"),
    same("setup.kibana.username", "metricbeat_setup"),
    other("setup.kibana.password", "p@ssw0rd", "\"'${SETUP_PWD}'\"", "from Metricbeat's keystore"),
    other(
        "setup.kibana.ssl.certificate_authorities",
        "",
        "[browser-ca.crt]",
        "Kibana's certificate is of a CA that no system knows",
    ),
    other("setup.kibana.ssl.verification_mode", "", "full", "the default, said"),
];

const MODULE: &[Row] = &[
    same("module", "elasticsearch"),
    same("xpack.enabled", "true"),
    same("period", "10s"),
    same("hosts", "['https://node-1.corp.example:9200']"),
    other("scope", "", "node", "the default, said: one Metricbeat beside each node"),
    same("username", "remote_monitoring_user"),
    other("password", "<password>", "\"'${COLLECTOR_PWD}'\"", "from Metricbeat's keystore"),
    other("ssl.enabled", "true", "", "other settings of ssl switch it on"),
    same("ssl.certificate_authorities", "[elasticsearch-ca.pem]"),
    other("ssl.verification_mode", "certificate", "full", "as for the output"),
];

#[test]
fn mutual_tls_is_the_pages() {
    let plan = documents();
    let node = settings(&plan, Product::Elasticsearch);
    compare(&node, "xpack.security.authc.", NODE);
    compare(&node, "xpack.security.http.", HTTP_LAYER);
    let kibana = settings(&plan, Product::Kibana);
    compare(&kibana, "elasticsearch.ssl.key", KIBANA_STORE);
    compare(&kibana, "server.ssl.", BROWSER);
    let pem = scenario::named("good_pki_paid").plan();
    compare(&settings(&pem, Product::Kibana), "elasticsearch.ssl.key", KIBANA_PEM);
    // Left in place, a login would win over the certificate; the page forgets the token.
    for word in ["username", "password", "serviceAccountToken"] {
        assert!(!kibana.contains_key(&format!("elasticsearch.{word}")), "{word}");
        let config = plan.hosts_of(Product::Kibana).next().unwrap();
        assert!(stored(&plan, config, &format!("elasticsearch.{word}")).is_none(), "{word}");
    }
    let client = plan.identities.iter().find(|i| i.id.as_str() == "mtls.kibana.kibana-1").unwrap();
    assert_eq!(client.subject.to_string(), "CN=kibana-client");
    assert_eq!(client.sans.dns()[0].as_str(), "kb.corp.example");
}

/// A picture on the page.
#[test]
fn the_role_mapping_is_the_pages_in_both_forms() {
    let plan = documents();
    let expected = json!({
        "enabled": true,
        "roles": ["kibana_system"],
        "rules": { "all": [
            { "field": { "realm.name": "realm1" } },
            { "field": { "dn": "CN=kibana-client" } },
        ] },
    });
    assert_eq!(body(&plan, "role-mapping-stackseal-kibana"), expected);
    let file = of(&plan, Product::Elasticsearch, Form::Beside);
    assert_eq!(file, support::settings::flat("kibana_system: [CN=kibana-client]"));
    // Of two Kibanas both are named, with the comma of their organisation as Elasticsearch prints it.
    let two = scenario::named("good_pki_paid").plan();
    let dns = &body(&two, "role-mapping-stackseal-kibana")["rules"]["all"][1]["field"]["dn"];
    let expected = [1, 2].map(|n| format!("CN=kibana-client-kibana-{n},OU=Ops,O=Example\\, Inc.,C=DE"));
    assert_eq!(*dns, json!(expected));
}

#[test]
fn metricbeats_settings_are_the_pages() {
    let plan = documents();
    let main = settings(&plan, Product::Metricbeat);
    compare(&main, "output.", OUTPUT);
    compare(&main, "setup.", SETUP_KIBANA);
    compare(&of(&plan, Product::Metricbeat, Form::Item), "", MODULE);
    // The page runs setup with the writer's rights, which do not suffice for template and policy.
    let task = plan.tasks.iter().find(|task| task.id == "set-up-metricbeat").unwrap();
    let command = &task.actions[0].commands[0];
    assert!(command.starts_with("metricbeat setup -e "), "{command}");
    assert!(command.contains("-E output.elasticsearch.username=metricbeat_setup"), "{command}");
}

/// Whoever opens Kibana learns its CA, whatever the browser; the help promises the same platforms.
#[test]
fn browsers_of_all_platforms_learn_the_ca() {
    let plan = scenario::named("good_browser_mixed").plan();
    let file = plan.files.iter().find(|file| file.path.as_str() == "clients/browsers.md").unwrap();
    let text = preview(&plan, file, &Unknown, &heading);
    let help = STEPS.iter().find(|step| step.id == "browser").unwrap().page;
    for (platform, how) in [
        ("Windows", "certutil -addstore -f Root browser-ca.crt"),
        ("macOS", "security add-trusted-cert"),
        ("Linux", "update-ca-certificates"),
        ("Firefox", "Trust this CA to identify websites"),
        ("Android", "CA certificate"),
        ("iOS", "Certificate Trust Settings"),
    ] {
        let section = text.split("\n## ").skip(1).find(|section| section.starts_with(platform));
        let section = section.unwrap_or_else(|| panic!("nothing for {platform}:\n{text}"));
        assert!(section.contains(how), "{section}");
        assert!(help.contains(platform), "{platform} is not in the help");
    }
    assert!(plan.files.iter().any(|file| file.path.as_str() == "clients/browser-ca.crt"));
}

/// As `elasticsearch-certutil csr -name kibana-server` names them.
#[test]
fn a_request_has_certutils_names() {
    let plan = scenario::named("good_browser_csr").plan();
    let file = |path: &str| plan.files.iter().find(|file| file.path.as_str() == path).unwrap();
    assert!(matches!(file("requests/kibana-server.csr").content, Content::Request(_)));
    let Content::Archive(members) = &file("requests/csr-bundle.zip").content else { panic!("no zip") };
    let names: Vec<&str> = members.iter().map(|member| member.path.as_str()).collect();
    assert_eq!(names, ["kibana-server/kibana-server.csr", "kibana-server/kibana-server.key"]);
}

fn body(plan: &Plan, name: &str) -> Json {
    let call = plan.calls.iter().find(|call| call.name() == name).unwrap_or_else(|| panic!("no call {name}"));
    call.body(plan).unwrap()
}
