//! The two schemes of PKCS#12's own (RFC 7292, appendix C) that the reader of stores opens, with the crates that
//! it opens them with: what hides behind them is counted before it is tried. Opens nothing else; writes nothing.

use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt, KeyInit, KeyIvInit};
use pkcs12::kdf::{Pkcs12KeyType, derive_key_utf8};
use sha1::Sha1;
use zeroize::Zeroizing;

use super::der::{Element, INTEGER, OCTET_STRING};

/// The older schemes of PKCS#12, without their last number.
pub(super) const PKCS12: &[u64] = &[1, 2, 840, 113_549, 1, 12, 1];
const TRIPLE_DES: u64 = 3;
const RC2_OF_40_BITS: u64 = 6;

/// What is locked under the scheme with these arcs; nothing where it is another, or the password does not fit.
pub(super) fn open(
    arcs: &[u64],
    parameters: &Element<'_>,
    password: &str,
    locked: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let [scheme] = arcs.strip_prefix(PKCS12)? else { return None };
    let fields = parameters.children()?;
    let [salt, rounds] = fields.as_slice() else { return None };
    if salt.tag != OCTET_STRING || rounds.tag != INTEGER {
        return None;
    }
    let rounds = rounds
        .content
        .iter()
        .try_fold(0_i32, |sum, byte| sum.checked_mul(256)?.checked_add(i32::from(*byte)));
    let lock = Lock { password, salt: salt.content, rounds: rounds? };
    match *scheme {
        TRIPLE_DES => lock.open::<des::TdesEde3>(24, locked),
        RC2_OF_40_BITS => lock.open::<rc2::Rc2>(5, locked),
        _ => None,
    }
}

struct Lock<'a> {
    password: &'a str,
    salt: &'a [u8],
    rounds: i32,
}

impl Lock<'_> {
    fn open<C: KeyInit + BlockCipherDecrypt>(&self, key: usize, locked: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let key = self.derive(Pkcs12KeyType::EncryptionKey, key)?;
        let iv = self.derive(Pkcs12KeyType::Iv, 8)?;
        let cipher = Decryptor::<C>::new_from_slices(&key, &iv).ok()?;
        cipher.decrypt_padded_vec::<Pkcs7>(locked).ok().map(Zeroizing::new)
    }

    fn derive(&self, kind: Pkcs12KeyType, length: usize) -> Option<Zeroizing<Vec<u8>>> {
        derive_key_utf8::<Sha1>(self.password, self.salt, kind, self.rounds, length).ok().map(Zeroizing::new)
    }
}
