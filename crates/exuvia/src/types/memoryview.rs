//! `memoryview`.

use crate::err::{PyErr, PyResult};
use crate::ffi;
use crate::instance::Bound;
use crate::types::PyAny;

native_type! {
    /// Python's `memoryview`.
    PyMemoryView = "memoryview", &raw mut ffi::PyMemoryView_Type,
    is ffi::PyMemoryView_Check, exactly ffi::PyMemoryView_Check
}

impl PyMemoryView {
    /// A view of an object that has the buffer protocol.
    ///
    /// # Errors
    /// A `TypeError` when it has not.
    pub fn from<'py>(src: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        // SAFETY: the object is alive; the result is a new reference to a view, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(src.py(), ffi::PyMemoryView_FromObject(src.as_ptr()))
                .map(|view| view.cast_into_unchecked())
        }
    }
}

impl<'py> TryFrom<&Bound<'py, PyAny>> for Bound<'py, PyMemoryView> {
    type Error = PyErr;
    fn try_from(value: &Bound<'py, PyAny>) -> Result<Self, Self::Error> {
        PyMemoryView::from(value)
    }
}
