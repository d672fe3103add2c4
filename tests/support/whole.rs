//! The sample with all that the steps for browsers, clients and Metricbeat bring: es1 runs a Metricbeat, kb1
//! answers browsers and logs in by a PKI realm. Made by openssl and by hand.

use std::fs;
use std::path::Path;

use super::changes::{ES1, KIBANA, append};
use super::sample::{self, SERVER_ONLY, Sample, Wanted};

pub const CLIENT_ONLY: &str = "extendedKeyUsage=clientAuth";
pub const KB1_CERTS: &str = "kb1/kibana/config/certs";
pub const KB1_NAMES: &str = "DNS:kb1.lab.example,IP:10.9.0.21";
pub const BEAT: &str = "es1/metricbeat/config/metricbeat.yml";
pub const BEAT_CERTS: &str = "es1/metricbeat/config/certs";
pub const MODULE: &str = "es1/metricbeat/config/modules.d/elasticsearch-xpack.yml";
pub const MAPPING_FILE: &str = "es1/elasticsearch/config/role_mapping.yml";
pub const MAPPING_BODY: &str = "../security-api/role-mapping-kibana.json";
pub const WRITER_BODY: &str = "../security-api/user-metricbeat_writer.json";
pub const SCRIPT: &str = "../security-api/run.sh";

/// What is made once and kept with the rest of the sample's workshop.
pub fn make(work: &Path) {
    for ca in ["browser-ca", "client-ca"] {
        sample::authority(work, ca, "keyUsage=critical,keyCertSign,cRLSign");
    }
    for (name, algorithm, ca, sans, usage, days) in [
        ("kb1-server", "RSA", "browser-ca", KB1_NAMES, SERVER_ONLY, "825"),
        ("kb1-client", "RSA", "client-ca", "DNS:kb1.lab.example", CLIENT_ONLY, "700"),
        ("beat-es1", "RSA", "client-ca", "DNS:es1.lab.example", CLIENT_ONLY, "700"),
        ("operator", "EC", "client-ca", "DNS:operator", CLIENT_ONLY, "700"),
    ] {
        sample::key(work, name, algorithm);
        sample::issue(work, name, &Wanted { ca, sans, usage, days });
    }
}

pub fn whole(sample: &Sample) {
    for host in ["es1", "es2", "es3"] {
        let config = format!("{host}/elasticsearch/config");
        append(sample, &format!("{config}/elasticsearch.yml"), REALM);
        sample.put("client-ca.crt", &format!("{config}/certs/kibana-ca.crt"));
        sample.put("http-ca.crt", &format!("{config}/certs/http-ca.crt"));
        sample.write(
            &format!("{config}/role_mapping.yml"),
            "# Mutual TLS\nkibana_system: [\"CN=kb1-client\"]\n",
        );
    }
    kibana(sample);
    metricbeat(sample);
    fs::create_dir_all(sample.file("../accounts")).unwrap();
    for end in ["crt", "key"] {
        sample.put(&format!("operator.{end}"), &format!("../accounts/operator.{end}"));
    }
    fs::create_dir_all(sample.file("../security-api")).unwrap();
    sample.write(SCRIPT, RUN);
    sample.write(MAPPING_BODY, MAPPING);
    sample.write("../security-api/role-metricbeat_writer.json", ROLE);
    sample.write(WRITER_BODY, USER);
    sample.write("../accounts/metricbeat_writer.password", "a-password-of-the-writer");
}

fn kibana(sample: &Sample) {
    fs::remove_file(sample.file("kb1/kibana/secure-settings/elasticsearch.serviceAccountToken")).unwrap();
    for name in ["kb1-server", "kb1-client"] {
        for end in ["crt", "key"] {
            sample.put(&format!("{name}.{end}"), &format!("{KB1_CERTS}/{name}.{end}"));
        }
    }
    sample.put("browser-ca.crt", "../clients/browser-ca.crt");
    append(sample, KIBANA, SERVER);
}

fn metricbeat(sample: &Sample) {
    for folder in ["config/certs", "config/modules.d", "secure-settings"] {
        fs::create_dir_all(sample.file(&format!("es1/metricbeat/{folder}"))).unwrap();
    }
    for (from, to) in [
        ("http-ca.crt", "elasticsearch-ca.pem"),
        ("browser-ca.crt", "browser-ca.crt"),
        ("beat-es1.crt", "metricbeat.crt"),
        ("beat-es1.key", "metricbeat.key"),
    ] {
        sample.put(from, &format!("{BEAT_CERTS}/{to}"));
    }
    sample.write(BEAT, CONFIG);
    sample.write(MODULE, ITEM);
    for (name, secret) in [
        ("ES_PWD", "a-password-of-the-writer"),
        ("SETUP_PWD", "the-password-of-setup"),
        ("COLLECTOR_PWD", "the-password-of-collector"),
    ] {
        sample.write(&format!("es1/metricbeat/secure-settings/{name}"), secret);
    }
}

