//! What all weak references have in common.

use crate::err::{PyErr, PyResult, panic_with};
use crate::ffi;
use crate::instance::{Bound, Py};
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::type_object::{DerefToPyAny, PyTypeCheck, PyTypeInfo};
use crate::types::{PyAny, PyTuple, PyWeakrefProxy, PyWeakrefReference};

/// Any weak reference: a [`PyWeakrefReference`] or a [`PyWeakrefProxy`].
#[repr(transparent)]
pub struct PyWeakref(PyAny);

impl DerefToPyAny for PyWeakref {}

// SAFETY: CPython's own check for both kinds, which have one layout.
unsafe impl PyTypeCheck for PyWeakref {
    #[inline]
    fn type_check(object: &Bound<'_, PyAny>) -> bool {
        // SAFETY: the object is alive.
        unsafe { ffi::PyWeakref_Check(object.as_ptr()) != 0 }
    }

    fn classinfo_object(py: Python<'_>) -> Bound<'_, PyAny> {
        static TYPES: PyOnceLock<Py<PyTuple>> = PyOnceLock::new();
        TYPES
            .get_or_init(py, || {
                let types = [
                    PyWeakrefProxy::classinfo_object(py),
                    PyWeakrefReference::type_object(py).into_any(),
                ];
                PyTuple::new(py, types)
                    .unwrap_or_else(|error| panic_with(py, "a tuple of two types", error))
                    .unbind()
            })
            .bind(py)
            .as_any()
            .clone()
    }
}

/// What can be done with any weak reference.
pub trait PyWeakrefMethods<'py>: crate::types::sealed::Sealed {
    /// The object, if it is still there: Python's `self()`.
    fn upgrade(&self) -> Option<Bound<'py, PyAny>>;

    /// The object as a `T`, if it is still there.
    ///
    /// # Errors
    /// A `TypeError` when it is no `T`.
    fn upgrade_as<T>(&self) -> PyResult<Option<Bound<'py, T>>>
    where
        T: PyTypeCheck,
    {
        let object = self.upgrade().map(Bound::cast_into);
        object.transpose().map_err(PyErr::from)
    }

    /// The object as a `T` itself, not of a subclass, if it is still there.
    ///
    /// # Errors
    /// A `TypeError` when it is of another type.
    fn upgrade_as_exact<T>(&self) -> PyResult<Option<Bound<'py, T>>>
    where
        T: PyTypeInfo,
    {
        let object = self.upgrade().map(Bound::cast_into_exact);
        object.transpose().map_err(PyErr::from)
    }

    /// The object, if it is still there, taken for a `T` without looking.
    ///
    /// # Safety
    /// It must be an instance of `T`.
    unsafe fn upgrade_as_unchecked<T>(&self) -> Option<Bound<'py, T>> {
        // SAFETY: the caller's promise.
        self.upgrade()
            .map(|object| unsafe { object.cast_into_unchecked() })
    }
}

/// The object that a weak reference refers to, while it is alive.
///
/// # Safety
/// `reference` is a weak reference.
unsafe fn referent<'py>(reference: &Bound<'py, PyAny>) -> Option<Bound<'py, PyAny>> {
    let mut object = std::ptr::null_mut();
    // SAFETY: the caller's promise, which makes the call infallible; `object` receives a new reference, or NULL.
    unsafe {
        ffi::compat::PyWeakref_GetRef(reference.as_ptr(), &raw mut object);
        Bound::from_owned_ptr_or_opt(reference.py(), object)
    }
}

macro_rules! weak_references {
    ($($name:ident)*) => {$(
        impl<'py> PyWeakrefMethods<'py> for Bound<'py, $name> {
            fn upgrade(&self) -> Option<Bound<'py, PyAny>> {
                // SAFETY: the object is a weak reference.
                unsafe { referent(self.as_any()) }
            }
        }
    )*};
}
weak_references!(PyWeakref PyWeakrefReference PyWeakrefProxy);
