//! The monitoring cluster: another one, which Kibana reads and Metricbeat sends to.

use std::sync::Arc;

use super::https_url;
use crate::plan::{Origin, Proof, SecretId, SecretSpec, codes};
use crate::steps::{Answers, Draft};
use crate::values::StackUrl;

/// Its URLs, as far as they can be read; none where there is no such cluster.
pub fn urls(answers: &Answers) -> Arc<[String]> {
    read(answers).map(|url| url.to_string()).collect()
}

/// The port of its first URL.
pub fn port(answers: &Answers) -> u16 {
    read(answers).next().map_or(9200, |url| url.port)
}

fn read(answers: &Answers) -> impl Iterator<Item = StackUrl> {
    let typed = answers.kibana_client.monitoring_hosts.iter().filter(|text| !text.trim().is_empty());
    typed.filter_map(|text| https_url(text).ok())
}

/// It is checked by the CA file that its operator hands over.
pub fn proof() -> Proof {
    Proof { who: "the monitoring cluster", what: "its names".into(), authority: None, span: None }
}

pub(super) fn draft(draft: &mut Draft<'_>) -> Option<Arc<[String]>> {
    let answers = &draft.answers.kibana_client;
    if !answers.monitoring {
        return None;
    }
    for text in answers.monitoring_hosts.iter().filter(|text| !text.trim().is_empty()) {
        if let Err(message) = https_url(text) {
            draft.plan.file_issue(codes::KIBANA_MONITORING_URL, "kibana_client.monitoring_hosts", message);
        }
    }
    if answers.monitoring_hosts.iter().all(|text| text.trim().is_empty()) {
        let message = "type the URL of the monitoring cluster, such as https://mon-1.corp.example:9200";
        draft.plan.file_issue(codes::KIBANA_MONITORING_URL, "kibana_client.monitoring_hosts", message);
    }
    if !draft.stack.kibana.is_empty() {
        token(draft);
    }
    Some(urls(draft.answers))
}

/// What is no token would be refused only by the monitoring cluster itself.
fn token(draft: &mut Draft<'_>) {
    let token = SecretId::new("kibana_client.monitoring_token");
    let fits = |text: &str| {
        text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=_-".contains(&b)) && !text.is_empty()
    };
    match draft.context.typed.get(&token) {
        Some(secret) if fits(secret.reveal()) => {}
        Some(_) => {
            let message = "not a token: copy it whole, such as AAEAAWVsYXN0aWMv…, with letters, digits and + / = _ - only";
            draft.plan.file_issue(codes::KIBANA_MONITORING_SECRET, token.as_str(), message);
        }
        None => draft.check_typed(&token, codes::KIBANA_MONITORING_SECRET),
    }
    draft.plan.secrets.push(SecretSpec { id: token, origin: Origin::Typed });
}
