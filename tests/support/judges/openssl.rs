//! The openssl program on every certificate, key, store and request, and unzip on every archive.

mod clients;
mod kibana;
mod material;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub use material::Material;

use super::files::{Output, Product, Report, Store, need};
use super::{Line, process, tools};

pub fn judge(outs: &[&Path]) -> Option<Vec<Vec<Line>>> {
    let (openssl, unzip) = (tools::openssl()?, tools::unzip()?);
    Some(
        outs.iter()
            .map(|out| {
                let room = tempfile::tempdir().unwrap();
                let mut desk = Desk::new(&openssl, room.path());
                match Output::read(out) {
                    Ok(output) => desk.judge(&output, &unzip),
                    Err(why) => desk.report.check("the folder is read", Err(why)),
                }
                desk.report.lines
            })
            .collect(),
    )
}

/// The openssl program, and a room to work in.
pub struct Desk {
    openssl: PathBuf,
    /// Holds passwords and unpacked keys; its mode keeps others out.
    room: PathBuf,
    pub report: Report,
}

impl Desk {
    pub fn new(openssl: &Path, room: &Path) -> Self {
        Self { openssl: openssl.into(), room: room.into(), report: Report::default() }
    }

    fn judge(&mut self, output: &Output, unzip: &Path) {
        for store in output.stores() {
            let result = self.modern(&store);
            self.report.check(format!("{}: sealed with PBES2, AES-256 and SHA-256", store.title), result);
        }
        for node in &output.nodes {
            self.layer(output, node, "transport");
            self.layer(output, node, "http");
        }
        for kibana in &output.kibanas {
            self.kibana_server(output, kibana);
        }
        self.clients(output);
        for request in output.requests() {
            let said =
                process::run(&mut self.command(&["req", "-verify", "-noout", "-in"], &request, None), "");
            // Some releases of openssl 3 leave with 0 although the signature does not hold.
            let result = need(said.ok && said.err.contains("verify OK"), said.err.trim());
            self.report.check(format!("{}: the request's signature holds", name(&request)), result);
        }
        for archive in output.archives() {
            let said = process::run(Command::new(unzip).arg("-tqq").arg(&archive), "");
            self.report.check(
                format!("{}: unzip finds it whole", name(&archive)),
                need(said.ok, format!("{}{}", said.out, said.err)),
            );
            self.report.check(
                format!("{}: secret entries are for their owner alone", name(&archive)),
                modes(unzip, &archive),
            );
        }
    }

    fn layer(&mut self, output: &Output, node: &Product, kind: &str) {
        let prefix = format!("xpack.security.{kind}.ssl");
        let title = format!("{} {kind}", node.host);
        if node.get(&format!("{prefix}.enabled")) != Some("true") {
            self.report.note(format!("{title}: TLS is not enabled"));
            return;
        }
        if self.waits(output, node, &prefix, &title) {
            return;
        }
        let material = match self.material(node, &prefix) {
            Ok(material) => material,
            Err(why) => {
                self.report.check(format!("{title}: openssl reads key and certificate"), Err(why));
                return;
            }
        };
        self.report.check(format!("{title}: openssl reads key and certificate"), Ok(()));
        let result = self.pair(&material);
        self.report.check(format!("{title}: the key is the certificate's"), result);
        let purposes: &[&str] =
            if kind == "transport" { &["sslserver", "sslclient"] } else { &["sslserver"] };
        // HTTP clients trust what they were handed, nodes trust what their own settings name.
        let handed: String =
            output.http_trust().iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
        let trust = if kind == "http" { &handed } else { &material.trust };
        for purpose in purposes {
            let result = self.verify(&material.chain, trust, purpose);
            self.report.check(format!("{title}: openssl verifies strictly as {purpose}"), result);
        }
    }

    /// While a certificate is away, its key must be the one that a request was made with.
    fn waits(&mut self, output: &Output, product: &Product, prefix: &str, title: &str) -> bool {
        let Some(certificate) = product.get(&format!("{prefix}.certificate")) else { return false };
        let requests = output.requests();
        if requests.is_empty() || product.file(certificate).exists() {
            return false;
        }
        self.report
            .lines
            .push(Line::Waiting(format!("{title}: its certificate is not there yet, its request is")));
        let result = self.pem_key(product, prefix).and_then(|key| {
            let ours = self.public_of(&key)?;
            let asked = requests.iter().any(|file| {
                self.run(&["req", "-noout", "-pubkey", "-in"], file, None).is_ok_and(|theirs| theirs == ours)
            });
            need(asked, "no request carries this key")
        });
        self.report.check(format!("{title}: a request carries its key"), result);
        true
    }

