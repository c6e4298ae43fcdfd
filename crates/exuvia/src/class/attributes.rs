/*!
Attributes of classes that Python code cannot change.

A class with subclasses must keep its constructor (`builder`), and so is immutable for Python. Rust code may set other attributes of it,
as modules do with what a class is to know: `module.getattr("Class")?.setattr("default", …)`.
*/

use std::ptr::null_mut;

use crate::access;
use crate::class::builder::is_made_here;
use crate::err::{PyErr, PyResult};
use crate::exceptions::PyTypeError;
use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::types::any::PyAnyMethods;
use crate::types::dict::PyDictMethods;
use crate::types::string::PyStringMethods;
use crate::types::{PyAny, PyDict, PyString, PyType};

/// Of Python's special names, those that stand for no slot and nothing that a class is made of.
const HARMLESS: [&str; 4] = ["__doc__", "__match_args__", "__module__", "__signature__"];

/// Writes an attribute into the dictionary of a class, which says nothing of slots: for names that are none of Python's special ones,
/// or before anybody uses the class.
///
/// # Safety
/// The object is a type that was made here.
pub(crate) unsafe fn write(
    class: Borrowed<'_, '_, PyAny>,
    name: Borrowed<'_, '_, PyAny>,
    value: Borrowed<'_, '_, PyAny>,
) -> PyResult<()> {
    // SAFETY: the caller's promise. A type is an object with a dictionary like others: the call gives a new reference to it, or NULL
    // with an exception set. Who writes to it has to say so.
    unsafe {
        let names = Bound::from_owned_ptr_or_err(
            class.py(),
            ffi::PyObject_GenericGetDict(class.as_ptr(), null_mut()),
        )?;
        names
            .cast_into_unchecked::<PyDict>()
            .set_item(name, value)?;
        ffi::PyType_Modified(class.as_ptr().cast());
    }
    Ok(())
}

/// Sets an attribute from Rust where Python has refused to, with an exception that is set.
///
/// # Errors
/// That exception, unless the object is a class of this library and the name an ordinary or a [`HARMLESS`] one.
///
/// # Safety
/// The name and the value are live objects.
#[cold]
#[inline(never)]
pub(crate) unsafe fn set_refused(
    object: &Bound<'_, PyAny>,
    name: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> PyResult<()> {
    let py = object.py();
    // SAFETY: the caller's promise.
    let (name, value) = unsafe { (Borrowed::from_ptr(py, name), Borrowed::from_ptr(py, value)) };
    let refusal = PyErr::fetch(py);
    let is_special = |name: &str| name.starts_with("__") && !HARMLESS.contains(&name);
    // A subclass of `str` may say of itself that it is another text; CPython takes what it holds, too.
    // SAFETY: the call gives a new reference to an exact string, or NULL with an exception set, if the object is none.
    let name =
        unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyUnicode_FromObject(name.as_ptr())) };
    let Ok(name) = name else {
        return Err(refusal);
    };
    let ty = object.as_ptr().cast::<ffi::PyTypeObject>();
    if refusal.is_instance_of::<PyTypeError>(py)
        && object.is_instance_of::<PyType>()
        // SAFETY: a live type.
        && unsafe { access::flags(ty) & ffi::Py_TPFLAGS_IMMUTABLETYPE != 0 && is_made_here(ty) }
        && name
            .cast::<PyString>()
            .is_ok_and(|name| name.to_str().is_ok_and(|name| !is_special(name)))
    {
        // SAFETY: just checked.
        return unsafe { write(object.as_borrowed(), name.as_borrowed(), value) };
    }
    Err(refusal)
}
