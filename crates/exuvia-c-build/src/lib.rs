//! What the build script of a C library in Rust calls.
//!
//! Either the header comes first, and [`hold`] holds the Rust against it (feature `hold`); or the Rust comes first, and [`Generate`] writes header and
//! Python module from its `#[export]`s (feature `generate`). Both are on by default; a project that turns one off builds sooner.
//!
//! # The header first
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
//!
//! # The Rust first
//!
//! ```no_run
//! // build.rs
//! exuvia_c_build::Generate::header("include/demo.h").python("python/demo/_api.py").write();
//! ```
//!
//! ```text
//! src/**.rs ─► library ─► declarations ─┬─ header    by cbindgen ──► include/demo.h
//!                                       ├─ header    by cbindgen ──► target/header.h, which maturin hands to cffi
//!                                       └─ python ─────────────────► python/demo/_api.py
//! ```

mod cargo;
mod cdef;
#[cfg(feature = "generate")]
mod generate;
#[cfg(feature = "hold")]
mod hold;
mod sources;

#[cfg(feature = "generate")]
pub use generate::Generate;
#[cfg(feature = "hold")]
pub use hold::hold;

use std::io;
use std::path::PathBuf;

/// What keeps any build script from its work.
#[derive(Debug, thiserror::Error)]
enum BuildError {
    /// It was not called by cargo.
    #[error("this is no build script that cargo runs: {variable} is not set")]
    NotBuilding { variable: &'static str },
    /// A source of the crate cannot be read.
    #[error(transparent)]
    Sources(#[from] sources::SourceError),
    /// There is no crate to read.
    #[cfg_attr(not(feature = "generate"), expect(dead_code))]
    #[error("there is no src/lib.rs, which exports are read from")]
    NoRoot,
    /// Where cargo builds into is not known.
    #[error("cannot write header.h for cffi: OUT_DIR, {}, is in no folder of a known form", out_dir.display())]
    NoTarget { out_dir: PathBuf },
    /// The result could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
}

impl BuildError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NotBuilding { .. } => {
                Some("call exuvia_c_build in build.rs, and run it by cargo build".to_owned())
            }
            Self::Sources(error) => error.hint(),
            Self::NoRoot => Some("move the library's root there".to_owned()),
            Self::NoTarget { .. } => {
                Some("the library is built, Python's wheel cannot be".to_owned())
            }
            Self::Write { .. } => None,
        }
    }
}
