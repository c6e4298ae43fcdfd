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
//! This crate runs nothing that it packs, unless a trial is asked for, and knows nothing of how it is run. The way back, from a packed file to
//! what is in it, is `inspect`.
//!
//! # What goes in
//!
//! - The standard library, but for tests, IDLE, lib2to3, ensurepip, venv, tkinter and turtle, and but for the modules `readline`, `_gdbm` (their
//!   libraries are under the GPL) and `nis`. Libraries that its extension modules need come along, glibc's own do not.
//! - Every distribution that is reached from where the application starts: by its imports (also those in functions, and texts that
//!   name a module), and by the metadata of what is reached. A distribution comes whole, each file byte for byte as it is installed, with
//!   what it has elsewhere in the environment (programs in `bin`, data in `share`), but for headers, manuals and the scripts that start its commands.
//!   An editable one comes from where its project lies.
//! - What the `.pth` files of these distributions import, which Python reads at each start.
//! - Plugins: the distributions that offer entry points in a group whose name is a text in what is reached. A name without a dot in it counts
//!   where it is an argument of a call about entry points (`entry_points`, `load_setuptools_entrypoints`), or one called `group` or `namespace`.
//! - For a script or a module that is not installed: the modules and packages beside it that it imports.
//! - Libraries that modules which import `ctypes` or `cffi` name in a text (`libfoo.so.1`) or in `find_library("foo")`, where this machine has them.
//! - What a trial run imports, the libraries that it loads, and the files that it opens by absolute paths: those of distributions, of the
//!   environment, and below the application's own folder, but for its arguments.
//! - What is asked for by name, also files and folders below the application's own; and nothing that was asked to stay out.
//!
//! Shared objects of the interpreter and libraries of this machine come without what is not loaded, debugging information above all; nothing else that
//! goes in is changed.
//!
//! The archive says in a file of its own what was left out, for those who run into it (`exuvia_archive::LeftOut`).

// What is shared by tests in and beside this crate calls it by its name.
#[cfg(test)]
extern crate self as exuvia_pack;
#[cfg(test)]
#[path = "../tests/pythons/mod.rs"]
mod pythons;

mod cache;
mod collect;
mod compile;
mod elf;
mod error;
mod explain;
mod glibc;
mod gpl;
mod halves;
mod inspect;
mod interpreter;
mod launcher;
mod layout;
mod libraries;
mod licenses;
mod link;
mod marshal;
mod near;
mod pyoxidizer;
mod python;
mod reach;
mod seal;
mod settings;
mod standalone;
mod standard_library;
mod terms;
mod unpack;

use std::ffi::OsStr;
use std::path::PathBuf;
use std::time::Duration;

pub use error::Error;
pub use explain::{
    ChosenLibpython, ChosenPython, Content, ContentKind, Explanation, LeftOut, MissingLibrary,
    Size, TakenDistribution, TakenLibrary,
};
pub use glibc::GlibcFloor;
pub use halves::{Half, PYTHON_VERSIONS, build_half};
pub use inspect::{
    Contents, Distribution, Extracted, InspectError, PackedFile, PackedModule, Verified, extract,
    inspect, verify,
};
pub use interpreter::Reason;
pub use licenses::{Component, ComponentKind, components};
pub use pyoxidizer::{Counterparts, counterparts};
pub use python::Found;
pub use settings::{Settings, SettingsError};
pub use terms::Terms;

/// What is to be packed, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// What to run.
    pub application: Application,
    /// Where to write the file; by default, in the current folder under the application's name.
    pub output: Option<PathBuf>,
    /// The interpreter to take along, that of the environment that the application runs in: a program, its name on `PATH`, the folder of
    /// an environment or an installation, a version of pyenv, or an archive of python-build-standalone, with `#sha256=` and the sum
    /// behind it where it is to be checked.
    pub python: PathBuf,
    /// How to take `libpython` along.
    pub libpython: Libpython,
    /// Distributions and modules to take along though nothing refers to them, and files and folders below the application's folder: that of the
    /// script, or the current one for a module.
    pub include: Vec<String>,
    /// Distributions, and modules or packages of the standard library, of a distribution or of the application, to leave out.
    pub exclude: Vec<String>,
    /// Whether to take every distribution of the environment along.
    pub all: bool,
    /// Arguments to run the application with, a run each, as typed in a shell; what a run uses is taken along.
    pub trial: Vec<String>,
    /// How long a trial may run.
    pub trial_time: Duration,
    /// Whether the file is to be small, where it would else be quick to start.
    pub small: bool,
}

impl Request {
    /// How long a trial may run where nothing else is asked for.
    pub const TRIAL_TIME: Duration = Duration::from_secs(60);

    /// To pack an application as it is packed where nothing else is asked for.
    pub fn new(application: Application, python: PathBuf) -> Self {
        Self {
            application,
            output: None,
            python,
            libpython: Libpython::default(),
            include: Vec::new(),
            exclude: Vec::new(),
            all: false,
            trial: Vec::new(),
            trial_time: Self::TRIAL_TIME,
            small: false,
        }
    }

