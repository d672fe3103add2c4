//! The finished bytes of one run, with what their makers know about them. Knows no file system: what
//! stands here is what is shown and what is stored.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::{Body, Description, digest, inspect};
use crate::plan::{Fact, Facts, IdentityId, Mode, Place, Secrecy, SecretId, SecureSetting};
use crate::values::{RelPath, Secret, date_text};

/// Finished bytes, shared where several files hold the same, wiped when the last holder goes.
pub type Bytes = Arc<Zeroizing<Vec<u8>>>;

/// One file.
#[derive(Clone)]
pub struct Output {
    pub path: RelPath,
    pub bytes: Body,
    pub mode: Mode,
    pub place: Option<Arc<Place>>,
    pub secrecy: Secrecy,
    /// [`crate::plan::Content::kind`].
    pub kind: &'static str,
    /// Whose certificates or keys it holds.
    pub identities: Vec<IdentityId>,
    /// Secrets that it holds or is protected by.
    pub secrets: Vec<SecretId>,
    /// Of a keystore, what it holds under which names.
    pub settings: Vec<SecureSetting>,
    /// The password that opens it, of a store or an encrypted key; of a zip, where all inside agree.
    pub password: Option<SecretId>,
}

impl Output {
    /// SHA-256 of the bytes, lower-case hex.
    pub fn sha256(&self) -> String {
        digest::hex(&digest::sha256(&self.bytes.whole()))
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output")
            .field("path", &self.path)
            .field("mode", &self.mode)
            .field("kind", &self.kind)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// A certificate that exists now, and its key.
#[derive(Clone)]
pub struct Issued {
    pub der: Arc<[u8]>,
    /// The issuers that an outside authority sent along, nearest first.
    pub above: Vec<Vec<u8>>,
    pub not_before: OffsetDateTime,
    pub not_after: OffsetDateTime,
    /// SHA-256 of the DER, upper-case hex with colons.
    pub fingerprint: String,
    /// [`super::recipe()`] of its identity.
    pub recipe: String,
    /// Whether it comes from an earlier output, unchanged.
    pub kept: bool,
    /// PKCS#8 DER.
    pub key: Arc<Zeroizing<Vec<u8>>>,
}

impl Issued {
    pub(super) fn new(
        der: &[u8],
        (not_before, not_after): (OffsetDateTime, OffsetDateTime),
        key: Arc<Zeroizing<Vec<u8>>>,
        recipe: String,
        kept: bool,
    ) -> Self {
        let fingerprint = digest::colons(&digest::sha256(der));
        Self { der: der.into(), above: Vec::new(), not_before, not_after, fingerprint, recipe, kept, key }
    }
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued")
            .field("not_before", &self.not_before)
            .field("not_after", &self.not_after)
            .field("fingerprint", &self.fingerprint)
            .field("recipe", &self.recipe)
            .field("kept", &self.kept)
            .finish_non_exhaustive()
    }
}

/// A key whose certificate an outside authority is to sign.
#[derive(Clone)]
pub struct Awaited {
    pub recipe: String,
    pub kept: bool,
    /// PKCS#8 DER.
    pub key: Arc<Zeroizing<Vec<u8>>>,
}

impl fmt::Debug for Awaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Awaited")
            .field("recipe", &self.recipe)
            .field("kept", &self.kept)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Debug)]
pub struct Bundle {
    /// In the order of the plan's files, but for the receipt, which is made of these.
    pub outputs: Vec<Output>,
    pub certificates: BTreeMap<IdentityId, Issued>,
    pub awaited: BTreeMap<IdentityId, Awaited>,
    pub secrets: BTreeMap<SecretId, Secret>,
    pub made_at: OffsetDateTime,
}

impl Bundle {
    pub fn push(&mut self, output: Output) {
        self.outputs.push(output);
    }

    pub fn output(&self, path: &RelPath) -> Option<&Output> {
        self.outputs.iter().find(|output| output.path == *path)
    }

    pub fn secret(&self, id: &SecretId) -> Option<&Secret> {
        self.secrets.get(id)
    }

    /// The password that protects that store or key.
    pub fn password_of(&self, path: &RelPath) -> Option<&Secret> {
        self.secret(self.output(path)?.password.as_ref()?)
    }

    /// What parsing the bytes of that file back says.
    pub fn inspect(&self, path: &RelPath) -> Option<Description> {
        let output = self.output(path)?;
        // Its own password first: each try at a keystore takes a derivation.
        let ids = output.password.iter().chain(&output.secrets);
        let secrets = ids.filter_map(|id| self.secret(id));
        let passwords: Vec<&str> = secrets.map(Secret::reveal).collect();
        Some(inspect(path.file_name(), &output.bytes.whole(), &passwords))
    }
}

impl Facts for Bundle {
    fn fact(&self, id: &IdentityId, fact: Fact) -> Option<String> {
        self.certificates.fact(id, fact)
    }
}

impl Facts for BTreeMap<IdentityId, Issued> {
    fn fact(&self, id: &IdentityId, fact: Fact) -> Option<String> {
        let issued = self.get(id)?;
        Some(match fact {
            Fact::Fingerprint => issued.fingerprint.clone(),
            Fact::Expires => date_text(issued.not_after),
        })
    }
}
