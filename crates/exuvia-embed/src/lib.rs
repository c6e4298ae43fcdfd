//! A Python interpreter inside a Rust program, importing from a packed archive.
