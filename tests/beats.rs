//! What each answer of the Beats step changes in the plan: settings, accounts, stored values, tasks.

mod support;

use std::collections::BTreeSet;

use serde_yaml::Value;
use stackseal::plan::{Arrival, Arrivals, Call, Cluster, Form, IdentityId, Link, Plan, Product};
use stackseal::steps::{Beats, Context, Host, draft};
use support::scenario;
use support::settings::{Settings, of, read, settings, stored, texts};

/// The plan of this scenario with other answers on Beats.
fn with(name: &str, change: impl FnOnce(&mut Beats)) -> Plan {
    let mut scenario = scenario::named(name);
    change(&mut scenario.session.answers.beats);
    scenario.plan()
}

fn call<'a>(plan: &'a Plan, name: &str) -> Option<&'a Call> {
    plan.calls.iter().chain(&plan.filed).find(|call| call.name() == name)
}

/// In how many stores a value of this name lies, finished ones or bare.
fn stores(plan: &Plan, name: &str) -> usize {
    plan.hosts_of(Product::Metricbeat).filter(|config| stored(plan, config, name).is_some()).count()
}

/// Which of these are the ends of paths.
fn files(plan: &Plan, end: &str) -> usize {
    plan.files.iter().filter(|file| file.path.as_str().ends_with(end)).count()
}

fn has_task(plan: &Plan, id: &str) -> bool {
    plan.tasks.iter().any(|task| task.id == id)
}

/// Metricbeat's own file on its first host.
fn beat(plan: &Plan) -> Settings {
    settings(plan, Product::Metricbeat)
}

/// Where the setup goes, against how that Kibana answers.
#[test]
fn the_kibana_url_fits_how_kibana_answers() {
    const KB: &str = "kb.corp.example";
    let portal = "https://portal.corp.example:443";
    // Who signs, Kibana's public URL, the typed one, whether the first Metricbeat is on Kibana's host.
    let rows: &[(&str, &str, String, bool, &[&str])] = &[
        ("own_ca", "", format!("https://{KB}:5601"), false, &[]),
        ("own_ca", "", format!("https://{KB}"), false, &[]),
        ("own_ca", "", format!("http://{KB}:5601"), false, &["beats.kibana-url-scheme"]),
        ("own_ca", "", format!("http://{KB}:80"), false, &["beats.kibana-url-scheme"]),
        ("own_ca", "", format!("https://{KB}:443"), false, &["beats.kibana-url-port"]),
        // Something on Kibana's host sends on from there, and people use it too.
        ("own_ca", "https://kb.corp.example:443", format!("https://{KB}:443"), false, &[]),
        // A balancer has a port of its own; without TLS before it the password is seen.
        ("own_ca", "", "https://all.corp.example:443".into(), false, &[]),
        ("own_ca", "", "http://all.corp.example:80".into(), false, &["beats.kibana-plain"]),
        ("own_ca", "", "http://all.corp.example:5601".into(), false, &["beats.kibana-url-scheme"]),
        ("nobody", "", String::new(), false, &["beats.kibana-plain", "browser.plain"]),
        ("nobody", "", String::new(), true, &["browser.plain"]),
        ("nobody", portal, String::new(), false, &["beats.kibana-plain"]),
        ("nobody", portal, portal.into(), false, &[]),
        ("nobody", portal, format!("https://{KB}:5601"), false, &["beats.kibana-url-scheme"]),
        ("nobody", portal, format!("https://{KB}:443"), false, &["beats.kibana-url-port"]),
        // Becomes https with its certificate, and waits until then.
        ("request", "", String::new(), false, &["browser.awaited"]),
        ("request", "", format!("http://{KB}:5601"), false, &["beats.kibana-url-scheme", "browser.awaited"]),
        (
            "request",
            "",
            "https://other.corp.example:5601".into(),
            false,
            &["beats.kibana-url-not-covered", "browser.awaited"],
        ),
    ];
    for (signed_by, public, typed, beside, codes) in rows {
        let mut scenario = scenario::named("good_three_per_node");
        let answers = &mut scenario.session.answers;
        answers.browser =
            serde_yaml::from_str(&format!("{{ signed_by: {signed_by}, names: [all.corp.example] }}"))
                .unwrap();
        answers.overview.kibana =
            vec![Host { dns: vec![KB.into()], public_url: (*public).into(), ..Host::named("kb") }];
        let first = if *beside { "kb" } else { "mon-1" };
        answers.overview.metricbeat = vec![Host { ip: vec!["10.0.0.31".into()], ..Host::named(first) }];
        answers.beats.kibana_url.clone_from(typed);
        let mut found: Vec<&str> = scenario.plan().issues.iter().map(|issue| issue.code.name).collect();
        found.sort_unstable();
        assert_eq!(found, *codes, "{signed_by} {public} {typed} {beside}");
        // Whoever sets nothing up connects to no Kibana.
        scenario.session.answers.beats.setup = false;
        let plan = scenario.plan();
        assert!(plan.issues.iter().all(|issue| !issue.code.name.starts_with("beats.")), "{:?}", plan.issues);
        assert!(plan.connections.iter().all(|connection| connection.field != "beats.kibana_url"));
    }
}

