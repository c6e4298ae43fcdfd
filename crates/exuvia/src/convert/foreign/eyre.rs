//! `eyre::Report`: a `RuntimeError`, or the exception that it holds.

use crate::err::PyErr;
use crate::exceptions::PyRuntimeError;

/// An exception that came through without context is raised as it is; everything else is a `RuntimeError` that tells the error,
/// its context and its causes, as the installed handler writes them.
impl From<eyre::Report> for PyErr {
    #[cold]
    fn from(report: eyre::Report) -> PyErr {
        if report.source().is_some() {
            return PyRuntimeError::new_err(format!("{report:?}"));
        }
        report
            .downcast()
            .unwrap_or_else(|report| PyRuntimeError::new_err(format!("{report:?}")))
    }
}
