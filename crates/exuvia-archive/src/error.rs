//! What can be wrong with the bytes of an archive.

use crate::format::FORMAT_VERSION;

/// Why bytes could not be read as an archive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes do not begin as an archive does.
    #[error(
        "this is not an Exuvia archive: its first bytes are not the mark of the format; copy or pack it again"
    )]
    NotAnArchive,
    /// The archive was written in a version of the format that this reader does not know.
    #[error(
        "the archive has format version {found}, and this program reads version {FORMAT_VERSION}: pack the application again"
    )]
    Version {
        /// The version found in the header.
        found: u32,
    },
    /// There are fewer bytes than the header promises.
    #[error(
        "the archive is cut short: it should have {expected} bytes and has {found}; copy the file again"
    )]
    Truncated {
        /// Length according to the header.
        expected: u64,
        /// Length found.
        found: u64,
    },
    /// The header contradicts its own checksum.
    #[error("the archive's header is damaged; copy the file again")]
    Header,
    /// The contents contradict the checksum in the header.
    #[error(
        "the archive is damaged: its SHA-256 is not the one recorded when it was packed; copy the file again"
    )]
    Checksum,
    /// An entry points outside of the archive or holds what cannot be.
    #[error(
        "the archive is damaged: {what} of entry {position} lies out of bounds or is malformed; copy the file again"
    )]
    Entry {
        /// The part that is wrong.
        what: &'static str,
        /// Position in its table.
        position: u32,
    },
    /// Compressed contents do not decompress to the recorded length.
    #[error(
        "the archive is damaged: the contents of {path} do not decompress; copy the file again"
    )]
    Compression {
        /// The file whose contents are damaged.
        path: String,
    },
}
