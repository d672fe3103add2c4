use super::Error;
use std::fmt;
use zeroize::Zeroizing;

/// One block between `BEGIN` and `END`.
#[derive(Clone)]
pub struct Block {
    /// `CERTIFICATE`, `PRIVATE KEY`, …
    pub label: String,
    pub der: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Block").field("label", &self.label).finish_non_exhaustive()
    }
}

pub fn read_pem(text: &[u8]) -> Result<Vec<Block>, Error> {
    let _ = text;
    Err(Error::Worker)
}

/// The PKCS#8 DER of the first private key.
pub fn read_key(pem: &[u8], password: Option<&str>) -> Result<Zeroizing<Vec<u8>>, Error> {
    let _ = (pem, password);
    Err(Error::Worker)
}