/// A Kibana whose certificate came back is checked by the CA of whoever signed it, and its check shows that
/// it is a CA; while the certificate is awaited there is nothing to place.
#[test]
fn an_outside_ca_of_kibana_is_placed_once_kibana_answers() {
    let mut scenario = scenario::named("good_beats_second_kibana");
    scenario.session.answers.beats.kibana_url = String::new();
    assert!(!has_task(&scenario.plan(), "browser-ca"));
    let id = IdentityId::new("browser.node.kb-1");
    let sans = (*scenario.plan().identity(&id).unwrap().sans).clone();
    let mut arrivals = Arrivals::default();
    arrivals.insert(id, Arrival { problem: None, sans, key: String::new() });
    let context = Context { arrivals: &arrivals, ..Context::new(scenario.session.run(), &scenario.typed) };
    let plan = draft(&scenario.session.answers, context);
    assert!(plan.is_sound(), "{:?}", plan.issues);
    assert_eq!(beat(&plan)["setup.kibana.host"], "https://kb-1.corp.example:5601");
    let file = "hosts/es-1/metricbeat/config/certs/browser-ca.crt";
    // Not that of the other Kibana, which stackseal has at hand.
    assert_eq!(files(&plan, file), 0);
    assert_eq!(
        beat(&plan)["setup.kibana.ssl.certificate_authorities"],
        Value::from(vec!["/etc/metricbeat/certs/browser-ca.crt"])
    );
    let task = plan.tasks.iter().find(|task| task.id == "browser-ca").unwrap();
    assert!(task.actions[0].commands[0].ends_with(file), "{:?}", task.actions);
    assert!(task.check.command.contains(file) && task.check.command.contains("CA:"));
}

#[test]
fn without_setup_nobody_loads_or_looks() {
    let of_setup = |plan: &Plan| {
        let keys = beat(plan).into_keys().filter(|key| key.starts_with("setup.kibana")).count();
        let calls = ["role-metricbeat_setup", "user-metricbeat_setup"];
        [
            calls.iter().filter(|name| call(plan, name).is_some()).count(),
            stores(plan, "SETUP_PWD") + files(plan, "accounts/metricbeat_setup.password"),
            usize::from(has_task(plan, "set-up-metricbeat")),
            usize::from(keys > 2),
            plan.channels.iter().filter(|channel| channel.link == Link::BeatToKibana).count(),
            files(plan, "metricbeat/config/certs/browser-ca.crt"),
        ]
    };
    assert_eq!(of_setup(&with("good_browser_mtls_beats", |_| {})), [2, 2, 1, 1, 1, 1]);
    let plan = with("good_browser_mtls_beats", |beats| beats.setup = false);
    assert!(plan.is_sound(), "{:?}", plan.issues);
    assert_eq!(of_setup(&plan), [0; 6]);
    // Whoever sends has no right to look whether template and policy are there.
    for key in ["setup.template.enabled", "setup.ilm.enabled"] {
        assert_eq!(beat(&plan)[key], Value::from(false), "{key}");
    }
}

#[test]
fn without_the_module_nobody_collects() {
    let of_module = |plan: &Plan| {
        let writer = call(plan, "role-metricbeat_writer").unwrap().body(plan).unwrap();
        [
            files(plan, "modules.d/elasticsearch-xpack.yml"),
            stores(plan, "COLLECTOR_PWD"),
            usize::from(call(plan, "user-metricbeat_collector").is_some()),
            writer["indices"].as_array().unwrap().len(),
        ]
    };
    assert_eq!(of_module(&with("good_browser_mtls_beats", |_| {})), [3, 3, 1, 2]);
    let plan = with("good_browser_mtls_beats", |beats| beats.module = false);
    assert!(plan.is_sound(), "{:?}", plan.issues);
    // And who sends may write metrics alone, not what the module would have collected.
    assert_eq!(of_module(&plan), [0, 0, 0, 1]);
}

/// Kibana goes on reading the monitoring cluster; Metricbeat knows nothing of it.
#[test]
fn metrics_can_stay_although_there_is_a_monitoring_cluster() {
    let away = with("good_beats_monitoring_cluster", |_| {});
    let here = with("good_beats_monitoring_cluster", |beats| beats.to_monitoring = false);
    assert!(here.is_sound(), "{:?}", here.issues);
    for (plan, url, cas) in
        [(&away, "https://mon-es.corp.example:9200", 1), (&here, "https://es-1.corp.example:9200", 0)]
    {
        assert_eq!(texts(&beat(plan)["output.elasticsearch.hosts"])[0], url);
        let ca = texts(&beat(plan)["output.elasticsearch.ssl.certificate_authorities"])[0].to_owned();
        assert_eq!(ca.ends_with("/monitoring-ca.pem"), cas == 1, "{ca}");
        let writer = call(plan, "user-metricbeat_writer").unwrap();
        assert_eq!(writer.cluster == Cluster::Monitoring, cas == 1);
        let to = |link| plan.channels.iter().filter(|channel| channel.link == link).count();
        assert_eq!((to(Link::BeatToMonitoring), to(Link::KibanaToMonitoring)), (cas, 1));
        let place = plan.tasks.iter().find(|task| task.id == "monitoring-ca").unwrap();
        let for_beats = place.actions[0].commands.iter().filter(|line| line.contains("/metricbeat/"));
        assert_eq!(for_beats.count(), cas);
        assert!(settings(plan, Product::Kibana).contains_key("monitoring.ui.elasticsearch.hosts"));
        // The Kibana of another cluster is not known here.
        assert_eq!(beat(plan).contains_key("setup.kibana.host"), cas == 0);
    }
}

