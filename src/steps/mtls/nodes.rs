//! Elasticsearch's side: what the HTTP layer asks of clients and trusts, the realms, who has which roles.

use std::collections::HashSet;
use std::sync::Arc;

use super::{ID, RoleMapping, SignedBy, ca, has_realm, is_required, kibana_identity};
use crate::plan::{
    Call, Cluster, Config, Content, FileSpec, Form, IdentityId, Line, Mapping, Request, Value, codes,
};
use crate::steps::stack::Node;
use crate::steps::{Draft, beats, https};

pub(super) fn draft(draft: &mut Draft<'_>) {
    let realms = has_realm(draft.answers).then(|| realms(draft));
    let trusted = trusted(draft);
    let mappings = mappings(draft);
    let lines = mapping_lines(draft, &mappings);
    for index in 0..draft.stack.elasticsearch.len() {
        let node = draft.stack.elasticsearch[index].clone();
        http_layer(draft, &node, &trusted);
        if let Some(realms) = &realms {
            realm_lines(draft, &node, realms);
            if draft.answers.mtls.role_mapping == RoleMapping::File {
                mapping_file(draft, &node, &lines);
            }
        }
    }
    if realms.is_none() {
        return;
    }
    let optional = draft.answers.mtls.role_mapping == RoleMapping::File;
    let realm = draft.answers.mtls.pki_realm.trim().to_owned();
    for (name, roles, subjects) in mappings {
        let mapping = Mapping { name, realm: realm.clone(), roles, subjects };
        draft.plan.calls.push(Call {
            request: Request::Mapping(mapping),
            cluster: Cluster::Own,
            optional,
            by: ID,
        });
    }
}

/// PEM files that the HTTP layer trusts of clients: their CA, and what it trusted before this was said
/// explicitly, which was whatever came with its own key.
fn trusted(draft: &Draft<'_>) -> Arc<[String]> {
    let mut files = vec!["certs/kibana-ca.crt".to_owned()];
    match (draft.answers.mtls.signed_by, https::ca(draft)) {
        (SignedBy::OwnCa, Some(_)) => files.push("certs/http-ca.crt".into()),
        (_, None) => files.push("certs/http.crt".into()),
        (SignedBy::HttpCa, Some(_)) => {}
    }
    files.into()
}

fn http_layer(draft: &mut Draft<'_>, node: &Node, trusted: &Arc<[String]>) {
    let required = is_required(draft.answers);
    let plan = &mut draft.plan;
    let mut set = |key: &'static str, value: Value| plan.set(node.config, Line::new(ID, key, value));
    set(
        "xpack.security.http.ssl.client_authentication",
        if required { "required" } else { "optional" }.into(),
    );
    set("xpack.security.http.ssl.certificate_authorities", trusted.clone().into());
    if let Some(ca) = ca(draft) {
        draft.config_file(ID, node, "certs/kibana-ca.crt", Content::Certificates(vec![ca]));
    }
    if let (SignedBy::OwnCa, Some(http)) = (draft.answers.mtls.signed_by, https::ca(draft)) {
        draft.config_file(ID, node, "certs/http-ca.crt", Content::Certificates(vec![http]));
    }
}

struct Realms {
    pki: (String, u32),
    native: (String, u32),
}

fn realms(draft: &mut Draft<'_>) -> Realms {
    let answers = &draft.answers.mtls;
    let pki = realm_name(draft, &answers.pki_realm, "mtls.pki_realm", "pki1");
    let mut native = realm_name(draft, &answers.native_realm, "mtls.native_realm", "native1");
    if pki == native {
        let message =
            format!("{native:?} is the name of the PKI realm too; choose another one, such as native1");
        draft.plan.file_issue(codes::MTLS_REALM, "mtls.native_realm", message);
        native.push('2');
    }
    let pki_order = order(draft, &answers.pki_order, "mtls.pki_order", 1);
    let mut native_order = order(draft, &answers.native_order, "mtls.native_order", 2);
    if pki_order == native_order {
        let message = format!("{native_order} is the order of the PKI realm too; type another number");
        draft.plan.file_issue(codes::MTLS_ORDER, "mtls.native_order", message);
        native_order += 1;
    }
    Realms { pki: (pki, pki_order), native: (native, native_order) }
}

