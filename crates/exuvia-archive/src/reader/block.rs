//! Bytecode and contents, from the place where they are stored to what was packed.

use std::borrow::Cow;

use super::slice;
use crate::Error;
use crate::format::Codec;
use crate::source::Bytes;

/// Where bytecode or contents lie, and how.
pub(super) struct Block {
    pub(super) offset: u64,
    pub(super) stored_length: u64,
    pub(super) length: u64,
    pub(super) check: u32,
    /// `None` for a number that is no codec's.
    pub(super) codec: Option<Codec>,
    /// Where it begins in its group.
    pub(super) place: u64,
    pub(super) group_length: u64,
}

/// What is wrong with a block.
pub(super) enum Wrong {
    /// It lies out of bounds, or is not as long as it should be.
    Place,
    Codec,
    /// It contradicts its checksum.
    Sum,
    /// It does not decompress to the recorded length.
    Frame,
    /// It could not be read, or its group is wrong.
    Source(Error),
}

impl Block {
    /// How many of the stored bytes are its own: of a group, as many as its part of the contents.
    pub(super) fn share(&self) -> u64 {
        match (self.codec, self.group_length) {
            (Some(Codec::Grouped), 1..) => {
                let share = u128::from(self.stored_length) * u128::from(self.length)
                    / u128::from(self.group_length);
                u64::try_from(share).unwrap_or(u64::MAX)
            }
            _ => self.stored_length,
        }
    }

    /// The bytes as they were packed.
    pub(super) fn read<'a>(&self, bytes: &Bytes<'a>) -> Result<Cow<'a, [u8]>, Wrong> {
        match self.codec.ok_or(Wrong::Codec)? {
            Codec::Stored if self.stored_length != self.length => Err(Wrong::Place),
            Codec::Stored => self.stored(bytes),
            Codec::Zstandard => {
                let stored = self.stored(bytes)?;
                decompress(&stored, self.length)
                    .map(Cow::Owned)
                    .ok_or(Wrong::Frame)
            }
            Codec::Grouped => self.grouped(bytes).map(Cow::Owned),
        }
    }

    /// The bytes as stored, which are what their checksum says.
    fn stored<'a>(&self, bytes: &Bytes<'a>) -> Result<Cow<'a, [u8]>, Wrong> {
        let stored = bytes
            .read(self.offset, self.stored_length)
            .ok_or(Wrong::Place)?
            .map_err(Wrong::Source)?;
        if crc32fast::hash(&stored) == self.check {
            Ok(stored)
        } else {
            Err(Wrong::Sum)
        }
    }

    fn grouped(&self, bytes: &Bytes<'_>) -> Result<Vec<u8>, Wrong> {
        let mut wrong = None;
        let group = bytes.group(self.offset, &mut || {
            let group = self
                .stored(bytes)
                .and_then(|stored| decompress(&stored, self.group_length).ok_or(Wrong::Frame));
            group.map_err(|reason| {
                wrong = Some(reason);
                // The owner of the block says it in better words.
                Error::Index
            })
        });
        match group {
            Ok(group) => slice(&group, self.place, self.length)
                .map(<[u8]>::to_vec)
                .ok_or(Wrong::Place),
            Err(error) => Err(wrong.unwrap_or(Wrong::Source(error))),
        }
    }
}

/// Decompresses one frame; `None` where it does not give as many bytes.
fn decompress(stored: &[u8], length: u64) -> Option<Vec<u8>> {
    let length = usize::try_from(length).ok()?;
    let mut contents = Vec::new();
    // The recorded length is a promise of the archive's, which may be more than there is memory.
    contents.try_reserve_exact(length).ok()?;
    let mut decoder = zstd::bulk::Decompressor::new().ok()?;
    decoder.decompress_to_buffer(stored, &mut contents).ok()?;
    (contents.len() == length).then_some(contents)
}
