//! An output folder made by openssl and keytool instead of stackseal: the judges prove themselves
//! on it. es1 has stores, es2 PEM files with an encrypted key, es3 elliptic curves, kb1 is Kibana.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::judges::tools;
use super::whole;

pub const PASSWORD: &str = "sample-store-password";
pub const PASSPHRASE: &str = "sample-key-passphrase";
pub const SERVER_ONLY: &str = "extendedKeyUsage=serverAuth";
pub const BOTH_ENDS: &str = "extendedKeyUsage=serverAuth,clientAuth";

/// A copy that a test may break. `work` holds the keys and CAs that it was made of.
pub struct Sample {
    room: TempDir,
}

/// A certificate to be signed.
pub struct Wanted<'a> {
    pub ca: &'a str,
    pub sans: &'a str,
    pub usage: &'a str,
    pub days: &'a str,
}

impl Sample {
    /// None where openssl or keytool are missing.
    pub fn copy() -> Option<Self> {
        let keytool = tools::jdk()?.keytool;
        tools::openssl()?;
        let made = tools::built(
            &tools::keyed("sample", &[include_str!("sample.rs"), include_str!("whole.rs")]),
            |room| {
                make(&Self::path_work(room), &Self::path_out(room), &keytool);
            },
        );
        let room = tempfile::tempdir().unwrap();
        copy_folder(&made, room.path());
        Some(Self { room })
    }

    pub fn out(&self) -> PathBuf {
        Self::path_out(self.room.path())
    }

    pub fn work(&self) -> PathBuf {
        Self::path_work(self.room.path())
    }

    fn path_out(room: &Path) -> PathBuf {
        room.join("out")
    }

    fn path_work(room: &Path) -> PathBuf {
        room.join("work")
    }

    /// A file of a host, from its product folder on.
    pub fn file(&self, path: &str) -> PathBuf {
        self.out().join("hosts").join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        fs::write(self.file(path), text).unwrap();
    }

    /// Replaces a part of a text file, which must be there.
    pub fn edit(&self, path: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.file(path)).unwrap();
        assert!(text.contains(old), "{path} does not hold {old:?}");
        self.write(path, &text.replace(old, new));
    }

    /// Takes a file from the workshop, e.g. another CA or a certificate made anew.
    pub fn put(&self, from: &str, to: &str) {
        fs::copy(self.work().join(from), self.file(to)).unwrap();
    }
}

fn make(work: &Path, out: &Path, keytool: &Path) {
    fs::create_dir_all(work).unwrap();
    fs::write(work.join("pass"), PASSWORD).unwrap();
    fs::write(work.join("phrase"), PASSPHRASE).unwrap();
    for ca in ["transport-ca", "http-ca", "other-ca"] {
        authority(work, ca, "keyUsage=critical,keyCertSign,cRLSign");
    }
    for (host, sans, algorithm) in [
        ("es1", "DNS:es1.lab.example,IP:10.9.0.1", "RSA"),
        ("es2", "DNS:es2.lab.example,DNS:*.pool.lab.example,IP:10.9.0.2", "RSA"),
        ("es3", "DNS:es3.lab.example,IP:10.9.0.3,IP:fd00:0:0:0::3", "EC"),
    ] {
        for (layer, ca, usage) in [("transport", "transport-ca", BOTH_ENDS), ("http", "http-ca", SERVER_ONLY)]
        {
            key(work, &format!("{host}-{layer}"), algorithm);
            issue(work, &format!("{host}-{layer}"), &Wanted { ca, sans, usage, days: "1000" });
        }
    }
    store(work, "es1-transport", "transport-ca", keytool);
    store(work, "es1-http", "http-ca", keytool);
    openssl(
        work,
        "pkcs8 -topk8 -in es2-transport.key -out es2-transport.enc.key -v2 aes-256-cbc -v2prf hmacWithSHA256 -passout file:phrase",
    );
    whole::make(work);
    lay_out(work, out);
}

fn lay_out(work: &Path, out: &Path) {
    let put = |from: &str, to: &str| {
        let to = out.join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(work.join(from), to).unwrap();
    };
    let text = |to: &str, text: &str| {
        let to = out.join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, text).unwrap();
    };
    for (host, from, to) in [
        ("es1", "es1-transport.p12", "elastic-certificates.p12"),
        ("es1", "es1-http.p12", "http.p12"),
        ("es2", "es2-transport.enc.key", "transport.key"),
        ("es3", "es3-transport.key", "transport.key"),
    ] {
        put(from, &format!("hosts/{host}/elasticsearch/config/certs/{to}"));
    }
    for host in ["es2", "es3"] {
        for (from, to) in
            [("transport.crt", "transport.crt"), ("http.crt", "http.crt"), ("http.key", "http.key")]
        {
            put(&format!("{host}-{from}"), &format!("hosts/{host}/elasticsearch/config/certs/{to}"));
        }
        put("transport-ca.crt", &format!("hosts/{host}/elasticsearch/config/certs/transport-ca.crt"));
    }
    for (number, layers) in [(1, STORES), (2, PEM), (3, PEM)] {
        let yml = format!("# sample\nnode.name: es{number}\nnetwork.host: 10.9.0.{number}\n{SEEDS}{layers}");
        text(&format!("hosts/es{number}/elasticsearch/config/elasticsearch.yml"), &yml);
    }
    for role in ["transport.ssl.keystore", "transport.ssl.truststore", "http.ssl.keystore"] {
        text(
            &format!("hosts/es1/elasticsearch/secure-settings/xpack.security.{role}.secure_password"),
            PASSWORD,
        );
    }
    text(
        "hosts/es2/elasticsearch/secure-settings/xpack.security.transport.ssl.secure_key_passphrase",
        PASSPHRASE,
    );
    text("hosts/kb1/kibana/config/kibana.yml", KIBANA);
    text("hosts/kb1/kibana/secure-settings/elasticsearch.serviceAccountToken", "AAEAAWVsYXN0aWM");
    put("http-ca.crt", "hosts/kb1/kibana/config/certs/elasticsearch-ca.pem");
    put("http-ca.crt", "clients/http-ca.crt");
    for ca in ["transport-ca", "http-ca"] {
        put(&format!("{ca}.p12"), &format!("authorities/{ca}.p12"));
        text(&format!("authorities/{ca}.p12.password"), PASSWORD);
    }
}

