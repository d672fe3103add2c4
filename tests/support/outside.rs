//! An outside authority, played by OpenSSL: a root, an intermediate, and certificates for requests as an
//! organisation's CA would send them back, or as it should not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::judges::tools;

pub struct Outside {
    openssl: PathBuf,
    work: TempDir,
}

/// What the authority does with the extensions of a request.
pub enum Sign<'a> {
    AsAsked,
    /// These instead, as in OpenSSL's configuration.
    With(&'a str),
}

impl Outside {
    /// None where OpenSSL is missing; that is said.
    pub fn new() -> Option<Self> {
        let outside = Self { openssl: tools::openssl()?, work: tempfile::tempdir().unwrap() };
        let authority = "-addext keyUsage=critical,keyCertSign,cRLSign";
        outside.run(&format!("req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 365 -subj /O=Example/CN=Corporate_Root {authority}"));
        outside
            .run("req -newkey rsa:2048 -nodes -keyout ca.key -out ca.csr -subj /O=Example/CN=Corporate_CA");
        let extensions = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n";
        fs::write(outside.file("ca.ext"), extensions).unwrap();
        outside
            .run("x509 -req -in ca.csr -CA root.pem -CAkey root.key -days 300 -extfile ca.ext -out ca.pem");
        Some(outside)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.work.path().join(name)
    }

    fn run(&self, args: &str) {
        let mut command = Command::new(&self.openssl);
        let output = command.args(args.split_whitespace()).current_dir(self.work.path()).output().unwrap();
        assert!(output.status.success(), "openssl {args}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    /// The certificate alone, for 90 days, by the intermediate.
    pub fn sign(&self, request: &Path, sign: &Sign<'_>) -> String {
        self.sign_by("ca", request, sign)
    }

    fn sign_by(&self, ca: &str, request: &Path, sign: &Sign<'_>) -> String {
        fs::copy(request, self.file("in.csr")).unwrap();
        let extensions = match sign {
            Sign::AsAsked => "-copy_extensions copyall",
            Sign::With(text) => {
                fs::write(self.file("in.ext"), text).unwrap();
                "-extfile in.ext"
            }
        };
        self.run(&format!(
            "x509 -req -in in.csr -CA {ca}.pem -CAkey {ca}.key -days 90 {extensions} -out signed.pem"
        ));
        self.text("signed.pem")
    }

    /// For a key of its own instead of the request's.
    pub fn of_another_key(&self) -> String {
        self.run("req -newkey rsa:2048 -nodes -keyout other.key -out other.csr -subj /CN=other");
        self.sign(&self.file("other.csr"), &Sign::AsAsked)
    }

    pub fn der(&self, pem: &str) -> Vec<u8> {
        fs::write(self.file("in.pem"), pem).unwrap();
        self.run("x509 -in in.pem -outform DER -out out.der");
        fs::read(self.file("out.der")).unwrap()
    }

    pub fn intermediate(&self) -> String {
        self.text("ca.pem")
    }

    pub fn root(&self) -> String {
        self.text("root.pem")
    }

    /// Whether a client that trusts the root alone takes this chain, leaf first.
    pub fn is_chain(&self, chain: &str) -> bool {
        fs::write(self.file("chain.pem"), chain).unwrap();
        let args = ["verify", "-CAfile", "root.pem", "-untrusted", "chain.pem", "chain.pem"];
        let mut command = Command::new(&self.openssl);
        command.args(args).current_dir(self.work.path()).output().unwrap().status.success()
    }
}

/// Signs all requests for Elasticsearch and places what comes back where the runbook says. Does nothing
/// where OpenSSL is missing; the judges then say what they skip.
pub fn sign(out: &Path) {
    let Some(outside) = Outside::new() else { return };
    for entry in fs::read_dir(out.join("requests")).unwrap().map(Result::unwrap) {
        let name = entry.file_name().to_str().unwrap().to_owned();
        let Some(host) = name.strip_prefix("http-").and_then(|name| name.strip_suffix(".csr")) else {
            continue;
        };
        let signed = outside.sign_by("root", &entry.path(), &Sign::AsAsked);
        fs::write(out.join(format!("hosts/{host}/elasticsearch/config/certs/http.crt")), signed).unwrap();
    }
    fs::write(out.join("clients/elasticsearch-ca.pem"), outside.root()).unwrap();
    for entry in fs::read_dir(out.join("hosts")).unwrap().map(Result::unwrap) {
        for product in ["kibana", "metricbeat"] {
            let config = entry.path().join(product).join("config");
            if config.is_dir() {
                fs::create_dir_all(config.join("certs")).unwrap();
                fs::write(config.join("certs/elasticsearch-ca.pem"), outside.root()).unwrap();
            }
        }
    }
}
