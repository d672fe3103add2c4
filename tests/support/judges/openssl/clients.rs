//! Client certificates against what each node takes clients of.

use std::fs;

use super::super::files::{Output, Product};
use super::{Desk, Material, read};

/// A client by its title, and what it shows.
type Shown = (String, Result<Material, String>);

impl Desk {
    pub(super) fn clients(&mut self, output: &Output) {
        for (title, material) in self.client_material(output) {
            let material = match material {
                Ok(material) => material,
                Err(why) => {
                    self.report.check(format!("{title}: openssl reads key and certificate"), Err(why));
                    continue;
                }
            };
            let result = self.pair(&material);
            self.report.check(format!("{title}: the key is the certificate's"), result);
            for (node, trust) in asking(output) {
                let result = self.verify(&material.chain, &trust, "sslclient");
                self.report
                    .check(format!("{title}: openssl verifies strictly as sslclient of {node}"), result);
            }
        }
    }

    fn client_material(&self, output: &Output) -> Vec<Shown> {
        let mut found = Vec::new();
        let names_one = |product: &Product, prefix: &str| {
            ["certificate", "keystore.path"]
                .iter()
                .any(|last| product.get(&format!("{prefix}.{last}")).is_some())
        };
        let beats = output.beats.iter().map(|beat| ("metricbeat", beat, "output.elasticsearch.ssl"));
        let modules = output.modules.iter().map(|module| ("metricbeat module of", module, "ssl"));
        let kibanas = output.kibanas.iter().map(|kibana| ("kibana", kibana, "elasticsearch.ssl"));
        for (kind, product, prefix) in kibanas.chain(beats).chain(modules) {
            if names_one(product, prefix) {
                found.push((format!("{kind} {} client", product.host), self.shown(product, prefix)));
            }
        }
        for (certificate, key) in output.account_pairs() {
            let pair = |chain, key| Material { key, chain, trust: String::new() };
            let material = read(&certificate).and_then(|chain| Ok(pair(chain, read(&key)?)));
            found.push((format!("accounts/{}", super::name(&certificate)), material));
        }
        found
    }
}

/// Nodes that ask for certificates, and the PEM files that they name for it. What is still away counts for
/// nothing: the client's own CA is there.
fn asking(output: &Output) -> Vec<(String, String)> {
    let prefix = "xpack.security.http.ssl";
    let asks = |node: &&Product| {
        node.get(&format!("{prefix}.client_authentication")).is_some_and(|demand| demand != "none")
    };
    let named = |node: &Product| {
        let listed = node.list(&format!("{prefix}.certificate_authorities"));
        let files = listed.iter().filter_map(|path| fs::read_to_string(node.file(path)).ok());
        (node.host.clone(), files.collect())
    };
    output
        .nodes
        .iter()
        .filter(asks)
        .map(named)
        .filter(|(_, trust): &(String, String)| !trust.is_empty())
        .collect()
}
