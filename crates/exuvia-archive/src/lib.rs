//! The file format of packed resources: writer and reader.
//!
//! An archive holds the modules of a Python application, compiled, and the files that they read. It is made once by
//! [`Writer`]; whoever runs the application has its index in memory, and [`Archive`] answers from it where it lies. What the index
//! points to is read when it is asked for, from memory or through a [`Source`]. This crate never runs, compiles or interprets what it stores, and it opens no files.
//!
//! # The format, version 2
//!
//! All integers are little-endian. Offsets count from the first byte of the archive; every offset and length is checked
//! against the archive's bounds when it is used, so that hostile bytes give an [`Error`] and nothing else. What is called zero is
//! written as zero and not looked at by readers. A checksum is the CRC-32 of IEEE 802.3, as zlib, gzip and PNG have it.
//!
//! | At | Size | What |
//! |---|---|---|
//! | 0 | 128 | header |
//! | 128 | 72 each | index: module table, sorted by name (bytes) |
//! | next | 64 each | index: file table, sorted by path (bytes) |
//! | next | 4 each | index: needs, positions in the file table (`u32`), referred to by ranges |
//! | next | – | index: names, the strings that the tables refer to, UTF-8, each written once |
//! | next multiple of 4096 | – | bytecode, each block at a multiple of 16, in the order in which it was added |
//! | next multiple of 16 | – | contents of files, each at a multiple of 16, in the order of the file table |
//!
//! The archive ends at a multiple of 16. Gaps are zero. A reader takes the places of tables from the header, and of contents from the
//! tables; it relies on their order in one point: names end the index, and no table lies outside of it.
//!
//! **Header**
//!
//! | At | Type | What |
//! |---|---|---|
//! | 0 | 8 bytes | `93 45 58 55 56 49 41 0A`: a byte above 127, `EXUVIA`, a line end |
//! | 8 | `u32` | format version |
//! | 12 | `u32` | checksum of the index: of all bytes from 128 to the end of the names |
//! | 16 | `u64` | length of the archive |
//! | 24, 40, 56, 72 | 2 × `u64` | offset and number of entries of modules, files, needs, and bytes of names |
//! | 88 | 32 bytes | SHA-256 of all that follows the header: the archive's identity |
//! | 120 | 4 bytes | zero |
//! | 124 | `u32` | checksum of the 124 bytes before it |
//!
//! The magic and the version stay where they are in all versions; all else may change.
//!
//! **Module**
//!
//! | At | Type | What |
//! |---|---|---|
//! | 0 | 2 × `u32` | its full, dotted name: offset among the names, length |
//! | 8 | 2 × `u32` | its location, likewise: the directories of a namespace package, one a line, else empty |
//! | 16 | `u32` | [`ModuleKind`]: 0 module, 1 package, 2 namespace package, 3 extension module, 4 package that is an extension module |
//! | 20 | `u32` | position of its file in the file table; all ones for none |
//! | 24 | 2 × `u64` | its bytecode, a marshalled code object: offset, length as stored; a length of 0 for none |
//! | 40 | `u32` | checksum of its bytecode as stored |
//! | 44 | `u8` | [`Codec`] of its bytecode, as for files |
//! | 45 | 3 bytes | zero |
//! | 48 | `u64` | true length of its bytecode |
//! | 56 | 2 × `u64` | where it has codec 2: where its bytecode begins in its decompressed group, true length of the group; else zero |
//!
//! **File**
//!
//! | At | Type | What |
//! |---|---|---|
//! | 0 | 2 × `u32` | its path, relative, with `/` between its parts: offset among the names, length |
//! | 8 | 3 × `u64` | its contents: offset, length as stored, true length |
//! | 32 | `u8` | [`Codec`]: 0 stored as they are, 1 one Zstandard frame (RFC 8878), 2 a part of a group: one frame that entries share |
//! | 33 | `u8` | 1 if it is executable where it is written to disk, else 0 |
//! | 34 | 2 bytes | zero |
//! | 36 | 2 × `u32` | its needs: position of the first, number |
//! | 44 | `u32` | checksum of the contents as stored |
//! | 48 | 2 × `u64` | with codec 2: where the contents begin in their decompressed group, true length of the group; else zero |
//!
//! With codec 2, offset, length as stored and checksum are those of the group.
//!
//! The needs of a shared object are the libraries to load before it, in that order. Other files have none.
//!
//! The same additions in the same order give the same bytes: nothing in an archive tells when or where it was written.
//!
//! # A packed file
//!
//! | Size | What |
//! |---|---|
//! | – | a program, an ELF executable that finds the rest by reading the end of its own file |
//! | – | zero, to a multiple of 4096 |
//! | – | an archive |
//! | 128 | the footer |
//!
//! **Footer**
//!
//! | At | Type | What |
//! |---|---|---|
//! | 0 | 2 × `u64` | where the archive begins in the file, its length |
//! | 16 | 64 bytes | path of the program's loader, ending with zero; all zero where the program keeps it elsewhere |
//! | 80 | 32 bytes | SHA-256 of the file up to here: `head -c -48 FILE \| sha256sum` |
//! | 112 | 16 bytes | `EXUVIA-PACKED-`, the version in decimal, and line ends up to the length |
//!
//! The program's `PT_INTERP` segment (System V ABI, chapter 5) has its bytes in the footer: the kernel reads the loader's path from
//! the file before it maps anything, and refuses a file that was cut short there, where running it would end in a fault of the
//! memory that was to hold the rest.
//!
//! # What is checked, and when
//!
//! Header and index when an archive is opened; bytecode and the contents of a file each time they are asked for; everything, the program in
//! front too, by [`Footer::verify`]. A CRC-32 finds every change of up to 32 bits in a row, and misses one in four thousand million
//! others: it is there for accidents. Whoever can change a packed file at will can change its checksums as well, and
//! the program that checks them.
//!
//! # How the application starts
//!
//! In a packed file the archive says so in its file `.exuvia/launch` ([`Launch`]): UTF-8 text, a field a line, its name, a space, its value, which is not empty.
//! The fields are `python` (minor version), `version` (full version), `cache-tag`, `stdlib` (directory of the standard library), `module` (what to run as
//! `__main__`; where it is missing, the module `__main__`), `libpython` and `half` (paths of the carried interpreter and of what
//! calls it, where it is carried), `search`, once for each directory of `sys.path`, and `pth`, once for each file that is processed at the start as the module `site`
//! of Python processes `.pth` files. A reader refuses any other line.
//!
//! What was left out is told in another file, `.exuvia/left-out` ([`LeftOut`]).

mod error;
mod format;
mod group;
mod launch;
mod left_out;
mod packed;
mod reader;
mod source;
mod writer;

pub use error::Error;
pub use format::{Codec, FORMAT_VERSION, HEADER_LEN, ModuleKind};
pub use launch::{LAUNCH_PATH, LIBRARIES, Launch, LaunchError};
pub use left_out::{LEFT_OUT_PATH, LeftOut};
pub use packed::{ARCHIVE_ALIGNMENT, FOOTER_LEN, Footer, LOADER_LEN, Seal};
pub use reader::{Archive, Child, ContentsCheck, File, Module};
pub use source::Source;
pub use writer::{NewFile, NewModule, WriteError, Writer};
