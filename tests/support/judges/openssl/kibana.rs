//! Kibana as a server: its certificate against the CA that browsers are given, or its request.

use std::fs;

use super::super::Line;
use super::super::files::{Output, Product, need, url_host};
use super::Desk;

impl Desk {
    pub(super) fn kibana_server(&mut self, output: &Output, kibana: &Product) {
        let (prefix, title) = ("server.ssl", format!("kibana {} server", kibana.host));
        let has_key =
            ["key", "keystore.path"].iter().any(|last| kibana.get(&format!("{prefix}.{last}")).is_some());
        if !has_key {
            self.kibana_waits(output, kibana, &title);
            return;
        }
        if self.waits(output, kibana, prefix, &title) {
            return;
        }
        let material = match self.material(kibana, prefix) {
            Ok(material) => material,
            Err(why) => {
                self.report.check(format!("{title}: openssl reads key and certificate"), Err(why));
                return;
            }
        };
        let result = self.pair(&material);
        self.report.check(format!("{title}: the key is the certificate's"), result);
        if self.is_asked_for(output, &material.key) {
            self.report.note(format!("{title}: signed by an outside CA, which is not in the folder"));
            return;
        }
        let trust: String =
            output.browser_trust().iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
        let url = kibana.get("server.publicBaseUrl").map(url_host);
        let result = self.verify_as(&material.chain, &trust, "sslserver", url.as_deref());
        let name = url.unwrap_or_default();
        self.report.check(format!("{title}: openssl verifies strictly as sslserver {name}"), result);
    }

    fn is_asked_for(&self, output: &Output, key: &str) -> bool {
        let Ok(ours) = self.public_of(key) else { return false };
        output.requests().iter().any(|file| {
            self.run(&["req", "-noout", "-pubkey", "-in"], file, None).is_ok_and(|theirs| theirs == ours)
        })
    }

    /// A key that no setting names, beside requests: TLS comes with the signed certificate.
    fn kibana_waits(&mut self, output: &Output, kibana: &Product, title: &str) {
        if output.requests().is_empty() || !kibana.has_unnamed_key() {
            return;
        }
        self.report
            .lines
            .push(Line::Waiting(format!("{title}: its certificate is not there yet, its request is")));
        let host = kibana.get("server.name").unwrap_or(&kibana.host).to_owned();
        let asked = output.requests().iter().any(|file| {
            let said = self.run(&["req", "-noout", "-text", "-in"], file, None).unwrap_or_default();
            said.contains(&format!("DNS:{host}")) && said.contains("TLS Web Server Authentication")
        });
        let result = need(asked, format!("no request for a server asks for the name {host}"));
        self.report.check(format!("{title}: a request asks for its name"), result);
    }
}
