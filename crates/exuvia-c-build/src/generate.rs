//! From a crate's `#[export]`s to its header and its Python module.

use std::path::PathBuf;

pub(crate) mod declarations;
pub(crate) mod header;
pub(crate) mod library;
pub(crate) mod python;
