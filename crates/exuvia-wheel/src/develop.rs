//! Installing a project for development.

use exuvia_port::maturin::{self, MaturinError};
use exuvia_port::{Advice, Interpreter, Progress};

use crate::WheelProject;

/// Why nothing was installed.
#[derive(Debug, thiserror::Error)]
pub enum DevelopError {
    /// The interpreter is not one of a virtual environment.
    #[error("cannot install the project: {} is in no virtual environment, and maturin installs into no other", python.display())]
    NoEnvironment {
        /// The interpreter.
        python: std::path::PathBuf,
    },
    /// maturin, or what it needs, is missing or failed.
    #[error("cannot install the project: {0}")]
    Maturin(MaturinError),
    /// The project does not compile.
    #[error("the project does not compile; what is installed stays as it was")]
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
        match self {
            Self::NoEnvironment { .. } => Some(
                "make one and name it: python3 -m venv .venv, then exuvia --python .venv/bin/python develop; or install a wheel of `exuvia build`"
                    .to_owned(),
            ),
            Self::Maturin(error) => error.hint(),
            Self::Compile { .. } => {
                Some("mend the errors above and run `exuvia develop` again".to_owned())
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

/// Builds the project and installs it in the interpreter's environment, its Python where it is.
///
/// # Errors
///
/// The interpreter is in no virtual environment, a tool is missing, or the project does not compile.
pub fn develop(
    project: &WheelProject,
    interpreter: &Interpreter,
    debug: bool,
    progress: &mut dyn Progress,
) -> Result<(), DevelopError> {
    if !interpreter.is_virtual() {
        return Err(DevelopError::NoEnvironment {
            python: interpreter.executable().to_owned(),
        });
    }
    let mut maturin = maturin::find(interpreter)?;
    maturin.current_dir(project.root()).arg("develop");
    if !debug {
        maturin.arg("--release");
    }
    progress.start("building and installing the project", None);
    let result = maturin::run(&mut maturin);
    progress.finish();
    Ok(result?)
}
