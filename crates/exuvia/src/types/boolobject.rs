//! `bool`.

use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;

native_type! {
    /// Python's `bool`.
    PyBool = "bool", &raw mut ffi::PyBool_Type, is ffi::PyBool_Check, exactly ffi::PyBool_Check
}

impl PyBool {
    /// `True` or `False`.
    #[inline]
    pub fn new(py: Python<'_>, val: bool) -> Borrowed<'_, '_, Self> {
        // SAFETY: both objects live as long as the interpreter.
        unsafe {
            Borrowed::from_ptr(py, if val { ffi::Py_True() } else { ffi::Py_False() })
                .cast_unchecked()
        }
    }
}

/// What can be done with a Python `bool`.
pub trait PyBoolMethods<'py>: super::sealed::Sealed {
    /// Is it `True`?
    fn is_true(&self) -> bool;
}

impl<'py> PyBoolMethods<'py> for Bound<'py, PyBool> {
    #[inline]
    fn is_true(&self) -> bool {
        // SAFETY: the function only gives the address.
        self.as_ptr() == unsafe { ffi::Py_True() }
    }
}

compare_with!(PyBool, bool, |object, value| object.is_true() == value);