/// The same licence, but nobody logs in by a certificate: all show one beside what they log in by.
pub fn beside_token(sample: &Sample) {
    whole(sample);
    for host in ["es1", "es2", "es3"] {
        let file = format!("{host}/elasticsearch/config/elasticsearch.yml");
        sample.edit(&file, REALM_ALONE, "");
        sample.edit(&file, "client_authentication: optional", "client_authentication: required");
        fs::remove_file(sample.file(&format!("{host}/elasticsearch/config/role_mapping.yml"))).unwrap();
    }
    fs::remove_file(sample.file(MAPPING_BODY)).unwrap();
    sample.edit(
        SCRIPT,
        "    role-mapping-kibana) call role-mapping-kibana PUT '/_security/role_mapping/kibana' plain  ;;\n",
        "",
    );
    sample.write("kb1/kibana/secure-settings/elasticsearch.serviceAccountToken", "AAEAAWVsYXN0aWM");
    append(sample, KIBANA, "elasticsearch.ssl.alwaysPresentCertificate: true\n");
}

/// Kibana's two keys in stores: one with a password, one with the empty one.
pub fn stores(sample: &Sample) {
    whole(sample);
    fs::write(sample.work().join("empty"), "\n").unwrap();
    for (name, ca, pass) in [("kb1-server", "browser-ca", "empty"), ("kb1-client", "client-ca", "pass")] {
        let words = format!(
            "pkcs12 -export -inkey {name}.key -in {name}.crt -certfile {ca}.crt -out {name}.p12 -passout file:{pass}"
        );
        sample::openssl(&sample.work(), &words);
        sample.put(&format!("{name}.p12"), &format!("{KB1_CERTS}/{name}.p12"));
        for end in ["crt", "key"] {
            fs::remove_file(sample.file(&format!("{KB1_CERTS}/{name}.{end}"))).unwrap();
        }
    }
    sample.edit(KIBANA, "server.ssl.certificate: /etc/kibana/certs/kb1-server.crt\nserver.ssl.key: /etc/kibana/certs/kb1-server.key\n", "server.ssl.keystore.path: /etc/kibana/certs/kb1-server.p12\nserver.ssl.keystore.password: \"\"\n");
    sample.edit(KIBANA, "elasticsearch.ssl.certificate: /etc/kibana/certs/kb1-client.crt\nelasticsearch.ssl.key: /etc/kibana/certs/kb1-client.key\n", "elasticsearch.ssl.keystore.path: /etc/kibana/certs/kb1-client.p12\n");
    sample.write("kb1/kibana/secure-settings/elasticsearch.ssl.keystore.password", sample::PASSWORD);
}

/// Kibana's certificate is with whoever signs it: the key lies there, and no setting speaks of it.
pub fn awaits(sample: &Sample) {
    whole(sample);
    sample.edit(KIBANA, SERVER_ALONE, "");
    append(sample, KIBANA, "server.name: kb1.lab.example\n");
    fs::remove_file(sample.file(&format!("{KB1_CERTS}/kb1-server.crt"))).unwrap();
    fs::remove_file(sample.file(&format!("{BEAT_CERTS}/browser-ca.crt"))).unwrap();
    fs::create_dir_all(sample.out().join("requests")).unwrap();
    fs::write(sample.work().join("extensions"), "").unwrap();
    sample::openssl(
        &sample.work(),
        "req -new -key kb1-server.key -subj /CN=kb1 -addext subjectAltName=DNS:kb1.lab.example -addext extendedKeyUsage=serverAuth -out kb1-server.csr",
    );
    sample.put("kb1-server.csr", "../requests/kb1-server.csr");
}

/// Signs one of the certificates of this file again, and puts it where it lies.
pub fn again(sample: &Sample, name: &str, wanted: &Wanted<'_>) {
    sample::issue(&sample.work(), name, wanted);
    match name {
        "beat-es1" => sample.put("beat-es1.crt", &format!("{BEAT_CERTS}/metricbeat.crt")),
        "operator" => sample.put("operator.crt", "../accounts/operator.crt"),
        _ => sample.put(&format!("{name}.crt"), &format!("{KB1_CERTS}/{name}.crt")),
    }
}

