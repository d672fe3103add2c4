//! Whom Metricbeat connects to: for the checks between the steps, and for the board.

use std::sync::Arc;

use super::kibana::{SetupKibana, meant, setup_kibana};
use super::{Credential, own_urls, to_monitoring};
use crate::plan::{Channel, Connection, Link, Protection, codes};
use crate::steps::accounts::Accounts;
use crate::steps::{Draft, browser, https, kibana_client, mtls};
use crate::values::NameRules;

/// All Metricbeats meet the same servers in the same way, so one of them stands for all.
pub(super) fn connections(draft: &mut Draft<'_>) {
    let Some(first) = draft.stack.metricbeat.first().cloned() else { return };
    let asks = mtls::asks(draft).map(Arc::new);
    let presents = mtls::has_beat_identities(draft.answers).then(|| mtls::beat_identity(&first.name));
    let trusts: Vec<_> = https::ca(draft).into_iter().collect();
    for (node, url) in draft.stack.elasticsearch.clone().iter().zip(own_urls(draft)) {
        draft.plan.connections.push(Connection {
            client: "Metricbeat",
            rules: NameRules::Go,
            url,
            servers: [https::identity_of(draft, node)].into(),
            trusts: trusts.clone(),
            checks_name: true,
            presents: presents.clone(),
            asks: asks.clone(),
            field: "overview.metricbeat".into(),
            uncovered: codes::BEATS_URL_NOT_COVERED,
        });
    }
    // Also while its certificate is awaited: the names of the request are known.
    if let Some(SetupKibana { url, node: Some(kibana) }) = meant(draft)
        && url.tls
        && draft.way_of(&kibana) != browser::Way::Plain
    {
        draft.plan.connections.push(Connection {
            client: "Metricbeat",
            rules: NameRules::Go,
            url,
            servers: [browser::identity_of(&kibana)].into(),
            trusts: browser::ca_of(draft, &kibana).into_iter().collect(),
            checks_name: true,
            presents: None,
            asks: None,
            field: "beats.kibana_url".into(),
            uncovered: codes::BEATS_KIBANA_URL_NOT_COVERED,
        });
    }
}

/// Whether the accounts that send are made by calls: files bring them to the cluster of this session alone.
fn by_call(draft: &Draft<'_>) -> bool {
    to_monitoring(draft.answers) || draft.answers.overview.accounts == Accounts::Api
}

pub(super) fn channels(draft: &mut Draft<'_>) {
    let Some(first) = draft.stack.metricbeat.first().cloned() else { return };
    let logs_in = match draft.answers.beats.credential {
        Credential::User if by_call(draft) => "logs in as metricbeat_writer, once a call has made it",
        Credential::User => "logs in as metricbeat_writer",
        Credential::ApiKey => "logs in by API key, once it is made",
        Credential::Certificate => "logs in by certificate",
    };
    let shown = mtls::has_beat_identities(draft.answers)
        .then(|| mtls::proof(draft, "Metricbeat", &mtls::beat_identity(&first.name)))
        .flatten();
    let protection = if shown.is_some() { Protection::Mutual } else { Protection::Verified };
    let away = to_monitoring(draft.answers);
    if !away || draft.answers.beats.module {
        let proofs = [https::proof(draft)].into_iter().chain(shown).collect();
        let note = if away { "reads metrics".to_owned() } else { logs_in.to_owned() };
        draft.plan.channels.push(Channel {
            link: Link::BeatToElasticsearch,
            port: 9200,
            protection,
            proofs,
            note,
        });
    }
    if away {
        let proofs = vec![kibana_client::monitoring_proof()];
        draft.plan.channels.push(Channel {
            link: Link::BeatToMonitoring,
            port: kibana_client::monitoring_port(draft.answers),
            protection: Protection::Verified,
            proofs,
            note: logs_in.into(),
        });
    }
    let Some(SetupKibana { url, node }) = setup_kibana(draft) else { return };
    let proof = node.map_or_else(browser::unknown_proof, |node| browser::proof(draft, &node));
    draft.plan.channels.push(Channel {
        link: Link::BeatToKibana,
        port: url.port,
        protection: if url.tls { Protection::Verified } else { Protection::Plain },
        proofs: if url.tls { vec![proof] } else { Vec::new() },
        note: "loads dashboards, once".into(),
    });
}
