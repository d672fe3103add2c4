//! Distinguished names as DER and back as text. rcgen cannot hold a name that has one attribute twice
//! and writes a wrong one without a word, so names are encoded here.

use super::der::{self, Element, SEQUENCE, SET};
use super::digest::hex;
use crate::values::{Attribute, Dn, Rdn, dn_escape};

const UTF8_STRING: u8 = 0x0c;
const PRINTABLE_STRING: u8 = 0x13;
const T61_STRING: u8 = 0x14;
const IA5_STRING: u8 = 0x16;
const UNIVERSAL_STRING: u8 = 0x1c;
const BMP_STRING: u8 = 0x1e;

/// The text of a name begins with its most specific part, its DER with the least specific one (RFC
/// 4514 §2.1). String types as Java chooses them, so that a CA of certutil has the same bytes.
pub(super) fn encode(dn: &Dn) -> Vec<u8> {
    let rdns: Vec<Vec<u8>> = dn.parts().iter().rev().map(encode_rdn).collect();
    let parts: Vec<&[u8]> = rdns.iter().map(Vec::as_slice).collect();
    der::element(SEQUENCE, &parts)
}

fn encode_rdn(rdn: &Rdn) -> Vec<u8> {
    let mut pairs: Vec<Vec<u8>> = rdn
        .0
        .iter()
        .map(|(attribute, value)| {
            let value = der::element(string_type(*attribute, value), &[value.as_bytes()]);
            der::element(SEQUENCE, &[&der::oid(attribute.oid()), &value])
        })
        .collect();
    // X.690 §11.6: the members of a SET OF stand in ascending order of their bytes.
    pairs.sort();
    let parts: Vec<&[u8]> = pairs.iter().map(Vec::as_slice).collect();
    der::element(SET, &parts)
}

fn string_type(attribute: Attribute, value: &str) -> u8 {
    let printable = |b: u8| b.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&b);
    match attribute {
        Attribute::DomainComponent | Attribute::Email => IA5_STRING,
        _ if value.bytes().all(printable) => PRINTABLE_STRING,
        _ => UTF8_STRING,
    }
}

/// RFC 2253 text of a name in DER; an attribute or string type that we do not know is written as its
/// OID and `#hex`.
pub(super) fn text(name: &[u8]) -> Option<String> {
    let (name, _) = der::take(name)?;
    let mut rdns = Vec::new();
    for rdn in name.children()?.iter().rev() {
        let pairs: Option<Vec<String>> = rdn.children()?.iter().map(pair_text).collect();
        rdns.push(pairs?.join("+"));
    }
    Some(rdns.join(","))
}

fn pair_text(pair: &Element<'_>) -> Option<String> {
    let parts = pair.children()?;
    let [oid, value] = parts.as_slice() else { return None };
    let arcs = der::arcs(oid.content)?;
    let known = Attribute::from_oid(&arcs).zip(string(value));
    Some(match known {
        Some((attribute, text)) => format!("{}={}", attribute.keyword(), dn_escape(&text)),
        None => format!("{}=#{}", der::dotted(&arcs), hex(value.whole)),
    })
}

fn string(value: &Element<'_>) -> Option<String> {
    let bytes = value.content;
    match value.tag {
        UTF8_STRING | PRINTABLE_STRING | IA5_STRING => String::from_utf8(bytes.to_vec()).ok(),
        // Whatever it should be, Latin 1 is what everybody wrote.
        T61_STRING => Some(bytes.iter().copied().map(char::from).collect()),
        BMP_STRING if bytes.len().is_multiple_of(2) => {
            let units: Vec<u16> = bytes.chunks_exact(2).map(|c| u16::from_be_bytes([c[0], c[1]])).collect();
            String::from_utf16(&units).ok()
        }
        UNIVERSAL_STRING if bytes.len().is_multiple_of(4) => bytes
            .chunks_exact(4)
            .map(|c| char::from_u32(u32::from_be_bytes([c[0], c[1], c[2], c[3]])))
            .collect(),
        _ => None,
    }
}

/// Whether a name in DER is the one that a plan asks for; the order of a multi-valued part and the
/// types of its strings do not matter.
pub(super) fn same(raw: &[u8], dn: &Dn) -> bool {
    let ours = encode(dn);
    raw == ours || text(raw).is_some_and(|theirs| Some(theirs) == text(&ours))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_repeated_and_joined_parts() {
        for dn in [
            "CN=node01,DC=es,DC=example,DC=com",
            "CN=a,OU=one,OU=two,O=Example\\, Inc.,C=DE",
            "CN=a+SERIALNUMBER=1,O=b",
            "EMAILADDRESS=ops@example.com,CN=Jürgen *,UID=7",
        ] {
            let parsed: Dn = dn.parse().unwrap();
            assert_eq!(text(&encode(&parsed)).as_deref(), Some(dn));
            assert!(same(&encode(&parsed), &parsed));
        }
        let joined: Dn = "SERIALNUMBER=1+CN=a".parse().unwrap();
        assert!(same(&encode(&"CN=a+SERIALNUMBER=1".parse().unwrap()), &joined));
    }

    #[test]
    fn strings_have_the_types_that_java_gives_them() {
        let tags = |text: &str| {
            let der = encode(&text.parse().unwrap());
            let (name, _) = der::take(&der).unwrap();
            let set = name.children().unwrap()[0];
            set.children().unwrap()[0].children().unwrap()[1].tag
        };
        let rows = [("CN=a b", 0x13), ("CN=a_b", 0x0c), ("CN=ü", 0x0c), ("DC=com", 0x16), ("C=DE", 0x13)];
        for (text, tag) in rows {
            assert_eq!(tags(text), tag, "{text}");
        }
    }
}