/// A file of one node's settings, so that what breaks it is seen against the sound others.
pub const NODE: &str = ES1;
pub const REALM: &str = "\
xpack.security.http.ssl.client_authentication: optional
xpack.security.http.ssl.certificate_authorities: [\"certs/kibana-ca.crt\", \"certs/http-ca.crt\"]
xpack.license.self_generated.type: trial
xpack.security.authc.realms.pki.pki1.order: 1
xpack.security.authc.realms.pki.pki1.certificate_authorities: [\"certs/kibana-ca.crt\"]
xpack.security.authc.realms.native.native1.order: 2
";
const REALM_ALONE: &str = "\
xpack.license.self_generated.type: trial
xpack.security.authc.realms.pki.pki1.order: 1
xpack.security.authc.realms.pki.pki1.certificate_authorities: [\"certs/kibana-ca.crt\"]
xpack.security.authc.realms.native.native1.order: 2
";
const SERVER_ALONE: &str = "\
server.publicBaseUrl: https://kb1.lab.example:5601
server.ssl.enabled: true
server.ssl.certificate: /etc/kibana/certs/kb1-server.crt
server.ssl.key: /etc/kibana/certs/kb1-server.key
server.ssl.redirectHttpFromPort: 80
";
const SERVER: &str = "\
server.port: 5601
server.publicBaseUrl: https://kb1.lab.example:5601
server.ssl.enabled: true
server.ssl.certificate: /etc/kibana/certs/kb1-server.crt
server.ssl.key: /etc/kibana/certs/kb1-server.key
server.ssl.redirectHttpFromPort: 80
elasticsearch.ssl.certificate: /etc/kibana/certs/kb1-client.crt
elasticsearch.ssl.key: /etc/kibana/certs/kb1-client.key
";
const CONFIG: &str = "\
name: es1
metricbeat.config.modules.path: /etc/metricbeat/modules.d/*.yml
output.elasticsearch.hosts: [\"https://es1.lab.example:9200\", \"https://10.9.0.2:9200\"]
output.elasticsearch.username: metricbeat_writer
output.elasticsearch.password: \"'${ES_PWD}'\"
output.elasticsearch.ssl.certificate_authorities: [\"/etc/metricbeat/certs/elasticsearch-ca.pem\"]
output.elasticsearch.ssl.verification_mode: full
output.elasticsearch.ssl.certificate: /etc/metricbeat/certs/metricbeat.crt
output.elasticsearch.ssl.key: /etc/metricbeat/certs/metricbeat.key
setup.kibana.host: https://kb1.lab.example:5601
setup.kibana.username: metricbeat_setup
setup.kibana.password: \"'${SETUP_PWD}'\"
setup.kibana.ssl.certificate_authorities: [\"/etc/metricbeat/certs/browser-ca.crt\"]
";
const ITEM: &str = "\
- module: elasticsearch
  xpack.enabled: true
  period: 10s
  hosts: [\"https://es1.lab.example:9200\"]
  scope: node
  username: metricbeat_collector
  password: \"'${COLLECTOR_PWD}'\"
  ssl.certificate_authorities: [\"/etc/metricbeat/certs/elasticsearch-ca.pem\"]
  ssl.certificate: /etc/metricbeat/certs/metricbeat.crt
  ssl.key: /etc/metricbeat/certs/metricbeat.key
";
const MAPPING: &str = r#"{
  "enabled": true,
  "roles": ["kibana_system"],
  "rules": { "all": [{ "field": { "realm.name": "pki1" } }, { "field": { "dn": "CN=kb1-client" } }] }
}
"#;
const ROLE: &str = r#"{
  "cluster": ["monitor", "read_ilm"],
  "indices": [{ "names": ["metricbeat-*"], "privileges": ["create_doc", "auto_configure"] }]
}
"#;
const USER: &str = r#"{ "full_name": "Metricbeat", "roles": ["metricbeat_writer", "remote_monitoring_agent"] }
"#;
const RUN: &str = r#"#!/bin/sh
set -eu
one() {
  case $1 in
    role-mapping-kibana) call role-mapping-kibana PUT '/_security/role_mapping/kibana' plain  ;;
    role-metricbeat_writer) call role-metricbeat_writer PUT '/_security/role/metricbeat_writer' plain  ;;
    user-metricbeat_writer) call user-metricbeat_writer PUT '/_security/user/metricbeat_writer' password metricbeat_writer ;;
  esac
}
if [ "${1-}" = --list ]; then
  printf '%s\n' role-mapping-kibana role-metricbeat_writer user-metricbeat_writer
  exit 0
fi
for name do one "$name"; done
"#;
