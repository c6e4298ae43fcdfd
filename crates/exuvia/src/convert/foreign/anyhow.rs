//! `anyhow::Error`: a `RuntimeError`, or the exception that it holds.

use crate::err::PyErr;
use crate::exceptions::PyRuntimeError;

/// An exception that came through without context is raised as it is; everything else is a `RuntimeError` that tells the error,
/// its context and its causes.
impl From<anyhow::Error> for PyErr {
    #[cold]
    fn from(error: anyhow::Error) -> PyErr {
        if error.source().is_some() {
            return PyRuntimeError::new_err(format!("{error:?}"));
        }
        error
            .downcast()
            .unwrap_or_else(|error| PyRuntimeError::new_err(format!("{error:?}")))
    }
}
