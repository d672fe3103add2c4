//! Clients that show a certificate, what nodes take of them, the PKI realm and its mappings.

use super::super::changes::{KIBANA, append};
use super::super::judges::Judge::{Go, Java, Node, OpenSsl, Python};
use super::super::sample::{SERVER_ONLY, Wanted};
use super::super::whole::{BEAT_CERTS, CLIENT_ONLY, MAPPING_BODY, MAPPING_FILE, NODE, again};
use super::{Broken, row};

const SOUND: Wanted<'static> =
    Wanted { ca: "client-ca", sans: "DNS:kb1.lab.example", usage: CLIENT_ONLY, days: "700" };

pub fn rows() -> Vec<Broken> {
    vec![
        row(
            "Kibana shows a server's certificate",
            |s| again(s, "kb1-client", &Wanted { usage: SERVER_ONLY, ..SOUND }),
            &[
                (Java, "kibana kb1: key usage and extended key usage fit: extendedKeyUsage lacks clientAuth"),
                (Java, "http kibana kb1 -> es1 TLSv1.3 with its certificate"),
                (Python, "http kibana kb1 -> es1 TLSv1_3 strict, with its certificate"),
                (OpenSsl, "kibana kb1 client: openssl verifies strictly as sslclient of es1"),
                (Node, "the node does not believe the client certificate"),
            ],
        ),
        row(
            "the operator's certificate is a server's",
            |s| again(s, "operator", &Wanted { usage: SERVER_ONLY, ..SOUND }),
            &[
                (Java, "accounts/operator.crt: key usage and extended key usage fit"),
                (Python, "http accounts/operator.crt -> es1"),
                (OpenSsl, "accounts/operator.crt: openssl verifies strictly as sslclient of es2"),
            ],
        ),
        row(
            "Metricbeat's certificate is of another CA",
            |s| again(s, "beat-es1", &Wanted { ca: "other-ca", ..SOUND }),
            &[
                (Java, "metricbeat es1: the leaf's issuer is a CA at hand"),
                (Java, "metricbeat es1: its CA is one that es1 takes clients of"),
                (Python, "http metricbeat es1 -> es1 TLSv1_2 strict"),
                (OpenSsl, "metricbeat es1 client: openssl verifies strictly as sslclient of es1"),
                (Node, "the node does not believe the client certificate"),
                (Go, "metricbeat es1 output -> es1 http TLSv1.3"),
            ],
        ),
        row(
            "another key than that of Metricbeat's certificate",
            |s| s.put("kb1-client.key", &format!("{BEAT_CERTS}/metricbeat.key")),
            &[
                (Java, "metricbeat es1: key and certificate load"),
                (Node, "metricbeat es1: output: CA, key and certificate load: private key does not match"),
                (OpenSsl, "metricbeat es1 client: the key is the certificate's"),
                (Go, "metricbeat es1 output: Go loads CA, key and certificate"),
            ],
        ),
        row(
            "a node does not take the clients' CA",
            |s| s.edit(NODE, "[\"certs/kibana-ca.crt\", \"certs/http-ca.crt\"]", "[\"certs/http-ca.crt\"]"),
            &[
                (
                    Java,
                    "kibana kb1: its CA is one that es1 takes clients of: certificate_authorities holds [CN=http-ca]",
                ),
                (
                    Java,
                    "http metricbeat es1 -> es1 TLSv1.2 with its certificate: the server saw no certificate",
                ),
                (Python, "http kibana kb1 -> es1"),
                (OpenSsl, "kibana kb1 client: openssl verifies strictly as sslclient of es1"),
                (Node, "kibana kb1 -> es1 TLSv1.2 as es1.lab.example: the node does not believe"),
                (Go, "metricbeat es1 output -> es1 http TLSv1.2"),
            ],
        ),
        row(
            "a node forgets whom it trusted before",
            |s| s.edit(NODE, "[\"certs/kibana-ca.crt\", \"certs/http-ca.crt\"]", "[\"certs/kibana-ca.crt\"]"),
            &[(Java, "es1 http: still trusts what came with its own key")],
        ),
        row(
            "a realm for certificates that nobody is asked for",
            |s| s.edit(NODE, "client_authentication: optional", "client_authentication: none"),
            &[(
                Java,
                "PKI realm pki1 takes the clients' certificates: http.ssl.client_authentication is none",
            )],
        ),
        row(
            "the realm trusts another CA",
            |s| s.put("other-ca.crt", "es1/elasticsearch/config/certs/kibana-ca.crt"),
            &[
                (Java, "es1: PKI realm pki1 takes the clients' certificates"),
                (Python, "http kibana kb1 -> es1"),
            ],
        ),
        row(
            "two realms of one order",
            |s| s.edit(NODE, "native1.order: 2", "native1.order: 1"),
            &[(
                Java,
                "es1: every realm has an order of its own: pki.pki1 and native.native1 have the order 1",
            )],
        ),
        row(
            "a realm without an order",
            |s| s.edit(NODE, "realms.native.native1.order: 2", "realms.native.native1.enabled: true"),
            &[(Java, "es1: every realm has an order of its own: native.native1 has no order")],
        ),
        row(
            "a changed subject in role_mapping.yml",
            |s| s.edit(MAPPING_FILE, "CN=kb1-client", "CN=kb1-client,O=Lab"),
            &[(
                Java,
                "es1: role_mapping.yml names the clients as Java prints them: CN=kb1-client,O=Lab is the subject of no",
            )],
        ),
        row(
            "Kibana has the role of somebody else",
            |s| s.edit(MAPPING_FILE, "kibana_system", "monitoring_user"),
            &[(Java, "es1: role_mapping.yml names the clients as Java prints them: kibana kb1 has no role")],
        ),
        row(
            "a changed subject in the API body",
            |s| s.edit(MAPPING_BODY, "CN=kb1-client", "CN=kb1"),
            &[(
                Java,
                "security-api: role mappings name the clients as Java prints them: CN=kb1 is the subject of no",
            )],
        ),
        row(
            "a pattern in the API body",
            |s| s.edit(MAPPING_BODY, "CN=kb1-client", "CN=kb1*"),
            &[(
                Java,
                "security-api: role mappings name the clients as Java prints them: CN=kb1* is a pattern",
            )],
        ),
        row(
            "a mapping bound to another realm",
            |s| s.edit(MAPPING_BODY, "pki1", "pki2"),
            &[(Java, "bound to the realm [pki2], the nodes have [pki1]")],
        ),
        row(
            "a token beside the PKI realm",
            |s| s.write("kb1/kibana/secure-settings/elasticsearch.serviceAccountToken", "AAEAAWVsYXN0aWM"),
            &[(Node, "a PKI realm is in force, and Kibana logs in by a token or a user")],
        ),
        row(
            "a token in kibana.yml beside the PKI realm",
            |s| append(s, KIBANA, "elasticsearch.serviceAccountToken: AAEAAWVsYXN0aWM\n"),
            &[
                (Node, "a PKI realm is in force, and Kibana logs in by a token or a user"),
                (Node, "kibana.yml holds no secret"),
            ],
        ),
        row(
            "a certificate alone before there is a licence for it",
            |s| s.edit(NODE, "self_generated.type: trial", "self_generated.type: basic"),
            &[(Node, "neither a token nor a user, and no PKI realm is in force at the first start")],
        ),
    ]
}
