//! Roles, users and what else the security APIs make, as data: which calls there are, in which order,
//! with which bodies. Knows no host and no shell.

use serde_json::{Value, json};

use super::{IdentityId, Plan, SecretId, StepId};

/// One call of an API. The order of the plan is the order in which they are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub request: Request,
    pub cluster: Cluster,
    /// Made only when it is asked for by name: another way to what the files already bring.
    pub optional: bool,
    pub by: StepId,
}

/// Whose Elasticsearch answers the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cluster {
    Own,
    Monitoring,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    ApiKey(ApiKey),
    Mapping(Mapping),
    /// Of a built-in user.
    Password(&'static str, SecretId),
    Role(Role),
    ServiceToken(&'static str, &'static str),
    Trial,
    User(User),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub name: String,
    /// Written from 8.15 on; older nodes refuse a role that has one.
    pub description: Option<&'static str>,
    pub cluster: Vec<&'static str>,
    pub indices: Vec<Indices>,
    pub kibana: Option<KibanaPrivileges>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indices {
    pub names: Vec<String>,
    pub privileges: Vec<&'static str>,
}

/// Privileges of Kibana as Elasticsearch stores them: `feature_discover.read` in `space:default`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KibanaPrivileges {
    /// Empty for all spaces.
    pub space: String,
    pub features: Vec<(&'static str, &'static str)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub name: &'static str,
    pub full_name: &'static str,
    pub roles: Vec<String>,
    pub password: SecretId,
}

/// Certificates of one realm that get roles, by their exact subjects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    pub name: &'static str,
    pub realm: String,
    pub roles: Vec<String>,
    pub subjects: Vec<IdentityId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    pub name: String,
    pub roles: Vec<Role>,
}

/// Roles that every cluster has and that our users may hold.
const RESERVED_ROLES: [&str; 8] = [
    "beats_system",
    "ingest_admin",
    "kibana_admin",
    "kibana_system",
    "monitoring_user",
    "remote_monitoring_agent",
    "remote_monitoring_collector",
    "superuser",
];
const RESERVED_USERS: [&str; 6] =
    ["apm_system", "beats_system", "elastic", "kibana_system", "logstash_system", "remote_monitoring_user"];

impl Call {
    /// Its name for people and files: `role-metricbeat_writer`.
    pub fn name(&self) -> String {
        match &self.request {
            Request::ApiKey(key) => format!("api-key-{}", key.name),
            Request::Mapping(mapping) => format!("role-mapping-{}", mapping.name),
            Request::Password(user, _) => format!("password-{user}"),
            Request::Role(role) => format!("role-{}", role.name),
            Request::ServiceToken(..) => "service-token-kibana".to_owned(),
            Request::Trial => "trial-licence".to_owned(),
            Request::User(user) => format!("user-{}", user.name),
        }
    }

