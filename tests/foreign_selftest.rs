//! The judges judged: a sound folder pleases them all, and each broken one is refused by those who
//! must see it, for the reason that it was broken. A judge that cannot fail proves nothing.

mod support;

use std::fs;
use std::path::Path;

use support::changes::{
    ES1, ES2, ES2_CERTS, KIBANA, append, archive, await_certificate, kibana_stores, loose_authority, mutual,
    no_password, old_fashioned, one_node, reissue, tampered_request, untrusted,
};
use support::judges::{Judge, Verdict, judge_all, judge_many};
use support::sample::{BOTH_ENDS, SERVER_ONLY, Sample};

/// A way to break the sample, and the failing lines that it must bring.
struct Broken {
    name: &'static str,
    by: fn(&Sample),
    seen: &'static [(Judge, &'static str)],
}

#[test]
fn a_sound_folder_pleases_every_judge() {
    let Some(sample) = Sample::copy() else { return };
    judge_all(&[("sound", sample.out())]);
}

#[test]
fn an_archive_and_a_request_that_wait_please_every_judge() {
    let Some(sample) = Sample::copy() else { return };
    await_certificate(&sample, "es3-http");
    archive(&sample, 0o600);
    judge_all(&[("waiting", sample.out())]);
    for which in [Judge::Java, Judge::Node, Judge::Python, Judge::OpenSsl] {
        let verdict = judge_many(&[&sample.out()], which).remove(0);
        assert!(verdict.skipped || verdict.says("waiting es3 http"), "{verdict}");
        assert!(!verdict.says("client -> es3") && !verdict.says("kb1 -> es3"), "{verdict}");
    }
}

#[test]
fn other_sound_shapes_please_every_judge() {
    type Shape = (&'static str, fn(&Sample));
    let shapes: [Shape; 4] = [
        ("one node", one_node),
        ("no password", no_password),
        ("mutual TLS", mutual),
        ("stores for Kibana", kibana_stores),
    ];
    let Some(samples) = shapes.iter().map(|_| Sample::copy()).collect::<Option<Vec<_>>>() else { return };
    let named: Vec<_> = shapes
        .iter()
        .zip(&samples)
        .map(|((name, change), sample)| {
            change(sample);
            (*name, sample.out())
        })
        .collect();
    judge_all(&named);
    // Without its certificate Kibana would stand before a closed door.
    samples[2].edit(KIBANA, "elasticsearch.ssl.certificate: /etc/kibana/certs/client.crt\nelasticsearch.ssl.key: /etc/kibana/certs/client.key\n", "");
    for which in [Judge::Java, Judge::Node] {
        let verdict = judge_many(&[&samples[2].out()], which).remove(0);
        assert!(
            verdict.skipped || verdict.failures().any(|line| line.to_string().contains("es2")),
            "{verdict}"
        );
    }
}

#[test]
fn every_broken_folder_is_refused_for_its_reason() {
    let table = broken();
    let Some(samples) = table.iter().map(|_| Sample::copy()).collect::<Option<Vec<_>>>() else { return };
    for (broken, sample) in table.iter().zip(&samples) {
        (broken.by)(sample);
    }
    let outs: Vec<_> = samples.iter().map(Sample::out).collect();
    let outs: Vec<&Path> = outs.iter().map(|out| out.as_path()).collect();
    let answers: Vec<(Judge, Vec<Verdict>)> =
        Judge::ALL.iter().map(|which| (*which, judge_many(&outs, *which))).collect();
    let mut missed = Vec::new();
    for (index, broken) in table.iter().enumerate() {
        for (which, wanted) in broken.seen {
            let verdict = &answers.iter().find(|(judge, _)| judge == which).unwrap().1[index];
            match verdict.failures().map(ToString::to_string).find(|line| line.contains(wanted)) {
                Some(line) => eprintln!("{}: {which:?}: {line}", broken.name),
                None if verdict.skipped => {}
                None => missed.push(format!("{}: {which:?} does not say {wanted:?}\n{verdict}", broken.name)),
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

fn broken() -> Vec<Broken> {
    use Judge::{Java, Keytool, Node, OpenSsl, Python};
    let row = |name, by, seen| Broken { name, by, seen };
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
