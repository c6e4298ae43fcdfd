//! Collect, compile, lay out and seal a Python application as one file.
//!
//! An application takes this way, each stage a function from one structure to the next:
//!
//! | Stage | Module | From | To |
//! |---|---|---|---|
//! | inspect | `interpreter` | [`Request`] | `Survey`: the interpreter, and what the application needs of what is installed |
//! | collect | `collect` | `Survey` | `Collection`: every file, with its path in the archive |
//! | compile | `compile` | `Collection` | bytecode for each module, made by the chosen interpreter in one batch |
//! | lay out | `layout` | both | the bytes of an archive (`exuvia-archive`) |
//! | link | `launcher` | `Survey` | the program at the front, with `libpython` in it or beside it |
//! | seal | `seal` | both | one executable file |
//!
//! Whoever packs needs a Python, and no Rust: the half of the launcher that faces the interpreter is built ahead for each minor version
//! and travels in this crate (`halves`); in a checkout it is built when it is first needed.
//!
//! This crate runs nothing that it packs, and knows nothing of how it is run.
//!
//! # What goes in
//!
//! - The standard library, but for tests, IDLE, lib2to3, ensurepip, venv, tkinter and turtle, and but for the modules `readline`, `_gdbm` (their
//!   libraries are under the GPL) and `nis`. Libraries that its extension modules need come along, glibc's own do not.
//! - Every distribution that is reached from where the application starts: by its imports (also those in functions, and texts that
//!   name a module), and by the metadata of what is reached. A distribution comes whole, file by file as it is installed.
//!   An editable one comes from where its project lies.
//! - For a script or a module that is not installed: the modules and packages beside it that it imports.

mod collect;
mod compile;
mod elf;
mod error;
mod halves;
mod interpreter;
mod launcher;
mod layout;
mod libraries;
mod reach;
mod seal;

use std::path::PathBuf;
use std::time::Duration;

pub use error::Error;
pub use halves::{Half, PYTHON_VERSIONS, build_half};

/// What is to be packed, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// What to run.
    pub application: Application,
    /// Where to write the file; by default, in the current folder under the application's name.
    pub output: Option<PathBuf>,
    /// The interpreter to take along, that of the environment that the application runs in.
    pub python: PathBuf,
    /// How to take `libpython` along.
    pub libpython: Libpython,
    /// Distributions to take along though nothing refers to them.
    pub include: Vec<String>,
    /// Whether to take every distribution of the environment along.
    pub all: bool,
}

/// What is run when the packed file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Application {
    /// A file, as `python FILE`.
    Script(PathBuf),
    /// A module, as `python -m MODULE`.
    Module(String),
    /// A command of an installed distribution, by its name.
    Entry(String),
}

/// How the interpreter is taken along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Libpython {
    /// Linked in where the Python has a static library and there is a C compiler, else carried.
    #[default]
    Auto,
    /// Linked into the launcher by the C compiler.
    Static,
    /// Carried as a shared library, loaded from memory.
    Shared,
}

/// Where the work is, for those who show progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading what the interpreter has and what the application needs.
    Inspecting,
    /// Making the program at the front.
    Linking,
    /// Compiling modules.
    Compiling,
    /// Writing the file.
    Writing,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Packed {
    /// The file.
    pub path: PathBuf,
    /// Its length in bytes.
    pub size: u64,
    /// Version of the interpreter in it.
    pub python: String,
    /// How the interpreter was taken along; never [`Libpython::Auto`].
    pub libpython: Libpython,
    /// Number of modules.
    pub modules: usize,
    /// The distributions in it, with their versions.
    pub distributions: Vec<(String, String)>,
    /// Installed distributions that nothing refers to, which were left out.
    pub left_out: Vec<String>,
    /// What the user should know: files that do not compile, libraries that are missing.
    pub notes: Vec<String>,
    /// How long it took.
    pub time: Duration,
}

/// Packs an application.
///
/// # Errors
///
/// [`Error`]; nothing is left behind then.
pub fn pack(request: &Request, progress: &mut dyn FnMut(Stage)) -> Result<Packed, Error> {
    let started = std::time::Instant::now();
    progress(Stage::Inspecting);
    let survey = interpreter::survey(request)?;
    let output = seal::output_path(request)?;
    let mut collection = collect::collect(&survey)?;
    progress(Stage::Linking);
    let launcher = launcher::make(request.libpython, &survey.interpreter, &mut collection)?;
    progress(Stage::Compiling);
    let compiled = compile::compile(&request.python, &collection)?;
    progress(Stage::Writing);
    let layout = layout::lay_out(&survey, collection, compiled, &launcher)?;
    let size = seal::seal(&output, &launcher.program, &layout.archive)?;
    Ok(Packed {
        path: output,
        size,
        python: survey.interpreter.version_text(),
        libpython: launcher.libpython,
        modules: layout.modules,
        distributions: survey
            .distributions
            .into_iter()
            .map(|each| (each.name, each.version))
            .collect(),
        left_out: survey.left_out,
        notes: launcher.notes.into_iter().chain(layout.notes).collect(),
        time: started.elapsed(),
    })
}
