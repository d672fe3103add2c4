//! From plan to bytes and from bytes to description: keys, certificates, stores, archives. The only
//! room that knows cryptography; knows no steps, no file system and no terminal.

mod answer;
mod archive;
mod base64;
mod body;
mod bundle;
mod contents;
mod cost;
mod crew;
mod der;
mod description;
mod digest;
mod dn;
mod error;
mod identities;
mod inspect;
mod issue;
mod kept;
mod keystore;
mod pbes1;
mod pem;
mod progress;
mod recipe;
mod reuse;
mod run;
mod secret;
mod source;
mod store;

pub use answer::{Answer, read_answer};
pub use body::Body;
pub use bundle::{Awaited, Bundle, Bytes, Issued, Output};
pub use description::{Description, Item};
pub use error::Error;
pub use inspect::inspect;
pub use kept::{Kept, KeptIdentity};
pub use keystore::{
    KeystoreEntry, KeystoreKey, KeystoreReader, keystore_format, read_keystore, write_keystore,
};
pub use pem::{Block, read_key, read_pem};
pub use progress::{Progress, Snapshot};
pub use recipe::recipe;
pub use run::{Titles, forge};
pub use secret::read_bearer;
pub use source::{KeyPair, Source, System};
pub use store::{StoreEntry, read_store};
