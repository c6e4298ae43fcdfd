//! Which Python type a Rust type stands for.

use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::{PyAny, PyType};

/// A Rust type that stands for a Python type: the built-in ones in [`types`](crate::types), and every `#[pyclass]`.
///
/// # Safety
/// Every instance of the type object must be a valid object for `Bound<Self>`; `is_type_of` and `is_exact_type_of` must
/// not answer `true` for anything else.
pub unsafe trait PyTypeInfo: Sized {
    /// The name of the type in Python; empty where an implementation outside of this crate does not say.
    const NAME: &'static str = "";
    /// The module that the type names as its own, if any.
    const MODULE: Option<&'static str> = None;

    /// The type object; borrowed, alive for as long as the interpreter.
    fn type_object_raw(py: Python<'_>) -> *mut ffi::PyTypeObject;

    /// The type object.
    #[inline]
    fn type_object(py: Python<'_>) -> Bound<'_, PyType> {
        // SAFETY: a type object is a live object, and an instance of `type`.
        unsafe { Borrowed::from_ptr(py, Self::type_object_raw(py).cast()).cast_unchecked() }
            .to_owned()
    }

    /// Is `object` an instance of this type or of a subclass?
    #[inline]
    fn is_type_of(object: &Bound<'_, PyAny>) -> bool {
        // SAFETY: both are live.
        unsafe { ffi::PyObject_TypeCheck(object.as_ptr(), Self::type_object_raw(object.py())) != 0 }
    }

    /// Is `object` an instance of this type itself?
    #[inline]
    fn is_exact_type_of(object: &Bound<'_, PyAny>) -> bool {
        // SAFETY: the object is live.
        unsafe {
            std::ptr::eq(
                ffi::Py_TYPE(object.as_ptr()),
                Self::type_object_raw(object.py()),
            )
        }
    }
}

/// What [`Bound::cast`] can cast to: every type with a type object, and protocols such as `PySequence`.
///
/// # Safety
/// `type_check` must answer `true` only for objects that are valid for `Bound<Self>`.
pub unsafe trait PyTypeCheck {
    /// Is `object` one?
    fn type_check(object: &Bound<'_, PyAny>) -> bool;
    /// What `isinstance` would be asked, for the error message.
    fn classinfo_object(py: Python<'_>) -> Bound<'_, PyAny>;
}

// SAFETY: `is_type_of` keeps the promise.
unsafe impl<T: PyTypeInfo> PyTypeCheck for T {
    #[inline]
    fn type_check(object: &Bound<'_, PyAny>) -> bool {
        T::is_type_of(object)
    }
    fn classinfo_object(py: Python<'_>) -> Bound<'_, PyAny> {
        T::type_object(py).into_any()
    }
}

/// Types whose `Bound` dereferences to `Bound<PyAny>`: all but `PyAny` itself.
pub trait DerefToPyAny {}
