//! The openssl program on every certificate, key, store and request, and unzip on every archive.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::files::{Output, Product, Report, Store, need};
use super::{Line, process, tools};

pub fn judge(outs: &[&Path]) -> Option<Vec<Vec<Line>>> {
    let (openssl, unzip) = (tools::openssl()?, tools::unzip()?);
    Some(
        outs.iter()
            .map(|out| {
                let room = tempfile::tempdir().unwrap();
                let mut desk =
                    Desk { openssl: openssl.clone(), room: room.path().into(), report: Report::default() };
                match Output::read(out) {
                    Ok(output) => desk.judge(&output, &unzip),
                    Err(why) => desk.report.check("the folder is read", Err(why)),
                }
                desk.report.lines
            })
            .collect(),
    )
}

struct Desk {
    openssl: PathBuf,
    /// Holds passwords and unpacked keys; its mode keeps others out.
    room: PathBuf,
    report: Report,
}

/// What a layer shows and trusts, as PEM.
struct Material {
    key: String,
    chain: String,
    trust: String,
}

impl Desk {
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
            self.kibana_side(output, kibana, "elasticsearch");
            self.kibana_side(output, kibana, "server");
        }
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

    fn kibana_side(&mut self, output: &Output, kibana: &Product, side: &str) {
        let prefix = format!("{side}.ssl");
        let title = format!("kibana {} {side}", kibana.host);
        let has_key =
            ["key", "keystore.path"].iter().any(|last| kibana.get(&format!("{prefix}.{last}")).is_some());
        if !has_key || self.waits(output, kibana, &prefix, &title) {
            return;
        }
        let result = self.material(kibana, &prefix).and_then(|material| self.pair(&material));
        self.report.check(format!("{title}: the key is the certificate's"), result);
    }

    fn material(&self, product: &Product, prefix: &str) -> Result<Material, String> {
        let get = |suffix: &str| product.get(&format!("{prefix}.{suffix}"));
        let password = |role: &str| {
            let names = [format!("{prefix}.{role}.secure_password"), format!("{prefix}.{role}.password")];
            names.iter().find_map(|name| product.secret(name)).unwrap_or_default().to_owned()
        };
        let unpack = |path: &str, role: &str, what: &[&str]| {
            let args = [&["pkcs12", "-nodes"], what, &["-in"]].concat();
            self.run(&args, &product.file(path), Some(&password(role)))
        };
        let mut material = match get("keystore.path") {
            Some(path) => Material {
                key: unpack(path, "keystore", &["-nocerts"])?,
                chain: unpack(path, "keystore", &["-nokeys", "-clcerts"])?,
                trust: unpack(path, "keystore", &["-nokeys", "-cacerts"])?,
            },
            None => Material {
                key: self.pem_key(product, prefix)?,
                chain: read(
                    &product.file(get("certificate").ok_or("names neither a store nor a certificate")?),
                )?,
                trust: String::new(),
            },
        };
        material.chain.push_str(&material.trust);
        if let Some(path) = get("truststore.path") {
            material.trust = unpack(path, "truststore", &["-nokeys", "-cacerts"])?;
        }
        for path in product.list(&format!("{prefix}.certificate_authorities")) {
            material.trust.push_str(&read(&product.file(path))?);
        }
        Ok(material)
    }

    /// The key in the clear. One that is encrypted opens with its passphrase and with no other.
    fn pem_key(&self, product: &Product, prefix: &str) -> Result<String, String> {
        let path = product.file(product.get(&format!("{prefix}.key")).ok_or("names no key")?);
        let names = [format!("{prefix}.secure_key_passphrase"), format!("{prefix}.keyPassphrase")];
        let passphrase = names.iter().find_map(|name| product.secret(name));
        let encrypted = read(&path)?.contains("BEGIN ENCRYPTED PRIVATE KEY");
        need(
            encrypted == passphrase.is_some(),
            format!(
                "{}: encrypted is {encrypted}, a passphrase is set: {}",
                name(&path),
                passphrase.is_some()
            ),
        )?;
        if encrypted {
            let scheme = self.run(&["asn1parse", "-in"], &path, None)?.to_lowercase();
            for part in ["pbes2", "pbkdf2", "hmacwithsha256", "aes-256-cbc"] {
                need(scheme.contains(part), format!("{}: not encrypted with {part}", name(&path)))?;
            }
            let stranger = self.run(&["pkey", "-in"], &path, Some("not the passphrase"));
            need(stranger.is_err(), format!("{}: opens with a wrong passphrase", name(&path)))?;
        }
        self.run(&["pkey", "-in"], &path, passphrase)
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
        let chain = process::private_file(&self.room, "chain.pem", chain);
        let trust = process::private_file(&self.room, "trust.pem", trust);
        let mut command = Command::new(&self.openssl);
        // The machine's own CAs have no say.
        command.args(["verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-purpose", purpose, "-CAfile"]);
        command.arg(trust).arg("-untrusted").arg(&chain).arg(&chain);
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
