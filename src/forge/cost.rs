//! How much work a locked file asks for before its password can be tried: rounds and memory stand in the
//! file, and whoever made it chose them. Knows no keys.

use pkcs8::der::Decode;
use pkcs8::pkcs5::pbes2::Parameters;
use zeroize::Zeroizing;

use super::Error;
use super::der::{self, Element, INTEGER, OCTET_STRING, OID, SEQUENCE};
use super::pbes1;

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
const PBE: [&[u64]; 2] = [pbes1::PKCS12, &[1, 2, 840, 113_549, 1, 5]];

/// Rounds that are left for all that is opened together.
#[derive(Debug)]
pub(super) struct Allowance(u64);

impl Default for Allowance {
    fn default() -> Self {
        Self::one()
    }
}

impl Allowance {
    pub(super) const fn new(rounds: u64) -> Self {
        Self(rounds)
    }

    /// For one file alone, which its own bound is enough for.
    pub(super) const fn one() -> Self {
        Self(u64::MAX)
    }

    pub(super) fn spend(&mut self, rounds: u64) -> Result<(), Error> {
        self.0 = self.0.checked_sub(rounds).ok_or(Error::Spent)?;
        Ok(())
    }
}

/// Refuses a store or key whose locks take too long or too much, alone or for what is left. What is locked
/// within a lock is counted as well, as far as `password` opens the outer one, and opening that is paid for.
pub(super) fn check(bytes: &[u8], password: &str, left: &mut Allowance) -> Result<(), Error> {
    let Some((outer, _)) = der::take(bytes) else { return Ok(()) };
    let mut cost = Cost { rounds: 0, password, left };
    // The MAC of a PKCS#12 file (RFC 7292 §4): its rounds come last in the third field.
    if let Some(mac) = outer.children().and_then(|fields| fields.get(2)?.children()) {
        cost.add(mac.get(2).filter(|field| field.tag == INTEGER).map_or(0, |field| number(field.content)))?;
    }
    cost.walk(&outer, 0)?;
    let rounds = cost.rounds;
    left.spend(rounds)
}

struct Cost<'a> {
    rounds: u64,
    password: &'a str,
    left: &'a mut Allowance,
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
        let before = self.rounds;
        for child in &children {
            self.walk(child, depth + 1)?;
        }
        let Some(lock) = Lock::of(&children) else { return Ok(()) };
        self.left.spend(self.rounds - before)?;
        let inside = lock.open(self.password);
        match inside.as_deref().and_then(|inside| der::take(inside)) {
            Some((inside, _)) => self.walk(&inside, depth + 1),
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
}

/// An `EncryptedContentInfo` (RFC 5652 §8).
struct Lock<'a> {
    scheme: Vec<u64>,
    parameters: Element<'a>,
    content: &'a [u8],
}

impl<'a> Lock<'a> {
    fn of(fields: &[Element<'a>]) -> Option<Self> {
        let [kind, algorithm, content] = fields else { return None };
        if kind.tag != OID || content.tag != 0x80 {
            return None;
        }
        let parts = algorithm.children()?;
        let [oid, parameters] = parts.as_slice() else { return None };
        Some(Self { scheme: der::arcs(oid.content)?, parameters: *parameters, content: content.content })
    }

    /// Under each scheme that the reader of stores opens.
    fn open(&self, password: &str) -> Option<Zeroizing<Vec<u8>>> {
        if self.scheme != PBES2 {
            return pbes1::open(&self.scheme, &self.parameters, password, self.content);
        }
        let parameters = Parameters::from_der(self.parameters.whole).ok()?;
        parameters.decrypt(password.as_bytes(), self.content).ok().map(Zeroizing::new)
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
