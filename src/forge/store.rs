use super::Error;
use std::fmt;
use zeroize::Zeroizing;

/// What stands under one name in a PKCS#12 file.
#[derive(Clone)]
pub struct StoreEntry {
    pub alias: Option<String>,
    /// PKCS#8 DER.
    pub key: Option<Zeroizing<Vec<u8>>>,
    /// DER, the key's certificate first, then its issuers as far as the store has them.
    pub chain: Vec<Vec<u8>>,
    /// Whether Java takes it for a trusted certificate.
    pub trusted: bool,
}

impl fmt::Debug for StoreEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreEntry")
            .field("alias", &self.alias)
            .field("key", &self.key.is_some())
            .field("chain", &self.chain.len())
            .field("trusted", &self.trusted)
            .finish()
    }
}

pub fn read_store(bytes: &[u8], password: &str) -> Result<Vec<StoreEntry>, Error> {
    let _ = (bytes, password);
    Err(Error::Locked)
}
