//! What an archive says of a file.

use std::borrow::Cow;

use super::block::{Block, Wrong};
use super::{Archive, slice, u32_at, u64_at};
use crate::Error;
use crate::format::{Codec, NEED_LEN, file};

/// A file in an [`Archive`].
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    pub(super) archive: Archive<'a>,
    pub(super) position: u32,
    pub(super) entry: &'a [u8],
}

/// Compares stored contents that are read piece by piece with their checksum.
#[derive(Debug)]
pub struct ContentsCheck<'a> {
    file: File<'a>,
    sum: crc32fast::Hasher,
}

impl<'a> File<'a> {
    /// Position in the table of files.
    pub fn position(&self) -> u32 {
        self.position
    }

    /// Path within the archive, with `/` between its parts.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`] where the archive is damaged; so below.
    pub fn path(&self) -> Result<&'a str, Error> {
        self.archive
            .text(self.entry, file::PATH, "the path", self.position)
    }

    /// Length of the contents in bytes.
    pub fn length(&self) -> u64 {
        u64_at(self.entry, file::LENGTH)
    }

    /// Length of the contents as they are stored, in bytes; of a group, their share.
    pub fn stored_length(&self) -> u64 {
        self.block().share()
    }

    /// Where the contents begin in the archive, if they are stored as they are.
    pub fn stored_at(&self) -> Option<u64> {
        let block = self.block();
        let is_plain = block.codec == Some(Codec::Stored) && block.stored_length == block.length;
        (is_plain && self.archive.bytes.has(block.offset, block.length)).then_some(block.offset)
    }

    /// How the contents are stored.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`].
    pub fn codec(&self) -> Result<Codec, Error> {
        self.block().codec.ok_or(self.malformed("the compression"))
    }

    /// Whether it is to be executable where it is written to disk.
    pub fn is_executable(&self) -> bool {
        self.entry
            .get(file::EXECUTABLE)
            .is_some_and(|&byte| byte != 0)
    }

    /// The contents: borrowed where they are stored as they are in an archive in memory, else read or decompressed. Summed up at each call.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`], [`Error::Contents`], [`Error::Compression`], [`Error::Read`].
    pub fn contents(&self) -> Result<Cow<'a, [u8]>, Error> {
        self.block().read(&self.archive.bytes).map_err(|wrong| {
            let path = || self.path().unwrap_or("a file").to_owned();
            match wrong {
                Wrong::Place => self.malformed("the contents"),
                Wrong::Codec => self.malformed("the compression"),
                Wrong::Sum => Error::Contents { path: path() },
                Wrong::Frame => Error::Compression { path: path() },
                Wrong::Source(error) => error,
            }
        })
    }

    fn block(&self) -> Block {
        Block {
            offset: u64_at(self.entry, file::STORED),
            stored_length: u64_at(self.entry, file::STORED_LENGTH),
            length: self.length(),
            check: u32_at(self.entry, file::CHECK),
            codec: self
                .entry
                .get(file::CODEC)
                .and_then(|&number| Codec::from_number(number)),
            place: u64_at(self.entry, file::PLACE),
            group_length: u64_at(self.entry, file::GROUP_LENGTH),
        }
    }

    /// For those who read the stored contents from the packed file and not through this archive: sums them up on the way.
    pub fn check(&self) -> ContentsCheck<'a> {
        ContentsCheck {
            file: *self,
            sum: crc32fast::Hasher::new(),
        }
    }

    fn malformed(&self, what: &'static str) -> Error {
        Error::Entry {
            what,
            position: self.position,
        }
    }

    /// The libraries to load before this shared object, in order.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`].
    pub fn needs(&self) -> Result<impl Iterator<Item = File<'a>> + use<'a>, Error> {
        let archive = self.archive;
        let (first, count) = (
            u64::from(u32_at(self.entry, file::FIRST_NEED)),
            u64::from(u32_at(self.entry, file::NEED_COUNT)),
        );
        let needs = slice(
            archive.needs,
            first * NEED_LEN as u64,
            count * NEED_LEN as u64,
        )
        .ok_or(self.malformed("the needs"))?;
        Ok(needs
            .chunks_exact(NEED_LEN)
            .filter_map(move |need| archive.file_at(u32_at(need, 0))))
    }
}

impl ContentsCheck<'_> {
    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.sum.update(piece);
    }

    /// Says whether that were the contents that were packed.
    ///
    /// # Errors
    ///
    /// [`Error::Contents`].
    pub fn finish(self) -> Result<(), Error> {
        if self.sum.finalize() == self.file.block().check {
            return Ok(());
        }
        Err(Error::Contents {
            path: self.file.path()?.to_owned(),
        })
    }
}