fn realm_name(draft: &mut Draft<'_>, text: &str, field: &'static str, otherwise: &str) -> String {
    let name = text.trim();
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    // Elasticsearch keeps names that begin with _ for itself.
    if !name.is_empty() && name.len() <= 64 && name.bytes().all(fits) && !name.starts_with('_') {
        return name.to_owned();
    }
    let message = format!("{name:?}: a realm's name has letters, digits, '-' and '_', such as {otherwise}");
    draft.plan.file_issue(codes::MTLS_REALM, field, message);
    otherwise.to_owned()
}

fn order(draft: &mut Draft<'_>, text: &str, field: &'static str, otherwise: u32) -> u32 {
    match text.trim().parse::<u32>() {
        Ok(order) if order <= 1_000_000 => order,
        _ => {
            let message = format!("{text:?}: type a whole number from 0 on, such as {otherwise}");
            draft.plan.file_issue(codes::MTLS_ORDER, field, message);
            otherwise
        }
    }
}

/// Every realm says its order; the native one is written too, since some of Elastic's pages say that only
/// listed realms are asked.
fn realm_lines(draft: &mut Draft<'_>, node: &Node, realms: &Realms) {
    let plan = &mut draft.plan;
    let mut set = |key: String, value: Value| plan.set(node.config, Line::new(ID, key, value));
    let (name, order) = &realms.pki;
    let authorities: Arc<[String]> = ["certs/kibana-ca.crt".to_owned()].into();
    set(format!("xpack.security.authc.realms.pki.{name}.order"), (*order).into());
    set(format!("xpack.security.authc.realms.pki.{name}.certificate_authorities"), authorities.into());
    let (name, order) = &realms.native;
    set(format!("xpack.security.authc.realms.native.{name}.order"), (*order).into());
}

/// Which certificates have which roles, under the name of the mapping.
type Row = (&'static str, Vec<String>, Vec<IdentityId>);

fn mappings(draft: &Draft<'_>) -> Vec<Row> {
    if !has_realm(draft.answers) {
        return Vec::new();
    }
    let kibanas: Vec<IdentityId> =
        draft.stack.kibana.iter().map(|node| kibana_identity(&node.name)).collect();
    let mut rows = Vec::new();
    if !kibanas.is_empty() {
        rows.push(("stackseal-kibana", vec!["kibana_system".to_owned()], kibanas));
    }
    if let Some(roles) = beats::roles_by_certificate(draft) {
        let beats = draft.stack.metricbeat.iter().map(|node| super::beat_identity(&node.name)).collect();
        rows.push(("stackseal-metricbeat", roles, beats));
    }
    rows
}

/// One line a role, the same on every node: the exact subjects, as Elasticsearch prints them (RFC 2253).
fn mapping_lines(draft: &Draft<'_>, mappings: &[Row]) -> Vec<(String, Arc<[String]>)> {
    let mut roles: Vec<&String> = mappings.iter().flat_map(|(_, roles, _)| roles).collect();
    let mut seen = HashSet::new();
    roles.retain(|role| seen.insert(role.as_str()));
    let line = |role: &String| {
        let holders = mappings.iter().filter(|(_, roles, _)| roles.contains(role));
        let ids: Vec<IdentityId> = holders.flat_map(|(_, _, ids)| ids).cloned().collect();
        (role.clone(), draft.plan.subjects_of(&ids).into())
    };
    roles.into_iter().map(line).collect()
}

/// Its path is left out of elasticsearch.yml: written there, a missing file would keep the node from
/// starting.
fn mapping_file(draft: &mut Draft<'_>, node: &Node, lines: &[(String, Arc<[String]>)]) {
    let config = draft.plan.open_config(Config::of(Form::Beside, node.place.clone()));
    for (role, subjects) in lines {
        draft.plan.set(config, Line::new(ID, role.clone(), subjects.clone()));
    }
    draft.plan.push_file(FileSpec {
        path: node.path("config/role_mapping.yml"),
        content: Content::Settings(config),
        place: Some(node.place.clone()),
        by: ID,
    });
}
