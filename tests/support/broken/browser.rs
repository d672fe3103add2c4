//! Kibana as a server: its certificate, the CA that browsers get, kibana.yml.

use std::fs;

use super::super::changes::{KIBANA, append};
use super::super::judges::Judge::{Browser, Go, Java, Node, OpenSsl};
use super::super::sample::{self, SERVER_ONLY, Sample, Wanted};
use super::super::whole::{CLIENT_ONLY, KB1_CERTS, KB1_NAMES, again, awaits, stores};
use super::{Broken, row};

const SOUND: Wanted<'static> = Wanted { ca: "browser-ca", sans: KB1_NAMES, usage: SERVER_ONLY, days: "825" };

pub fn rows() -> Vec<Broken> {
    vec![
        row(
            "browsers get another CA",
            |s| s.put("other-ca.crt", "../clients/browser-ca.crt"),
            &[
                (Java, "kibana kb1 server: the leaf's issuer is a CA at hand"),
                (Node, "kb1 for browsers: its CA is in clients/: none of CN=other-ca signed it"),
                (OpenSsl, "kibana kb1 server: openssl verifies strictly as sslserver"),
                (Go, "browser go -> kibana kb1 TLSv1.3"),
                (Browser, "browser python -> kb1 TLSv1_3 strict as kb1.lab.example"),
                (Browser, "browser java -> kb1 TLSv1.2 as kb1.lab.example"),
                (Browser, "browser openssl -> kb1 -tls1_3 strictly as kb1.lab.example"),
            ],
        ),
        row(
            "the public name is not in Kibana's certificate",
            |s| again(s, "kb1-server", &Wanted { sans: "DNS:kb9.lab.example", ..SOUND }),
            &[
                (Node, "server.publicBaseUrl is a name in the certificate: kb1.lab.example is not in"),
                (Node, "kb1.lab.example is in no Kibana's certificate"),
                (OpenSsl, "kibana kb1 server: openssl verifies strictly as sslserver"),
                (Go, "setup.kibana: kb1.lab.example is a name in a certificate"),
                (Browser, "browser python -> kb1 TLSv1_2 strict as kb1.lab.example"),
                (Browser, "browser java -> kb1 TLSv1.3 as kb1.lab.example"),
                (Browser, "browser openssl -> kb1 -tls1_2 strictly as kb1.lab.example"),
            ],
        ),
        row(
            "a day too long for Apple",
            |s| again(s, "kb1-server", &Wanted { days: "826", ..SOUND }),
            &[
                (Node, "valid for 826 days, more than 825"),
                (Browser, "its certificate lives at most 825 days: valid for 826"),
            ],
        ),
        row(
            "Kibana's certificate outlives its CA",
            |s| again(s, "kb1-server", &Wanted { days: "3000", ..SOUND }),
            &[(
                Java,
                "kibana kb1 server: the leaf's issuer is a CA at hand, name by name and by signature: valid outside its CA's time",
            )],
        ),
        row(
            "Kibana serves with a client's certificate",
            |s| again(s, "kb1-server", &Wanted { usage: CLIENT_ONLY, ..SOUND }),
            &[
                (Node, "kb1 for browsers: its certificate is one for a server, for at most 825 days"),
                (OpenSsl, "kibana kb1 server: openssl verifies strictly as sslserver"),
                (Browser, "browser python -> kb1 TLSv1_3 strict"),
                (Browser, "browser java -> kb1 TLSv1.3"),
            ],
        ),
        row(
            "another key than that of Kibana's certificate",
            |s| s.put("kb1-client.key", &format!("{KB1_CERTS}/kb1-server.key")),
            &[
                (Node, "kb1 for browsers: key and certificate load"),
                (OpenSsl, "kibana kb1 server: the key is the certificate's"),
                (Go, "kibana kb1: Go loads key and certificate"),
            ],
        ),
        row(
            "a store whose empty password nobody mentions",
            |s| {
                restore(s);
                s.edit(KIBANA, "server.ssl.keystore.password: \"\"\n", "");
            },
            &[
                (Node, "keystore.path and keystore.password go together"),
                (Node, "kb1 for browsers: key and certificate load"),
            ],
        ),
        row("an EC key in Kibana's store", elliptic_store, &[(Node, "Did not find key in keystore.")]),
        row(
            "a store and PEM files for browsers",
            |s| append(s, KIBANA, "server.ssl.keystore.path: /etc/kibana/certs/kb1-server.p12\n"),
            &[(Node, "server.ssl: cannot use [key] when [keystore.path] is specified")],
        ),
        row(
            "http is sent on to itself",
            |s| s.edit(KIBANA, "redirectHttpFromPort: 80", "redirectHttpFromPort: 5601"),
            &[(Node, "[ssl.redirectHttpFromPort] cannot be configured to the same value as [port]")],
        ),
        row(
            "a public URL with a path that Kibana does not serve",
            |s| s.edit(KIBANA, "example:5601", "example:5601/kb"),
            &[(Node, "[publicBaseUrl] must contain the [basePath]: /kb !== /")],
        ),
        row(
            "TLS settings, and TLS is off",
            |s| s.edit(KIBANA, "server.ssl.enabled: true\n", ""),
            &[(Node, "server.ssl.redirectHttpFromPort without server.ssl.enabled")],
        ),
        row(
            "a setting that Kibana does not know",
            |s| append(s, KIBANA, "server.ssl.verificationMode: full\n"),
            &[(
                Node,
                "[config validation of [server.ssl.verificationMode]]: definition for this key is missing",
            )],
        ),
        row(
            "a number where Kibana wants a text",
            |s| append(s, KIBANA, "server.name: 12\n"),
            &[(
                Node,
                "[config validation of [server.name]]: expected value of type [string] but got [number]",
            )],
        ),
        row(
            "a request for another name",
            |s| {
                unwhole(s);
                awaits(s);
                s.edit(KIBANA, "server.name: kb1.lab.example", "server.name: kb7");
            },
            &[(OpenSsl, "kibana kb1 server: a request asks for its name: no request")],
        ),
    ]
}

/// The shapes start from the bare sample.
fn unwhole(sample: &Sample) {
    let bare = Sample::copy().unwrap();
    fs::remove_dir_all(sample.out()).unwrap();
    fs::rename(bare.out(), sample.out()).unwrap();
}

fn restore(sample: &Sample) {
    unwhole(sample);
    stores(sample);
}

fn elliptic_store(sample: &Sample) {
    restore(sample);
    sample::key(&sample.work(), "kb1-server", "EC");
    sample::issue(&sample.work(), "kb1-server", &SOUND);
    let words = "pkcs12 -export -inkey kb1-server.key -in kb1-server.crt -certfile browser-ca.crt -out kb1-server.p12 -passout file:empty";
    sample::openssl(&sample.work(), words);
    sample.put("kb1-server.p12", &format!("{KB1_CERTS}/kb1-server.p12"));
}
