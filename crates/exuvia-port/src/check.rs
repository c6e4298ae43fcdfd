//! Compares every port with its Python twin on the recorded calls, and the project's own tests with and without ports.
//!
//! The calls are replayed by `python/exuvia/replay.py` in a process of its own, watched from here: a port that hangs or takes
//! the process down with it is a difference like any other, and the next process goes on behind that call. Besides the
//! recorded calls it tries variations of them: empty lists, huge and negative numbers, `None`, `True` for 1, subclasses.

mod replay;
mod suite;

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ported::{PortedError, ported_functions};
use crate::python_side::{PartError, PythonSide};
use crate::user_command::CommandError;
use crate::{Advice, FunctionName, Interpreter, Progress, Project};

/// Whether the ports do what their twins do.
#[derive(Debug, Clone, Serialize)]
pub struct CheckReport {
    /// One entry for each function that was checked.
    pub functions: Vec<CheckedFunction>,
    /// The project's own tests, where they were asked for.
    pub suite: Option<SuiteReport>,
}

impl CheckReport {
    /// Whether nothing differed.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.functions
            .iter()
            .all(|function| function.differences.is_empty() && function.equal == function.recorded)
            && self.suite.as_ref().is_none_or(|suite| suite.same)
    }
}

/// One function, replayed.
#[derive(Debug, Clone, Serialize)]
pub struct CheckedFunction {
    /// `module:qualname`.
    pub name: FunctionName,
    /// How many recorded calls were replayed.
    pub recorded: u64,
    /// In how many of them the port did what the twin did.
    pub equal: u64,
    /// In how many of them the port had its twin do the call, or a part of it.
    pub handed_over: u64,
    /// How many variations of recorded calls were tried besides.
    pub generated: u64,
    /// In how many of them the port did what the twin did.
    pub generated_equal: u64,
    /// In how many of them the port had its twin do the call, or a part of it.
    pub generated_handed_over: u64,
    /// Whether the port is a draft still, which hands every call over.
    pub draft: bool,
    /// Whether the Python changed since the Rust was drafted or last accepted.
    pub drifted: bool,
    /// Whether the twin, run twice, did the same both times in every call.
    pub deterministic: bool,
    /// The first call that the twin answered differently the second time.
    pub unstable: Option<String>,
    /// In how many recorded calls the twin does not do what it did when they were recorded: it depends on more than its
    /// arguments.
    pub unlike_recording: u64,
    /// How many calls differ, in all.
    pub different: u64,
    /// One difference of each kind: recorded calls first, then the shortest call first; at most [`MOST_DIFFERENCES`].
    pub differences: Vec<Difference>,
}

/// One call in which port and twin differ.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Difference {
    /// The call as Python would write it.
    pub call: String,
    /// What differs: `result`, `exception`, `arguments`, `time`, `crash`.
    pub what: String,
    /// What the twin gave.
    pub python: String,
    /// What the port gave.
    pub rust: String,
    /// Whether nobody made this call: it is a variation of a recorded one.
    #[serde(default)]
    pub generated: bool,
    /// How many more calls differ in the same way.
    #[serde(default)]
    pub alike: u64,
    /// The same text for all differences of one kind.
    #[serde(default, skip_serializing)]
    pub(crate) group: String,
}

/// How many kinds of differences of one function are reported.
pub const MOST_DIFFERENCES: usize = 10;

/// The project's own tests on twins and on ports.
#[derive(Debug, Clone, Serialize)]
pub struct SuiteReport {
    /// The command that ran them.
    pub command: Vec<String>,
    /// With `EXUVIA_PURE=1`.
    pub twin: SuiteRun,
    /// With the ports.
    pub port: SuiteRun,
    /// Whether both ended the same way, test by test as far as the runner tells.
    pub same: bool,
    /// The tests that ended differently: name, with the twins, with the ports. Known of pytest alone.
    pub differences: Vec<[String; 3]>,
}

/// One run of the project's tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SuiteRun {
    /// The command's exit status.
    pub status: i32,
    /// How its tests ended: `128 passed, 3 skipped`; of another runner than pytest, its last line.
    pub summary: String,
    /// How many tests ended by themselves, where the runner is pytest.
    pub tests: Option<u64>,
}

/// How to check.
#[derive(Debug, Clone)]
pub struct CheckOptions {
    /// Only these functions; all that are ported where empty.
    pub functions: Vec<FunctionName>,
    /// The project's test command, where it is to run as well.
    pub suite: Option<Vec<OsString>>,
    /// How long the replay of one function may take. The project's tests may take as long on the ports, and ten times what
    /// they take on the twins besides.
    pub time_limit: Duration,
}

