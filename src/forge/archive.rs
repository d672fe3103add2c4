//! Zip archives with folders, modes and the time of the run. Knows no contents.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};

use time::OffsetDateTime;
use zeroize::Zeroizing;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{Bytes, Error};
use crate::plan::Mode;
use crate::values::RelPath;

pub(super) struct Part {
    pub path: RelPath,
    pub bytes: Bytes,
    pub mode: Mode,
}

/// Modes are kept by `unzip`, unlike in certutil's archives, whose keys come out readable for all.
pub(super) fn pack(path: &RelPath, parts: &[Part], at: OffsetDateTime) -> Result<Zeroizing<Vec<u8>>, Error> {
    let failed =
        |error: zip::result::ZipError| Error::Archive { path: path.clone(), reason: error.to_string() };
    let size: usize = parts.iter().map(|part| part.bytes.len() + 256).sum();
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(size)));
    // Keys and locked stores do not get smaller, and the compressor takes more memory than the archive of fifty nodes.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(dos_time(at));
    for folder in folders(parts) {
        zip.add_directory(folder, options.unix_permissions(0o700)).map_err(failed)?;
    }
    for part in parts {
        zip.start_file(part.path.as_str(), options.unix_permissions(part.mode.0)).map_err(failed)?;
        zip.write_all(&part.bytes).map_err(|error| failed(error.into()))?;
    }
    zip.finish().map(|cursor| Zeroizing::new(cursor.into_inner())).map_err(failed)
}

/// Every folder above every part, outer ones first.
fn folders(parts: &[Part]) -> BTreeSet<&str> {
    let mut folders = BTreeSet::new();
    for part in parts {
        let path = part.path.as_str();
        folders.extend(path.match_indices('/').map(|(at, _)| &path[..=at]));
    }
    folders
}

/// Zip knows years from 1980 to 2107 and steps of two seconds.
fn dos_time(at: OffsetDateTime) -> DateTime {
    let year = u16::try_from(at.year()).unwrap_or(1980);
    DateTime::from_date_and_time(year, at.month().into(), at.day(), at.hour(), at.minute(), at.second() & !1)
        .unwrap_or_default()
}
