//! `...`.

use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::PyAny;
use crate::{PyTypeInfo, ffi};

/// Python's `...`.
#[repr(transparent)]
pub struct PyEllipsis(PyAny);

impl PyEllipsis {
    /// The one object of the type.
    #[inline]
    pub fn get(py: Python<'_>) -> Borrowed<'_, '_, PyEllipsis> {
        // SAFETY: the object lives as long as the interpreter.
        unsafe { Borrowed::from_ptr(py, ffi::Py_Ellipsis()).cast_unchecked() }
    }
}

// SAFETY: the type has one object, and no subclasses.
unsafe impl PyTypeInfo for PyEllipsis {
    const NAME: &'static str = "ellipsis";
    const MODULE: Option<&'static str> = Some("builtins");
    fn type_object_raw(_: Python<'_>) -> *mut ffi::PyTypeObject {
        // SAFETY: the object is alive.
        unsafe { ffi::Py_TYPE(ffi::Py_Ellipsis()) }
    }
    #[inline]
    fn is_type_of(object: &Bound<'_, PyAny>) -> bool {
        Self::is_exact_type_of(object)
    }
    #[inline]
    fn is_exact_type_of(object: &Bound<'_, PyAny>) -> bool {
        // SAFETY: the function only gives the address.
        object.as_ptr() == unsafe { ffi::Py_Ellipsis() }
    }
}
impl crate::type_object::DerefToPyAny for PyEllipsis {}
