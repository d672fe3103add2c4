//! What an earlier output gives back to a new run: authorities, unchanged leaves, secrets. Knows not
//! where they were found.

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

use crate::plan::{IdentityId, SecretId};
use crate::values::Secret;

#[derive(Clone)]
pub struct KeptIdentity {
    /// PKCS#8 DER.
    pub key: Zeroizing<Vec<u8>>,
    /// DER; empty where the certificate is still awaited from an outside authority.
    pub certificate: Vec<u8>,
    /// The issuers above it in its file, in DER; only those of an outside authority are kept.
    pub above: Vec<Vec<u8>>,
    /// [`super::recipe()`] of the identity that was forged then.
    pub recipe: String,
}

impl fmt::Debug for KeptIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptIdentity").field("recipe", &self.recipe).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Default)]
pub struct Kept {
    identities: BTreeMap<IdentityId, KeptIdentity>,
    secrets: BTreeMap<SecretId, Secret>,
}

impl Kept {
    pub fn insert_identity(&mut self, id: IdentityId, kept: KeptIdentity) {
        self.identities.insert(id, kept);
    }

    pub fn insert_secret(&mut self, id: SecretId, secret: Secret) {
        self.secrets.insert(id, secret);
    }

    pub fn identity(&self, id: &IdentityId) -> Option<&KeptIdentity> {
        self.identities.get(id)
    }

    pub fn secret(&self, id: &SecretId) -> Option<&Secret> {
        self.secrets.get(id)
    }

    pub fn is_empty(&self) -> bool {
        self.identities.is_empty() && self.secrets.is_empty()
    }
}
