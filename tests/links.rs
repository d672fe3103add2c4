//! The link of a plan, on plans made by hand: settings that exclude each other, certificates of clients,
//! accounts that nobody makes, authorities of one name.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/recipes.rs"]
mod recipes;

use std::collections::BTreeSet;
use std::sync::Arc;

use recipes::{authority, id, leaf, path};
use stackseal::plan::{
    Account, Call, ClientAuthentication, Cluster, Code, Config, Connection, Content, FileSpec, Form,
    Identity, InstallKind, Issuer, Keystore, KeystoreFormat, Line, Need, Place, Plan, Product, Request, Role,
    SecretId, SecretSpec, SecretText, SecureSetting, Usages, User, codes,
};
use stackseal::values::{KeyKind, NameRules, StackUrl};

const KEY: KeyKind = KeyKind::EcP256;

/// What linking says, as codes with their messages.
fn linked(mut plan: Plan) -> Vec<(&'static str, String)> {
    plan.link();
    plan.issues.iter().map(|issue| (issue.code.name, issue.message.clone())).collect()
}

#[track_caller]
fn says(plan: Plan, expected: &[Code]) -> String {
    let found = linked(plan);
    let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, expected.iter().map(|code| code.name).collect::<Vec<_>>(), "{found:?}");
    found.into_iter().map(|(_, message)| message).collect::<Vec<_>>().join("\n")
}

fn place(host: &str, product: Product) -> Arc<Place> {
    let kind = InstallKind::Package;
    Arc::new(Place { host: host.parse().unwrap(), product, kind, folder: "/etc/x".into() })
}

