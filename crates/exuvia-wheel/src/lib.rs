//! Starts projects that put Rust into Python's wheels, and builds and installs those.
//!
//! ```text
//! name, kind ── new ──► a folder with a project ── develop ──► installed in an environment
//!                                               └─ build ────► wheels in dist/
//! ```
//!
//! A project is of one [`Kind`]: a C library held to its header that Python loads through cffi, or an extension module on the
//! binding engine. Its files are those below `templates/`. Wheels are maturin's: this crate finds it, runs it, and puts what it
//! wrote in place. It knows nothing of ports; a project that has them is built by `exuvia-port`. It never prints.

pub mod build;
pub mod develop;
mod name;
pub mod new;
mod project;
mod template;

pub use name::{NameError, ProjectName};
pub use project::{NotBuiltError, WheelProject};
pub use template::Kind;
