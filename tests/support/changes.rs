//! Changes to the sample: other sound shapes of it, and ways to break it.

use std::fs;

use super::sample::{self, PASSWORD, SERVER_ONLY, Sample, Wanted};

pub const ES1: &str = "es1/elasticsearch/config/elasticsearch.yml";
pub const ES2: &str = "es2/elasticsearch/config/elasticsearch.yml";
pub const ES2_CERTS: &str = "es2/elasticsearch/config/certs";
pub const KIBANA: &str = "kb1/kibana/config/kibana.yml";

pub fn one_node(sample: &Sample) {
    for host in ["es2", "es3"] {
        fs::remove_dir_all(sample.file(host)).unwrap();
    }
    sample.edit(ES1, ", es2.lab.example, '[fd00::3]:9300'", "");
    sample.edit(KIBANA, ", \"https://10.9.0.2:9200\", \"https://[fd00::3]:9200\"", "");
}

pub fn no_password(sample: &Sample) {
    fs::write(sample.work().join("empty"), "\n").unwrap();
    sample::openssl(
        &sample.work(),
        "pkcs12 -export -inkey es1-http.key -in es1-http.crt -certfile http-ca.crt -out open.p12 -passout file:empty",
    );
    sample.put("open.p12", "es1/elasticsearch/config/certs/http.p12");
    fs::remove_file(
        sample.file("es1/elasticsearch/secure-settings/xpack.security.http.ssl.keystore.secure_password"),
    )
    .unwrap();
}

/// Nodes that demand a certificate of HTTP clients, and one for Kibana.
pub fn mutual(sample: &Sample) {
    sample::key(&sample.work(), "client", "RSA");
    sample::issue(
        &sample.work(),
        "client",
        &Wanted {
            ca: "http-ca",
            sans: "DNS:kb1.lab.example",
            usage: "extendedKeyUsage=clientAuth",
            days: "900",
        },
    );
    sample.put("client.crt", "kb1/kibana/config/certs/client.crt");
    sample.put("client.key", "kb1/kibana/config/certs/client.key");
    append(
        sample,
        KIBANA,
        "elasticsearch.ssl.certificate: /etc/kibana/certs/client.crt\nelasticsearch.ssl.key: /etc/kibana/certs/client.key\n",
    );
    sample.put("http-ca.crt", &format!("{ES2_CERTS}/http-ca.crt"));
    let demand = "xpack.security.http.ssl.client_authentication: required\nxpack.security.http.ssl.certificate_authorities: [certs/http-ca.crt]\n";
    append(sample, ES2, demand);
}

/// Kibana's own key, trust and browser side as PKCS#12, and a password that Kibana keeps.
pub fn kibana_stores(sample: &Sample) {
    mutual(sample);
    // One certificate for both ends of Kibana.
    let wanted = Wanted { ca: "http-ca", sans: "DNS:kb1.lab.example", usage: sample::BOTH_ENDS, days: "800" };
    sample::issue(&sample.work(), "client", &wanted);
    sample::openssl(
        &sample.work(),
        "pkcs12 -export -inkey client.key -in client.crt -certfile http-ca.crt -out client.p12 -passout file:pass",
    );
    sample.put("client.p12", "kb1/kibana/config/certs/client.p12");
    sample.edit(KIBANA, "elasticsearch.ssl.certificate: /etc/kibana/certs/client.crt\nelasticsearch.ssl.key: /etc/kibana/certs/client.key\n", "elasticsearch.ssl.keystore.path: /etc/kibana/certs/client.p12\n");
    append(
        sample,
        KIBANA,
        "server.ssl.enabled: true\nserver.ssl.keystore.path: /etc/kibana/certs/client.p12\nserver.publicBaseUrl: https://kb1.lab.example:5601\n",
    );
    for side in ["elasticsearch", "server"] {
        sample.write(&format!("kb1/kibana/secure-settings/{side}.ssl.keystore.password"), PASSWORD);
    }
}

pub fn append(sample: &Sample, path: &str, text: &str) {
    let old = fs::read_to_string(sample.file(path)).unwrap();
    sample.write(path, &(old + text));
}

/// Signs one of es2's certificates again and puts it in place.
pub fn reissue(sample: &Sample, name: &str, sans: &str, usage: &str, days: &str) {
    let layer = name.strip_prefix("es2-").unwrap();
    sample::issue(&sample.work(), name, &Wanted { ca: &format!("{layer}-ca"), sans, usage, days });
    sample.put(&format!("{name}.crt"), &format!("{ES2_CERTS}/{layer}.crt"));
}

/// The same store as openssl leaves it: CA in the chain, no mark on it.
pub fn untrusted(sample: &Sample) {
    let words = "pkcs12 -export -inkey es1-transport.key -in es1-transport.crt -certfile transport-ca.crt -out plain.p12 -passout file:pass";
    sample::openssl(&sample.work(), words);
    sample.put("plain.p12", "es1/elasticsearch/config/certs/elastic-certificates.p12");
}

pub fn old_fashioned(sample: &Sample) {
    let words = "pkcs12 -export -inkey es1-http.key -in es1-http.crt -certfile http-ca.crt -out old.p12 -passout file:pass -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1";
    sample::openssl(&sample.work(), words);
    sample.put("old.p12", "es1/elasticsearch/config/certs/http.p12");
}

pub fn loose_authority(sample: &Sample) {
    sample::authority(&sample.work(), "http-ca", "");
    reissue(sample, "es2-http", "DNS:es2.lab.example,IP:10.9.0.2", SERVER_ONLY, "1000");
    sample.put("http-ca.crt", "kb1/kibana/config/certs/elasticsearch-ca.pem");
    sample.put("http-ca.crt", "../clients/http-ca.crt");
}

/// The certificate is still with whoever signs it.
pub fn await_certificate(sample: &Sample, name: &str) {
    let (host, layer) = name.split_once('-').unwrap();
    fs::create_dir_all(sample.out().join("requests")).unwrap();
    sample.put(&format!("{name}.csr"), &format!("../requests/{name}.csr"));
    fs::remove_file(sample.file(&format!("{host}/elasticsearch/config/certs/{layer}.crt"))).unwrap();
}

pub fn tampered_request(sample: &Sample) {
    sample::openssl(&sample.work(), "req -in es3-http.csr -outform DER -out es3-http.der");
    let path = sample.work().join("es3-http.der");
    let mut der = fs::read(&path).unwrap();
    // The last octet belongs to the signature.
    *der.last_mut().unwrap() ^= 1;
    fs::write(&path, der).unwrap();
    sample::openssl(&sample.work(), "req -inform DER -in es3-http.der -out es3-http.csr");
    await_certificate(sample, "es3-http");
}

/// What stands for certutil's archive: a store and a readme, with modes of their own.
pub fn archive(sample: &Sample, mode: u32) {
    let file = fs::File::create(sample.file("../authorities/elasticsearch-ssl-http.zip")).unwrap();
    let mut zip = zip::ZipWriter::new(file);
    for (entry, mode, bytes) in [
        ("ca/ca.p12", mode, fs::read(sample.work().join("http-ca.p12")).unwrap()),
        ("ca/README.txt", 0o644, PASSWORD.into()),
    ] {
        zip.start_file(entry, zip::write::SimpleFileOptions::default().unix_permissions(mode)).unwrap();
        std::io::Write::write_all(&mut zip, &bytes).unwrap();
    }
    zip.finish().unwrap();
}