/// Why ports could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A function is not ported, or none is.
    #[error(transparent)]
    Ported(#[from] PortedError),
    /// The Python side could not be laid out or did not answer.
    #[error(transparent)]
    Part(#[from] PartError),
    /// There is no recording of the function.
    #[error("cannot check {name}: none of its calls are recorded, {} is missing", file.display())]
    NotRecorded {
        /// The function.
        name: FunctionName,
        /// Where the recording would be.
        file: PathBuf,
    },
    /// The recording cannot be used.
    #[error("cannot check {name}: its recording {} is damaged: {reason}", file.display())]
    Damaged {
        /// The function.
        name: FunctionName,
        /// The recording.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The module cannot be imported, or does not have the function any longer.
    #[error("cannot check {name}: {reason}")]
    Module {
        /// The function.
        name: FunctionName,
        /// What Python said.
        reason: String,
    },
    /// The function is still Python.
    #[error("cannot check {name}: its port is not active, {} runs the Python twin", name.module())]
    Inactive {
        /// The function.
        name: FunctionName,
    },
    /// The Python twin itself does not get through a recorded call.
    #[error("cannot check {name}: in recorded call {number} the Python twin itself {how}")]
    Twin {
        /// The function.
        name: FunctionName,
        /// Which call, from 1.
        number: u64,
        /// `takes longer than …`, `ends the process: …`.
        how: String,
    },
    /// The recorded calls take too long.
    #[error("cannot check {name}: {done} of {total} recorded calls took {} seconds", limit.as_secs())]
    TooLong {
        /// The function.
        name: FunctionName,
        /// How many were replayed.
        done: u64,
        /// How many are recorded.
        total: u64,
        /// The limit.
        limit: Duration,
    },
    /// The project's test command could not be run.
    #[error("cannot run the project's tests: {0}")]
    Suite(CommandError),
    /// The project's tests do not get as far as a comparison takes, even without the ports.
    #[error("cannot compare by `{command}`: with the Python twins {what} (status {status}){}", if said.is_empty() { String::new() } else { format!(": {said}") })]
    NoTests {
        /// The command as typed.
        command: String,
        /// What it did.
        what: &'static str,
        /// Its exit status.
        status: i32,
        /// The last line that it printed.
        said: String,
    },
    /// No folder for the outcomes of the tests.
    #[error("cannot make a temporary folder: {0}")]
    Folder(io::Error),
}

impl Advice for CheckError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Ported(error) => return error.hint(),
            Self::Part(error) => return error.hint(),
            Self::NotRecorded { name, .. } | Self::Damaged { name, .. } => {
                format!("record it again: exuvia port {name} -- COMMAND")
            }
            Self::Module { .. } => "make the module import in the project's root first".to_owned(),
            Self::Inactive { .. } => {
                "build it: exuvia develop (and see that EXUVIA_PURE is not set)".to_owned()
            }
            Self::Twin { name, .. } => {
                format!(
                    "record calls that the twin gets through: exuvia port {name} -- COMMAND; or raise --time-limit"
                )
            }
            Self::TooLong { .. } => "raise --time-limit".to_owned(),
            Self::Suite(error) => return error.hint(),
            Self::NoTests { command, .. } => format!(
                "name a command that runs tests to their end: see `EXUVIA_PURE=1 {command}`"
            ),
            Self::Folder(_) => "make room or set TMPDIR to a folder that can be written".to_owned(),
        })
    }
}

/// Replays the recorded calls on twin and port.
///
/// # Errors
///
/// Nothing is recorded, a port is not built, or the twin itself does not run.
pub fn check(
    project: &Project,
    interpreter: &Interpreter,
    options: &CheckOptions,
    progress: &mut dyn Progress,
) -> Result<CheckReport, CheckError> {
    let ported = ported_functions(project, &options.functions)?;
    let side = PythonSide::lay_out()?;
    let mut functions = Vec::new();
    for function in ported {
        let replay = replay::Replay {
            project,
            interpreter,
            side: &side,
            name: &function.name,
            limit: options.time_limit,
        };
        let mut checked = replay.run(progress)?;
        checked.draft = function.draft;
        checked.drifted = function.drifted;
        functions.push(checked);
    }
    let suite = match &options.suite {
        Some(command) => {
            let suite = suite::Suite {
                project,
                interpreter,
                side: &side,
                command,
                grace: options.time_limit,
            };
            Some(suite.run(progress)?)
        }
        None => None,
    };
    Ok(CheckReport { functions, suite })
}

#[cfg(test)]
mod tests;
