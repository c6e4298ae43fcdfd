//! Where a command's time goes, and which of it can move to Rust.

use std::ffi::OsString;

use serde::Serialize;

use crate::{Advice, Interpreter, Progress, Project};

/// What a profile of one run shows.
#[derive(Debug, Clone, Serialize)]
pub struct ScanReport {
    /// The command that was profiled.
    pub command: Vec<String>,
    /// The interpreter's version, `3.11.7`.
    pub python: String,
    /// How long the command ran, in seconds, profiler included.
    pub seconds: f64,
    /// The functions, those that took longest first.
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
    /// How often it was called.
    pub calls: u64,
    /// Time in the function itself and the C builtins that it called, without the Python functions that it called, in seconds.
    pub own_seconds: f64,
    /// The part of `own_seconds` that was spent inside C builtins, which a port cannot save, in seconds.
    pub builtin_seconds: f64,
    /// `own_seconds` as a part of the whole run's, 0 to 1.
    pub share: f64,
    /// Whether `exuvia port` accepts it.
    pub portable: bool,
    /// Why not, with the line; nothing where it can.
    pub reason: Option<String>,
}

/// How to profile.
#[derive(Debug, Clone)]
pub struct ScanOptions {
    /// How many functions to report.
    pub top: usize,
}

/// Why a command was not profiled.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {}

impl Advice for ScanError {
    fn hint(&self) -> Option<String> {
        None
    }
}

/// Profiles `command` while it runs in the project's root.
///
/// # Errors
///
/// The command cannot be started, is not a Python program, or ends with a status other than 0.
pub fn scan(
    project: &Project,
    interpreter: &Interpreter,
    command: &[OsString],
    options: &ScanOptions,
    progress: &mut dyn Progress,
) -> Result<ScanReport, ScanError> {
    let _ = (project, interpreter, command, options, progress);
    todo!()
}
