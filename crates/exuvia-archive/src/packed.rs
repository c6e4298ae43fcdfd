//! Where an archive lies in a packed file, and what seals the whole.

use std::fmt;
use std::ops::Range;

use sha2::{Digest, Sha256};

use crate::Error;
use crate::format::FORMAT_VERSION;

/// Length of the footer, the last bytes of a packed file.
pub const FOOTER_LEN: usize = 128;

/// Length of the footer's place for the path of the program's loader.
pub const LOADER_LEN: usize = 64;

/// The archive begins at a multiple of this, where it is found also in a file whose end is missing.
pub const ARCHIVE_ALIGNMENT: u64 = 4096;

const OFFSET: usize = 0;
const LENGTH: usize = 8;
const LOADER: usize = 16;
const DIGEST: usize = LOADER + LOADER_LEN;
const MARK: usize = DIGEST + 32;

/// What the mark, the last 16 bytes, begins with; the version follows, in decimal, and line ends up to its length.
const MARK_START: &[u8] = b"EXUVIA-PACKED-";

fn mark() -> [u8; FOOTER_LEN - MARK] {
    let mut mark = [b'\n'; FOOTER_LEN - MARK];
    let version = FORMAT_VERSION.to_string();
    mark[..MARK_START.len()].copy_from_slice(MARK_START);
    mark[MARK_START.len()..][..version.len()].copy_from_slice(version.as_bytes());
    mark
}

/// The footer of a packed file, with the SHA-256 of all that is in front of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Footer {
    /// Where the archive lies.
    pub archive: Range<u64>,
    /// The SHA-256 of every byte of the file in front of this digest.
    pub digest: [u8; 32],
}

/// Makes the footer of a packed file that is being written.
#[derive(Default)]
pub struct Seal {
    digest: Sha256,
    length: u64,
}

impl Seal {
    /// Takes the next bytes of the file: program, padding, archive.
    pub fn update(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
        self.length += bytes.len() as u64;
    }

    /// Where the footer's place for the path of the program's loader begins in the file, once that many bytes are written.
    pub fn loader_at(length: u64) -> u64 {
        length + LOADER as u64
    }

    /// The footer, for an archive that begins at `offset` and ends here. `loader`, at most [`LOADER_LEN`] bytes, is kept for the
    /// kernel; it is empty where the program has none or keeps it elsewhere.
    pub fn footer(mut self, offset: u64, loader: &[u8]) -> [u8; FOOTER_LEN] {
        let mut footer = [0; FOOTER_LEN];
        let mut put = |at: usize, field: &[u8]| footer[at..at + field.len()].copy_from_slice(field);
        put(OFFSET, &offset.to_le_bytes());
        put(LENGTH, &(self.length.saturating_sub(offset)).to_le_bytes());
        put(LOADER, &loader[..loader.len().min(LOADER_LEN)]);
        put(MARK, &mark());
        self.digest.update(&footer[..DIGEST]);
        footer[DIGEST..MARK].copy_from_slice(&self.digest.finalize()[..]);
        footer
    }
}

impl Footer {
    /// Reads the footer of a file of `file_length` bytes.
    ///
    /// # Errors
    ///
    /// [`Error::NotPacked`], [`Error::Version`], [`Error::Footer`].
    pub fn read(footer: &[u8; FOOTER_LEN], file_length: u64) -> Result<Self, Error> {
        if footer[MARK..] != mark() {
            let version = footer[MARK..].strip_prefix(MARK_START);
            let version = version.and_then(|version| std::str::from_utf8(version).ok());
            return Err(
                match version.and_then(|text| text.trim_end().parse().ok()) {
                    Some(found) if found != FORMAT_VERSION => Error::Version { found },
                    _ => Error::NotPacked,
                },
            );
        }
        let number = |at: usize| {
            let bytes = &footer[at..at + 8];
            bytes
                .iter()
                .rev()
                .fold(0, |number, &byte| number << 8 | u64::from(byte))
        };
        let (offset, length) = (number(OFFSET), number(LENGTH));
        let end = offset.checked_add(length);
        let whole = end.and_then(|end| end.checked_add(FOOTER_LEN as u64));
        match end {
            Some(end) if whole == Some(file_length) && offset % ARCHIVE_ALIGNMENT == 0 => {
                let mut digest = [0; 32];
                digest.copy_from_slice(&footer[DIGEST..MARK]);
                Ok(Self {
                    archive: offset..end,
                    digest,
                })
            }
            _ => Err(Error::Footer),
        }
    }

    /// Reads the footer of a whole packed file, and compares every byte in front of the digest with it.
    ///
    /// # Errors
    ///
    /// As for [`read`](Self::read), and [`Error::Seal`].
    pub fn verify(file: &[u8]) -> Result<Self, Error> {
        let footer = file.last_chunk().ok_or(Error::NotPacked)?;
        let footer = Self::read(footer, file.len() as u64)?;
        let sealed = &file[..file.len() - FOOTER_LEN + DIGEST];
        if Sha256::digest(sealed)[..] == footer.digest {
            Ok(footer)
        } else {
            Err(Error::Seal)
        }
    }
}

impl fmt::Debug for Footer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest: String = self
            .digest
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        formatter
            .debug_struct("Footer")
            .field("archive", &self.archive)
            .field("digest", &digest)
            .finish()
    }
}
