//! Key, chain and trust of one TLS section, as PEM, whatever they lie in.

use super::super::files::{Product, need};
use super::{Desk, name, read};

/// What a layer shows and trusts, as PEM.
pub struct Material {
    pub key: String,
    pub chain: String,
    pub trust: String,
}

impl Desk {
    pub fn material(&self, product: &Product, prefix: &str) -> Result<Material, String> {
        let mut material = self.shown(product, prefix)?;
        if let Some(path) = product.get(&format!("{prefix}.truststore.path")) {
            material.trust = self.unpack(product, prefix, path, "truststore", &["-nokeys", "-cacerts"])?;
        }
        let named = product.list(&format!("{prefix}.certificate_authorities"));
        if !named.is_empty() {
            // It replaces what came with the key.
            let texts: Result<Vec<String>, String> =
                named.iter().map(|path| read(&product.file(path))).collect();
            material.trust = texts?.concat();
        }
        Ok(material)
    }

    /// Key and chain; the trust is what came with them.
    pub fn shown(&self, product: &Product, prefix: &str) -> Result<Material, String> {
        let get = |suffix: &str| product.get(&format!("{prefix}.{suffix}"));
        let Some(path) = get("keystore.path") else {
            let certificate = get("certificate").ok_or("names neither a store nor a certificate")?;
            let key = self.pem_key(product, prefix)?;
            return Ok(Material { key, chain: read(&product.file(certificate))?, trust: String::new() });
        };
        let unpack = |what: &[&str]| self.unpack(product, prefix, path, "keystore", what);
        let trust = unpack(&["-nokeys", "-cacerts"])?;
        let chain = unpack(&["-nokeys", "-clcerts"])? + &trust;
        Ok(Material { key: unpack(&["-nocerts"])?, chain, trust })
    }

    fn unpack(
        &self,
        product: &Product,
        prefix: &str,
        path: &str,
        role: &str,
        what: &[&str],
    ) -> Result<String, String> {
        let names = [format!("{prefix}.{role}.secure_password"), format!("{prefix}.{role}.password")];
        let password = names.iter().find_map(|name| product.secret(name)).unwrap_or_default();
        let args = [&["pkcs12", "-nodes"], what, &["-in"]].concat();
        self.run(&args, &product.file(path), Some(password))
    }

    /// The key in the clear. One that is encrypted opens with its passphrase and with no other.
    pub(super) fn pem_key(&self, product: &Product, prefix: &str) -> Result<String, String> {
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
}
