//! Safe Rust functions and types as an ordinary C library.
//!
//! ```
//! use exuvia_c::export;
//!
//! /// How often `needle` occurs.
//! #[export]
//! pub fn count(text: &str, needle: &str) -> usize {
//!     text.matches(needle).count()
//! }
//! # fn main() {}
//! ```
//!
//! [`export`] leaves the function as it is and writes a second one beside it, which C calls: that checks what it is given, borrows it for the
//! call, and turns the result, an error or a panic into a [`Status`]. Values of exported types stay in Rust; C holds [handles](handle).
//! The header and a Python package over it are written by `exuvia-c-build` from the same description of the border, which
//! `exuvia-c-syntax` reads from the source.
//!
//! Of Python this crate knows what [cffi](mod@cffi) needs to call quickly, and only where one has loaded the library.

pub mod argument;
pub mod callback;
pub mod cffi;
pub mod handle;
pub mod owned;
pub mod status;

pub use callback::Stopped;
pub use exuvia_c_macros::{Error, export, library};
pub use status::{Error, Status};
