//! SHA-256 and its written forms.

use std::fmt::Write;

use aws_lc_rs::digest::{SHA256, digest};

pub(super) fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

/// Lower case, nothing between.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Upper case with colons, as `openssl x509 -fingerprint` and browsers write it.
pub(super) fn colons(bytes: &[u8]) -> String {
    bytes.iter().enumerate().fold(String::with_capacity(bytes.len() * 3), |mut out, (index, byte)| {
        let _ = write!(out, "{}{byte:02X}", if index > 0 { ":" } else { "" });
        out
    })
}
