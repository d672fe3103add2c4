//! What an outside authority sends back for a request: whether it is a certificate for that request, and
//! which names it has. Knows no file.

use std::net::IpAddr;

use time::OffsetDateTime;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate, X509CertificationRequest};

use super::inspect::public_words;
use super::issue::signed_by;
use super::{Block, read_pem};
use crate::values::{Sans, moment_text};

/// Longer chains are not met, and each step tries signatures.
const MOST_ABOVE: usize = 10;
/// Names of one certificate; browsers and products give up long before.
const MOST_NAMES: usize = 4096;

/// A certificate with the issuers that came with it, nearest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub certificate: Vec<u8>,
    pub above: Vec<Vec<u8>>,
    pub sans: Sans,
    /// The kind of its key in words; empty where it is none of ours.
    pub key: String,
}

/// Reads the answer to `request`, both in PEM. The certificate is the one for the request's key, wherever
/// it stands in the file; the others are put into the order in which they sign each other.
///
/// # Errors
///
/// Why a server could not use it, in words for the operator.
pub fn read_answer(request: &[u8], answer: &[u8], now: OffsetDateTime) -> Result<Answer, String> {
    let blocks = read_pem(answer).map_err(|error| format!("{error}; ask for it in PEM"))?;
    let certificates: Vec<&Block> =
        blocks.iter().filter(|block| block.label.ends_with("CERTIFICATE")).collect();
    if certificates.is_empty() {
        return Err("there is no certificate in it; ask for it in PEM".into());
    }
    let requests = read_pem(request).map_err(|error| format!("its request cannot be read: {error}"))?;
    let wanted =
        requests.first().and_then(|block| public_key(&block.der)).ok_or("its request cannot be read")?;
    let mut read = Vec::with_capacity(certificates.len());
    for block in &certificates {
        let (_, certificate) =
            X509Certificate::from_der(&block.der).map_err(|_| "a certificate in it cannot be read")?;
        read.push((block.der.as_slice(), certificate));
    }
    let at = read.iter().position(|(_, certificate)| certificate.public_key().raw == wanted);
    let at = at.ok_or("no certificate in it is for this request's key: it answers another request")?;
    let (der, leaf) = read.swap_remove(at);
    check(&leaf, now)?;
    let key = public_words(leaf.public_key().raw).unwrap_or_default();
    Ok(Answer { certificate: der.to_vec(), above: chain(&leaf, read), sans: sans(&leaf), key })
}

fn public_key(request: &[u8]) -> Option<Vec<u8>> {
    let (_, read) = X509CertificationRequest::from_der(request).ok()?;
    Some(read.certification_request_info.subject_pki.raw.to_vec())
}

fn check(leaf: &X509Certificate<'_>, now: OffsetDateTime) -> Result<(), String> {
    let (start, end) = (leaf.validity().not_before.to_datetime(), leaf.validity().not_after.to_datetime());
    if end <= now {
        return Err(format!("it ended on {}", moment_text(end)));
    }
    if start > now {
        return Err(format!("it is not valid before {}", moment_text(start)));
    }
    if leaf.is_ca() {
        return Err("it is a certificate of an authority; ask for one of a server".into());
    }
    let server = match leaf.extended_key_usage() {
        Ok(Some(usage)) => usage.value.server_auth || usage.value.any,
        _ => true,
    };
    if server { Ok(()) } else { Err("it is not for servers; ask for extended key usage serverAuth".into()) }
}

/// Only what really signs: a bundle may hold authorities that have nothing to do with it. A root that
/// signs itself ends the chain.
fn chain(leaf: &X509Certificate<'_>, mut others: Vec<(&[u8], X509Certificate<'_>)>) -> Vec<Vec<u8>> {
    let mut above: Vec<Vec<u8>> = Vec::new();
    let mut at = leaf.clone();
    while above.len() < MOST_ABOVE
        && let Some(index) = others.iter().position(|(_, issuer)| {
            at.issuer().as_raw() == issuer.subject().as_raw() && signed_by(&at, issuer.public_key().raw)
        })
    {
        let (der, issuer) = others.swap_remove(index);
        above.push(der.to_vec());
        at = issuer;
    }
    above
}

fn sans(leaf: &X509Certificate<'_>) -> Sans {
    let mut sans = Sans::new();
    let Ok(Some(names)) = leaf.subject_alternative_name() else { return sans };
    for name in names.value.general_names.iter().take(MOST_NAMES) {
        match name {
            GeneralName::DNSName(name) => {
                if let Ok(name) = name.parse() {
                    sans.add_dns(name);
                }
            }
            GeneralName::IPAddress(octets) => {
                if let Some(ip) = address(octets) {
                    sans.add_ip(ip);
                }
            }
            _ => {}
        }
    }
    sans
}

/// An iPAddress of RFC 5280, section 4.2.1.6.
pub(super) fn address(octets: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(octets).map(IpAddr::from)).ok()
}
