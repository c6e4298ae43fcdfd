//! Builds `rust/` and puts the compiled module where the package finds it.
//!
//! maturin builds a wheel for the chosen interpreter; the compiled module is taken out of it and put next to the package's own
//! sources, as `build_ext --inplace` does. There it is found however the package is reached from the project: run in its
//! root, or installed editable. Where the environment also holds a plain copy of the package, the module is put next to that
//! copy as well. Nothing is left behind or replaced when the build fails: the program goes on as before.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Serialize;

use crate::changes::{ChangeError, Changes};
use crate::draft::digest;
use crate::draft::krate::{Krate, KrateError};
use crate::locate::extension_dir;
use crate::maturin::{self, MaturinError};
use crate::ported::{PortedError, ported_functions};
use crate::wire::wired_functions;
use crate::{Advice, Interpreter, Progress, Project};

/// How to build.
#[derive(Debug, Clone, Default)]
pub struct DevelopOptions {
    /// Without optimisation, with assertions.
    pub debug: bool,
}

/// What was built.
#[derive(Debug, Clone, Serialize)]
pub struct DevelopReport {
    /// The compiled module's name: `qrcode._exuvia`.
    pub module: String,
    /// The files it was put in; those inside the project relative to its root.
    pub files: Vec<PathBuf>,
    /// A copy of the package in the environment that was installed before the functions were ported, and does not use them.
    pub outdated_copy: Option<PathBuf>,
}

/// Why nothing was built.
#[derive(Debug, thiserror::Error)]
pub enum DevelopError {
    /// Nothing is ported.
    #[error(transparent)]
    Ported(#[from] PortedError),
    /// The crate in `rust/` cannot be read.
    #[error(transparent)]
    Krate(#[from] KrateError),
    /// The compiled module could not be put in place.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// maturin, or what it needs, is missing or failed.
    #[error("cannot build rust/: {0}")]
    Maturin(MaturinError),
    /// maturin left no module.
    #[error("cannot build rust/: {0}")]
    NoModule(String),
    /// The Rust does not compile.
    #[error(
        "the Rust in rust/ does not compile; nothing was replaced, and the program goes on as before"
    )]
    Compile {
        /// What the compiler said.
        output: String,
    },
}

impl From<MaturinError> for DevelopError {
    fn from(error: MaturinError) -> Self {
        match error {
            MaturinError::Compile { output } => Self::Compile { output },
            error => Self::Maturin(error),
        }
    }
}

impl Advice for DevelopError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Ported(error) => return error.hint(),
            Self::Krate(error) => return error.hint(),
            Self::Change(error) => return error.hint(),
            Self::Maturin(error) => return error.hint(),
            Self::NoModule(_) => return None,
            Self::Compile { .. } => {
                "mend the errors above and run `exuvia develop` again".to_owned()
            }
        })
    }

    fn output(&self) -> Option<&str> {
        match self {
            Self::Compile { output } => Some(output),
            _ => None,
        }
    }
}

/// Whether the project has a crate in `rust/` that `exuvia port` wrote, with ports or without.
#[must_use]
pub fn has_ports(project: &Project) -> bool {
    matches!(Krate::open(project), Ok(Some(_)))
}

/// Builds the crate for `interpreter` and puts the compiled module in place.
///
/// # Errors
///
/// Nothing is ported, a tool is missing, the Rust does not compile, or the module cannot be put in place.
pub fn develop(
    project: &Project,
    interpreter: &Interpreter,
    options: &DevelopOptions,
    progress: &mut dyn Progress,
) -> Result<DevelopReport, DevelopError> {
    let ported = ported_functions(project, &[])?;
    let krate = Krate::open(project)?.ok_or(PortedError::NothingPorted {
        root: project.root().to_owned(),
    })?;
    let maturin = maturin::find(interpreter)?;
    // Taken before the build, so that an edit made meanwhile is not taken for built.
    let sources = krate.sources_digest();
    let scratch = tempfile::tempdir()
        .map_err(|error| DevelopError::NoModule(format!("no temporary folder: {error}")))?;
    progress.start("building rust/", None);
    let built = build(project, interpreter, options, maturin, scratch.path());
    progress.finish();
    let library = take_library(interpreter, &built?)?;

    let first = &ported[0];
    let dir = extension_dir(&first.python_file, first.name.module(), krate.package()).ok_or_else(
        || DevelopError::NoModule(format!("{} is in no folder", first.python_file.display())),
    )?;
    let file_name = format!("_exuvia{}", interpreter.extension_suffix());
    let mut files = vec![dir.join(&file_name)];
    let copy = installed_copy(project, interpreter, first.name.module());
    let mut outdated_copy = None;
    if let Some(copy) = copy {
        let is_wired =
            fs::read_to_string(&copy).is_ok_and(|text| !wired_functions(&text).is_empty());
        if !is_wired {
            outdated_copy = Some(copy);
        } else if let Some(dir) = extension_dir(&copy, first.name.module(), krate.package()) {
            files.push(dir.join(&file_name));
        }
    }
    let mut changes = Changes::default();
    for file in &files {
        changes.write(file, library.as_slice());
    }
    changes.write(&project.data_dir().join(".gitignore"), "*\n");
    let record = BuildRecord {
        sources,
        library: digest(&library),
    };
    changes.write(&BuildRecord::file(project, &file_name), record.to_text());
    changes.apply()?;
    let files = files
        .iter()
        .map(|file| project.relative(file).to_owned())
        .collect();
    Ok(DevelopReport {
        module: krate.extension,
        files,
        outdated_copy,
    })
}

