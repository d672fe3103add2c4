//! Certificates and requests in words.

use x509_parser::extensions::{ExtendedKeyUsage, GeneralName, ParsedExtension};
use x509_parser::prelude::{FromDer, X509Certificate, X509CertificationRequest, X509Extension};

use super::public_words;
use crate::forge::answer::address;
use crate::forge::digest::{colons, hex, sha256};
use crate::forge::{Item, dn};
use crate::values::date_text;

pub(super) fn certificate(title: &str, der: &[u8]) -> Option<Item> {
    let (_, read) = X509Certificate::from_der(der).ok()?;
    let extensions = || read.iter_extensions().map(X509Extension::parsed_extension);
    let mut item = Item::new(title);
    item.line("subject", name(read.subject().as_raw()));
    item.line("names", names(extensions()));
    item.line("issuer", name(read.issuer().as_raw()));
    let (from, to) = (read.validity().not_before.to_datetime(), read.validity().not_after.to_datetime());
    item.line("valid", format!("{} – {}", date_text(from), date_text(to)));
    item.line("serial", hex(read.raw_serial()));
    item.line("key", public_words(read.public_key().raw).unwrap_or_default());
    item.line("usage", usages(extensions()));
    item.line("SHA-256", colons(&sha256(der)));
    Some(item)
}

pub(super) fn request(der: &[u8]) -> Option<Item> {
    let (_, read) = X509CertificationRequest::from_der(der).ok()?;
    let extensions = || read.requested_extensions().into_iter().flatten();
    let info = &read.certification_request_info;
    let mut item = Item::new("certificate request");
    item.line("subject", name(info.subject.as_raw()));
    item.line("names", names(extensions()));
    item.line("key", public_words(info.subject_pki.raw).unwrap_or_default());
    item.line("usage", usages(extensions()));
    if read.verify_signature().is_err() {
        item.line("problem", "its signature does not verify");
    }
    Some(item)
}

fn name(raw: &[u8]) -> String {
    dn::text(raw).unwrap_or_else(|| String::from("(cannot be read)"))
}

fn names<'a>(extensions: impl Iterator<Item = &'a ParsedExtension<'a>>) -> String {
    let mut words = Vec::new();
    for extension in extensions {
        if let ParsedExtension::SubjectAlternativeName(san) = extension {
            words.extend(san.general_names.iter().map(general_name));
        }
    }
    words.join(", ")
}

fn general_name(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::DNSName(name) => format!("DNS {name}"),
        GeneralName::IPAddress(octets) => match address(octets) {
            Some(ip) => format!("IP {ip}"),
            None => String::from("IP (cannot be read)"),
        },
        GeneralName::RFC822Name(name) => format!("email {name}"),
        GeneralName::URI(uri) => format!("URI {uri}"),
        _ => String::from("another kind of name"),
    }
}

/// The words of openssl's configuration files, in the order of the bits.
fn usages<'a>(extensions: impl Iterator<Item = &'a ParsedExtension<'a>>) -> String {
    const BITS: [&str; 9] = [
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
        "encipherOnly",
        "decipherOnly",
    ];
    let (mut authority, mut basic, mut extended) = (None, Vec::new(), Vec::new());
    for extension in extensions {
        match extension {
            ParsedExtension::BasicConstraints(constraints) if constraints.ca => authority = Some("CA:TRUE"),
            ParsedExtension::KeyUsage(usage) => {
                let set = BITS.iter().enumerate().filter(|(bit, _)| usage.flags >> bit & 1 == 1);
                basic.extend(set.map(|(_, word)| *word));
            }
            ParsedExtension::ExtendedKeyUsage(usage) => extended.extend(extended_words(usage)),
            _ => {}
        }
    }
    authority.into_iter().chain(basic).chain(extended).collect::<Vec<_>>().join(", ")
}

fn extended_words(usage: &ExtendedKeyUsage<'_>) -> impl Iterator<Item = &'static str> {
    let words = [
        (usage.any, "anyExtendedKeyUsage"),
        (usage.server_auth, "serverAuth"),
        (usage.client_auth, "clientAuth"),
        (usage.code_signing, "codeSigning"),
        (usage.email_protection, "emailProtection"),
        (usage.time_stamping, "timeStamping"),
        (usage.ocsp_signing, "OCSPSigning"),
        (!usage.other.is_empty(), "others"),
    ];
    words.into_iter().filter(|(set, _)| *set).map(|(_, word)| word)
}