#[test]
fn a_star_lets_readers_into_all_spaces() {
    for (space, resource, id) in
        [("*", "*", None), ("default", "space:default", None), ("ops", "space:ops", Some("ops"))]
    {
        let plan = with("good_browser_mtls_beats", |beats| beats.space = space.into());
        assert!(plan.is_sound(), "{space}: {:?}", plan.issues);
        let reader = call(&plan, "role-metricbeat_reader").unwrap().body(&plan).unwrap();
        assert_eq!(reader["applications"][0]["resources"], serde_json::json!([resource]));
        // Dashboards go into one space: without a name into the default one.
        let set = beat(&plan).get("setup.kibana.space.id").map(|id| id.as_str().unwrap().to_owned());
        assert_eq!(set.as_deref(), id, "{space}");
    }
}

/// A key brings its privileges along; a user or a certificate without the role could send nothing.
#[test]
fn without_the_writer_role_only_keys_send() {
    let plan = with("good_beats_api_keys", |beats| beats.writer = false);
    assert!(plan.is_sound(), "{:?}", plan.issues);
    assert!(
        call(&plan, "role-metricbeat_writer").is_none() && call(&plan, "user-metricbeat_writer").is_none()
    );
    let key = call(&plan, "api-key-metricbeat-es-1").unwrap().body(&plan).unwrap();
    let role = &key["role_descriptors"]["metricbeat_writer"];
    assert!(role["indices"][0]["privileges"].to_string().contains("create_doc"), "{key}");
    for name in ["good_browser_mtls_beats", "good_beats_certificates"] {
        let plan = with(name, |beats| beats.writer = false);
        let codes: Vec<&str> = plan.issues.iter().map(|issue| issue.code.name).collect();
        assert!(codes.contains(&"beats.account-missing"), "{name}: {codes:?}");
    }
}

/// In cluster scope a second one would count everything twice; in node scope each asks its own node.
#[test]
fn one_metricbeat_watches_a_whole_cluster() {
    let modules = |plan: &Plan| -> Vec<Settings> {
        let of_module = |c: &&stackseal::plan::Config| c.form == Form::Item;
        plan.configs.iter().filter(of_module).map(read).collect()
    };
    let whole = with("good_beats_only", |_| {});
    assert!(whole.hosts_of(Product::Metricbeat).count() > 1);
    assert_eq!(modules(&whole).len(), 1);
    assert_eq!(files(&whole, "modules.d/elasticsearch-xpack.yml"), 1);
    assert_eq!(stores(&whole, "COLLECTOR_PWD"), 1);
    let module = of(&whole, Product::Metricbeat, Form::Item);
    assert_eq!(module["scope"], Value::from("cluster"));
    // The one that is no dedicated master.
    assert_eq!(texts(&module["hosts"]), ["https://es-4.corp.example:9200"]);

    let each = with("good_browser_mtls_beats", |_| {});
    let asked: BTreeSet<String> =
        modules(&each).iter().flat_map(|module| texts(&module["hosts"])).map(str::to_owned).collect();
    assert_eq!(asked.len(), each.hosts_of(Product::Metricbeat).count());
    assert!(modules(&each).iter().all(|module| module["scope"] == "node"));
}

/// A row says more of its host than the wish for one on each.
#[test]
fn a_listed_host_keeps_its_answers_where_each_node_has_a_metricbeat() {
    let mut scenario = scenario::named("good_three_full");
    let overview = &mut scenario.session.answers.overview;
    overview.metricbeat_on_nodes = true;
    let listed = Host { config_folder: "/opt/beats/metricbeat".into(), ..overview.elasticsearch[1].clone() };
    overview.metricbeat = vec![listed];
    let plan = scenario.plan();
    let folders: BTreeSet<(String, String)> = plan
        .hosts_of(Product::Metricbeat)
        .map(|config| (config.place.host.to_string(), config.place.folder.to_string()))
        .collect();
    let common = "/etc/metricbeat".to_owned();
    let wanted = [
        ("es-1".to_owned(), common.clone()),
        ("es-2".to_owned(), "/opt/beats/metricbeat".to_owned()),
        ("es-3".to_owned(), common),
    ];
    assert_eq!(folders, wanted.into());
}
