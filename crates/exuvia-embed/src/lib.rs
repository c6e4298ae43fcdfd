//! A Python interpreter inside a Rust program, importing from a packed archive.
//!
//! The way an application takes through this crate: [`PackedFile`] maps the archive that lies behind the running program;
//! `run` configures an interpreter for it (`config`; what start-up itself imports comes from a table of frozen
//! modules, `frozen`), puts an importer over the archive into `sys.meta_path` and `sys.path_hooks` (`importer`), runs the
//! application as `__main__` and gives its exit status (`main_module`).
//!
//! Every module has a `__file__` below one *virtual root*, a directory that does not exist until something in it is needed as a
//! real file (`root`). That happens in three cases, for the file in question and for the data of the package in question:
//! it is opened by its path (an audit hook sees it coming, `opening`); a package is imported whose code mentions `__file__` and which
//! has data files; or the system refuses to load a shared object from memory ([`shared_object`]).
//!
//! This crate never packs, compiles or downloads anything, and reads no Python from the machine that it runs on.

mod error;
mod packed_file;
mod root;
pub mod shared_object;

#[cfg(feature = "interpreter")]
mod application;
#[cfg(feature = "interpreter")]
mod config;
#[cfg(feature = "interpreter")]
mod extension;
#[cfg(feature = "interpreter")]
mod frozen;
#[cfg(feature = "interpreter")]
mod importer;
#[cfg(feature = "interpreter")]
mod main_module;
#[cfg(feature = "interpreter")]
mod opening;

pub use error::Error;
#[cfg(feature = "interpreter")]
pub use main_module::run;
pub use packed_file::PackedFile;