/// Which sources a compiled module was built from. It is found by what is in the module, not by when it was written: files
/// that are written together have times in any order, and a build with nothing to do leaves an old time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BuildRecord {
    /// The digest of the sources.
    pub(crate) sources: String,
    /// The digest of the compiled module.
    pub(crate) library: String,
}

impl BuildRecord {
    /// Where the record of a compiled module is kept.
    pub(crate) fn file(project: &Project, file_name: &str) -> PathBuf {
        project
            .data_dir()
            .join("built")
            .join(format!("{file_name}.sources"))
    }

    /// The record of a compiled module, where there is one that can be read.
    pub(crate) fn read(project: &Project, file_name: &str) -> Option<Self> {
        let text = fs::read_to_string(Self::file(project, file_name)).ok()?;
        let (sources, library) = text.trim_end().split_once('\n')?;
        Some(Self {
            sources: sources.to_owned(),
            library: library.to_owned(),
        })
    }

    pub(crate) fn to_text(&self) -> String {
        format!("{}\n{}\n", self.sources, self.library)
    }
}

/// Runs maturin and returns the wheel that it wrote.
fn build(
    project: &Project,
    interpreter: &Interpreter,
    options: &DevelopOptions,
    mut maturin: Command,
    scratch: &Path,
) -> Result<PathBuf, DevelopError> {
    maturin
        .arg("build")
        .arg("--manifest-path")
        .arg(project.rust_dir().join("Cargo.toml"));
    maturin
        .arg("--interpreter")
        .arg(interpreter.executable())
        .arg("--out")
        .arg(scratch);
    // The wheel never leaves this machine, so it need not run on others.
    maturin.args(["--compatibility", "linux", "--auditwheel", "skip"]);
    if !options.debug {
        maturin.arg("--release");
    }
    maturin::run(maturin.current_dir(project.rust_dir()))?;
    maturin::wheels(scratch)
        .pop()
        .ok_or_else(|| DevelopError::NoModule("maturin wrote no wheel".to_owned()))
}

/// Prints the compiled module out of a wheel. A wheel is a zip archive, which Python reads.
const UNZIP: &str = r#"
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    names = [n for n in wheel.namelist() if os.path.basename(n).startswith("_exuvia.") and n.endswith((".so", ".pyd"))]
    sys.stdout.buffer.write(wheel.read(names[0]))
"#;

fn take_library(interpreter: &Interpreter, wheel: &Path) -> Result<Vec<u8>, DevelopError> {
    let output = interpreter
        .command()
        .args(["-I", "-c", UNZIP])
        .arg(wheel)
        .output();
    match output {
        Ok(output) if output.status.success() && !output.stdout.is_empty() => Ok(output.stdout),
        _ => Err(DevelopError::NoModule(format!(
            "{} holds no module _exuvia",
            wheel.display()
        ))),
    }
}

/// Prints the file that a module is imported from when the project's folder is not on the path.
const INSTALLED: &str = r#"
import importlib.util, os, sys
answer = os.dup(1)
os.dup2(2, 1)
spec = importlib.util.find_spec(sys.argv[1])
if spec is not None and spec.origin:
    os.write(answer, spec.origin.encode())
"#;

/// The module's source in a plain copy of the package in the environment, where there is one.
fn installed_copy(project: &Project, interpreter: &Interpreter, module: &str) -> Option<PathBuf> {
    let output = interpreter
        .command()
        .args(["-I", "-c", INSTALLED, module])
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let file = PathBuf::from(String::from_utf8(output.stdout).ok()?);
    let in_environment = file
        .components()
        .any(|part| part.as_os_str() == "site-packages");
    let is_copy = file.is_file() && (in_environment || !file.starts_with(project.root()));
    is_copy.then_some(file)
}
