//! Python's `marshal`: the format of `.pyc` files.

use std::ffi::c_int;

use crate::err::PyResult;
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;
use crate::types::{PyAny, PyBytes};

/// The version of the format to write where there is no reason for another.
pub const VERSION: i32 = 4;

/// Python's `marshal.dumps(object, version)`.
///
/// # Errors
/// A `ValueError` when the format does not know the type of an object.
pub fn dumps<'py>(object: &Bound<'py, PyAny>, version: i32) -> PyResult<Bound<'py, PyBytes>> {
    // SAFETY: the object is alive; the result is a new reference to `bytes`, or NULL with an exception set.
    unsafe {
        let bytes = ffi::PyMarshal_WriteObjectToString(object.as_ptr(), version as c_int);
        Bound::from_owned_ptr_or_err(object.py(), bytes).map(|bytes| bytes.cast_into_unchecked())
    }
}

/// Python's `marshal.loads(data)`. Data from others can crash the interpreter: load what you wrote.
///
/// # Errors
/// `EOFError`, `ValueError` or `TypeError` when the data is broken.
pub fn loads<'py, B>(py: Python<'py>, data: &B) -> PyResult<Bound<'py, PyAny>>
where
    B: AsRef<[u8]> + ?Sized,
{
    let data = data.as_ref();
    // SAFETY: pointer and length are those of one slice; the result is a new reference, or NULL with an exception set.
    unsafe {
        let object = ffi::PyMarshal_ReadObjectFromString(
            data.as_ptr().cast(),
            data.len() as ffi::Py_ssize_t,
        );
        Bound::from_owned_ptr_or_err(py, object)
    }
}
