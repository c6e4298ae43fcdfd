//! Where the bytes of an archive are: all in memory, or only its index.

use std::borrow::Cow;
use std::fmt::Debug;
use std::io;
use std::sync::Arc;

use crate::Error;

/// Reads the parts of an archive that are not in its index, when they are asked for.
///
/// Bytes that are mapped count as memory of the process, in pieces as large as the kernel likes; what is read and used once need not.
pub trait Source: Debug + Send + Sync {
    /// The bytes of the archive from `offset` on, exactly `length` of them.
    ///
    /// # Errors
    ///
    /// What the system said.
    fn read(&self, offset: u64, length: usize) -> io::Result<Vec<u8>>;

    /// The decompressed group that is stored at `offset`: what `decompress` gives, or what it gave when it was asked for before.
    ///
    /// # Errors
    ///
    /// Those of `decompress`.
    fn group(
        &self,
        offset: u64,
        decompress: &mut dyn FnMut() -> Result<Vec<u8>, Error>,
    ) -> Result<Arc<Vec<u8>>, Error> {
        let _ = offset;
        decompress().map(Arc::new)
    }
}

/// The bytes of an archive.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bytes<'a> {
    Here(&'a [u8]),
    Elsewhere {
        source: &'a dyn Source,
        /// Length of the archive.
        length: u64,
    },
}

impl<'a> Bytes<'a> {
    pub(crate) fn length(&self) -> u64 {
        match self {
            Self::Here(bytes) => bytes.len() as u64,
            Self::Elsewhere { length, .. } => *length,
        }
    }

    /// Whether there are so many bytes at this place.
    pub(crate) fn has(&self, offset: u64, length: u64) -> bool {
        offset
            .checked_add(length)
            .is_some_and(|end| end <= self.length())
    }

    /// The decompressed group that is stored at a place.
    pub(crate) fn group(
        &self,
        offset: u64,
        decompress: &mut dyn FnMut() -> Result<Vec<u8>, Error>,
    ) -> Result<Arc<Vec<u8>>, Error> {
        match self {
            Self::Here(_) => decompress().map(Arc::new),
            Self::Elsewhere { source, .. } => source.group(offset, decompress),
        }
    }

    /// The bytes at a place; `None` where it is out of bounds.
    pub(crate) fn read(&self, offset: u64, length: u64) -> Option<Result<Cow<'a, [u8]>, Error>> {
        if !self.has(offset, length) {
            return None;
        }
        let size = usize::try_from(length).ok()?;
        match self {
            Self::Here(bytes) => {
                let start = usize::try_from(offset).ok()?;
                bytes
                    .get(start..start + size)
                    .map(|bytes| Ok(Cow::Borrowed(bytes)))
            }
            // Nothing is to be read where there is nothing: most modules of a package that is no code.
            Self::Elsewhere { .. } if size == 0 => Some(Ok(Cow::Borrowed(&[]))),
            Self::Elsewhere { source, .. } => Some(
                source
                    .read(offset, size)
                    .map(Cow::Owned)
                    .map_err(|error| Error::Read {
                        reason: error.to_string(),
                    }),
            ),
        }
    }
}
