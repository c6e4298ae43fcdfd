//! Compares every port with its Python twin on the recorded calls, and the project's own tests with and without ports.

use std::ffi::OsString;
use std::time::Duration;

use serde::Serialize;

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
    /// Whether the twin, run twice, did the same both times in every call.
    pub deterministic: bool,
    /// The first differences, in the order of the recording.
    pub differences: Vec<Difference>,
}

/// One call in which port and twin differ.
#[derive(Debug, Clone, Serialize)]
pub struct Difference {
    /// The call as Python would write it.
    pub call: String,
    /// What differs: `result`, `exception`, `arguments`, `time`, `crash`.
    pub what: String,
    /// What the twin gave.
    pub python: String,
    /// What the port gave.
    pub rust: String,
}

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
}

/// One run of the project's tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SuiteRun {
    /// The command's exit status.
    pub status: i32,
    /// Its closing line: `128 passed, 3 skipped`.
    pub summary: String,
}

/// How to check.
#[derive(Debug, Clone)]
pub struct CheckOptions {
    /// Only these functions; all that are ported where empty.
    pub functions: Vec<FunctionName>,
    /// The project's test command, where it is to run as well.
    pub suite: Option<Vec<OsString>>,
    /// How long the replay of one function may take.
    pub time_limit: Duration,
}

/// Why ports could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {}

impl Advice for CheckError {
    fn hint(&self) -> Option<String> {
        None
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
    let _ = (project, interpreter, options, progress);
    todo!()
}
