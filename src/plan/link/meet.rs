//! What a client and a server meet in each other: names, chains, usages.

use std::collections::HashMap;

use super::Found;
use crate::plan::{Connection, Identity, IdentityId, Issuer, codes};

pub(super) fn check(
    connection: &Connection,
    by_id: &HashMap<&IdentityId, &Identity>,
    found: &mut Vec<Found>,
) {
    let servers: Vec<&Identity> = connection.servers.iter().filter_map(|id| by_id.get(id).copied()).collect();
    let url = &connection.url;
    let uncovered = servers.iter().find(|s| !s.sans.covers(&url.endpoint, connection.rules));
    if let Some(server) = uncovered.filter(|_| connection.checks_name) {
        let message = format!(
            "{url} is not in the certificate of {} that {} may meet; use one of its names, or add this one on Overview",
            server.subject, connection.client
        );
        found.push((connection.uncovered, connection.field.clone(), message));
    }
    for server in servers {
        if !server.usages.serves() {
            let message =
                format!("{} would meet {}, which may only be a client", connection.client, server.id);
            found.push((codes::NOT_A_SERVER, connection.field.clone(), message));
        }
        let signed = match &server.issuer {
            Issuer::Itself => connection.trusts.contains(&server.id),
            Issuer::Other(issuer) => connection.trusts.contains(issuer),
            Issuer::Outside => true,
        };
        if !signed {
            let message =
                format!("{} would meet {}, which its CA file does not sign", connection.client, server.id);
            found.push((codes::UNTRUSTED, connection.field.clone(), message));
        }
    }
    check_client(connection, by_id, found);
}

/// A server that asks for certificates gets one that it takes.
fn check_client(connection: &Connection, by_id: &HashMap<&IdentityId, &Identity>, found: &mut Vec<Found>) {
    let Some(asks) = &connection.asks else { return };
    let Some(shown) = connection.presents.as_ref().and_then(|id| by_id.get(id)) else {
        if asks.required {
            let message =
                format!("{} shows no certificate, and {} demands one", connection.client, connection.url);
            found.push((codes::NO_CLIENT_CERTIFICATE, connection.field.clone(), message));
        }
        return;
    };
    let taken = match &shown.issuer {
        Issuer::Other(issuer) => asks.accepts.contains(issuer),
        Issuer::Itself => false,
        // The step that has no authority for it says so itself.
        Issuer::Outside => true,
    };
    if !taken || !shown.usages.connects() {
        let message =
            format!("{} shows {}, which {} does not take", connection.client, shown.id, connection.url);
        found.push((codes::CLIENT_UNTRUSTED, connection.field.clone(), message));
    }
}
