//! A Python interpreter inside a Rust program, importing from a packed archive.
//!
//! The way an application takes through this crate: [`PackedFile`] finds the archive that lies behind the running program;
//! `run` configures an interpreter for it (`config`; what start-up itself imports comes from a table of frozen
//! modules, `frozen`), puts an importer over the archive into `sys.meta_path` and `sys.path_hooks` (`importer`), has the `.pth` files
//! of packages processed (`site`), runs the application as `__main__` and gives its exit status (`main_module`).
//!
//! Every file has a path below one *virtual root* (`root`), a directory that need not exist: the functions of the C library that take
//! a path find what is packed there ([`files`]), for the interpreter and for all else in the process. What is given to
//! another program by its path is put on disk first (`programs`).
//!
//! This crate never packs, compiles or downloads anything, and reads no Python from the machine that it runs on.

#[cfg_attr(
    not(feature = "files"),
    allow(dead_code, reason = "the functions that show files call all of it")
)]
mod disk;
mod error;
#[cfg(feature = "files")]
pub mod files;
mod library_names;
#[cfg(feature = "files")]
mod memory;
mod packed_file;
mod root;

#[cfg(feature = "interpreter")]
mod application;
#[cfg(feature = "interpreter")]
mod arenas;
#[cfg(feature = "interpreter")]
mod collector;
#[cfg(feature = "interpreter")]
mod command_line;
#[cfg(feature = "interpreter")]
mod config;
#[cfg(feature = "interpreter")]
mod frozen;
#[cfg(feature = "interpreter")]
mod importer;
#[cfg(feature = "interpreter")]
mod main_module;
#[cfg(feature = "interpreter")]
mod missing;
#[cfg(feature = "interpreter")]
mod programs;
#[cfg_attr(
    not(feature = "interpreter"),
    allow(
        dead_code,
        reason = "half of it is asked by the half that has no Python"
    )
)]
mod role;
#[cfg(feature = "interpreter")]
mod site;

pub use error::Error;
#[cfg(feature = "interpreter")]
pub use main_module::run;
pub use packed_file::PackedFile;
