//! Which typed secrets are taken, and what is said of them. Never says the secret, and keeps none.

use crate::values::Secret;

pub const NOT_THE_SAME: &str = "the two are not the same";

/// Shorter ones are taken with a warning.
const SHORT: usize = 8;

/// Why a typed text cannot be a secret of the products.
pub fn refusal(typed: &str) -> Option<&'static str> {
    let printable = typed.chars().all(|c| matches!(c, ' '..='~'));
    (!printable).then_some("not taken: Java and Kibana read only printable ASCII in passwords")
}

/// What is said once it is taken.
pub fn taken(secret: &Secret) -> &'static str {
    if secret.reveal().len() < SHORT {
        "taken; fewer than 8 characters are easy to guess"
    } else {
        "taken; it goes into the output, never into the session"
    }
}
