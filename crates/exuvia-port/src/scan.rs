//! Where a command's time goes, and which of it can move to Rust.
//!
//! The command runs as typed, with the profiler of `python/exuvia/profile.py` in every Python process that it starts. Each
//! process leaves one JSON document; the documents are added up here, function by function, and `analysis` says of the
//! project's own functions whether they can move.

mod place;
mod profile;

use std::ffi::OsString;

use serde::Serialize;

use crate::python_side::{PartError, PythonSide};
use crate::user_command::{self, CommandError, Show};
use crate::{Advice, Interpreter, Progress, Project};

/// What a profile of one run shows.
#[derive(Debug, Serialize)]
pub struct ScanReport {
    /// The command that was profiled.
    pub command: Vec<String>,
    /// The status that the command ended with; 128 and the signal's number where a signal ended it.
    pub status: i32,
    /// The error to tell where that is not 0. The profile is that of the run as far as it went.
    #[serde(skip)]
    pub failure: Option<CommandError>,
    /// The interpreter's version, `3.11.7`.
    pub python: String,
    /// How long the command ran, in seconds, profiler included.
    pub seconds: f64,
    /// How many Python processes were profiled.
    pub processes: u64,
    /// Whether times, and the calls of the functions marked so, were sampled in part, because the calls were too many to
    /// watch them all.
    pub estimated: bool,
    /// Every function that was seen, those that took longest first.
    pub functions: Vec<ScannedFunction>,
}

/// One function in a profile.
#[derive(Debug, Clone, Serialize)]
pub struct ScannedFunction {
    /// `module:qualname`.
    pub name: String,
    /// The file that defines it, relative to the project's root where it lies inside.
    pub file: String,
    /// The line it starts on.
    pub line: u32,
    /// Whose code it is.
    pub origin: Origin,
    /// How often it was called.
    pub calls: u64,
    /// Whether `calls` is an estimate; exact where it is not.
    pub estimated: bool,
    /// Time in the function itself and the C builtins that it called, without the Python functions that it called, in seconds.
    pub own_seconds: f64,
    /// The part of `own_seconds` that was spent inside C builtins, which a port cannot save, in seconds; nothing where it is
    /// unknown, because the function was seen in samples and hardly ever watched.
    pub builtin_seconds: Option<f64>,
    /// `own_seconds` as a part of the whole run's, 0 to 1.
    pub share: f64,
    /// Whether `exuvia port` accepts it.
    pub portable: bool,
    /// Why not, with the line; nothing where it can.
    pub reason: Option<String>,
}

/// Whose code a function is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The project's.
    Project,
    /// An installed package's.
    Package,
    /// The interpreter's own library's.
    StandardLibrary,
    /// That of no file: made from text while the program ran, as `dataclass` and `namedtuple` do.
    Generated,
    /// That of another file outside the project.
    Elsewhere,
}

/// Why a command was not profiled.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The command could not be run, or failed.
    #[error("nothing is profiled: {0}")]
    Command(#[from] CommandError),
    /// The Python side could not be laid out.
    #[error(transparent)]
    Part(#[from] PartError),
    /// No folder for the processes to write to.
    #[error("cannot make a temporary folder for the profile: {0}")]
    Folder(std::io::Error),
    /// The command ran, and no Python process left a profile.
    #[error(
        "`{command}` ran, and no Python that it started left a profile{}",
        reasons(complaints)
    )]
    NoProfile {
        /// The command as typed.
        command: String,
        /// What the processes said was wrong.
        complaints: Vec<String>,
    },
    /// A profile cannot be read.
    #[error("cannot read the profile {file}: {reason}")]
    Damaged {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
}

fn reasons(complaints: &[String]) -> String {
    if complaints.is_empty() {
        String::new()
    } else {
        format!(": {}", complaints.join("; "))
    }
}

impl Advice for ScanError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Command(error) => error.hint(),
            Self::Part(error) => error.hint(),
            Self::Folder(_) => Some("make room or set TMPDIR to a folder that can be written".to_owned()),
            Self::NoProfile { complaints, .. } if complaints.is_empty() => Some(
                "it must start CPython 3.10 or newer, without -I, -E or -S, with the environment handed on, and end by itself".to_owned(),
            ),
            Self::NoProfile { .. } => Some("make room in the temporary folder, or set TMPDIR to another".to_owned()),
            Self::Damaged { .. } => Some("scan again".to_owned()),
        }
    }
}

/// Profiles `command` while it runs in the project's root.
///
/// What the command prints, on either stream, is passed on to standard error. Where it ends with a status other than 0 the
/// report says so and has the profile of what it did until then.
///
/// # Errors
///
/// The command cannot be started, is not a Python program, or fails without leaving a profile.
pub fn scan(
    project: &Project,
    interpreter: &Interpreter,
    command: &[OsString],
    progress: &mut dyn Progress,
) -> Result<ScanReport, ScanError> {
    let side = PythonSide::lay_out()?;
    let out = tempfile::Builder::new()
        .prefix("exuvia-scan-")
        .tempdir()
        .map_err(ScanError::Folder)?;
    let typed = user_command::typed(command);
    progress.start(&format!("profiling {typed}"), None);
    let variables = user_command::entered_by("scan", out.path(), project);
    let finished = user_command::run(
        project,
        interpreter,
        command,
        &variables,
        &side.boot(),
        Show::OnStandardError,
    );
    progress.finish();
    let finished = finished?;
    let failure = finished.success(command).err();

    let profile = profile::Profile::load(out.path())?;
    if profile.processes == 0 {
        if let Some(failure) = failure {
            return Err(failure.into());
        }
        let complaints = user_command::complaints(out.path());
        return Err(ScanError::NoProfile {
            command: typed,
            complaints,
        });
    }
    let (major, minor, micro) = interpreter.version();
    Ok(ScanReport {
        command: user_command::words(command),
        status: finished.code(),
        failure,
        python: format!("{major}.{minor}.{micro}"),
        seconds: profile.seconds,
        processes: profile.processes,
        estimated: profile.estimated,
        functions: profile.functions(project),
    })
}

#[cfg(test)]
mod tests;
