//! What can go wrong in this room. No variant ever holds a secret or bytes of a key.

use crate::plan::{IdentityId, SecretId};
use crate::values::RelPath;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("stopped before everything was made")]
    Cancelled,
    #[error("the plan has errors; mend them first")]
    Unsound,
    #[error("a worker thread broke down; this is a fault of stackseal")]
    Worker,

    #[error("the secret {0} has to be typed and was not")]
    NotTyped(SecretId),
    #[error("something needs the secret {0}, which the plan does not draw")]
    NoSecret(SecretId),
    #[error("something needs {0}, which the plan does not issue")]
    NoIdentity(IdentityId),
    #[error("{0} has no certificate yet: an outside authority is to sign its request")]
    Awaited(IdentityId),
    #[error("{0} is to be written as settings, and the plan has no such configuration")]
    NoConfig(RelPath),

    #[error("drawing random bytes for {0}: the system has none")]
    Random(String),
    #[error("making the key of {id}: {reason}")]
    Key { id: IdentityId, reason: String },
    #[error(
        "reusing {id} of an earlier output: {why}. Set that answer back to keep the authority, or begin a new session for a new one, which nothing trusts yet"
    )]
    KeptDiffers { id: IdentityId, why: String },
    #[error("signing {id}: {issuer} is no longer valid")]
    IssuerExpired { id: IdentityId, issuer: IdentityId },
    #[error("signing {id}: {reason}")]
    Sign { id: IdentityId, reason: String },
    #[error("checking the certificate of {id}: {fault}")]
    Check { id: IdentityId, fault: &'static str },

    #[error("writing a PKCS#12 store: two entries are called {0}")]
    AliasTwice(String),
    #[error("writing a PKCS#12 store: {0}")]
    WriteStore(String),
    #[error("encrypting the key of {id}: {reason}")]
    Encrypt { id: IdentityId, reason: String },
    #[error("writing the archive {path}: {reason}")]
    Archive { path: RelPath, reason: String },

    #[error("the password does not open it")]
    Locked,
    #[error(
        "opening it would take {0}, which no program asks for by itself; if you trust who made it, let `openssl` write it anew"
    )]
    Costly(&'static str),
    #[error("not opened here: there are too many like it")]
    Spent,
    #[error("reading a PKCS#12 store: {0}")]
    ReadStore(String),
    #[error("a keystore: {0}")]
    Keystore(&'static str),
    #[error("reading PEM: {0}")]
    ReadPem(&'static str),
    #[error("reading a private key: {0}")]
    ReadKey(&'static str),
    #[error("reading a certificate: {0}")]
    ReadCertificate(&'static str),
}
