//! `elasticsearch-ssl-http.zip`: the same layout, names and aliases as `elasticsearch-certutil http`
//! writes, so that what people have learnt from Elastic's pages still holds.

use std::sync::Arc;

use super::{Draft, https};
use crate::plan::{Content, Entry, Member, SecretId, Store, Text};
use crate::steps::https::SignedBy;
use crate::values::RelPath;

const PATH: &str = "authorities/elasticsearch-ssl-http.zip";

pub fn draft(draft: &mut Draft<'_>, password: Option<&SecretId>) {
    if draft.stack.elasticsearch.is_empty() {
        return;
    }
    let mut members = Vec::new();
    let own_ca = draft.answers.https.signed_by == SignedBy::OwnCa;
    if own_ca {
        let ca_password =
            draft.plan.secrets.iter().find(|s| s.id.as_str() == "https.ca_password").map(|s| s.id.clone());
        let text =
            Text::new(include_str!("../../assets/zip/ca.txt")).with("password", word(ca_password.as_ref()));
        push(&mut members, "ca/README.txt", Content::Text(text));
        let entries = https::ca(draft).map(|of| Entry::Key { alias: "ca".into(), of }).into_iter().collect();
        push(&mut members, "ca/ca.p12", Content::Store(Store { entries, password: ca_password }));
    }
    // Like certutil: a folder per node only where there is more than one certificate.
    let nodes = draft.stack.elasticsearch.clone();
    let per_node = draft.answers.https.certificate_per_node && nodes.len() > 1;
    for node in nodes.iter().take(if per_node { nodes.len() } else { 1 }) {
        let folder =
            if per_node { format!("elasticsearch/{}", node.name) } else { "elasticsearch".to_owned() };
        let name = if draft.answers.https.certificate_per_node {
            node.name.to_string()
        } else {
            draft.stack.cluster.clone()
        };
        node_members(draft, &mut members, &folder, &name, node, password);
    }
    kibana_members(draft, &mut members);
    draft.operator_file(PATH, Content::Archive(members), https::ID);
}

fn node_members(
    draft: &Draft<'_>,
    members: &mut Vec<Member>,
    folder: &str,
    name: &str,
    node: &super::stack::Node,
    password: Option<&SecretId>,
) {
    let identity = https::identity_of(draft, node);
    let outside = draft.answers.https.signed_by == SignedBy::Request;
    // Shared by the texts: a thousand nodes are drafted on every key press.
    let [csr, key, crt] =
        ["csr", "key", "crt"].map(|end| -> Arc<str> { format!("http-{name}.{end}").into() });
    let locked: Arc<str> = word(password).into();
    let fill = |template: &'static str| {
        Text::new(template)
            .with("csr", csr.clone())
            .with("key", key.clone())
            .with("crt", crt.clone())
            .with("password", locked.clone())
    };
    if outside {
        push(
            members,
            &format!("{folder}/README.txt"),
            Content::Text(fill(include_str!("../../assets/zip/request.txt"))),
        );
        push(members, &format!("{folder}/{csr}"), Content::Request(identity.clone()));
        push(members, &format!("{folder}/{key}"), Content::Key { of: identity, password: password.cloned() });
        let sample = fill(include_str!("../../assets/zip/sample-elasticsearch-pem.yml"));
        push(members, &format!("{folder}/sample-elasticsearch.yml"), Content::Text(sample));
    } else {
        push(
            members,
            &format!("{folder}/README.txt"),
            Content::Text(fill(include_str!("../../assets/zip/elasticsearch.txt"))),
        );
        push(members, &format!("{folder}/http.p12"), Content::Store(https::store(draft, node, password)));
        let sample = fill(include_str!("../../assets/zip/sample-elasticsearch.yml"));
        push(members, &format!("{folder}/sample-elasticsearch.yml"), Content::Text(sample));
    }
}

fn kibana_members(draft: &Draft<'_>, members: &mut Vec<Member>) {
    let ca = https::ca(draft);
    let hosts: Vec<String> = draft
        .stack
        .elasticsearch
        .iter()
        .take(3)
        .map(|node| format!("\"https://{}:9200\"", node.url_host()))
        .collect();
    let fill = |template: &'static str| {
        Text::new(template)
            .with("hosts", hosts.join(", "))
            .with("awaited", if ca.is_none() { "yes" } else { "" })
    };
    push(members, "kibana/README.txt", Content::Text(fill(include_str!("../../assets/zip/kibana.txt"))));
    if let Some(ca) = ca.clone() {
        push(members, "kibana/elasticsearch-ca.pem", Content::Certificates(vec![ca]));
    }
    push(
        members,
        "kibana/sample-kibana.yml",
        Content::Text(fill(include_str!("../../assets/zip/sample-kibana.yml"))),
    );
}

fn word(password: Option<&SecretId>) -> &'static str {
    if password.is_some() { "yes" } else { "" }
}

fn push(members: &mut Vec<Member>, path: &str, content: Content) {
    let path = path.parse().unwrap_or_else(|_| RelPath::top(path));
    members.push(Member { path, content });
}