    /// Where the file goes: as asked, or in the current folder under the application's name.
    pub fn path(&self) -> PathBuf {
        self.output.clone().unwrap_or_else(|| {
            PathBuf::from(match &self.application {
                Application::Script(script) => script.file_stem().unwrap_or_default(),
                Application::Module(name) => OsStr::new(name.rsplit('.').next().unwrap_or(name)),
                Application::Entry(name) => OsStr::new(name),
            })
        })
    }
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// Running the application, and reading what it needs.
    Trying,
    /// Reading what the interpreter has and what the application needs.
    Inspecting,
    /// Making the program at the front.
    Linking,
    /// Building a half of that program with cargo, which is done once in a checkout and takes a minute or more.
    Building,
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
    /// What was left out because it was asked for: distributions and modules.
    pub excluded: Vec<String>,
    /// Installed distributions that nothing refers to, which were left out.
    pub left_out: Vec<String>,
    /// What the user should know: files that do not compile, libraries that are missing.
    pub notes: Vec<String>,
    /// What was chosen, and why.
    pub explanation: Explanation,
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
    let time = seal::wanted_time()?;
    progress(if request.trial.is_empty() {
        Stage::Inspecting
    } else {
        Stage::Trying
    });
    let python = python::choose(&request.python)?;
    let survey = interpreter::survey(request, &python)?;
    let output = seal::output_path(request)?;
    let mut collection = collect::collect(&survey)?;
    progress(Stage::Linking);
    let found = libraries::add_libraries(&mut collection);
    let wants_shared = found.on_libpython.first().map(PathBuf::as_path);
    let launcher = launcher::make(
        request,
        &survey.interpreter,
        &mut collection,
        wants_shared,
        &mut || progress(Stage::Building),
    )?;
    seal::check_output(&output, &python, &survey.interpreter, &collection)?;
    progress(Stage::Compiling);
    let compiled = compile::compile(&survey.interpreter, &collection)?;
    progress(Stage::Writing);
    let gpl = gpl::notes(&collection);
    let left_out = left_out_by_default(&survey, &collection);
    let chosen = explain::Chosen::of(&python, &collection, &found, &launcher);
    let layout = layout::lay_out(&survey, collection, compiled, &launcher, request.small)?;
    let explanation = explain::explain(chosen, &survey, &launcher, &layout)?;
    let large_by_chance = large_by_chance(&survey, &explanation);
    let size = seal::seal(&output, &launcher.program, &layout.archive, time)?;
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
        excluded: request.exclude.clone(),
        left_out: survey.left_out,
        notes: survey
            .notes
            .into_iter()
            .chain(large_by_chance)
            .chain(remarks(&explanation))
            .chain(left_out)
            .chain(gpl)
            .chain(layout.notes)
            .collect(),
        explanation,
        time: started.elapsed(),
    })
}

/// What of the standard library stays out though the application imports it.
fn left_out_by_default(
    survey: &interpreter::Survey,
    collection: &collect::Collection,
) -> Vec<String> {
    let left_out = collection.left_out.iter();
    left_out
        .filter(|&name| !survey.excluded_modules.contains(name))
        .filter_map(|name| Some((name, survey.imported.get(name)?)))
        .map(|(name, by)| {
            format!("{name}, which {by} imports, is left out; --include {name} takes it along")
        })
        .collect()
}

/// What a distribution takes of the file, in bytes, for its import in a module of another distribution to be worth a note.
const LARGE: u64 = 2_000_000;

/// Large distributions that are there because a module of another imports them, which does not require them: for one of its features,
/// which the application need not use.
fn large_by_chance(survey: &interpreter::Survey, explanation: &Explanation) -> Vec<String> {
    let owner = |module: &str| {
        let place = module.replace('.', "/");
        let files = [format!("{place}.py"), format!("{place}/__init__.py")];
        survey
            .distributions
            .iter()
            .find(|each| each.files.iter().any(|(path, _)| files.contains(path)))
    };
    let mut large: Vec<_> = explanation
        .distributions
        .iter()
        .filter(|each| each.size.stored >= LARGE)
        .collect();
    large.sort_by_key(|each| std::cmp::Reverse(each.size.stored));
    large
        .into_iter()
        .filter_map(|each| {
            let Reason::Imported { by } = &each.why else {
                return None;
            };
            let owner = owner(by)?;
            Some(format!(
                "{name} takes {size:.1} MB, and is there because {by} imports it; {owner} does not require it: --exclude {name} leaves it \
                 out",
                name = each.name,
                size = each.size.stored as f64 / 1e6,
                owner = owner.name,
            ))
        })
        .collect()
}

/// What of an explanation the user should know unasked.
fn remarks(explanation: &Explanation) -> Vec<String> {
    let missing = explanation.missing.iter().map(|missing| {
        format!(
            "{}, which {} needs, is not on this machine; the module works only where it is installed",
            missing.name,
            missing.needed_by.display()
        )
    });
    let carried = explanation.libpython.why_not_static.as_ref();
    let carried =
        carried.map(|reason| format!("libpython is carried as a shared library: {reason}"));
    // Who packs their own application knows its terms.
    let doubtful: Vec<_> = explanation
        .distributions
        .iter()
        .filter(|each| each.why != Reason::Started)
        .filter_map(|each| Some(format!("{} ({})", each.name, each.terms.doubt()?)))
        .collect();
    let doubtful = (!doubtful.is_empty()).then(|| {
        format!(
            "look at the terms before you pass the file on: {}",
            doubtful.join(", ")
        )
    });
    missing.chain(carried).chain(doubtful).collect()
}
