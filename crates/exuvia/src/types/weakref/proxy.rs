//! `weakref.proxy`.

use crate::convert::{IntoPyObject, IntoPyObjectExt};
use crate::err::PyResult;
use crate::ffi;
use crate::instance::{Bound, BoundObject, Py};
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::type_object::{DerefToPyAny, PyTypeCheck};
use crate::types::{PyAny, PyTuple};

/// Python's `weakref.proxy`: behaves like the object, and raises `ReferenceError` when that is gone.
///
/// Python has two types of it, one of them for objects that can be called.
#[repr(transparent)]
pub struct PyWeakrefProxy(PyAny);

impl DerefToPyAny for PyWeakrefProxy {}

// SAFETY: CPython's own check for both types, which have one layout.
unsafe impl PyTypeCheck for PyWeakrefProxy {
    #[inline]
    fn type_check(object: &Bound<'_, PyAny>) -> bool {
        // SAFETY: the object is alive.
        unsafe { ffi::PyWeakref_CheckProxy(object.as_ptr()) != 0 }
    }

    fn classinfo_object(py: Python<'_>) -> Bound<'_, PyAny> {
        static TYPES: PyOnceLock<Py<PyTuple>> = PyOnceLock::new();
        TYPES
            .import(py, "weakref", "ProxyTypes")
            .unwrap_or_else(|error| {
                crate::err::panic_with(py, "cannot import weakref.ProxyTypes", error)
            })
            .as_any()
            .clone()
    }
}

impl PyWeakrefProxy {
    /// Python's `weakref.proxy(object)`.
    ///
    /// # Errors
    /// A `TypeError` when objects of its type cannot be referred to weakly; for a `#[pyclass]`, add `weakref`.
    pub fn new<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyWeakrefProxy>> {
        Self::new_with(object, object.py().None())
    }

    /// Python's `weakref.proxy(object, callback)`: `callback` is called with the proxy when the object is gone.
    ///
    /// # Errors
    /// As for [`new`](Self::new); those of converting the callback.
    pub fn new_with<'py, C>(
        object: &Bound<'py, PyAny>,
        callback: C,
    ) -> PyResult<Bound<'py, PyWeakrefProxy>>
    where
        C: IntoPyObject<'py>,
    {
        let callback = callback.into_pyobject_or_pyerr(object.py())?;
        // SAFETY: both are alive; the result is a new reference to a proxy, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(
                object.py(),
                ffi::PyWeakref_NewProxy(object.as_ptr(), callback.as_ptr()),
            )
            .map(|proxy| proxy.cast_into_unchecked())
        }
    }
}
