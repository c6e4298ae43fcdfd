//! Building wheels.

use std::fs;
use std::io;
use std::path::PathBuf;

use exuvia_port::maturin::{self, MaturinError};
use exuvia_port::{Advice, Interpreter, Progress};

use crate::WheelProject;

/// How to build.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// Without optimisation, with assertions.
    pub debug: bool,
    /// Where the wheels go, relative to the project's folder.
    pub out: PathBuf,
}

/// Why there is no wheel.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// maturin, or what it needs, is missing or failed.
    #[error("cannot build a wheel: {0}")]
    Maturin(MaturinError),
    /// The project does not compile.
    #[error("the project does not compile; no wheel was written")]
    Compile {
        /// What the compiler said.
        output: String,
    },
    /// maturin ended well without a wheel.
    #[error("cannot build a wheel: maturin wrote none")]
    NoWheel,
    /// The wheel could not be put in place.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl From<MaturinError> for BuildError {
    fn from(error: MaturinError) -> Self {
        match error {
            MaturinError::Compile { output } => Self::Compile { output },
            error => Self::Maturin(error),
        }
    }
}

impl Advice for BuildError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Maturin(error) => error.hint(),
            Self::Compile { .. } => {
                Some("mend the errors above and run `exuvia build` again".to_owned())
            }
            Self::NoWheel => None,
            Self::Write { .. } => {
                Some("make the folder writable, or name another with --out".to_owned())
            }
        }
    }

    fn output(&self) -> Option<&str> {
        match self {
            Self::Compile { output } => Some(output),
            _ => None,
        }
    }
}

/// Builds the project's wheels for `interpreter`, and returns them. A wheel of the same name is replaced.
///
/// # Errors
///
/// A tool is missing, the project does not compile, or the wheel cannot be written.
pub fn build(
    project: &WheelProject,
    interpreter: &Interpreter,
    options: &BuildOptions,
    progress: &mut dyn Progress,
) -> Result<Vec<PathBuf>, BuildError> {
    let mut maturin = maturin::find(interpreter)?;
    let out = project.root().join(&options.out);
    let failed = |path: &PathBuf, source| BuildError::Write {
        path: path.clone(),
        source,
    };
    fs::create_dir_all(&out).map_err(|source| failed(&out, source))?;
    // On the same file system, so that a wheel appears whole.
    let scratch = tempfile::Builder::new()
        .prefix(".exuvia-")
        .tempdir_in(&out)
        .map_err(|source| failed(&out, source))?;
    maturin
        .current_dir(project.root())
        .args(["build", "--interpreter"])
        .arg(interpreter.executable())
        .arg("--out")
        .arg(scratch.path());
    if !options.debug {
        maturin.arg("--release");
    }
    progress.start("building the wheel", None);
    let result = maturin::run(&mut maturin);
    progress.finish();
    result?;
    let mut wheels = Vec::new();
    for wheel in maturin::wheels(scratch.path()) {
        let Some(name) = wheel.file_name() else {
            continue;
        };
        let target = out.join(name);
        fs::rename(&wheel, &target).map_err(|source| failed(&target, source))?;
        wheels.push(options.out.join(name));
    }
    if wheels.is_empty() {
        return Err(BuildError::NoWheel);
    }
    Ok(wheels)
}
