//! What can keep a packed application from starting.

use std::path::PathBuf;

/// Why a packed application did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The running program's own file could not be read.
    #[error("reading the packed application from {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The running program's own file holds no archive, or a damaged one.
    #[error("{path}: {source}")]
    Archive {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: exuvia_archive::Error,
    },
    /// The archive's description of the application is damaged or incomplete.
    #[error("{path}: {reason}")]
    Launch {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The interpreter could not be started.
    #[error("starting Python {version} from {path}: {reason}")]
    Start {
        /// The file.
        path: PathBuf,
        /// Version of the interpreter.
        version: String,
        /// What it said.
        reason: String,
    },
    /// A shared object of the launcher could not be loaded.
    #[error("loading {name} from {path}: {reason}")]
    Load {
        /// The file.
        path: PathBuf,
        /// The shared object.
        name: String,
        /// What the loader said.
        reason: String,
    },
}
