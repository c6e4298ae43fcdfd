//! Records real calls of chosen functions while a command runs.

use std::collections::BTreeMap;
use std::ffi::OsString;

use serde::{Deserialize, Serialize};

use crate::{Advice, FunctionName, Interpreter, Progress, Project};

/// What was recorded of each function.
#[derive(Debug, Clone, Serialize)]
pub struct RecordReport {
    /// One entry for each function asked for, in that order.
    pub functions: Vec<RecordedFunction>,
}

/// The recorded calls of one function.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordedFunction {
    /// The function.
    pub name: FunctionName,
    /// How often it was called.
    pub calls: u64,
    /// How many of the calls were kept.
    pub recorded: u64,
    /// How many could not be kept because an argument or the result cannot be pickled.
    pub unpicklable: u64,
    /// For each parameter, the types that the kept calls gave it, most frequent first. A parameter filled by its default counts.
    pub parameters: BTreeMap<String, Vec<ObservedType>>,
    /// The types of the results, most frequent first.
    pub results: Vec<ObservedType>,
}

/// A type that was seen, and what was seen inside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedType {
    /// The exact type: `int`, `list`, `NoneType`; with its module where that is not `builtins`: `decimal.Decimal`.
    pub name: String,
    /// How often it was seen.
    pub count: u64,
    /// For exact `list`, `tuple`, `set`, `frozenset`: the types of the items. For `dict`: of the keys.
    #[serde(default)]
    pub items: Vec<ObservedType>,
    /// For exact `dict`: the types of the values.
    #[serde(default)]
    pub values: Vec<ObservedType>,
    /// For exact `int`: whether every value fits an `i64`.
    #[serde(default)]
    pub fits_i64: bool,
}

/// How much to record.
#[derive(Debug, Clone)]
pub struct RecordOptions {
    /// Most calls kept of each function.
    pub calls: u64,
}

impl Default for RecordOptions {
    fn default() -> Self {
        Self { calls: 1000 }
    }
}

/// Why calls could not be recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {}

impl Advice for RecordError {
    fn hint(&self) -> Option<String> {
        None
    }
}

/// Runs `command` in the project's root and keeps calls of `functions` under `.exuvia/recordings/`.
///
/// # Errors
///
/// The command cannot be started, ends with a status other than 0, or calls none of the functions.
pub fn record(
    project: &Project,
    interpreter: &Interpreter,
    functions: &[FunctionName],
    command: &[OsString],
    options: &RecordOptions,
    progress: &mut dyn Progress,
) -> Result<RecordReport, RecordError> {
    let _ = (project, interpreter, functions, command, options, progress);
    todo!()
}
