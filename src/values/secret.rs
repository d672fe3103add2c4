//! A secret text: wiped when dropped, absent from every `Debug` print, never serialised.

use std::fmt;

use zeroize::Zeroizing;

#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. Every call is a place where a secret could leak: search for it in reviews.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

/// Why a typed password cannot protect a store or key, or `None` when it can.
///
/// Java 17 and node-forge read no password outside printable ASCII, and OpenSSL before 1.1.0 reads
/// only 50 characters of one (elastic/elasticsearch#30944).
pub fn password_problem(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        Some("is empty; type 1 to 50 characters")
    } else if !text.bytes().all(|b| (0x20..=0x7e).contains(&b)) {
        Some("has a character that Java or Kibana cannot read; use printable ASCII")
    } else if text.len() > 50 {
        Some("is too long; every reader takes 50 characters, so type at most these")
    } else if text.starts_with(' ') || text.ends_with(' ') {
        Some("begins or ends with a blank, which Kibana and Beats cut off; leave it out")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_the_text() {
        assert_eq!(format!("{:?}", Secret::new("planted")), "Secret(hidden)");
    }

    #[test]
    fn passwords_that_a_product_would_misread_are_named() {
        assert_eq!(password_problem("correct-horse-9"), None);
        for bad in ["", "pässword", "tab\there", " x", "x ", &"x".repeat(51)] {
            assert!(password_problem(bad).is_some(), "{bad:?}");
        }
    }
}
