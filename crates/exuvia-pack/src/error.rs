//! What can keep an application from being packed.

use std::path::PathBuf;

/// Why an application was not packed. [`hint`](Self::hint) says what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The interpreter could not be run.
    #[error("running the interpreter {python}: {reason}")]
    Interpreter {
        /// The interpreter.
        python: PathBuf,
        /// What went wrong.
        reason: String,
    },
    /// The interpreter is one that cannot be packed.
    #[error("{python} is {what}, which cannot be packed")]
    Unsupported {
        /// The interpreter.
        python: PathBuf,
        /// What it is.
        what: String,
    },
    /// The request names what is not there.
    #[error("{message}")]
    Refused {
        /// What is wrong.
        message: String,
        /// What to do next.
        hint: String,
    },
    /// A file could not be read.
    #[error("reading {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file could not be written.
    #[error("writing {path}: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// An archive could not be unpacked.
    #[error("unpacking {archive}: {source}")]
    Unpack {
        /// The archive.
        archive: PathBuf,
        /// What is wrong with it, or with the disk.
        source: std::io::Error,
    },
    /// The main module does not compile.
    #[error("compiling {path}: {reason}")]
    Compile {
        /// The file.
        path: String,
        /// The interpreter's words.
        reason: String,
    },
    /// The archive could not be laid out.
    #[error("laying out the archive: {0}")]
    Archive(#[from] exuvia_archive::WriteError),
    /// The archive that was laid out cannot be read.
    #[error("reading back the archive: {0}")]
    ReadBack(#[from] exuvia_archive::Error),
    /// `libpython` can be taken along in no way.
    #[error(
        "{python} has neither a static library with a C compiler to link it, nor a shared one: {reason}"
    )]
    NoLibpython {
        /// Version of the interpreter.
        python: String,
        /// What was tried.
        reason: String,
    },
    /// Linking the launcher failed.
    #[error("linking the launcher with {library}: {reason}")]
    Link {
        /// The static library.
        library: PathBuf,
        /// The linker's words.
        reason: String,
    },
    /// There is no half of the launcher for this Python.
    #[error("there is no launcher for {what} in this program: {reason}")]
    NoHalf {
        /// What it is for.
        what: String,
        /// Why it could not be built either.
        reason: String,
    },
}

impl Error {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Interpreter { .. } => {
                "give the path of a Python with `--python`, or activate a virtual environment"
                    .to_owned()
            }
            Self::Unsupported { .. } => {
                "use CPython 3.10 to 3.13 for Linux on x86-64, chosen with `--python`".to_owned()
            }
            Self::Refused { hint, .. } => return (!hint.is_empty()).then(|| hint.clone()),
            Self::Read { .. } => "check that the file exists and can be read".to_owned(),
            Self::Write { .. } => {
                "choose another place with `-o`, or make room there; nothing was left behind"
                    .to_owned()
            }
            Self::Unpack { .. } => {
                "fetch the archive again if it is damaged, or make room in the cache folder; nothing was left behind"
                    .to_owned()
            }
            Self::Compile { .. } => {
                "mend the file, or choose the Python that it is written for with `--python`"
                    .to_owned()
            }
            Self::Archive(_) => "leave the file that is named out of the package".to_owned(),
            Self::ReadBack(_) => "this is a mistake in Exuvia: please report it".to_owned(),
            Self::NoLibpython { .. } => {
                "install a C compiler, or a Python built with `--enable-shared`".to_owned()
            }
            Self::Link { .. } => "try `--libpython shared`".to_owned(),
            Self::NoHalf { .. } => {
                "use CPython 3.10 to 3.13, or build `exuvia` from a checkout with cargo at hand"
                    .to_owned()
            }
        })
    }
}
