//! `roles.yml`, as Elasticsearch's own reader of it wants it.

use std::fmt::Write;

use serde_json::Value;

use super::Role;

/// Elasticsearch cuts this file at every line that begins in the first column and reads each piece alone,
/// so a role is one block, indented. `cluster` and `privileges` have to be lists. Texts are in JSON's
/// quotes, which YAML reads alike.
pub fn roles_yml(roles: &[&Role]) -> String {
    let mut out = String::new();
    for role in roles {
        let _ = writeln!(out, "{}:", role.name);
        let body = role.json();
        for key in ["description", "cluster"] {
            if let Some(value) = body.get(key) {
                let _ = writeln!(out, "  {key}: {}", flow(value));
            }
        }
        for key in ["indices", "applications"] {
            let items = body.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            if !items.is_empty() {
                let _ = writeln!(out, "  {key}:");
            }
            for item in items.iter().filter_map(Value::as_object) {
                let mut lead = "    - ";
                for (key, value) in item {
                    let _ = writeln!(out, "{lead}{key}: {}", flow(value));
                    lead = "      ";
                }
            }
        }
    }
    out
}

/// On one line; a list with blanks after its commas, as people write it.
fn flow(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}
