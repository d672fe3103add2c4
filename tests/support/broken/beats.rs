//! Metricbeat: its settings, its secrets, whom it trusts.

use std::fs;

use super::super::judges::Judge::{Go, Node};
use super::super::whole::{BEAT, BEAT_CERTS, MODULE};
use super::{Broken, row};

pub fn rows() -> Vec<Broken> {
    vec![
        row(
            "a misspelt key that Metricbeat would ignore",
            |s| {
                s.edit(
                    BEAT,
                    "output.elasticsearch.ssl.certificate_authorities",
                    "output.elasticsearch.ssl.certificate_authority",
                )
            },
            &[(
                Node,
                "metricbeat.yml: output.elasticsearch.ssl.certificate_authority is no key that Metricbeat knows",
            )],
        ),
        row(
            "a misspelt key in a module",
            |s| s.edit(MODULE, "ssl.key:", "ssl.keys:"),
            &[(Node, "elasticsearch-xpack.yml: ssl.keys is no key that Metricbeat knows")],
        ),
        row(
            "Metricbeat trusts another CA",
            |s| s.put("other-ca.crt", &format!("{BEAT_CERTS}/elasticsearch-ca.pem")),
            &[
                (Node, "the CA file does not hold the CA of es1"),
                (Node, "metricbeat es1 output -> es1 TLSv1.3"),
                (Go, "metricbeat es1 output -> es1 http TLSv1.3"),
                (Go, "metricbeat es1 module -> es1 http TLSv1.2"),
            ],
        ),
        row(
            "Metricbeat trusts another CA for Kibana",
            |s| s.put("other-ca.crt", &format!("{BEAT_CERTS}/browser-ca.crt")),
            &[
                (
                    Node,
                    "setup.kibana: https://kb1.lab.example:5601 is of a Kibana, and of the CA at hand: the CA file",
                ),
                (Go, "metricbeat es1 setup.kibana -> kibana kb1 TLSv1.3"),
            ],
        ),
        row(
            "a CA file that is missing",
            |s| fs::remove_file(s.file(&format!("{BEAT_CERTS}/elasticsearch-ca.pem"))).unwrap(),
            &[(Node, "metricbeat es1: output: CA, key and certificate load")],
        ),
        row(
            "a leaf in place of the CA",
            |s| s.put("es1-http.crt", &format!("{BEAT_CERTS}/elasticsearch-ca.pem")),
            &[
                (Node, "a certificate of certificate_authorities is no CA"),
                (Go, "metricbeat es1 output: Go loads CA, key and certificate"),
            ],
        ),
        row(
            "Metricbeat dials a name that nobody has",
            |s| s.edit(BEAT, "https://es1.lab.example", "https://es9.lab.example"),
            &[
                (Node, "es9.lab.example is in no node's certificate"),
                (Go, "metricbeat es1 output: es9.lab.example is a name in a certificate"),
            ],
        ),
        row(
            "a password in the open",
            |s| s.edit(BEAT, "\"'${ES_PWD}'\"", "a-password-of-the-writer"),
            &[(Node, "output: password is not of the form '${NAME}'")],
        ),
        row(
            "a reference without the quotes inside",
            |s| s.edit(BEAT, "\"'${ES_PWD}'\"", "\"${ES_PWD}\""),
            &[(Node, "output: password is not of the form '${NAME}'")],
        ),
        row(
            "a reference to a secret that is not there",
            |s| fs::remove_file(s.file("es1/metricbeat/secure-settings/COLLECTOR_PWD")).unwrap(),
            &[(
                Node,
                "elasticsearch-xpack.yml: password names COLLECTOR_PWD, which is not in secure-settings/",
            )],
        ),
        row(
            "a secret that nothing reads",
            |s| s.write("es1/metricbeat/secure-settings/OLD_PWD", "an-old-password"),
            &[(Node, "nothing reads OLD_PWD")],
        ),
        row(
            "an API key beside a user",
            |s| {
                s.edit(
                    BEAT,
                    "output.elasticsearch.username",
                    "output.elasticsearch.api_key: \"'${ES_API_KEY}'\"\noutput.elasticsearch.username",
                )
            },
            &[(Node, "output: cannot set both api_key and username/password")],
        ),
        row(
            "a certificate without its key",
            |s| s.edit(MODULE, "  ssl.key: /etc/metricbeat/certs/metricbeat.key\n", ""),
            &[(Node, "elasticsearch-xpack.yml: key file not configured")],
        ),
        row(
            "an index of its own without a template",
            |s| s.edit(BEAT, "name: es1\n", "name: es1\noutput.elasticsearch.index: mb\n"),
            &[(
                Node,
                "setup.template.name and setup.template.pattern have to be set if index name is modified",
            )],
        ),
        row(
            "Metricbeat checks no names",
            |s| s.edit(BEAT, "verification_mode: full", "verification_mode: none"),
            &[(Node, "output.elasticsearch.ssl.verification_mode may not be \"none\"")],
        ),
        row(
            "a relative path",
            |s| s.edit(MODULE, "[\"/etc/metricbeat/certs", "[\"certs"),
            &[(Node, "elasticsearch-xpack.yml: ssl.certificate_authorities may not be")],
        ),
    ]
}
