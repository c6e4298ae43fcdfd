//! What is ported, and in what state.

use serde::Serialize;

use crate::{FunctionName, Interpreter, Project, ported::PortedError};

/// Every port of a project.
#[derive(Debug, Clone, Serialize)]
pub struct StatusReport {
    /// In the order of their names.
    pub functions: Vec<FunctionStatus>,
}

/// One port.
#[derive(Debug, Clone, Serialize)]
pub struct FunctionStatus {
    /// `module:qualname`.
    pub name: FunctionName,
    /// What holds for it.
    pub state: State,
}

/// What holds for a port. Where several hold, the first in this order is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Its Python twin is gone.
    Orphaned,
    /// The Rust is kept in `rust/`, and the Python module does not use it.
    Unwired,
    /// Its Python twin's source changed since it was drafted.
    Drifted,
    /// Its body hands every call to the twin.
    Draft,
    /// It has a body, and no compiled module that is as new as the source.
    NotBuilt,
    /// It has a body, is compiled and in use.
    Ported,
}

/// Tells the state of every port.
///
/// # Errors
///
/// A file cannot be read.
pub fn status(project: &Project, interpreter: &Interpreter) -> Result<StatusReport, PortedError> {
    let _ = (project, interpreter);
    todo!()
}
