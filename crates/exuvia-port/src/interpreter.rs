//! The Python interpreter a project runs on.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::Advice;

/// The oldest Python that is worked with.
pub const OLDEST: (u8, u8) = (3, 10);

/// A Python interpreter that was asked who it is.
#[derive(Debug, Clone, Deserialize)]
pub struct Interpreter {
    executable: PathBuf,
    version: (u8, u8, u8),
    implementation: String,
    prefix: PathBuf,
    base_prefix: PathBuf,
    scripts: PathBuf,
    extension_suffix: String,
}

/// Why there is no interpreter to work with.
#[derive(Debug, thiserror::Error)]
pub enum InterpreterError {
    /// No `python3` on PATH, no active environment, none given.
    #[error("no Python found: no --python, no active virtual environment, no python3 on PATH")]
    NotFound,
    /// `VIRTUAL_ENV` names a folder that is no virtual environment, or one that was removed.
    #[error("VIRTUAL_ENV names {}, where there is no Python", folder.display())]
    NoEnvironment {
        /// The folder.
        folder: PathBuf,
    },
    /// The chosen program could not be started.
    #[error("cannot start {}: {source}", python.display())]
    Start {
        /// The program.
        python: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The chosen program does not answer like a Python interpreter.
    #[error("{} is not a working Python interpreter: {said}", python.display())]
    NotPython {
        /// The program.
        python: PathBuf,
        /// The last line it printed.
        said: String,
    },
    /// It is older than [`OLDEST`].
    #[error("{} is Python {}.{}.{}, which is too old", python.display(), version.0, version.1, version.2)]
    TooOld {
        /// The program.
        python: PathBuf,
        /// Its version.
        version: (u8, u8, u8),
    },
    /// It is PyPy or another Python without CPython's C API.
    #[error("{} is {implementation}, not CPython", python.display())]
    NotCPython {
        /// The program.
        python: PathBuf,
        /// `platform.python_implementation()`.
        implementation: String,
    },
}

impl Advice for InterpreterError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotFound => "install Python 3.10 or newer, or name one with --python PATH".to_owned(),
            Self::NoEnvironment { .. } => {
                "activate another environment, unset VIRTUAL_ENV, or name a Python with --python PATH".to_owned()
            }
            Self::Start { .. } | Self::NotPython { .. } => {
                "name a Python interpreter with --python PATH, for example --python .venv/bin/python".to_owned()
            }
            Self::TooOld { .. } => {
                format!("name one that is {}.{} or newer with --python PATH", OLDEST.0, OLDEST.1)
            }
            Self::NotCPython { .. } => "name a CPython interpreter with --python PATH".to_owned(),
        })
    }
}

/// Asks an interpreter for everything the commands need to know. Runs isolated, so that nothing of the project is imported,
/// and on Python 2 as well, so that a Python that is too old can be told from something that is no Python.
const WHO_ARE_YOU: &str = r#"
import json, os, platform, sys, sysconfig
print(json.dumps({
    "executable": sys.executable,
    "version": list(sys.version_info[:3]),
    "implementation": platform.python_implementation(),
    "prefix": sys.prefix,
    "base_prefix": getattr(sys, "base_prefix", sys.prefix),
    "scripts": sysconfig.get_path("scripts"),
    "extension_suffix": sysconfig.get_config_var("EXT_SUFFIX") or "",
}))
"#;

impl Interpreter {
    /// The interpreter `given`, else the active virtual environment's, else `python3`.
    ///
    /// # Errors
    ///
    /// There is none, the environment has gone, it cannot be started, or it is not CPython ≥ [`OLDEST`].
    pub fn find(given: Option<&Path>) -> Result<Self, InterpreterError> {
        let python = match given {
            Some(path) => path.to_owned(),
            None => active_environment()?
                .or_else(|| on_path("python3"))
                .ok_or(InterpreterError::NotFound)?,
        };
        Self::ask(&python)
    }

