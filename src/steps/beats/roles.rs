//! The roles and users of Metricbeat, corrected to what current clusters need, and their passwords.

use super::{Collector, Credential, Features, ID, OwnMonitoring, setup_node, to_monitoring};
use crate::plan::{
    Account, ApiKey, Call, Cluster, Indices, KibanaPrivileges, Need, Origin, Request, Role, SecretId,
    SecretSpec, SecretText, User, codes,
};
use crate::steps::Draft;
use crate::steps::stack::Node;
use crate::values::StackVersion;

pub(super) fn draft(draft: &mut Draft<'_>, index: &str) {
    let pattern = format!("{index}-*");
    if draft.answers.beats.reader || draft.answers.beats.setup {
        check_space(draft);
    }
    if draft.answers.beats.setup {
        setup(draft, &pattern);
    }
    writer(draft, &pattern);
    own_monitoring(draft);
    if draft.answers.beats.module {
        collector(draft);
    }
    if draft.answers.beats.reader {
        reader(draft, &pattern);
    }
}

/// Where the data goes, and so the accounts that send and read it.
fn data_cluster(draft: &Draft<'_>) -> Cluster {
    if to_monitoring(draft.answers) { Cluster::Monitoring } else { Cluster::Own }
}

fn role(
    draft: &Draft<'_>,
    name: &str,
    description: &'static str,
    privileges: (&[&'static str], Indices),
) -> Role {
    let (cluster, indices) = privileges;
    // Nodes before 8.15 refuse a role that has a description.
    let described = draft.stack.version >= StackVersion::new(8, 15);
    Role {
        name: name.to_owned(),
        description: described.then_some(description),
        cluster: cluster.to_vec(),
        indices: vec![indices],
        kibana: None,
    }
}

fn on(pattern: &str, privileges: &[&'static str]) -> Indices {
    Indices { names: vec![pattern.to_owned()], privileges: privileges.to_vec() }
}

fn call(draft: &mut Draft<'_>, cluster: Cluster, request: Request) {
    draft.plan.calls.push(Call { request, cluster, optional: false, by: ID });
}

/// A password for `user`, in `accounts/` for people and scripts.
fn password(draft: &mut Draft<'_>, id: &'static str, user: &str) -> SecretId {
    let secret = SecretId::new(id);
    draft.plan.secrets.push(SecretSpec { id: secret.clone(), origin: Origin::Generated(24) });
    draft.account_file(user, &secret);
    secret
}

fn make(draft: &mut Draft<'_>, cluster: Cluster, role: Role, user: User) {
    call(draft, cluster, Request::Role(role));
    need(draft, &user.roles, user.name, "beats.credential");
    call(draft, cluster, Request::User(user));
}

fn need(draft: &mut Draft<'_>, roles: &[String], who: &'static str, field: &'static str) {
    let needs = roles.iter().map(|role| Need { account: Account::Role(role.clone()), field, who });
    draft.plan.needs.extend(needs);
}

/// A value of Metricbeat's keystore on this host.
fn store(draft: &mut Draft<'_>, node: &Node, name: &'static str, secret: &SecretId) {
    draft.secure_setting(ID, node, name, SecretText::Plain(secret.clone()));
}

/// Loads template, policy, pipelines and dashboards. `ingest_admin` is named by Elastic's page; the role
/// has its privileges too, for clusters that cut the reserved roles down.
fn setup(draft: &mut Draft<'_>, pattern: &str) {
    let cluster = ["monitor", "manage_ilm", "manage_index_templates", "manage_ingest_pipelines"];
    let role = role(
        draft,
        "metricbeat_setup",
        "Loads what Metricbeat needs, once.",
        (&cluster, on(pattern, &["manage"])),
    );
    let password = password(draft, "beats.setup_password", "metricbeat_setup");
    let user = User {
        name: "metricbeat_setup",
        full_name: "Metricbeat setup",
        roles: ["metricbeat_setup", "kibana_admin", "ingest_admin"].map(str::to_owned).into(),
        password: password.clone(),
    };
    let cluster = data_cluster(draft);
    make(draft, cluster, role, user);
    if let Some(node) = setup_node(draft) {
        store(draft, &node, "SETUP_PWD", &password);
    }
}

/// What sending takes. Since 8.0 `create_doc` alone changes no mapping; `auto_configure` lets the data
/// stream and its mappings be made. What the module collects goes to `.monitoring-*` through the same
/// output; the reserved role for that, `remote_monitoring_agent`, may delete those and change templates.
fn writer_role(draft: &Draft<'_>, pattern: &str) -> Role {
    let privileges = ["create_doc", "auto_configure", "view_index_metadata"];
    let cluster = ["monitor", "read_ilm", "read_pipeline"];
    let mut role = role(draft, "metricbeat_writer", "Sends metrics.", (&cluster, on(pattern, &privileges)));
    role.indices.extend(draft.answers.beats.module.then(|| on(".monitoring-*", &privileges)));
    role
}

/// The roles of who sends.
pub(super) fn writer_roles() -> Vec<String> {
    vec!["metricbeat_writer".to_owned()]
}

fn writer(draft: &mut Draft<'_>, pattern: &str) {
    let cluster = data_cluster(draft);
    let roles = writer_roles();
    let role = writer_role(draft, pattern);
    let make_role = draft.answers.beats.writer;
    match draft.answers.beats.credential {
        Credential::ApiKey => return keys(draft, cluster, &role),
        Credential::Certificate => {
            need(draft, &roles, "the certificate of Metricbeat", "beats.writer");
            if make_role {
                call(draft, cluster, Request::Role(role));
            }
            return;
        }
        Credential::User => {}
    }
    let account = Account::User("metricbeat_writer");
    draft.plan.needs.push(Need { account, field: "beats.writer", who: "Metricbeat's output" });
    let password = password(draft, "beats.writer_password", "metricbeat_writer");
    for node in draft.stack.metricbeat.clone() {
        store(draft, &node, "ES_PWD", &password);
    }
    if make_role {
        let user = User { name: "metricbeat_writer", full_name: "Metricbeat", roles, password };
        make(draft, cluster, role, user);
    }
}

/// One key a host, so that one can be taken back alone; what it may do stands in the key itself.
fn keys(draft: &mut Draft<'_>, cluster: Cluster, writer: &Role) {
    // A key's roles have no description.
    let plain = |role: &Role| Role { description: None, ..role.clone() };
    let roles = vec![plain(writer)];
    let own = draft.answers.beats.own_monitoring != OwnMonitoring::Off;
    let monitoring = plain(&monitoring_role(draft));
    for node in draft.stack.metricbeat.clone() {
        let key = ApiKey { name: format!("metricbeat-{}", node.name), roles: roles.clone() };
        call(draft, cluster, Request::ApiKey(key));
        if own {
            let key = ApiKey {
                name: format!("metricbeat-{}-monitoring", node.name),
                roles: vec![monitoring.clone()],
            };
            call(draft, cluster, Request::ApiKey(key));
        }
    }
}

fn monitoring_role(draft: &Draft<'_>) -> Role {
    // Elastic's page has create_index; without auto_configure a next major version will refuse new fields.
    let privileges = on(".monitoring-beats-*", &["create_index", "create_doc", "auto_configure"]);
    role(
        draft,
        "metricbeat_monitoring",
        "Sends what Metricbeat reports on itself.",
        (&["monitor"], privileges),
    )
}

fn own_monitoring(draft: &mut Draft<'_>) {
    let cluster = data_cluster(draft);
    if draft.answers.beats.credential == Credential::ApiKey {
        return;
    }
    let secret = match draft.answers.beats.own_monitoring {
        OwnMonitoring::Off => return,
        OwnMonitoring::BeatsSystem => {
            let secret = password(draft, "beats.beats_system_password", "beats_system");
            call(draft, cluster, Request::Password("beats_system", secret.clone()));
            secret
        }
        OwnMonitoring::Role => {
            let secret = password(draft, "beats.monitoring_password", "metricbeat_monitoring");
            let role = monitoring_role(draft);
            // For machines alone: people who look at Stack Monitoring have roles of their own.
            let user = User {
                name: "metricbeat_monitoring",
                full_name: "Metricbeat's own monitoring",
                roles: vec![role.name.clone()],
                password: secret.clone(),
            };
            make(draft, cluster, role, user);
            secret
        }
    };
    for node in draft.stack.metricbeat.clone() {
        store(draft, &node, "MONITORING_PWD", &secret);
    }
}

/// Reads the metrics of this session's cluster, wherever they are sent then.
fn collector(draft: &mut Draft<'_>) {
    let secret = match draft.answers.beats.collector {
        Collector::Own => {
            let secret = password(draft, "beats.collector_password", "metricbeat_collector");
            let user = User {
                name: "metricbeat_collector",
                full_name: "Metricbeat, reading Elasticsearch's metrics",
                roles: vec!["remote_monitoring_collector".to_owned()],
                password: secret.clone(),
            };
            need(draft, &user.roles, user.name, "beats.collector");
            call(draft, Cluster::Own, Request::User(user));
            secret
        }
        Collector::BuiltIn => {
            let secret = password(draft, "beats.remote_monitoring_user_password", "remote_monitoring_user");
            call(draft, Cluster::Own, Request::Password("remote_monitoring_user", secret.clone()));
            secret
        }
    };
    let watching = if super::is_watched_whole(draft.answers) { 1 } else { usize::MAX };
    for node in draft.stack.metricbeat.clone().iter().take(watching) {
        store(draft, node, "COLLECTOR_PWD", &secret);
    }
}

/// Readers work there, and dashboards go there.
fn check_space(draft: &mut Draft<'_>) {
    let space = draft.answers.beats.space.trim();
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    if !(space == "*" || (!space.is_empty() && space.bytes().all(fits))) {
        let message = format!("{space:?}: type the id of a space, such as default, or * for all");
        draft.plan.file_issue(codes::BEATS_SPACE, "beats.space", message);
    }
}

/// For people who look at the data in Kibana.
fn reader(draft: &mut Draft<'_>, pattern: &str) {
    let space = draft.answers.beats.space.trim();
    let privileges = on(pattern, &["read", "view_index_metadata"]);
    let mut role = role(draft, "metricbeat_reader", "Looks at metrics in Kibana.", (&[], privileges));
    role.kibana = Some(KibanaPrivileges {
        space: if space == "*" { String::new() } else { space.to_owned() },
        features: features(draft),
    });
    let password = password(draft, "beats.reader_password", "metricbeat_reader");
    let user = User {
        name: "metricbeat_reader",
        full_name: "Reader of metrics",
        roles: vec!["metricbeat_reader".to_owned(), "monitoring_user".to_owned()],
        password,
    };
    let cluster = data_cluster(draft);
    make(draft, cluster, role, user);
}

/// The names of features by version: 9.0 split saved queries from Discover, Dashboard and Visualize and
/// gave those new names (elastic/kibana#202863).
fn features(draft: &Draft<'_>) -> Vec<(&'static str, &'static str)> {
    let level = match draft.answers.beats.features {
        Features::Read => "read",
        Features::All => "all",
    };
    let names: &[&'static str] = if draft.stack.version >= StackVersion::new(9, 0) {
        &["discover_v2", "dashboard_v2", "visualize_v2", "infrastructure", "savedQueryManagement"]
    } else {
        &["discover", "dashboard", "visualize", "infrastructure"]
    };
    names.iter().map(|name| (*name, level)).collect()
}