fn set(plan: &mut Plan, place: &Arc<Place>, form: Form, keys: &[&'static str]) {
    let config = plan.open_config(Config::of(form, place.clone()));
    for key in keys {
        plan.set(config, Line::new("https", *key, true));
    }
}

/// A value of the product's keystore.
fn store(plan: &mut Plan, place: &Arc<Place>, name: &str) {
    let secret = SecretId::new("s");
    if plan.secrets.is_empty() {
        let origin = stackseal::plan::Origin::Generated(24);
        plan.secrets.push(SecretSpec { id: secret.clone(), origin });
    }
    plan.push_file(FileSpec {
        path: path(&format!("hosts/{}/{}/secure-settings/{name}", place.host, place.product.word())),
        content: Content::Secret(SecretText::Plain(secret)),
        place: Some(place.clone()),
        by: "https",
    });
}

/// Of each pair the products take one: Elasticsearch says `cannot specify both`, Kibana `cannot use [key]
/// when [keystore.path] is specified`, Beats `cannot set both api_key and username/password`.
const PAIRS: [(Product, &str, &str); 10] = [
    (Product::Kibana, "elasticsearch.serviceAccountToken", "elasticsearch.username"),
    (Product::Kibana, "elasticsearch.serviceAccountToken", "elasticsearch.password"),
    (Product::Kibana, "elasticsearch.ssl.keystore.path", "elasticsearch.ssl.key"),
    (Product::Kibana, "server.ssl.keystore.path", "server.ssl.key"),
    (Product::Metricbeat, "output.elasticsearch.api_key", "output.elasticsearch.username"),
    (Product::Metricbeat, "monitoring.elasticsearch.api_key", "monitoring.elasticsearch.username"),
    (Product::Elasticsearch, "xpack.security.http.ssl.keystore.path", "xpack.security.http.ssl.key"),
    (
        Product::Elasticsearch,
        "xpack.security.http.ssl.truststore.path",
        "xpack.security.http.ssl.certificate_authorities",
    ),
    (
        Product::Elasticsearch,
        "xpack.security.transport.ssl.keystore.path",
        "xpack.security.transport.ssl.key",
    ),
    (
        Product::Elasticsearch,
        "xpack.security.transport.ssl.truststore.path",
        "xpack.security.transport.ssl.certificate_authorities",
    ),
];

#[test]
fn settings_that_exclude_each_other_are_found() {
    for (product, one, other) in PAIRS {
        let here = place("host-1", product);
        let mut both = Plan::default();
        set(&mut both, &here, Form::Main, &[one, other]);
        let message = says(both, &[codes::EXCLUSIVE]);
        for word in [one, other, "host-1"] {
            assert!(message.contains(word), "{word}: {message}");
        }
        for key in [one, other] {
            let mut alone = Plan::default();
            set(&mut alone, &here, Form::Main, &[key]);
            // On another host, or in another kind of file, the other one is no matter.
            set(&mut alone, &place("host-2", product), Form::Main, &[if key == one { other } else { one }]);
            set(&mut alone, &here, Form::Beside, &[one, other]);
            says(alone, &[]);
        }
    }
}

/// Kibana reads its keystore as if it stood in kibana.yml.
#[test]
fn a_keystore_counts_as_much_as_the_file() {
    let (here, there) = (place("kb-1", Product::Kibana), place("kb-2", Product::Kibana));
    let (token, user, password) =
        ("elasticsearch.serviceAccountToken", "elasticsearch.username", "elasticsearch.password");
    let mut stored = Plan::default();
    set(&mut stored, &here, Form::Main, &[user]);
    store(&mut stored, &here, token);
    says(stored, &[codes::EXCLUSIVE]);

    let mut both_stored = Plan::default();
    set(&mut both_stored, &here, Form::Main, &[]);
    store(&mut both_stored, &here, token);
    store(&mut both_stored, &here, password);
    says(both_stored, &[codes::EXCLUSIVE]);

    let mut elsewhere = Plan::default();
    set(&mut elsewhere, &here, Form::Main, &[user]);
    set(&mut elsewhere, &there, Form::Main, &[]);
    store(&mut elsewhere, &here, password);
    store(&mut elsewhere, &there, token);
    says(elsewhere, &[]);

    // And so does a finished store, which keeps one value under a name.
    let mut sealed = Plan::default();
    set(&mut sealed, &here, Form::Main, &[user]);
    seal(&mut sealed, &here, &[(token, "s")]);
    says(sealed, &[codes::EXCLUSIVE]);
    let mut twice = Plan::default();
    set(&mut twice, &here, Form::Main, &[]);
    seal(&mut twice, &here, &[(password, "s"), (password, "t"), (token, "s")]);
    let message = says(twice, &[codes::CLASH, codes::EXCLUSIVE]);
    for word in [password, "kibana.keystore", " s ", " t "] {
        assert!(message.contains(word), "{word}: {message}");
    }
}

/// A finished store of these values.
fn seal(plan: &mut Plan, place: &Arc<Place>, values: &[(&'static str, &str)]) {
    let setting = |(name, id): &(&'static str, &str)| SecureSetting {
        name,
        text: SecretText::Plain(SecretId::new(*id)),
        by: "https",
    };
    let settings: Vec<SecureSetting> = values.iter().map(setting).collect();
    let drawn: BTreeSet<&str> = values.iter().map(|(_, id)| *id).collect();
    let origin = stackseal::plan::Origin::Generated(24);
    plan.secrets.extend(drawn.into_iter().map(|id| SecretSpec { id: SecretId::new(id), origin }));
    plan.push_file(FileSpec {
        path: path(&format!("hosts/{}/kibana/config/kibana.keystore", place.host)),
        content: Content::Keystore(Keystore { format: KeystoreFormat::Kibana, settings, password: None }),
        place: Some(place.clone()),
        by: "https",
    });
}

/// Kibana, which shows `shown`, meets a server with a good certificate that asks for one of `client.ca`.
fn meeting(shown: Option<Identity>, required: bool) -> Plan {
    let mut plan = Plan::default();
    let server = leaf("server", "CN=es-1", KEY, "http.ca");
    plan.identities.extend([
        authority("http.ca", "CN=one", KEY),
        authority("client.ca", "CN=two", KEY),
        server,
    ]);
    let presents = shown.as_ref().map(|identity| identity.id.clone());
    plan.identities.extend(shown);
    plan.connections.push(Connection {
        client: "Kibana",
        rules: NameRules::Node,
        url: StackUrl::parse("https://es-1.corp.example:9200", 9200).unwrap(),
        servers: [id("server")].into(),
        trusts: vec![id("http.ca")],
        checks_name: true,
        presents,
        asks: Some(Arc::new(ClientAuthentication { required, accepts: vec![id("client.ca")] })),
        field: "kibana_client.hosts".into(),
        uncovered: codes::KIBANA_URL_NOT_COVERED,
    });
    plan
}

fn client(issuer: Issuer, server: bool, client: bool) -> Identity {
    let usages = Usages { server, client, ..Usages::default() };
    Identity { issuer, usages, ..leaf("kibana", "CN=kibana", KEY, "client.ca") }
}

#[test]
fn a_client_shows_what_the_server_takes() {
    let ours = || Issuer::Other(id("client.ca"));
    for required in [false, true] {
        for good in [client(ours(), false, true), client(ours(), true, true), client(ours(), false, false)] {
            says(meeting(Some(good), required), &[]);
        }
        for bad in [
            client(Issuer::Other(id("http.ca")), false, true),
            client(Issuer::Itself, false, true),
            client(ours(), true, false),
        ] {
            let message = says(meeting(Some(bad), required), &[codes::CLIENT_UNTRUSTED]);
            assert!(message.contains("Kibana shows kibana"), "{message}");
        }
        // Of an outside authority nothing is known; the step that lacks one says so.
        says(meeting(Some(client(Issuer::Outside, false, true)), required), &[]);
    }
}

#[test]
fn a_client_without_a_certificate_is_found_where_one_is_demanded() {
    says(meeting(None, false), &[]);
    let message = says(meeting(None, true), &[codes::NO_CLIENT_CERTIFICATE]);
    assert!(message.contains("https://es-1.corp.example:9200"), "{message}");
    let mut gone = meeting(None, true);
    gone.connections[0].presents = Some(id("nobody"));
    says(gone, &[codes::NO_CLIENT_CERTIFICATE]);
    let mut silent = meeting(None, true);
    silent.connections[0].asks = None;
    says(silent, &[]);
}

fn need(account: Account, who: &'static str) -> Need {
    Need { account, field: "beats.writer", who }
}

fn call(request: Request) -> Call {
    Call { request, cluster: Cluster::Own, optional: false, by: "beats" }
}

#[test]
fn accounts_are_made_by_a_call_or_by_every_cluster() {
    let role = |name: &str| Account::Role(name.to_owned());
    let needs = vec![
        need(role("writer"), "the output"),
        need(Account::User("writer"), "the output"),
        need(role("writer"), "the certificate"),
        need(role("kibana_system"), "Kibana"),
        need(role("remote_monitoring_collector"), "the module"),
        need(Account::User("remote_monitoring_user"), "the module"),
    ];
    let mut plan = Plan { needs, ..Plan::default() };
    let mut none = plan.clone();
    none.link();
    let said: Vec<(&str, &str)> =
        none.issues.iter().map(|issue| (issue.field.as_str(), issue.message.as_str())).collect();
    assert_eq!(
        said,
        [
            ("beats.writer", "the output needs the role writer, which is switched off; switch it on"),
            ("beats.writer", "the output needs the user writer, which is switched off; switch it on"),
        ]
    );
    plan.calls.push(call(Request::Role(Role {
        name: "writer".into(),
        description: None,
        cluster: Vec::new(),
        indices: Vec::new(),
        kibana: None,
    })));
    says(plan.clone(), &[codes::ACCOUNT_MISSING]);
    plan.calls.push(call(Request::User(User {
        name: "writer",
        full_name: "Writer",
        roles: vec!["writer".into()],
        password: SecretId::new("s"),
    })));
    says(plan.clone(), &[]);
    // Files do what these calls would.
    plan.filed = std::mem::take(&mut plan.calls);
    says(plan, &[]);
}

#[test]
fn authorities_have_names_of_their_own() {
    let mut plan = Plan::default();
    plan.identities.push(authority("transport.ca", "CN=prod,O=Example", KEY));
    plan.identities.push(Identity { by: "mtls", ..authority("mtls.ca", "CN=other,O=Example", KEY) });
    // A leaf may be called like its authority.
    plan.identities.push(leaf("node", "CN=prod,O=Example", KEY, "transport.ca"));
    says(plan.clone(), &[]);
    for by in ["browser", "https"] {
        plan.identities.push(Identity { by, ..authority(by, "CN=prod,O=Example", KEY) });
    }
    plan.link();
    let fields: Vec<&str> = plan.issues.iter().map(|issue| issue.field.as_str()).collect();
    assert_eq!(fields, ["browser.ca_subject", "https.ca_subject"]);
    assert!(plan.issues.iter().all(|issue| issue.code == codes::CA_NAME_TWICE), "{:?}", plan.issues);
}
