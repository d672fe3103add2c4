//! Accounts from files: users and roles that every node reads at its start, so that nobody has to call an
//! API first. Knows no hash.

use std::fmt::Write;
use std::sync::Arc;

use super::field::choices;
use super::{Draft, overview};
use crate::plan::{Call, Cluster, Content, FileSpec, FileUser, Request, Role, Text, User, roles_yml};

choices! {
    /// How accounts come into the cluster.
    Accounts {
        Files = "files", "files", "Work from the first start, even red; the same on every node.";
        Api = "api", "API calls", "Made by a script once the cluster runs; seen and changed in Kibana.";
    }
}

/// Takes over what files can bring from the calls of this cluster: reserved users, API keys and licences
/// stay with the API, and so does every other cluster.
pub fn draft(draft: &mut Draft<'_>) {
    if draft.answers.overview.accounts == Accounts::Api {
        return;
    }
    let by_file = |call: &Call| {
        call.cluster == Cluster::Own && matches!(call.request, Request::Role(_) | Request::User(_))
    };
    let (filed, calls) = std::mem::take(&mut draft.plan.calls).into_iter().partition(by_file);
    draft.plan.calls = calls;
    draft.plan.filed = filed;
    let requests = || draft.plan.filed.iter().map(|call| &call.request);
    let users: Vec<&User> =
        requests().filter_map(|r| if let Request::User(user) = r { Some(user) } else { None }).collect();
    let roles: Vec<&Role> =
        requests().filter_map(|r| if let Request::Role(role) = r { Some(role) } else { None }).collect();
    let mut contents = Vec::new();
    if !users.is_empty() {
        let hashes =
            users.iter().map(|user| FileUser { name: user.name, password: user.password.clone() }).collect();
        contents.push(("users", Content::Users(hashes)));
        contents.push(("users_roles", text(&users_roles(&users))));
    }
    if !roles.is_empty() {
        contents.push(("roles.yml", text(&format!("{SAME}{}", roles_yml(&roles)))));
    }
    // A node without them would refuse whom the others know.
    for node in draft.stack.elasticsearch.clone() {
        for (name, content) in &contents {
            draft.plan.push_file(FileSpec {
                path: node.path(format_args!("config/{name}")),
                content: content.clone(),
                place: Some(node.place.clone()),
                by: overview::ID,
            });
        }
    }
}

/// Names of the files that every node has for this.
pub fn files(draft: &Draft<'_>) -> Vec<&'static str> {
    let has = |wanted: fn(&Request) -> bool| draft.plan.filed.iter().any(|call| wanted(&call.request));
    let mut names = Vec::new();
    if has(|request| matches!(request, Request::User(_))) {
        names.extend(["users", "users_roles"]);
    }
    names.extend(has(|request| matches!(request, Request::Role(_))).then_some("roles.yml"));
    names
}

fn text(body: &str) -> Content {
    Content::Text(Text::new("{{body}}").with("body", Arc::<str>::from(body.trim_end())))
}

/// A comment: a node that differs from the others refuses whom they know.
const SAME: &str = "# Elasticsearch, the same on every host; written by stackseal.\n";

/// `role:user,user`: the role first. A blank line would be logged as an error.
fn users_roles(users: &[&User]) -> String {
    let mut rows: Vec<(&str, Vec<&str>)> = Vec::new();
    for user in users {
        for role in &user.roles {
            match rows.iter_mut().find(|(name, _)| name == role) {
                Some((_, holders)) => holders.push(user.name),
                None => rows.push((role, vec![user.name])),
            }
        }
    }
    rows.iter().fold(SAME.to_owned(), |mut out, (role, holders)| {
        let _ = writeln!(out, "{role}:{}", holders.join(","));
        out
    })
}
