//! Reading an archive: its index from memory, all else from memory or through a source.
//!
//! An archive is opened here; what is in it is looked up in its tables (`index`), each entry of which answers for itself (`module`,
//! `file`), and gives its bytes (`block`).

mod block;
mod file;
mod index;
mod module;

use sha2::{Digest, Sha256};

use crate::Error;
use crate::format::{FILE_LEN, FORMAT_VERSION, HEADER_LEN, MAGIC, MODULE_LEN, NEED_LEN, header};
use crate::source::{Bytes, Source};

pub use file::{ContentsCheck, File};
pub use index::Child;
pub use module::Module;

/// An archive, whose index is in memory.
///
/// Opening costs a look at header and index; nothing is parsed or allocated until it is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Archive<'a> {
    bytes: Bytes<'a>,
    digest: &'a [u8],
    modules: &'a [u8],
    files: &'a [u8],
    needs: &'a [u8],
    names: &'a [u8],
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..at + 4)
        .map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

/// `bytes[offset..][..length]`, where that is within bounds.
fn slice(bytes: &[u8], offset: u64, length: u64) -> Option<&[u8]> {
    let start = usize::try_from(offset).ok()?;
    let end = usize::try_from(offset.checked_add(length)?).ok()?;
    bytes.get(start..end)
}

/// The header that the bytes begin with, if it is one of this version and undamaged.
fn sound_header(bytes: &[u8]) -> Result<&[u8], Error> {
    if bytes.get(..MAGIC.len()) != Some(&MAGIC) {
        return Err(Error::NotAnArchive);
    }
    let Some(head) = bytes.get(..HEADER_LEN) else {
        return Err(Error::Truncated {
            expected: HEADER_LEN as u64,
            found: bytes.len() as u64,
        });
    };
    let version = u32_at(head, header::VERSION);
    if version != FORMAT_VERSION {
        return Err(Error::Version { found: version });
    }
    if crc32fast::hash(&head[..header::CHECK]) != u32_at(head, header::CHECK) {
        return Err(Error::Header);
    }
    Ok(head)
}

impl<'a> Archive<'a> {
    /// Opens the archive that begins at the first byte; bytes after its end are ignored.
    ///
    /// Looks at header and index, whose checksums have to be right; bytecode and contents are compared with theirs when they are
    /// asked for, and [`verify`](Self::verify) reads everything.
    ///
    /// # Errors
    ///
    /// [`Error::NotAnArchive`], [`Error::Version`], [`Error::Header`], [`Error::Truncated`] or [`Error::Index`].
    pub fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        let head = sound_header(bytes)?;
        let length = u64_at(head, header::LENGTH);
        let whole = slice(bytes, 0, length).ok_or(Error::Truncated {
            expected: length,
            found: bytes.len() as u64,
        })?;
        Self::with_index(whole, Bytes::Here(whole))
    }

    /// Opens an archive of which header and index are in memory, at least [`index_end`](Self::index_end) bytes; all else is read through
    /// a source, which has `length` bytes.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open).
    pub fn open_index(index: &'a [u8], source: &'a dyn Source, length: u64) -> Result<Self, Error> {
        let head = sound_header(index)?;
        let expected = u64_at(head, header::LENGTH);
        if length < expected {
            return Err(Error::Truncated {
                expected,
                found: length,
            });
        }
        Self::with_index(
            index,
            Bytes::Elsewhere {
                source,
                length: expected,
            },
        )
    }

    /// Where the index of an archive ends, by its header: its first [`HEADER_LEN`] bytes.
    ///
    /// # Errors
    ///
    /// [`Error::NotAnArchive`], [`Error::Version`], [`Error::Header`], [`Error::Truncated`] or [`Error::Index`].
    pub fn index_end(header: &[u8]) -> Result<u64, Error> {
        let head = sound_header(header)?;
        // Names come last in the index.
        u64_at(head, header::NAMES)
            .checked_add(u64_at(head, header::NAMES + 8))
            .filter(|end| *end <= u64_at(head, header::LENGTH))
            .ok_or(Error::Index)
    }

    fn with_index(bytes: &'a [u8], source: Bytes<'a>) -> Result<Self, Error> {
        let head = sound_header(bytes)?;
        // No table may lie where the checksum of the index does not reach.
        let index = Self::index_end(head)?
            .checked_sub(HEADER_LEN as u64)
            .and_then(|length| slice(bytes, HEADER_LEN as u64, length))
            .ok_or(Error::Index)?;
        if crc32fast::hash(index) != u32_at(head, header::INDEX_CHECK) {
            return Err(Error::Index);
        }
        let table = |at: usize, entry: usize| {
            let offset = u64_at(head, at).checked_sub(HEADER_LEN as u64);
            let length = u64_at(head, at + 8).checked_mul(entry as u64);
            offset
                .zip(length)
                .and_then(|(offset, length)| slice(index, offset, length))
                .ok_or(Error::Index)
        };
        Ok(Self {
            bytes: source,
            digest: &head[header::DIGEST..header::DIGEST_END],
            modules: table(header::MODULES, MODULE_LEN)?,
            files: table(header::FILES, FILE_LEN)?,
            needs: table(header::NEEDS, NEED_LEN)?,
            names: table(header::NAMES, 1)?,
        })
    }

    /// Compares all contents with the SHA-256 in the header.
    ///
    /// # Errors
    ///
    /// [`Error::Checksum`].
    pub fn verify(&self) -> Result<(), Error> {
        /// How much is summed up at a time.
        const PIECE: u64 = 1 << 20;
        let mut sum = Sha256::new();
        let mut at = HEADER_LEN as u64;
        while at < self.length() {
            let length = PIECE.min(self.length() - at);
            let piece = self.bytes.read(at, length).ok_or(Error::Checksum)??;
            sum.update(&piece);
            at += length;
        }
        if sum.finalize()[..] == self.digest()[..] {
            Ok(())
        } else {
            Err(Error::Checksum)
        }
    }

    /// The SHA-256 of the contents, as the header records it: the archive's identity.
    pub fn digest(&self) -> &'a [u8] {
        self.digest
    }

    /// Length in bytes.
    pub fn length(&self) -> u64 {
        self.bytes.length()
    }
}
