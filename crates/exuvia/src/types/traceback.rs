//! Tracebacks.

use crate::err::{PyResult, error_on_minus_one};
use crate::instance::Bound;
#[cfg(not(Py_LIMITED_API))]
use crate::marker::Python;
#[cfg(not(Py_LIMITED_API))]
use crate::type_object::PyTypeInfo;
#[cfg(not(Py_LIMITED_API))]
use crate::types::PyFrame;
use crate::types::PyString;
use crate::types::any::PyAnyMethods;
use crate::types::string::PyStringMethods;
use crate::{ffi, intern};

native_type! {
    /// Python's traceback objects.
    PyTraceback = "traceback" in "types", &raw mut ffi::PyTraceBack_Type,
    is ffi::PyTraceBack_Check, exactly ffi::PyTraceBack_Check
}

#[cfg(not(Py_LIMITED_API))]
impl PyTraceback {
    /// An entry of a traceback, for code outside of Python; `next` is the entry closer to where the exception was raised.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new<'py>(
        py: Python<'py>,
        next: Option<Bound<'py, PyTraceback>>,
        frame: Bound<'py, PyFrame>,
        instruction_index: i32,
        line_number: i32,
    ) -> PyResult<Bound<'py, PyTraceback>> {
        let traceback =
            PyTraceback::type_object(py).call1((next, frame, instruction_index, line_number))?;
        // SAFETY: calling the type gives an instance of it.
        Ok(unsafe { traceback.cast_into_unchecked() })
    }
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
