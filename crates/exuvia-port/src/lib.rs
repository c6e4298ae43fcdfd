//! Moves Python functions to Rust one at a time: find what is worth moving, record how it behaves, draft the Rust,
//! prove the Rust equal to the Python, and measure it.
//!
//! The crate works on a [`Project`] (the folder with `pyproject.toml`) through an [`Interpreter`] (the project's own), and
//! names functions by [`FunctionName`]. Each stage is one module with one function and one report:
//!
//! ```text
//! scan ── which functions take the time ──► port ─┬─ record   real calls, pickled under .exuvia/
//!                                                 ├─ draft    rust/, a maturin crate that hands calls to the twins
//!                                                 └─ wire     the marked block at the end of the Python module
//! develop ── builds rust/ next to the package ──► check, bench, status
//! ```
//!
//! It never loads Python into its own process, never imports more of a project than the parents of a module it was asked
//! about, and never prints: a stage returns its report, and tells [`Progress`] how far it is.

pub mod advice;
pub mod analysis;
pub mod bench;
mod changes;
pub mod check;
pub mod checkout;
pub mod develop;
mod draft;
pub mod interpreter;
mod locate;
pub mod maturin;
pub mod name;
pub mod port;
pub mod ported;
pub mod progress;
pub mod project;
mod python_side;
pub mod record;
pub mod scan;
pub mod status;
mod stream;
mod user_command;
mod wire;

pub use advice::Advice;
pub use changes::ChangeError;
pub use draft::krate::KrateError;
pub use interpreter::Interpreter;
pub use locate::LocateError;
pub use name::FunctionName;
pub use progress::Progress;
pub use project::Project;
pub use python_side::PartError;
pub use user_command::CommandError;
