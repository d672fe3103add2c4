//! Nodes, their certificates and stores, Kibana as a client.

use std::fs;

use super::super::changes::{
    ES1, ES2, ES2_CERTS, KIBANA, append, archive, await_certificate, loose_authority, old_fashioned, reissue,
    tampered_request, untrusted,
};
use super::super::judges::Judge::{Java, Keytool, Node, OpenSsl, Python};
use super::super::sample::{BOTH_ENDS, SERVER_ONLY};
use super::{Broken, row};

pub fn rows() -> Vec<Broken> {
    vec![
        row(
            "a node trusts another CA",
            |s| s.put("other-ca.crt", &format!("{ES2_CERTS}/transport-ca.crt")),
            &[
                (Java, "nobody at hand issued"),
                (Java, "transport es1 -> es2 TLSv1.3"),
                (OpenSsl, "es2 transport: openssl verifies strictly"),
                (Python, "transport es2 -> es3"),
            ],
        ),
        row(
            "the CA is not marked as trusted",
            untrusted,
            &[(Java, "does not contain any trusted certificate entries"), (Keytool, "no trustedCertEntry")],
        ),
        row(
            "an address that is dialled is no SAN",
            |s| reissue(s, "es2-transport", "DNS:es2.lab.example", BOTH_ENDS, "1000"),
            &[(Java, "as 10.9.0.2: client refused")],
        ),
        row(
            "Kibana's address is no SAN",
            |s| reissue(s, "es2-http", "DNS:es2.lab.example", SERVER_ONLY, "1000"),
            &[
                (Java, "finds 10.9.0.2 in a node's http certificate: no node's"),
                (Node, "-> es2 TLSv1.3 as 10.9.0.2"),
                (Node, "10.9.0.2 is a name in a node's http certificate"),
            ],
        ),
        row(
            "a seed host is nobody's name",
            |s| s.edit(ES1, "es2.lab.example", "es9.lab.example"),
            &[(Java, "seed host es9.lab.example")],
        ),
        row(
            "a node that is no client",
            |s| reissue(s, "es2-transport", "DNS:es2.lab.example,IP:10.9.0.2", SERVER_ONLY, "1000"),
            &[
                (Java, "extendedKeyUsage lacks clientAuth"),
                (OpenSsl, "verifies strictly as sslclient"),
                (Python, "transport es2 -> es3"),
            ],
        ),
        row(
            "a leaf that outlives its CA",
            |s| reissue(s, "es2-http", "DNS:es2.lab.example,IP:10.9.0.2", SERVER_ONLY, "3000"),
            &[(Java, "valid outside its CA's time")],
        ),
        row(
            "a node that trusts anyone",
            |s| s.edit(ES1, "verification_mode: full", "verification_mode: none"),
            &[
                (Java, "es1 transport: refuses a stranger that connects, TLSv1.3: the handshake succeeded"),
                (Java, "es1 transport: refuses to connect to a stranger, TLSv1.2: the handshake succeeded"),
            ],
        ),
        row(
            "a node that asks nobody",
            |s| append(s, ES2, "xpack.security.transport.ssl.client_authentication: none\n"),
            &[(Java, "es2 transport: refuses a stranger that connects, TLSv1.2: the handshake succeeded")],
        ),
        row(
            "a wrong store password",
            |s| {
                s.write(
                    "es1/elasticsearch/secure-settings/xpack.security.http.ssl.keystore.secure_password",
                    "wrong-one",
                )
            },
            &[
                (
                    Java,
                    "es1 http: key material loads as in Elasticsearch: java.io.IOException: keystore password was incorrect",
                ),
                (Node, "es1 certs/http.p12: node-forge opens it"),
                (Python, "es1 http: opens with openssl"),
                (OpenSsl, "es1 http.p12: sealed with"),
                (Keytool, "es1 http.p12: keytool lists a PrivateKeyEntry"),
            ],
        ),
        row(
            "a wrong passphrase",
            |s| {
                s.write(
                    "es2/elasticsearch/secure-settings/xpack.security.transport.ssl.secure_key_passphrase",
                    "wrong-one",
                )
            },
            &[
                (Java, "es2 transport: key material loads"),
                (OpenSsl, "es2 transport: openssl reads key and certificate"),
            ],
        ),
        row(
            "another certificate's key",
            |s| s.put("es3-http.key", &format!("{ES2_CERTS}/http.key")),
            &[
                (Java, "es2 http: key material loads"),
                (Node, "es2 http: Node loads key and certificate"),
                (OpenSsl, "es2 http: the key is the certificate's"),
            ],
        ),
        row("a store sealed as in the old days", old_fashioned, &[(OpenSsl, "the MAC is not HMAC-SHA256")]),
        row(
            "a CA without keyUsage",
            loose_authority,
            &[
                (Java, "CA keyUsage lacks keyCertSign"),
                (OpenSsl, "es2 http: openssl verifies strictly"),
                (Python, "http client -> es2"),
            ],
        ),
        row(
            "no CA in Kibana's hands",
            |s| s.put("other-ca.crt", "kb1/kibana/config/certs/elasticsearch-ca.pem"),
            &[
                (Java, "http kibana kb1 -> es1 TLSv1.2"),
                (Node, "-> es2 TLSv1.2 as 10.9.0.2"),
                (OpenSsl, "es1 http: openssl verifies strictly"),
                (Python, "http client -> es1"),
            ],
        ),
        row(
            "a key twice in kibana.yml",
            |s| append(s, KIBANA, "server.host: localhost\n"),
            &[(Node, "Map keys must be unique"), (Java, "duplicate key server.host")],
        ),
        row(
            "the superuser for Kibana",
            |s| append(s, KIBANA, "elasticsearch.username: elastic\nelasticsearch.password: x\n"),
            &[(Node, "value of \"elastic\" is forbidden"), (Node, "kibana.yml holds no secret")],
        ),
        row(
            "two ways to log in",
            |s| append(s, KIBANA, "elasticsearch.username: kibana_system\n"),
            &[(Node, "serviceAccountToken cannot be specified")],
        ),
        row(
            "a plain host for Kibana",
            |s| s.edit(KIBANA, "https://es1", "http://es1"),
            &[(Node, "is not https")],
        ),
        row(
            "a relative CA path for Kibana",
            |s| s.edit(KIBANA, "/etc/kibana/certs", "config/certs"),
            &[(Node, "is not an absolute path")],
        ),
        row(
            "a request that was tampered with",
            tampered_request,
            &[(OpenSsl, "es3-http.csr: the request's signature holds"), (Python, "es3-http.csr")],
        ),
        row(
            "a request for another key",
            |s| {
                await_certificate(s, "es3-http");
                s.put("es2-http.csr", "../requests/es3-http.csr");
            },
            &[(OpenSsl, "es3 http: a request carries its key")],
        ),
        row(
            "a certificate that is just missing",
            |s| fs::remove_file(s.file(&format!("{ES2_CERTS}/http.crt"))).unwrap(),
            &[
                (Java, "es2 http: key material loads"),
                (Node, "es2 http: Node loads key and certificate"),
                (OpenSsl, "es2 http: openssl reads key and certificate"),
                (Python, "es2 http: opens with openssl"),
            ],
        ),
        row(
            "an archive that all may read",
            |s| archive(s, 0o644),
            &[(OpenSsl, "ca/ca.p12 has mode -rw-r--r--")],
        ),
        row(
            "an archive cut short",
            |s| {
                archive(s, 0o600);
                let path = s.file("../authorities/elasticsearch-ssl-http.zip");
                let bytes = fs::read(&path).unwrap();
                fs::write(path, &bytes[..bytes.len() - 40]).unwrap();
            },
            &[(OpenSsl, "unzip finds it whole")],
        ),
    ]
}
