//! The text of `rust/`: a maturin crate with one Rust function for each ported Python function.
//!
//! ```text
//! rust/Cargo.toml, pyproject.toml   written once, then yours
//! rust/src/lib.rs                   written once; the lists between its marks are kept
//! rust/src/twin.rs, exact.rs        what every draft uses; written once
//! rust/src/<module>.rs              one for each Python module; functions are added and, unedited, replaced or taken out
//! ```
//!
//! This module makes text and nothing else; [`crate::port`] decides what is written.

pub(crate) mod function;
pub(crate) mod krate;
pub(crate) mod source;
pub(crate) mod types;

use sha2::{Digest, Sha256};

/// The first twelve hexadecimal digits of a text's SHA-256: enough to notice a change, short enough to read.
pub(crate) fn digest(content: impl AsRef<[u8]>) -> String {
    Sha256::digest(content)
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A Python name as Rust spells it: `r#type` where it is a keyword.
pub(crate) fn identifier(name: &str) -> String {
    if KEYWORDS.contains(&name) {
        format!("r#{name}")
    } else {
        name.to_owned()
    }
}

/// The name of the Rust function for a Python function: another where a draft's file means something else by it.
pub(crate) fn function_identifier(name: &str) -> String {
    if TAKEN.contains(&name) {
        format!("{name}_")
    } else {
        identifier(name)
    }
}

/// Names that a function in a draft's file cannot have: what the file imports, and what is no name in Rust.
///
/// `#[pyfunction]` puts a module of the function's name beside it, so that names of modules and types count too.
const TAKEN: [&str; 26] = [
    "self",
    "Self",
    "super",
    "crate",
    "_",
    "exact",
    "exuvia",
    "std",
    "core",
    "alloc",
    "Argument",
    "Call",
    "Twin",
    "TwinDefault",
    "Ok",
    "Err",
    "Some",
    "Python",
    "Py",
    "Bound",
    "Borrowed",
    "PyAny",
    "PyErr",
    "PyModule",
    "PyResult",
    "Option",
];

/// Rust's keywords, strict and reserved, that may be raw identifiers (The Rust Reference, "Keywords").
pub(crate) const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];
