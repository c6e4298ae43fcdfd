//! `super`.

use crate::PyTypeInfo;
use crate::err::PyResult;
use crate::ffi;
use crate::instance::Bound;
use crate::types::any::PyAnyMethods;
use crate::types::{PyAny, PyType};

native_type! {
    /// Python's `super`: an object seen through the classes behind its own.
    PySuper = "super", &raw mut ffi::PySuper_Type
}

impl PySuper {
    /// Python's `super(ty, obj)`.
    ///
    /// # Errors
    /// A `TypeError` when `obj` is neither an instance nor a subclass of `ty`.
    pub fn new<'py>(
        ty: &Bound<'py, PyType>,
        obj: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PySuper>> {
        let proxy = PySuper::type_object(ty.py()).call1((ty, obj))?;
        // SAFETY: calling the type gives an instance of it.
        Ok(unsafe { proxy.cast_into_unchecked() })
    }
}