    fn ask(python: &Path) -> Result<Self, InterpreterError> {
        let output = Command::new(python)
            .args(["-I", "-c", WHO_ARE_YOU])
            .env_remove("PYTHONHOME")
            .output()
            .map_err(|source| InterpreterError::Start {
                python: python.to_owned(),
                source,
            })?;
        let not_python = || {
            let said = String::from_utf8_lossy(&output.stderr);
            let last = said.lines().rfind(|line| !line.trim().is_empty());
            InterpreterError::NotPython {
                python: python.to_owned(),
                said: last
                    .map_or_else(|| format!("it ended with {}", output.status), str::to_owned),
            }
        };
        if !output.status.success() {
            // `-I` itself is unknown to Python 2.
            if let Some(version) = version_by_name(python) {
                return Err(InterpreterError::TooOld {
                    python: python.to_owned(),
                    version,
                });
            }
            return Err(not_python());
        }
        let found: Self = serde_json::from_slice(&output.stdout).map_err(|_| not_python())?;
        if (found.version.0, found.version.1) < OLDEST {
            return Err(InterpreterError::TooOld {
                python: python.to_owned(),
                version: found.version,
            });
        }
        if found.implementation != "CPython" {
            let implementation = found.implementation;
            return Err(InterpreterError::NotCPython {
                python: python.to_owned(),
                implementation,
            });
        }
        Ok(found)
    }

    /// The program, absolute, not resolved through symbolic links: a virtual environment's own path.
    #[must_use]
    pub fn executable(&self) -> &Path {
        &self.executable
    }

    /// Major, minor and micro version.
    #[must_use]
    pub fn version(&self) -> (u8, u8, u8) {
        self.version
    }

    /// `sys.prefix`: the environment's root.
    #[must_use]
    pub fn prefix(&self) -> &Path {
        &self.prefix
    }

    /// Whether the interpreter belongs to a virtual environment.
    #[must_use]
    pub fn is_virtual(&self) -> bool {
        self.prefix != self.base_prefix
    }

    /// Where the environment's commands are (`bin/`): where `pytest`, `qr` and `maturin` are looked for first.
    #[must_use]
    pub fn scripts(&self) -> &Path {
        &self.scripts
    }

    /// How this interpreter's extension modules end: `.cpython-311-x86_64-linux-gnu.so`.
    #[must_use]
    pub fn extension_suffix(&self) -> &str {
        &self.extension_suffix
    }

    /// A command that runs this interpreter in its environment: its scripts first on PATH, `VIRTUAL_ENV` set where it is one.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.executable);
        self.enter(&mut command);
        command
    }

    /// Puts `command`, whatever it runs, into this interpreter's environment.
    pub fn enter(&self, command: &mut Command) {
        let path = env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(self.scripts.clone()).chain(env::split_paths(&path));
        // A folder with a `:` in its name cannot stand in PATH at all; what is there already stays.
        command.env("PATH", env::join_paths(paths).unwrap_or(path));
        command.env_remove("PYTHONHOME");
        if self.is_virtual() {
            command.env("VIRTUAL_ENV", &self.prefix);
        } else {
            command.env_remove("VIRTUAL_ENV");
        }
    }

    /// The program `name` as this interpreter's user would find it: among the environment's scripts, then on PATH.
    #[must_use]
    pub fn find_program(&self, name: &str) -> Option<PathBuf> {
        let own = self
            .scripts
            .join(format!("{name}{}", env::consts::EXE_SUFFIX));
        if own.is_file() {
            Some(own)
        } else {
            on_path(name)
        }
    }
}

impl fmt::Display for Interpreter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor, micro) = self.version;
        write!(
            formatter,
            "Python {major}.{minor}.{micro} ({})",
            self.executable.display()
        )
    }
}

/// The active virtual environment's interpreter, where one is active.
fn active_environment() -> Result<Option<PathBuf>, InterpreterError> {
    let Some(folder) = env::var_os("VIRTUAL_ENV").filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let folder = PathBuf::from(folder);
    let python = if cfg!(windows) {
        folder.join("Scripts/python.exe")
    } else {
        folder.join("bin/python")
    };
    // Another Python has not what is installed there.
    if python.is_file() {
        Ok(Some(python))
    } else {
        Err(InterpreterError::NoEnvironment { folder })
    }
}

/// The first file called `name` in PATH's folders.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
}

/// What `python --version` says, where it says something like a version.
fn version_by_name(python: &Path) -> Option<(u8, u8, u8)> {
    let output = Command::new(python).arg("--version").output().ok()?;
    // Python 2 prints it on standard error.
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let mut numbers = said
        .trim()
        .strip_prefix("Python ")?
        .split('.')
        .map(str::parse::<u8>);
    Some((
        numbers.next()?.ok()?,
        numbers.next()?.ok()?,
        numbers.next()?.ok()?,
    ))
}
