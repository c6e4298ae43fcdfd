//! `range`.

use crate::err::PyResult;
use crate::instance::Bound;
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::{PyTypeInfo, ffi, intern};

native_type! {
    /// Python's `range`.
    PyRange = "range", &raw mut ffi::PyRange_Type, is ffi::PyRange_Check, exactly ffi::PyRange_Check
}

impl PyRange {
    /// Python's `range(start, stop)`.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new(py: Python<'_>, start: isize, stop: isize) -> PyResult<Bound<'_, Self>> {
        Self::new_with_step(py, start, stop, 1)
    }

    /// Python's `range(start, stop, step)`.
    ///
    /// # Errors
    /// A `ValueError` when `step` is 0.
    pub fn new_with_step(
        py: Python<'_>,
        start: isize,
        stop: isize,
        step: isize,
    ) -> PyResult<Bound<'_, Self>> {
        let range = PyRange::type_object(py).call1((start, stop, step))?;
        // SAFETY: calling the type gives an instance of it.
        Ok(unsafe { range.cast_into_unchecked() })
    }
}

/// What can be done with a Python `range`.
pub trait PyRangeMethods<'py>: super::sealed::Sealed {
    /// Where it starts.
    ///
    /// # Errors
    /// An `OverflowError` when it does not fit.
    fn start(&self) -> PyResult<isize>;
    /// Where it stops.
    ///
    /// # Errors
    /// An `OverflowError` when it does not fit.
    fn stop(&self) -> PyResult<isize>;
    /// How far it steps.
    ///
    /// # Errors
    /// An `OverflowError` when it does not fit.
    fn step(&self) -> PyResult<isize>;
}

impl<'py> PyRangeMethods<'py> for Bound<'py, PyRange> {
    fn start(&self) -> PyResult<isize> {
        self.getattr(intern!(self.py(), "start"))?.extract()
    }
    fn stop(&self) -> PyResult<isize> {
        self.getattr(intern!(self.py(), "stop"))?.extract()
    }
    fn step(&self) -> PyResult<isize> {
        self.getattr(intern!(self.py(), "step"))?.extract()
    }
}
