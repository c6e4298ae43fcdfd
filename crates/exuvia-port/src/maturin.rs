//! maturin, which builds wheels: finding it, running it, and reading what it says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::interpreter::on_path;
use crate::{Advice, Interpreter};

/// Why maturin built nothing. Whoever runs it says in front what was to be built.
#[derive(Debug, thiserror::Error)]
pub enum MaturinError {
    /// There is no maturin.
    #[error("maturin is neither in {} nor on PATH", environment.display())]
    Absent {
        /// The environment's root.
        environment: PathBuf,
        /// The interpreter.
        python: PathBuf,
    },
    /// There is no cargo.
    #[error("there is no Rust, cargo is not on PATH")]
    NoCargo,
    /// There is no linker.
    #[error("there is no C compiler to link with, cc is not on PATH")]
    NoLinker,
    /// maturin could not be started.
    #[error("maturin cannot be started: {0}")]
    Start(std::io::Error),
    /// maturin itself failed.
    #[error("{0}")]
    Failed(String),
    /// The Rust does not compile.
    #[error("the Rust does not compile")]
    Compile {
        /// What the compiler said.
        output: String,
    },
}

impl Advice for MaturinError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Absent { python, .. } => {
                format!("install it: {} -m pip install maturin", python.display())
            }
            Self::NoCargo => "install Rust from https://rustup.rs".to_owned(),
            Self::NoLinker => {
                "install a C compiler: gcc or clang from your system's packages".to_owned()
            }
            Self::Start(_) | Self::Failed(_) => return None,
            Self::Compile { .. } => "mend the errors above and run it again".to_owned(),
        })
    }
}

/// A command that runs maturin in the interpreter's environment, after making sure of what maturin needs itself.
///
/// # Errors
///
/// There is no maturin, no cargo or no linker.
pub fn find(interpreter: &Interpreter) -> Result<Command, MaturinError> {
    if std::env::var_os("CARGO").is_none() && interpreter.find_program("cargo").is_none() {
        return Err(MaturinError::NoCargo);
    }
    let has_linker = ["cc", "gcc", "clang"]
        .iter()
        .any(|name| on_path(name).is_some())
        || std::env::vars_os().any(|(name, _)| name.to_string_lossy().ends_with("_LINKER"));
    if cfg!(unix) && !has_linker {
        return Err(MaturinError::NoLinker);
    }
    let probe = interpreter
        .command()
        .args(["-c", "import maturin"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if probe.is_ok_and(|status| status.success()) {
        let mut command = interpreter.command();
        command.args(["-m", "maturin"]);
        return Ok(command);
    }
    let Some(program) = interpreter.find_program("maturin") else {
        return Err(MaturinError::Absent {
            environment: interpreter.prefix().to_owned(),
            python: interpreter.executable().to_owned(),
        });
    };
    let mut command = Command::new(program);
    interpreter.enter(&mut command);
    Ok(command)
}

/// Runs maturin to its end, without a word where all went well.
///
/// # Errors
///
/// It could not be started, or it failed.
pub fn run(maturin: &mut Command) -> Result<(), MaturinError> {
    let output = maturin
        .stdin(Stdio::null())
        .output()
        .map_err(MaturinError::Start)?;
    if output.status.success() {
        Ok(())
    } else {
        Err(failure(&String::from_utf8_lossy(&output.stderr)))
    }
}

/// The wheels in a folder, in the order of their names.
#[must_use]
pub fn wheels(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut wheels: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .collect();
    wheels.sort();
    wheels
}

/// What a failed build's output means: an error of the compiler, or of maturin.
fn failure(said: &str) -> MaturinError {
    let compiled = said.lines().any(|line| {
        line.starts_with("error[") || line.starts_with("error: ") || line.starts_with("error:")
    });
    if !compiled {
        let last = said
            .lines()
            .rfind(|line| !line.trim().is_empty())
            .unwrap_or("maturin failed without a word");
        return MaturinError::Failed(last.trim().to_owned());
    }
    // What cargo and maturin say around the compiler's message does not help.
    let noise = [
        "   Compiling ",
        "    Finished ",
        "  Downloaded ",
        " Downloading ",
        "    Updating ",
        "     Locking ",
        "🔗",
        "🐍",
        "💥",
        "  Caused by: ",
    ];
    let lines = said
        .lines()
        .filter(|line| !noise.iter().any(|noise| line.starts_with(noise)));
    MaturinError::Compile {
        output: lines.collect::<Vec<_>>().join("\n").trim().to_owned(),
    }
}
