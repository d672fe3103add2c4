//! A digest of what an identity asks for, so that a later run sees whether its certificate still fits.

use std::fmt::Write;

use super::digest::{hex, sha256};
use crate::plan::{Identity, Issuer};

/// Hex SHA-256 of everything that the plan says about a certificate, in a form of our own. The step
/// that asked for it does not matter.
pub fn recipe(identity: &Identity) -> String {
    let mut text = String::from("stackseal recipe 1\n");
    let _ = writeln!(text, "subject {}", identity.subject);
    for name in identity.sans.dns() {
        let _ = writeln!(text, "dns {name}");
    }
    for ip in identity.sans.ip() {
        let _ = writeln!(text, "ip {ip}");
    }
    let _ = writeln!(text, "span {}\nkey {}", identity.span, identity.key);
    let _ = match &identity.issuer {
        Issuer::Itself => writeln!(text, "issuer itself"),
        Issuer::Other(id) => writeln!(text, "issuer identity {id}"),
        Issuer::Outside => writeln!(text, "issuer outside"),
    };
    let usages = &identity.usages;
    for usage in &usages.key {
        let _ = writeln!(text, "usage {usage}");
    }
    let _ =
        writeln!(text, "authority {} server {} client {}", usages.authority, usages.server, usages.client);
    hex(&sha256(text.as_bytes()))
}