    fn pair(&self, material: &Material) -> Result<(), String> {
        let certificate = process::private_file(&self.room, "leaf.pem", &material.chain);
        let theirs = self.run(&["x509", "-noout", "-pubkey", "-in"], &certificate, None)?;
        need(self.public_of(&material.key)? == theirs, "key and certificate do not belong together")
    }

    fn public_of(&self, key: &str) -> Result<String, String> {
        let file = process::private_file(&self.room, "key.pem", key);
        self.run(&["pkey", "-pubout", "-in"], &file, None)
    }

    fn verify(&self, chain: &str, trust: &str, purpose: &str) -> Result<(), String> {
        self.verify_as(chain, trust, purpose, None)
    }

    /// With a name, it must be one of the certificate's.
    fn verify_as(&self, chain: &str, trust: &str, purpose: &str, name: Option<&str>) -> Result<(), String> {
        let chain = process::private_file(&self.room, "chain.pem", chain);
        let trust = process::private_file(&self.room, "trust.pem", trust);
        let mut command = Command::new(&self.openssl);
        // The machine's own CAs have no say.
        command.args(["verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-purpose", purpose, "-CAfile"]);
        command.arg(trust).arg("-untrusted").arg(&chain);
        if let Some(name) = name {
            let kind =
                if name.parse::<std::net::IpAddr>().is_ok() { "-verify_ip" } else { "-verify_hostname" };
            command.args([kind, name]);
        }
        command.arg(&chain);
        process::run(&mut command, "").text().map(drop)
    }

    fn modern(&self, store: &Store) -> Result<(), String> {
        let mut command =
            self.command(&["pkcs12", "-info", "-noout", "-in"], &store.path, Some(&store.password));
        let said = process::run(&mut command, "");
        let told = said.err.clone();
        said.text()?;
        need(
            told.lines().any(|line| line.to_lowercase().starts_with("mac: sha256")),
            "the MAC is not HMAC-SHA256",
        )?;
        let sealed: Vec<&str> = told
            .lines()
            .filter(|line| line.starts_with("PKCS7 Encrypted data") || line.starts_with("Shrouded Keybag"))
            .collect();
        need(!sealed.is_empty(), "nothing in it is encrypted")?;
        need(!told.lines().any(|line| line.starts_with("Key bag")), "a key lies open in it")?;
        for line in sealed {
            for part in ["PBES2", "PBKDF2", "AES-256-CBC", "hmacWithSHA256"] {
                need(line.contains(part), format!("no {part} in: {line}"))?;
            }
        }
        Ok(())
    }

    fn run(&self, args: &[&str], file: &Path, password: Option<&str>) -> Result<String, String> {
        process::run(&mut self.command(args, file, password), "").text()
    }

    fn command(&self, args: &[&str], file: &Path, password: Option<&str>) -> Command {
        let mut command = Command::new(&self.openssl);
        command.args(args).arg(file);
        // Always a file, never an argument. Without its line end an empty one would make openssl ask the terminal.
        let word = format!("{}\n", password.unwrap_or_default());
        if matches!(args[0], "pkcs12" | "pkey") {
            command
                .arg("-passin")
                .arg(format!("file:{}", process::private_file(&self.room, "password", &word).display()));
        }
        command
    }
}

/// Lists an archive as `ls -l` would: mode first, name last.
fn modes(unzip: &Path, archive: &Path) -> Result<(), String> {
    let listing = process::run(Command::new(unzip).arg("-Zs").arg(archive), "").text()?;
    let mut secrets = 0;
    for line in listing.lines() {
        let (mode, entry) =
            (line.split(' ').next().unwrap_or_default(), line.rsplit(' ').next().unwrap_or_default());
        if [".p12", ".key", ".password"].iter().any(|end| entry.ends_with(end)) {
            need(mode == "-rw-------", format!("{entry} has mode {mode}"))?;
            secrets += 1;
        }
    }
    need(secrets > 0, "no store and no key in it")
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", name(path)))
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
