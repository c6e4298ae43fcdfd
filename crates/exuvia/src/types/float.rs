//! `float`.

use std::ffi::c_double;

use crate::access;
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;

native_type! {
    /// Python's `float`.
    PyFloat = "float", &raw mut ffi::PyFloat_Type, is ffi::PyFloat_Check, exactly ffi::PyFloat_CheckExact
}

impl PyFloat {
    /// The Python float of the same value.
    ///
    /// # Panics
    /// When there is no memory for it.
    #[inline]
    pub fn new(py: Python<'_>, val: c_double) -> Bound<'_, PyFloat> {
        // SAFETY: the result is a new reference to a float, or NULL.
        unsafe { Bound::from_owned_ptr(py, ffi::PyFloat_FromDouble(val)).cast_into_unchecked() }
    }
}

/// What can be done with a Python `float`.
pub trait PyFloatMethods<'py>: super::sealed::Sealed {
    /// Its value.
    fn value(&self) -> c_double;
}

impl<'py> PyFloatMethods<'py> for Bound<'py, PyFloat> {
    #[inline]
    fn value(&self) -> c_double {
        // SAFETY: the object is a float; subclasses have the same field.
        unsafe { access::float_value(self.as_ptr()) }
    }
}

compare_with!(PyFloat, f64, |object, value| object.value() == value);
compare_with!(PyFloat, f32, |object, value| object.value() as f32 == value);
