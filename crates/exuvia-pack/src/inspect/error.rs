//! Why a file was not inspected.

use std::path::PathBuf;

use exuvia_archive::FORMAT_VERSION;

/// Why a file was not inspected, extracted or verified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InspectError {
    /// It could not be read.
    #[error("reading {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is something else.
    #[error("{path} is no packed application")]
    NotPacked {
        /// The file.
        path: PathBuf,
    },
    /// It has another version of the format.
    #[error("{path} has format version {found}, and this program reads version {FORMAT_VERSION}")]
    Version {
        /// The file.
        path: PathBuf,
        /// The version found.
        found: u32,
    },
    /// Its end is missing.
    #[error("{path} is cut short: {found} bytes of {expected} are there")]
    CutShort {
        /// The file.
        path: PathBuf,
        /// The length that it should have.
        expected: u64,
        /// The length that it has.
        found: u64,
    },
    /// It is not what was written.
    #[error("{path} is damaged: {what}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What of it.
        what: String,
    },
    /// Something is where the files should go.
    #[error("{folder} is there already, and not an empty folder")]
    Occupied {
        /// Where.
        folder: PathBuf,
    },
    /// The files could not be written.
    #[error("writing {path}: {source}")]
    Write {
        /// What.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl InspectError {
    /// Whether the file is at fault, and not how it was asked about.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::CutShort { .. } | Self::Damaged { .. })
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Read { .. } => "check that the file exists and can be read",
            Self::NotPacked { .. } => {
                "name a file that `exuvia pack` made; one that was cut short within its program looks like this, too"
            }
            Self::Version { .. } => {
                "use the `exuvia` that packed it, or pack the application again"
            }
            Self::CutShort { .. } | Self::Damaged { .. } => "copy the file again, or pack it again",
            Self::Occupied { .. } => "name another folder with `-o FOLDER`",
            Self::Write { .. } => {
                "choose another place with `-o FOLDER`, or make room there; nothing was left behind"
            }
        }
    }
}
