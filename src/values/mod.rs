//! Small parsed values that cannot be wrong: whoever holds one need not check it again.
//! Knows nothing of steps, plans, files or terminals.

mod key;
mod name;
mod path;
mod sans;
mod secret;
mod subject;
mod url;
mod validity;
mod version;

pub use key::KeyKind;
pub use name::{DnsName, HostName, address};
pub use path::RelPath;
pub use sans::{NameRules, Sans};
pub use secret::{Secret, password_problem};
pub use subject::{Attribute, Dn, Rdn, dn_escape};
pub use url::{Endpoint, StackUrl};
pub use validity::{Span, date_text, moment_text};
pub use version::StackVersion;

/// Why a text is not the value it should be, in words that say what to type instead.
///
/// The message never repeats the whole input, so that a secret typed into the wrong field stays out
/// of logs; the field and its value are added by whoever knows that the value may be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub String);

impl Invalid {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}
