//! `elasticsearch.keystore`, formats 5 to 7: a Lucene codec header, a block of salt, IV and ciphertext
//! with their lengths, and a footer with a checksum. The frame is big-endian, the block little-endian.

use zeroize::Zeroizing;

use super::{IV, Keys, KeystoreEntry, KeystoreKey, SALT, TAG, array};
use crate::forge::Error;
use crate::plan::KeystoreFormat;
use crate::values::Secret;

const MAGIC: [u8; 4] = [0x3f, 0xd7, 0x6c, 0x17];
const NAME: &[u8] = b"elasticsearch.keystore";
/// Magic, length of the name, name, format, whether there is a password.
const HEADER: usize = 4 + 1 + NAME.len() + 4 + 1;
/// Magic, algorithm of the checksum, checksum.
const FOOTER: usize = 4 + 4 + 8;

pub(super) fn format(bytes: &[u8]) -> Option<KeystoreFormat> {
    let rest = bytes.strip_prefix(&MAGIC)?.strip_prefix(&[22])?.strip_prefix(NAME)?;
    match rest.first_chunk::<4>().map(|number| u32::from_be_bytes(*number))? {
        5 => Some(KeystoreFormat::Elasticsearch5),
        6 => Some(KeystoreFormat::Elasticsearch6),
        7 => Some(KeystoreFormat::Elasticsearch7),
        _ => None,
    }
}

pub(super) fn write(
    key: &KeystoreKey,
    iv: [u8; IV],
    entries: &[KeystoreEntry],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (mut sealed, tag) = key.seal(iv, &text(entries)?)?;
    sealed.extend(tag);
    let mut block = Vec::with_capacity(sealed.len() + SALT + IV + 12);
    for part in [key.salt.as_slice(), &iv, &sealed] {
        block.extend(length(part)?.to_le_bytes());
        block.extend(part);
    }
    let mut out = Zeroizing::new(Vec::with_capacity(HEADER + 4 + block.len() + FOOTER));
    out.extend(MAGIC);
    out.push(22);
    out.extend(NAME);
    let number: u32 = match key.format {
        KeystoreFormat::Elasticsearch5 => 5,
        KeystoreFormat::Elasticsearch6 => 6,
        _ => 7,
    };
    out.extend(number.to_be_bytes());
    out.push(u8::from(key.with_password));
    out.extend(length(&block)?.to_le_bytes());
    out.extend(block);
    out.extend(MAGIC.map(|byte| !byte));
    out.extend([0; 4]);
    let sum = u64::from(crc32(&out));
    out.extend(sum.to_be_bytes());
    Ok(out)
}

fn length(bytes: &[u8]) -> Result<u32, Error> {
    u32::try_from(bytes.len()).map_err(|_| Error::Keystore("it would be too long"))
}

/// Number of entries, then name and value of each, as Java's `DataOutput` writes them. Names are ASCII, so
/// that modified UTF-8 is the same as UTF-8.
fn text(entries: &[KeystoreEntry]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut out = Zeroizing::new(Vec::new());
    out.extend(
        u32::try_from(entries.len()).map_err(|_| Error::Keystore("it would be too long"))?.to_be_bytes(),
    );
    for entry in entries {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"_-.".contains(&b);
        if entry.name.is_empty() || !entry.name.bytes().all(fits) {
            return Err(Error::Keystore("a setting's name in it has a character that Elasticsearch refuses"));
        }
        let name =
            u16::try_from(entry.name.len()).map_err(|_| Error::Keystore("a name in it is too long"))?;
        out.extend(name.to_be_bytes());
        out.extend(entry.name.as_bytes());
        out.extend(length(entry.value.reveal().as_bytes())?.to_be_bytes());
        out.extend(entry.value.reveal().as_bytes());
    }
    Ok(out)
}

pub(super) fn read(
    bytes: &[u8],
    format: KeystoreFormat,
    password: &str,
    keys: &mut Keys<'_>,
) -> Result<Vec<KeystoreEntry>, Error> {
    let end = bytes.len().checked_sub(FOOTER).ok_or(Error::Keystore("it is too short"))?;
    let (body, footer) = bytes.split_at(end);
    let sum = u64::from_be_bytes(array(&footer[8..])?);
    if footer[..4] != MAGIC.map(|byte| !byte)
        || footer[4..8] != [0; 4]
        || u64::from(crc32(&bytes[..end + 8])) != sum
    {
        return Err(Error::Keystore("its checksum does not fit: it was changed or cut off"));
    }
    let mut block = body.get(HEADER..).ok_or(Error::Keystore("it is too short"))?;
    let whole = take(&mut block)?;
    let mut rest = whole;
    let (salt, iv, sealed) = (take(&mut rest)?, take(&mut rest)?, take(&mut rest)?);
    if !block.is_empty() || !rest.is_empty() {
        return Err(Error::Keystore("something stands behind its data"));
    }
    let key = keys.key(format, password, array(salt)?)?;
    let at = sealed.len().checked_sub(TAG).ok_or(Error::Keystore("it is too short"))?;
    let text = key.open(array(iv)?, &sealed[..at], &sealed[at..])?;
    entries(&text)
}

/// The next bytes, which their length precedes.
fn take<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], Error> {
    let short = Error::Keystore("a length in it reaches behind its end");
    let (length, behind) = rest.split_first_chunk::<4>().ok_or(Error::Keystore("it is too short"))?;
    let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
    let (part, behind) = behind.split_at_checked(length).ok_or(short)?;
    *rest = behind;
    Ok(part)
}

fn entries(text: &[u8]) -> Result<Vec<KeystoreEntry>, Error> {
    let odd = || Error::Keystore("its text is not a list of settings");
    let (count, mut rest) = text.split_first_chunk::<4>().ok_or_else(odd)?;
    let mut entries = Vec::new();
    for _ in 0..u32::from_be_bytes(*count) {
        let (length, behind) = rest.split_first_chunk::<2>().ok_or_else(odd)?;
        let (name, behind) =
            behind.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or_else(odd)?;
        let (length, behind) = behind.split_first_chunk::<4>().ok_or_else(odd)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| odd())?;
        let (value, behind) = behind.split_at_checked(length).ok_or_else(odd)?;
        // A value that is no text is a file; only its name matters here.
        let value = String::from_utf8_lossy(value);
        let name = String::from_utf8(name.to_vec()).map_err(|_| odd())?;
        entries.push(KeystoreEntry { name, value: Secret::new(value) });
        rest = behind;
    }
    if rest.is_empty() { Ok(entries) } else { Err(odd()) }
}

/// zlib's CRC-32; a store has a few hundred bytes, so that no table is worth its lines.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}
