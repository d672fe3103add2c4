//! The roles and users of Elastic's own page on Metricbeat come out of the matching scenario. Where the
//! page is of another time, the row says what is right and why.

mod support;

use serde_json::{Value as Json, json};
use stackseal::plan::{Plan, Request};
use stackseal::steps::{Context, draft};
use support::scenario;

/// A role or a user's roles: what the page lists, what is made, why.
const ROLES: &[(&str, &str, &str, &str, &str)] = &[
    (
        "role-metricbeat_setup",
        "/cluster",
        "monitor manage_ilm",
        "monitor manage_ilm manage_index_templates manage_ingest_pipelines",
        "what ingest_admin brings, for clusters that cut the reserved roles down",
    ),
    ("role-metricbeat_setup", "/indices/0/names", "metricbeat-*", "metricbeat-*", ""),
    ("role-metricbeat_setup", "/indices/0/privileges", "manage write", "manage", "it writes no event"),
    (
        "user-metricbeat_setup",
        "/roles",
        "metricbeat_setup kibana_admin ingest_admin",
        "metricbeat_setup kibana_admin ingest_admin",
        "",
    ),
    ("role-metricbeat_monitoring", "/cluster", "monitor", "monitor", ""),
    ("role-metricbeat_monitoring", "/indices/0/names", ".monitoring-beats-*", ".monitoring-beats-*", ""),
    (
        "role-metricbeat_monitoring",
        "/indices/0/privileges",
        "create_index create_doc",
        "create_index create_doc auto_configure",
        "a next major version lets create_doc alone add no field",
    ),
    (
        "user-metricbeat_monitoring",
        "/roles",
        "metricbeat_monitoring kibana_admin monitoring_user",
        "metricbeat_monitoring",
        "a machine's account; people who look have the reader's",
    ),
    (
        "role-metricbeat_writer",
        "/cluster",
        "monitor read_ilm",
        "monitor read_ilm read_pipeline",
        "as for API keys",
    ),
    ("role-metricbeat_writer", "/indices/0/names", "metricbeat-*", "metricbeat-*", ""),
    (
        "role-metricbeat_writer",
        "/indices/0/privileges",
        "create_doc create_index view_index_metadata",
        "create_doc auto_configure view_index_metadata",
        "since 8.0 only auto_configure adds fields to mappings",
    ),
    (
        "user-metricbeat_writer",
        "/roles",
        "metricbeat_writer remote_monitoring_collector remote_monitoring_agent",
        "metricbeat_writer",
        "what collects has an account of its own; what it found is sent by the writer's own role, since the reserved one may delete",
    ),
    (
        "role-metricbeat_writer",
        "/indices/1/names",
        "",
        ".monitoring-*",
        "what the module collects goes through this output",
    ),
    ("role-metricbeat_reader", "/indices/0/names", "metricbeat-*", "metricbeat-*", ""),
    (
        "role-metricbeat_reader",
        "/indices/0/privileges",
        "read",
        "read view_index_metadata",
        "for whoever makes a data view",
    ),
    (
        "user-metricbeat_reader",
        "/roles",
        "metricbeat_reader monitoring_user beats_admin",
        "metricbeat_reader monitoring_user",
        "central management of Beats is gone",
    ),
];

#[test]
fn roles_and_users_are_the_pages() {
    let plan = scenario::named("good_documents").plan();
    for (call, at, page, ours, why) in ROLES {
        assert_eq!(why.is_empty(), page == ours, "{call}{at}");
        let body = body(&plan, call);
        let made = body.pointer(at).unwrap_or_else(|| panic!("{call} has no {at}: {body}"));
        assert_eq!(*made, json!(ours.split(' ').collect::<Vec<_>>()), "{call}{at}");
    }
    // The page's user for the module is built in: its password is set, and it is not made.
    assert!(
        plan.calls.iter().any(|call| matches!(call.request, Request::Password("remote_monitoring_user", _)))
    );
}

/// Read on Discover, Dashboard, Visualize and Metrics in space Default, by the names of the version.
#[test]
fn the_readers_features_are_the_pages() {
    let scenario = scenario::named("good_documents");
    for (version, features, described) in [
        ("8.12", "discover dashboard visualize infrastructure", false),
        ("8.19", "discover dashboard visualize infrastructure", true),
        ("9.1", "discover_v2 dashboard_v2 visualize_v2 infrastructure savedQueryManagement", true),
    ] {
        let mut answers = scenario.session.answers.clone();
        answers.overview.stack_version = version.into();
        let plan = draft(&answers, Context::new("5ea1ed", &scenario.typed));
        assert!(plan.is_sound(), "{:?}", plan.issues);
        let role = body(&plan, "role-metricbeat_reader");
        let privileges: Vec<String> =
            features.split(' ').map(|feature| format!("feature_{feature}.read")).collect();
        let expected = json!([{
            "application": "kibana-.kibana", "privileges": privileges, "resources": ["space:default"],
        }]);
        assert_eq!(role["applications"], expected, "{version}");
        // Nodes before 8.15 refuse a role with a description.
        assert_eq!(role.get("description").is_some(), described, "{version}");
    }
}

fn body(plan: &Plan, name: &str) -> Json {
    let call = plan
        .calls
        .iter()
        .chain(&plan.filed)
        .find(|call| call.name() == name)
        .unwrap_or_else(|| panic!("no call {name}"));
    call.body(plan).unwrap()
}