    pub fn method(&self) -> &'static str {
        match &self.request {
            Request::Mapping(_) | Request::Role(_) | Request::User(_) => "PUT",
            Request::ApiKey(_) | Request::Password(..) | Request::ServiceToken(..) | Request::Trial => "POST",
        }
    }

    pub fn path(&self) -> String {
        match &self.request {
            Request::ApiKey(_) => "/_security/api_key".to_owned(),
            Request::Mapping(mapping) => format!("/_security/role_mapping/{}", mapping.name),
            Request::Password(user, _) => format!("/_security/user/{user}/_password"),
            Request::Role(role) => format!("/_security/role/{}", role.name),
            Request::ServiceToken(account, name) => {
                format!("/_security/service/{account}/credential/token/{name}")
            }
            Request::Trial => "/_license/start_trial?acknowledge=true".to_owned(),
            Request::User(user) => format!("/_security/user/{}", user.name),
        }
    }

    /// The password that joins the body when the call is made.
    pub fn password(&self) -> Option<(&'static str, &SecretId)> {
        match &self.request {
            Request::Password(user, id) => Some((user, id)),
            Request::User(user) => Some((user.name, &user.password)),
            _ => None,
        }
    }

    /// The body without its password; none where the call has none.
    pub fn body(&self, plan: &Plan) -> Option<Value> {
        match &self.request {
            Request::ApiKey(key) => {
                let roles = key.roles.iter().map(|role| (role.name.clone(), role.json()));
                let roles: serde_json::Map<String, Value> = roles.collect();
                Some(json!({ "name": key.name, "role_descriptors": roles }))
            }
            Request::Mapping(mapping) => Some(mapping.json(plan)),
            Request::Password(..) => Some(json!({})),
            Request::Role(role) => Some(role.json()),
            Request::ServiceToken(..) | Request::Trial => None,
            Request::User(user) => Some(json!({ "full_name": user.full_name, "roles": user.roles })),
        }
    }

    /// What takes it back, as method and path; none where nothing can.
    pub fn undo(&self) -> Option<(&'static str, String)> {
        match &self.request {
            Request::Mapping(_) | Request::Role(_) | Request::ServiceToken(..) | Request::User(_) => {
                Some(("DELETE", self.path()))
            }
            Request::ApiKey(_) | Request::Password(..) | Request::Trial => None,
        }
    }

    pub fn returns(&self) -> &'static str {
        match &self.request {
            Request::ApiKey(_) => {
                "id and api_key, shown this once: joined as id:api_key they go into Metricbeat's keystore"
            }
            Request::Mapping(_) => "role_mapping.created: true the first time, false on a change",
            Request::Password(..) => {
                "an empty object; the password is in force at once, for everybody who uses this user"
            }
            Request::Role(_) => "role.created: true the first time, false on a change",
            Request::ServiceToken(..) => {
                "token.value, shown this once: it goes into Kibana's keystore as elasticsearch.serviceAccountToken"
            }
            Request::Trial => "trial_was_started: true; a cluster can start one once in a major version",
            Request::User(_) => "created: true the first time, false on a change",
        }
    }

    pub fn undone_by(&self) -> String {
        match (&self.request, self.undo()) {
            (_, Some((method, path))) => format!("{method} {path}"),
            (Request::ApiKey(key), _) => {
                format!("DELETE /_security/api_key with {{\"name\": \"{}\"}}", key.name)
            }
            (Request::Password(..), _) => "setting another password".to_owned(),
            _ => "POST /_license/start_basic?acknowledge=true; what the trial switched on stops".to_owned(),
        }
    }
}

impl Role {
    pub fn json(&self) -> Value {
        let indices: Vec<Value> = self
            .indices
            .iter()
            .map(|indices| json!({ "names": indices.names, "privileges": indices.privileges }))
            .collect();
        let mut body = json!({ "cluster": self.cluster, "indices": indices });
        if let Some(kibana) = &self.kibana {
            let privileges: Vec<String> =
                kibana.features.iter().map(|(feature, level)| format!("feature_{feature}.{level}")).collect();
            let resource =
                if kibana.space.is_empty() { "*".to_owned() } else { format!("space:{}", kibana.space) };
            body["applications"] = json!([{ "application": "kibana-.kibana", "privileges": privileges, "resources": [resource] }]);
        }
        if let Some(description) = self.description {
            body["description"] = json!(description);
        }
        body
    }
}

impl Mapping {
    /// Bound to the realm, so that no other realm's user of that name gets the roles.
    fn json(&self, plan: &Plan) -> Value {
        let subjects = plan.subjects_of(&self.subjects);
        let dn = if let [one] = subjects.as_slice() { json!(one) } else { json!(subjects) };
        json!({
            "enabled": true,
            "roles": self.roles,
            "rules": { "all": [
                { "field": { "realm.name": self.realm } },
                { "field": { "dn": dn } },
            ] },
        })
    }
}

/// A configuration that logs in as somebody, or a user who holds a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    pub account: Account,
    /// The field to mend where nobody makes it.
    pub field: &'static str,
    /// Who needs it, for the message.
    pub who: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Account {
    Role(String),
    User(&'static str),
}

impl Plan {
    /// Whether the account is made by a call or a file of the plan, or is in every cluster.
    pub(super) fn makes(&self, account: &Account) -> bool {
        let mut calls = self.calls.iter().chain(&self.filed);
        match account {
            Account::Role(name) => {
                RESERVED_ROLES.contains(&name.as_str())
                    || calls.any(|c| matches!(&c.request, Request::Role(role) if role.name == *name))
            }
            Account::User(name) => {
                RESERVED_USERS.contains(name)
                    || calls.any(|c| matches!(&c.request, Request::User(user) if user.name == *name))
            }
        }
    }
}
