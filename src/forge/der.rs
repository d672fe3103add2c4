//! As much of DER (X.690) as splicing names and describing stores needs: definite lengths, and
//! of longer tags the first byte. Knows no certificates.

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// One element; `whole` is it with tag and length.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    pub tag: u8,
    pub whole: &'a [u8],
    pub content: &'a [u8],
}

impl<'a> Element<'a> {
    /// The elements inside, or nothing where they are not well formed.
    pub(super) fn children(&self) -> Option<Vec<Element<'a>>> {
        elements(self.content)
    }
}

/// The first element of `input` and what follows it.
pub(super) fn take(input: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (&tag, mut rest) = input.split_first()?;
    if tag & 0x1f == 0x1f {
        let end = rest.iter().position(|byte| byte & 0x80 == 0)?;
        rest = rest.get(end + 1..)?;
    }
    let (&first, mut rest) = rest.split_first()?;
    let length = match first {
        0..=0x7f => usize::from(first),
        0x81..=0x84 => {
            let (length, after) = rest.split_at_checked(usize::from(first & 0x7f))?;
            rest = after;
            length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
        }
        _ => return None,
    };
    let (content, after) = rest.split_at_checked(length)?;
    Some((Element { tag, whole: &input[..input.len() - after.len()], content }, after))
}

/// All elements of `input`, which must end with the last of them.
pub(super) fn elements(mut input: &[u8]) -> Option<Vec<Element<'_>>> {
    let mut found = Vec::new();
    while !input.is_empty() {
        let (element, rest) = take(input)?;
        found.push(element);
        input = rest;
    }
    Some(found)
}

pub(super) fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(length + 6);
    out.push(tag);
    if length < 0x80 {
        out.extend(length.to_be_bytes().last());
    } else {
        let bytes = length.to_be_bytes();
        let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(0);
        out.extend(u8::try_from(0x80 + bytes.len() - start));
        out.extend(&bytes[start..]);
    }
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

pub(super) fn oid(arcs: &[u64]) -> Vec<u8> {
    let mut content = Vec::with_capacity(12);
    let (head, tail) = arcs.split_at(arcs.len().min(2));
    let first = head.first().copied().unwrap_or(0) * 40 + head.get(1).copied().unwrap_or(0);
    for arc in std::iter::once(&first).chain(tail) {
        let groups = (64 - arc.leading_zeros()).div_ceil(7).max(1);
        for group in (0..groups).rev() {
            let more = if group > 0 { 0x80 } else { 0 };
            content.extend(u8::try_from(arc >> (7 * group) & 0x7f).map(|low| low | more));
        }
    }
    element(OID, &[&content])
}

/// The arcs of an OID's content octets.
pub(super) fn arcs(content: &[u8]) -> Option<Vec<u64>> {
    let mut arcs = Vec::with_capacity(8);
    let mut arc: u64 = 0;
    for byte in content {
        arc = arc.checked_mul(128)? + u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            if arcs.is_empty() {
                let root = (arc / 40).min(2);
                arcs.push(root);
                arc -= root * 40;
            }
            arcs.push(arc);
            arc = 0;
        }
    }
    (content.last()? & 0x80 == 0).then_some(arcs)
}

/// `1.2.840.113549`
pub(super) fn dotted(arcs: &[u64]) -> String {
    arcs.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_oids_go_there_and_back() {
        for length in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x1_0000] {
            let content = vec![7; length];
            let der = element(SEQUENCE, &[&content]);
            let (read, rest) = take(&der).unwrap();
            assert_eq!((read.tag, read.content, read.whole, rest), (SEQUENCE, &*content, &*der, &[][..]));
        }
        for known in [&[2, 5, 4, 3][..], &[0, 9, 2342, 19_200_300, 100, 1, 25], &[2, 999, 1]] {
            let der = oid(known);
            assert_eq!(arcs(&der[2..]).as_deref(), Some(known));
        }
        assert_eq!(oid(&[1, 2, 840, 113_549]), [6, 6, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]);
    }

    #[test]
    fn nonsense_is_nothing() {
        for bad in [&[][..], &[0x30], &[0x30, 0x02, 0x01], &[0x30, 0x80, 0, 0], &[0x1f, 1, 1], &[0x30, 0x85]]
        {
            assert!(take(bad).is_none());
        }
        assert!(arcs(&[0x86]).is_none() && arcs(&[]).is_none());
    }
}
