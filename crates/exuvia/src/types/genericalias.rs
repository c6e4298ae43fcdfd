//! `types.GenericAlias`.

use crate::err::PyResult;
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;
use crate::types::PyAny;

native_type! {
    /// A class with type parameters, such as `list[int]`: what `__class_getitem__` gives.
    PyGenericAlias = "GenericAlias" in "types", &raw mut ffi::Py_GenericAliasType
}

impl PyGenericAlias {
    /// Python's `types.GenericAlias(origin, args)`. Anything but a tuple is the only argument.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new<'py>(
        py: Python<'py>,
        origin: &Bound<'py, PyAny>,
        args: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyGenericAlias>> {
        // SAFETY: both are alive; the result is a new reference to an alias, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(py, ffi::Py_GenericAlias(origin.as_ptr(), args.as_ptr()))
                .map(|alias| alias.cast_into_unchecked())
        }
    }
}
