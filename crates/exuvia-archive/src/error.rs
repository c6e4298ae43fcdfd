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
    /// The index contradicts its checksum in the header, or lies out of bounds.
    #[error("the archive's index is damaged; copy the file again")]
    Index,
    /// The bytecode of a module contradicts its checksum.
    #[error(
        "the archive is damaged: the bytecode of the module {module} is not what was packed; copy the file again"
    )]
    Bytecode {
        /// The module's name.
        module: String,
    },
    /// The stored contents of a file contradict their checksum.
    #[error(
        "the archive is damaged: the contents of {path} are not what was packed; copy the file again"
    )]
    Contents {
        /// The file or module whose contents are damaged.
        path: String,
    },
    /// The contents contradict the SHA-256 in the header.
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
    /// A part of the archive could not be read.
    #[error("reading the archive failed: {reason}")]
    Read {
        /// The system's words.
        reason: String,
    },
    /// Compressed contents do not decompress to the recorded length.
    #[error(
        "the archive is damaged: the contents of {path} do not decompress; copy the file again"
    )]
    Compression {
        /// The file or module whose contents are damaged.
        path: String,
    },
    /// A file does not end as a packed one does.
    #[error(
        "this is no packed application, or one that was cut short: its last bytes are not the mark of the format; copy the file again"
    )]
    NotPacked,
    /// The end of a packed file says that the archive lies where it cannot.
    #[error(
        "the end of the packed file is damaged, or was copied from another one; copy the file again"
    )]
    Footer,
    /// A packed file contradicts the SHA-256 at its end.
    #[error(
        "the packed file is damaged: its SHA-256 is not the one recorded at its end; copy the file again"
    )]
    Seal,
}
