//! A file that is opened by its path is put there first.
//!
//! The interpreter announces each opening of a file to audit hooks (PEP 578). Ours looks at the path alone, and leaves everything
//! that is not below the virtual root as it is.

use std::ffi::{CStr, c_char, c_int, c_void};

use exuvia::prelude::*;
use exuvia::types::PyString;
use pyo3_ffi as ffi;

use crate::application::Application;

// Not among the declarations of `pyo3-ffi`; PEP 578.
unsafe extern "C" {
    fn PySys_AddAuditHook(
        hook: unsafe extern "C" fn(*const c_char, *mut ffi::PyObject, *mut c_void) -> c_int,
        data: *mut c_void,
    ) -> c_int;
}

/// Watches openings for as long as the interpreter runs.
///
/// # Safety
///
/// The calling thread is attached to the interpreter.
pub(crate) unsafe fn watch() -> c_int {
    // SAFETY: the hook is a function of the signature that is asked for, and needs no data.
    unsafe { PySys_AddAuditHook(hook, std::ptr::null_mut()) }
}

unsafe extern "C" fn hook(
    event: *const c_char,
    arguments: *mut ffi::PyObject,
    _: *mut c_void,
) -> c_int {
    // SAFETY: the interpreter gives the name of the event, which ends with NUL.
    if unsafe { CStr::from_ptr(event) } != c"open" {
        return 0;
    }
    // SAFETY: events are raised by threads that are attached.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: the arguments of an event are a tuple that the caller keeps alive during the call.
    let path = unsafe { Bound::from_borrowed_ptr_or_opt(py, ffi::PyTuple_GetItem(arguments, 0)) };
    let Some(path) = path else {
        // SAFETY: attached, as above; an event without arguments is none of ours.
        unsafe { ffi::PyErr_Clear() };
        return 0;
    };
    let (Some(application), Ok(path)) = (Application::current(), path.cast_into::<PyString>())
    else {
        return 0;
    };
    let Ok(path) = path.to_str() else { return 0 };
    let Some(file) = application.file(path) else {
        return 0;
    };
    match application.root.materialize(&file) {
        Ok(_) => 0,
        Err(error) => {
            exuvia::exceptions::PyOSError::new_err(format!(
                "writing the packed file {path} to disk, where it is opened by its path: {error}"
            ))
            .restore(py);
            -1
        }
    }
}
