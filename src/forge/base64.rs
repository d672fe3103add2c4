//! Base64 (RFC 4648 §4). Knows no PEM.

use zeroize::Zeroizing;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// With padding.
pub(super) fn encode(bytes: &[u8]) -> Zeroizing<String> {
    let mut out = bare(bytes);
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

/// Without padding, as Elasticsearch prints tokens.
pub(super) fn bare(bytes: &[u8]) -> Zeroizing<String> {
    // Room for all of it, so that no part of a secret is left behind by growing.
    let mut out = Zeroizing::new(String::with_capacity(bytes.len().div_ceil(3) * 4));
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            out.push(char::from(ALPHABET[(bits >> (18 - 6 * place) & 63) as usize]));
        }
    }
    out
}

/// White space anywhere is skipped; anything else out of place makes it nothing.
pub(super) fn decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut out = Zeroizing::new(Vec::with_capacity(text.len() / 4 * 3 + 3));
    let (mut bits, mut held, mut padding) = (0_u32, 0_u32, 0);
    for byte in text.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                padding += 1;
                continue;
            }
            _ => return None,
        };
        if padding > 0 {
            return None;
        }
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.extend(u8::try_from(bits >> held & 0xff));
        }
    }
    let leftover = bits & ((1 << held) - 1);
    (held < 6 && leftover == 0 && padding < 3).then_some(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn rfc_4648_vectors() {
        let rows = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, coded) in rows {
            assert_eq!(*encode(plain.as_bytes()), coded);
            assert_eq!(*bare(plain.as_bytes()), coded.trim_end_matches('='));
            assert_eq!(decode(coded.as_bytes()).unwrap().as_slice(), plain.as_bytes());
            assert_eq!(decode(bare(plain.as_bytes()).as_bytes()).unwrap().as_slice(), plain.as_bytes());
        }
        assert_eq!(decode(b"Zm9v\r\n YmFy").unwrap().as_slice(), b"foobar");
        for bad in [&b"Z"[..], b"Zg=g", b"Zm9v!", b"Zh==", b"===="] {
            assert!(decode(bad).is_none());
        }
    }
}
