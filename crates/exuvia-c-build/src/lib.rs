//! Holds a Rust library against the C header that is its contract.
//!
//! A project's build script calls [`hold`] with its header:
//!
//! ```no_run
//! // build.rs
//! exuvia_c_build::hold("include/api.h");
//! ```
//!
//! and its `src/lib.rs` takes what comes of it as the module `api`:
//!
//! ```ignore
//! mod api {
//!     include!(concat!(env!("OUT_DIR"), "/api.rs"));
//! }
//! ```
//!
//! `api` then has the header's types and constants, as bindgen makes them. Its functions and variables are not declared in
//! there: they are what the crate defines itself, and each becomes a line that compiles only where the crate has it, with the
//! header's own type. A function that is missing, or takes or returns something else, is an error of the compiler that shows
//! the header's line and the Rust.
//!
//! ```text
//! include/api.h ─┬─ header    libclang's view of it, by bindgen ──┬─► source   OUT_DIR/api.rs
//!                │                                                │
//! src/**.rs ─────┼─ exports   what the crate exports ─────────────┴─► findings  errors and warnings of the build
//!                └─ cdef      the C compiler's view of it ─────────► target/header.h, which maturin hands to cffi
//! ```
//!
//! It never changes the header or the sources, and nothing of it is in the library that is built. Functions that the header
//! defines itself (`static inline`) and macros that are no constants are no business of Rust, and left alone.

mod cargo;
mod cdef;
mod exports;
mod findings;
mod generate;
mod header;
mod libclang;
mod lines;
mod source;
mod sources;

use std::path::Path;

pub use generate::Generate;

use crate::cargo::{Package, tell_error, tell_warning};

/// What went wrong, as the build tells it.
#[derive(Debug, thiserror::Error)]
enum BuildError {
    /// It was not called by cargo.
    #[error("this is no build script that cargo runs: {variable} is not set")]
    NotBuilding { variable: &'static str },
    /// The header is not there.
    #[error("cannot read the header {}: {source}", path.display())]
    Header {
        path: std::path::PathBuf,
        source: std::io::Error,
    },
    /// There is no libclang to read the header with.
    #[error(transparent)]
    Libclang(#[from] libclang::LibclangError),
    /// The header is no C, or bindgen cannot express it.
    #[error("cannot read the header {header}: {said}")]
    Parse { header: String, said: String },
    /// A source of the crate cannot be read.
    #[error(transparent)]
    Sources(#[from] sources::SourceError),
    /// cffi cannot be told.
    #[error(transparent)]
    Cdef(#[from] cdef::CdefError),
    /// The result could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        path: std::path::PathBuf,
        source: std::io::Error,
    },
}

impl BuildError {
    fn tell(&self) {
        tell_error(&self.to_string());
        if let Some(hint) = self.hint() {
            tell_error(&format!("hint: {hint}"));
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotBuilding { .. } => {
                "call exuvia_c_build in build.rs, and run it by cargo build".to_owned()
            }
            Self::Header { .. } => {
                "name it relative to the folder with Cargo.toml, as in hold(\"include/api.h\")"
                    .to_owned()
            }
            Self::Libclang(error) => error.hint(),
            Self::Parse { .. } => {
                "mend the header so that a C compiler takes it by itself: cc -fsyntax-only"
                    .to_owned()
            }
            Self::Sources(error) => return error.hint(),
            Self::Cdef(error) => error.hint().to_owned(),
            Self::Write { .. } => return None,
        })
    }
}

/// Holds the crate that is being built against `header`, a path relative to its `Cargo.toml`.
///
/// Writes `OUT_DIR/api.rs` for the crate to include, and `header.h` in cargo's target folder for maturin's cffi bindings. The
/// sources that it reads are `src/lib.rs` and the files of its modules. Headers that `header` includes from its own folder, or
/// folders in there, are held as well.
///
/// What is wrong is told through cargo, which then fails the build: there is nothing to handle. To be called from the main
/// thread of a build script, before it starts others, since it may set `LIBCLANG_PATH` for bindgen.
///
/// maturin looks for `header.h` in the folder that cargo builds into. Where `build.build-dir` is set apart from that, the two
/// do not meet, and maturin makes up a header from the Rust by itself.
pub fn hold(header: impl AsRef<Path>) {
    if let Err(error) = try_hold(header.as_ref()) {
        error.tell();
    }
}

fn try_hold(path: &Path) -> Result<(), BuildError> {
    let package = Package::from_environment()?;
    let file = package.folder.join(path);
    let text = std::fs::read_to_string(&file).map_err(|source| BuildError::Header {
        path: path.to_owned(),
        source,
    })?;
    cargo::rerun_if_changed(&file);
    libclang::find(&package)?;
    let header = header::read(&package, &file, &text)?;
    for included in &header.files {
        cargo::rerun_if_changed(&included.path);
    }

    let exports = exports::read(&package)?;
    for source in &exports.files {
        cargo::rerun_if_changed(source);
    }
    let findings = findings::compare(&header, &exports);
    for warning in &findings.warnings {
        tell_warning(warning);
    }
    for error in &findings.errors {
        tell_error(error);
    }

    let api = package.out_dir.join("api.rs");
    cargo::write(&api, &source::text(&header, &exports)).map_err(|source| BuildError::Write {
        path: api.clone(),
        source,
    })?;
    // A C library is none the worse for what only Python's wheels need.
    if let Err(error) = cdef::write(&package, &header) {
        tell_warning(&error.to_string());
        tell_warning(&format!("hint: {}", error.hint()));
    }
    Ok(())
}
