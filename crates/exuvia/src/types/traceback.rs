//! Tracebacks.

use crate::err::{PyResult, error_on_minus_one};
use crate::instance::Bound;
use crate::types::PyString;
use crate::types::any::PyAnyMethods;
use crate::types::string::PyStringMethods;
use crate::{ffi, intern};

native_type! {
    /// Python's traceback objects.
    PyTraceback = "traceback" in "types", &raw mut ffi::PyTraceBack_Type,
    is ffi::PyTraceBack_Check, exactly ffi::PyTraceBack_Check
}

/// What can be done with a Python traceback.
pub trait PyTracebackMethods<'py>: super::sealed::Sealed {
    /// The traceback as Python prints it, without the line of the exception itself.
    ///
    /// # Errors
    /// What reading the source files raises.
    fn format(&self) -> PyResult<String>;
}

impl<'py> PyTracebackMethods<'py> for Bound<'py, PyTraceback> {
    fn format(&self) -> PyResult<String> {
        let py = self.py();
        let file = py
            .import(intern!(py, "io"))?
            .getattr(intern!(py, "StringIO"))?
            .call0()?;
        // SAFETY: both are alive.
        error_on_minus_one(py, unsafe {
            ffi::PyTraceBack_Print(self.as_ptr(), file.as_ptr())
        })?;
        let text = file
            .call_method0(intern!(py, "getvalue"))?
            .cast_into::<PyString>()?;
        Ok(text.to_str()?.to_owned())
    }
}
