//! Settings that a product takes one of, in its file and its keystore together.

use std::collections::{HashMap, HashSet};

use super::Found;
use crate::plan::{Content, Form, Plan, Product, codes};

/// Settings of which a product takes one, wherever it finds them: in its file or in its keystore.
const EXCLUSIVE: [(Product, &str, &str); 10] = [
    (Product::Kibana, "elasticsearch.serviceAccountToken", "elasticsearch.username"),
    (Product::Kibana, "elasticsearch.serviceAccountToken", "elasticsearch.password"),
    (Product::Kibana, "elasticsearch.ssl.keystore.path", "elasticsearch.ssl.key"),
    (Product::Kibana, "server.ssl.keystore.path", "server.ssl.key"),
    (Product::Metricbeat, "output.elasticsearch.api_key", "output.elasticsearch.username"),
    (Product::Metricbeat, "monitoring.elasticsearch.api_key", "monitoring.elasticsearch.username"),
    (Product::Elasticsearch, "xpack.security.http.ssl.keystore.path", "xpack.security.http.ssl.key"),
    (
        Product::Elasticsearch,
        "xpack.security.http.ssl.truststore.path",
        "xpack.security.http.ssl.certificate_authorities",
    ),
    (
        Product::Elasticsearch,
        "xpack.security.transport.ssl.keystore.path",
        "xpack.security.transport.ssl.key",
    ),
    (
        Product::Elasticsearch,
        "xpack.security.transport.ssl.truststore.path",
        "xpack.security.transport.ssl.certificate_authorities",
    ),
];

pub(super) fn check(plan: &Plan, found: &mut Vec<Found>) {
    // Kibana alone reads its keystore as settings; Elasticsearch's holds none of these, Metricbeat's
    // holds variables.
    let mut secure: HashMap<&str, HashSet<&str>> = HashMap::new();
    for file in &plan.files {
        let Some(place) = file.place.as_ref().filter(|place| place.product == Product::Kibana) else {
            continue;
        };
        let names = secure.entry(place.host.as_str()).or_default();
        match &file.content {
            Content::Keystore(store) => names.extend(store.settings.iter().map(|setting| setting.name)),
            Content::Secret(_) => {
                names.extend(file.path.as_str().split_once("/secure-settings/").map(|(_, name)| name));
            }
            _ => {}
        }
    }
    for config in plan.configs.iter().filter(|config| config.form == Form::Main) {
        let product = config.place.product;
        let stored = secure.get(config.place.host.as_str()).filter(|_| product == Product::Kibana);
        let set = |key: &str| config.lines().iter().find(|line| line.key == key).map(|line| line.by);
        let has = |key: &str| set(key).is_some() || stored.is_some_and(|names| names.contains(key));
        let pairs = EXCLUSIVE.iter().filter(|(of, one, other)| *of == product && has(one) && has(other));
        for (_, one, other) in pairs {
            let by = set(one).or_else(|| set(other)).unwrap_or("overview");
            let message = format!("{one} and {other} exclude each other on {}", config.place.host);
            found.push((codes::EXCLUSIVE, by.to_owned(), message));
        }
    }
}
