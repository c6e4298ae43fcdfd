//! `weakref.ref`.

use crate::convert::{IntoPyObject, IntoPyObjectExt};
use crate::err::PyResult;
use crate::ffi;
use crate::instance::{Bound, BoundObject};
use crate::types::PyAny;

native_type! {
    /// Python's `weakref.ref`: called, it gives the object, or `None` when that is gone.
    PyWeakrefReference = "ReferenceType" in "weakref", &raw mut ffi::_PyWeakref_RefType,
    is ffi::PyWeakref_CheckRef, exactly ffi::PyWeakref_CheckRefExact
}

impl PyWeakrefReference {
    /// Python's `weakref.ref(object)`.
    ///
    /// # Errors
    /// A `TypeError` when objects of its type cannot be referred to weakly; for a `#[pyclass]`, add `weakref`.
    pub fn new<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyWeakrefReference>> {
        Self::new_with(object, object.py().None())
    }

    /// Python's `weakref.ref(object, callback)`: `callback` is called with the reference when the object is gone.
    ///
    /// # Errors
    /// As for [`new`](Self::new); those of converting the callback.
    pub fn new_with<'py, C>(
        object: &Bound<'py, PyAny>,
        callback: C,
    ) -> PyResult<Bound<'py, PyWeakrefReference>>
    where
        C: IntoPyObject<'py>,
    {
        let callback = callback.into_pyobject_or_pyerr(object.py())?;
        // SAFETY: both are alive; the result is a new reference to a weak reference, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(
                object.py(),
                ffi::PyWeakref_NewRef(object.as_ptr(), callback.as_ptr()),
            )
            .map(|reference| reference.cast_into_unchecked())
        }
    }
}