const SEEDS: &str = "discovery.seed_hosts: [\"10.9.0.1:9300\", es2.lab.example, '[fd00::3]:9300']\n";
const STORES: &str = "\
xpack.security.transport.ssl.enabled: true
xpack.security.transport.ssl.verification_mode: full
xpack.security.transport.ssl.keystore.path: certs/elastic-certificates.p12
xpack.security.transport.ssl.truststore.path: certs/elastic-certificates.p12
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.keystore.path: \"certs/http.p12\"
";
const PEM: &str = "\
xpack.security.transport.ssl.enabled: true
xpack.security.transport.ssl.verification_mode: full
xpack.security.transport.ssl.key: certs/transport.key
xpack.security.transport.ssl.certificate: certs/transport.crt
xpack.security.transport.ssl.certificate_authorities:
  - certs/transport-ca.crt
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.key: certs/http.key
xpack.security.http.ssl.certificate: certs/http.crt  # leaf first
";
const KIBANA: &str = "\
server.host: 0.0.0.0
elasticsearch.hosts: [\"https://es1.lab.example:9200\", \"https://10.9.0.2:9200\", \"https://[fd00::3]:9200\"]
elasticsearch.ssl.verificationMode: full
elasticsearch.ssl.certificateAuthorities: [\"/etc/kibana/certs/elasticsearch-ca.pem\"]
logging:
  root:
    appenders: [default]
";

pub fn key(work: &Path, name: &str, algorithm: &str) {
    let options = if algorithm == "EC" {
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"
    } else {
        "-algorithm RSA -pkeyopt rsa_keygen_bits:2048"
    };
    openssl(work, &format!("genpkey {options} -out {name}.key"));
}

/// A CA with its store; `usage` is its keyUsage line, or empty.
pub fn authority(work: &Path, name: &str, usage: &str) {
    key(work, name, "RSA");
    fs::write(
        work.join("extensions"),
        format!("basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=hash\n{usage}\n"),
    )
    .unwrap();
    openssl(work, &format!("req -new -key {name}.key -subj /CN={name} -out {name}.csr"));
    openssl(
        work,
        &format!(
            "x509 -req -in {name}.csr -signkey {name}.key -days 2000 -extfile extensions -out {name}.crt"
        ),
    );
    openssl(
        work,
        &format!(
            "pkcs12 -export -inkey {name}.key -in {name}.crt -name ca -out {name}.p12 -passout file:pass"
        ),
    );
}

/// Signs a certificate for a key that is there, and leaves the request behind.
pub fn issue(work: &Path, name: &str, wanted: &Wanted<'_>) {
    let Wanted { ca, sans, usage, days } = wanted;
    let leaf =
        "basicConstraints=critical,CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";
    let extensions =
        format!("{leaf}keyUsage=critical,digitalSignature,keyEncipherment\n{usage}\nsubjectAltName={sans}\n");
    fs::write(work.join("extensions"), extensions).unwrap();
    openssl(
        work,
        &format!("req -new -key {name}.key -subj /CN={name} -addext subjectAltName={sans} -out {name}.csr"),
    );
    openssl(
        work,
        &format!(
            "x509 -req -in {name}.csr -CA {ca}.crt -CAkey {ca}.key -CAcreateserial -days {days} -extfile extensions -out {name}.crt"
        ),
    );
}

/// A store with key, leaf and CA; the mark that makes the CA trusted comes from keytool, as openssl has none.
pub fn store(work: &Path, name: &str, ca: &str, keytool: &Path) {
    openssl(
        work,
        &format!(
            "pkcs12 -export -inkey {name}.key -in {name}.crt -certfile {ca}.crt -name node -out {name}.p12 -passout file:pass"
        ),
    );
    let words = format!(
        "-importcert -noprompt -alias ca -file {ca}.crt -keystore {name}.p12 -storetype PKCS12 -storepass:file pass"
    );
    run(Command::new(keytool).args(words.split(' ')).current_dir(work));
}

/// Runs openssl in the workshop; no argument of ours holds a space.
pub fn openssl(work: &Path, words: &str) {
    run(Command::new("openssl").args(words.split(' ')).current_dir(work));
}

pub fn run(command: &mut Command) {
    let done = command.output().unwrap();
    assert!(
        done.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
