//! How much work a locked file asks for before its password can be tried: rounds and memory stand in the
//! file, and whoever made it chose them. Knows no keys.

use pkcs8::der::Decode;
use pkcs8::pkcs5::pbes2::Parameters;
use zeroize::Zeroizing;

use super::Error;
use super::der::{self, Element, INTEGER, OCTET_STRING, OID, SEQUENCE};

/// All locks of a file together. Java and OpenSSL write up to 10,000 for each, careful people a million.
const MOST_ROUNDS: u64 = 4_000_000;
/// What scrypt may take, in bytes; OpenSSL's own choice is 16 MiB.
const MOST_MEMORY: u64 = 128 << 20;
/// Of the structure; real files have some fifteen levels.
const MOST_DEPTH: usize = 32;

const PBES2: &[u64] = &[1, 2, 840, 113_549, 1, 5, 13];
const PBKDF2: &[u64] = &[1, 2, 840, 113_549, 1, 5, 12];
const SCRYPT: &[u64] = &[1, 3, 6, 1, 4, 1, 11_591, 4, 11];
/// The older schemes: of PKCS#12 and of PKCS#5.
const PBE: [&[u64]; 2] = [&[1, 2, 840, 113_549, 1, 12, 1], &[1, 2, 840, 113_549, 1, 5]];

/// Refuses a store or key whose locks take too long or too much. What is locked within a lock is counted as
/// well, as far as `password` opens the outer one.
pub(super) fn check(bytes: &[u8], password: &str) -> Result<(), Error> {
    total(bytes, password).map(drop)
}

/// Rounds of all locks that show from outside; none for what [`check`] refuses, since that is not tried.
pub(super) fn rounds(bytes: &[u8]) -> u64 {
    total(bytes, "").unwrap_or(0)
}

fn total(bytes: &[u8], password: &str) -> Result<u64, Error> {
    let Some((outer, _)) = der::take(bytes) else { return Ok(0) };
    let mut cost = Cost { rounds: 0, password };
    // The MAC of a PKCS#12 file (RFC 7292 §4): its rounds come last in the third field.
    if let Some(mac) = outer.children().and_then(|fields| fields.get(2)?.children()) {
        cost.add(mac.get(2).filter(|field| field.tag == INTEGER).map_or(0, |field| number(field.content)))?;
    }
    cost.walk(&outer, 0)?;
    Ok(cost.rounds)
}

struct Cost<'a> {
    rounds: u64,
    password: &'a str,
}

impl Cost<'_> {
    fn add(&mut self, rounds: u64) -> Result<(), Error> {
        self.rounds = self.rounds.saturating_add(rounds);
        if self.rounds > MOST_ROUNDS { Err(Error::Costly("more than 4 million rounds")) } else { Ok(()) }
    }

    fn walk(&mut self, element: &Element<'_>, depth: usize) -> Result<(), Error> {
        if depth > MOST_DEPTH {
            return Err(Error::Costly("more than 32 levels"));
        }
        let constructed = element.tag & 0x20 != 0;
        let wraps = element.tag == OCTET_STRING && element.content.first() == Some(&SEQUENCE);
        // The safes of a store stand in octet strings (RFC 7292 §4.1).
        if !constructed && !wraps {
            return Ok(());
        }
        let Some(children) = element.children() else { return Ok(()) };
        self.algorithm(&children)?;
        for child in &children {
            self.walk(child, depth + 1)?;
        }
        match self.unlocked(&children) {
            Some(inside) => match der::take(&inside) {
                Some((inside, _)) => self.walk(&inside, depth + 1),
                None => Ok(()),
            },
            None => Ok(()),
        }
    }

    /// Counts what an `AlgorithmIdentifier` asks for.
    fn algorithm(&mut self, fields: &[Element<'_>]) -> Result<(), Error> {
        let [oid, parameters, ..] = fields else { return Ok(()) };
        let Some(arcs) = (oid.tag == OID).then(|| der::arcs(oid.content)).flatten() else { return Ok(()) };
        let Some(parameters) = parameters.children() else { return Ok(()) };
        let value =
            |index: usize| parameters.get(index).map_or(0, |field: &Element<'_>| number(field.content));
        if arcs == SCRYPT {
            let (n, r, p) = (value(1), value(2), value(3));
            // A cost of 0 is not in the standard, and its logarithm nowhere.
            if !n.is_power_of_two() || n.saturating_mul(r).saturating_mul(128) > MOST_MEMORY {
                return Err(Error::Costly("more than 128 MiB of memory"));
            }
            // A pass over all blocks takes about as long as two rounds for each.
            return self.add(n.saturating_mul(r).saturating_mul(p).saturating_mul(2));
        }
        let old = PBE.iter().any(|group| arcs.len() == group.len() + 1 && arcs.starts_with(group));
        if arcs == PBKDF2 || (old && arcs != PBES2) {
            return self.add(value(1));
        }
        Ok(())
    }

    /// What stands in an `EncryptedContentInfo` (RFC 5652 §8) under PBES2. Under the older schemes it
    /// stays closed here.
    fn unlocked(&self, fields: &[Element<'_>]) -> Option<Zeroizing<Vec<u8>>> {
        let [kind, algorithm, content] = fields else { return None };
        if kind.tag != OID || content.tag != 0x80 {
            return None;
        }
        let parts = algorithm.children()?;
        let [oid, parameters] = parts.as_slice() else { return None };
        if der::arcs(oid.content)? != PBES2 {
            return None;
        }
        let parameters = Parameters::from_der(parameters.whole).ok()?;
        parameters.decrypt(self.password.as_bytes(), content.content).ok().map(Zeroizing::new)
    }
}

/// An INTEGER; a longer one than eight bytes is as good as endless, and a negative one is none.
fn number(content: &[u8]) -> u64 {
    let digits: &[u8] = match content {
        [first, ..] if first & 0x80 != 0 => return u64::MAX,
        _ => &content[content.iter().position(|byte| *byte != 0).unwrap_or(content.len())..],
    };
    if digits.len() > 8 { u64::MAX } else { digits.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)) }
}
