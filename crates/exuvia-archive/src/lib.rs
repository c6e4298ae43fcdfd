//! The file format of packed resources: writer and reader.
//!
//! An archive holds the modules of a Python application, compiled, and the files that they read. It is made once by
//! [`Writer`] and then mapped into memory by whoever runs the application; [`Archive`] answers from the mapped bytes
//! where they lie. This crate never runs, compiles or interprets what it stores, and it opens no files.
//!
//! # The format, version 1
//!
//! All integers are little-endian. Offsets count from the first byte of the archive; every offset and length is checked
//! against the archive's bounds when it is used, so that hostile bytes give an [`Error`] and nothing else.
//!
//! | At | Size | What |
//! |---|---|---|
//! | 0 | 128 | header |
//! | header | 56 each | module table, sorted by name (bytes) |
//! | header | 64 each | file table, sorted by path (bytes) |
//! | header | 4 each | needs: positions in the file table, referred to by ranges |
//! | header | – | names: the strings that the tables refer to, UTF-8 |
//! | next page | – | bytecode, each block at a multiple of 16, in the order in which it was added |
//! | after it | – | contents of files, each at a multiple of 16 |
//!
//! **Header**: magic (8 bytes), format version (`u32`), 4 bytes of zero, length of the archive (`u64`), then for each of
//! modules, files, needs and names an offset and a count (`u64`, `u64`), the SHA-256 of all that follows the header
//! (32 bytes), and at 120 the FNV-1a hash of the 120 bytes before it (`u64`), which is what is checked at each start.
//!
//! **Module**: offset and length of its name (`u32`, `u32`), offset and length of its location (`u32`, `u32`; the
//! directories of a namespace package, one a line, else empty), [`ModuleKind`] (`u32`), position of its file in the file table
//! (`u32`, all ones for none), offset and length of its bytecode (`u64`, `u64`), 16 bytes of zero.
//!
//! **File**: offset and length of its path (`u32`, `u32`), offset, stored length and true length of its contents (3 × `u64`),
//! [`Codec`] (`u8`), executable (`u8`), 2 bytes of zero, first and number of its needs (`u32`, `u32`), 20 bytes of zero. A path is relative,
//! with `/` between its parts. The needs of a shared object are the libraries to load
//! before it, in that order; those of a module's source are the files that have to be on disk before it runs.
//!
//! The same additions in the same order give the same bytes.
//!
//! In a packed file the archive lies behind a program ([`footer`], [`locate`]), and says in a file of its own how the
//! application starts ([`Launch`]), and in another what was left out ([`LeftOut`]).

mod error;
mod format;
mod launch;
mod left_out;
mod packed;
mod reader;
mod writer;

pub use error::Error;
pub use format::{Codec, FORMAT_VERSION, ModuleKind};
pub use launch::{LAUNCH_PATH, LIBRARIES, Launch, LaunchError};
pub use left_out::{LEFT_OUT_PATH, LeftOut};
pub use packed::{ARCHIVE_ALIGNMENT, FOOTER_LEN, footer, locate};
pub use reader::{Archive, Child, File, Module};
pub use writer::{NewFile, NewModule, WriteError, Writer};
