//! `None`.

use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::PyAny;
use crate::types::any::PyAnyMethods;
use crate::{PyTypeInfo, ffi};

/// Python's `None`.
#[repr(transparent)]
pub struct PyNone(PyAny);

impl PyNone {
    /// The one object of the type.
    #[inline]
    pub fn get(py: Python<'_>) -> Borrowed<'_, '_, PyNone> {
        // SAFETY: `None` lives as long as the interpreter.
        unsafe { Borrowed::from_ptr(py, ffi::Py_None()).cast_unchecked() }
    }
}

// SAFETY: the type has one object, and no subclasses.
unsafe impl PyTypeInfo for PyNone {
    const NAME: &'static str = "NoneType";
    const MODULE: Option<&'static str> = Some("builtins");
    fn type_object_raw(_: Python<'_>) -> *mut ffi::PyTypeObject {
        // SAFETY: the object is alive.
        unsafe { ffi::Py_TYPE(ffi::Py_None()) }
    }
    #[inline]
    fn is_type_of(object: &Bound<'_, PyAny>) -> bool {
        object.is_none()
    }
    #[inline]
    fn is_exact_type_of(object: &Bound<'_, PyAny>) -> bool {
        object.is_none()
    }
}
impl crate::type_object::DerefToPyAny for PyNone {}
