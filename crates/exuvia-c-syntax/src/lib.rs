//! What an exuvia-c library shows to C, read from its source.
//!
//! One description, several writers: [`item`] holds what crosses the border, [`parse`] reads it from attributed items, and [`shims`]
//! writes the functions that C calls. `exuvia-c-macros` puts these beside the items; `exuvia-c-build` reads a whole crate, and
//! makes the header and the Python package of the same description. This crate reads no files and knows no C.

pub mod item;
pub mod parse;
pub mod shims;
