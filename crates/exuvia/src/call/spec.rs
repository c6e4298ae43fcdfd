//! The tables that describe a function to the trampolines.

use std::ffi::{CStr, c_int};
use std::sync::atomic::AtomicPtr;

use crate::ffi;
use crate::marker::Python;

/// A function's implementation: converts the arguments, calls the user's code, converts the result.
///
/// `args` has a slot for each parameter of the [`Signature`], NULL where a default applies; then one for `*args` (a
/// tuple) and one for `**kwargs` (a dict, or NULL when empty) where the function has them. All are borrowed. The
/// result is a new reference, or NULL with an exception set.
pub type Implementation = for<'py> unsafe fn(
    py: Python<'py>,
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
) -> *mut ffi::PyObject;

/// Like [`Implementation`], for slots that answer with a number; -1 with an exception set is an error.
pub type IntImplementation = for<'py> unsafe fn(
    py: Python<'py>,
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
) -> isize;

/// The parameters of a function, in the order of its slots.
pub struct Signature {
    /// The function's name in Python.
    pub name: &'static str,
    /// The name of its class in Python, for error messages; empty for a plain function.
    pub class: &'static str,
    /// The names of the positional parameters, then of the keyword-only ones.
    pub parameters: &'static [&'static str],
    /// How many of them are positional.
    pub positional: usize,
    /// How many of those cannot be given by keyword.
    pub positional_only: usize,
    /// How many of the positional ones have no default.
    pub required: usize,
    /// For each keyword-only parameter: must it be given? Empty where none must.
    pub keyword_only_required: &'static [bool],
    /// Has it `*args`?
    pub varargs: bool,
    /// Has it `**kwargs`?
    pub varkeywords: bool,
}

impl Signature {
    /// How many slots the implementation is given.
    #[inline]
    pub(crate) const fn slots(&self) -> usize {
        self.parameters.len() + self.varargs as usize + self.varkeywords as usize
    }
}

/// A function: its signature, and the Python strings of its parameter names, made at the first call by keyword.
pub struct FunctionSpec {
    pub(crate) signature: Signature,
    pub(crate) names: AtomicPtr<*mut ffi::PyObject>,
}

impl FunctionSpec {
    /// From what the macros know.
    pub const fn new(signature: Signature) -> Self {
        FunctionSpec {
            signature,
            names: AtomicPtr::new(std::ptr::null_mut()),
        }
    }
}

/// A `PyMethodDef` in static memory.
#[repr(transparent)]
pub struct MethodDef(ffi::PyMethodDef);

// SAFETY: names, docs and functions are static; CPython reads method definitions and never writes to them.
unsafe impl Sync for MethodDef {}
// SAFETY: as above.
unsafe impl Send for MethodDef {}

/// The C function of a method that takes no arguments.
pub(crate) type NoArgsShim =
    unsafe extern "C" fn(*mut ffi::PyObject, *mut ffi::PyObject) -> *mut ffi::PyObject;
/// The C function of a method that takes arguments.
pub(crate) type FastShim = unsafe extern "C" fn(
    *mut ffi::PyObject,
    *const *mut ffi::PyObject,
    ffi::Py_ssize_t,
    *mut ffi::PyObject,
) -> *mut ffi::PyObject;

impl MethodDef {
    /// A function without parameters. `flags` are `METH_CLASS` or `METH_STATIC`, or 0.
    pub const fn no_args(
        name: &'static CStr,
        shim: NoArgsShim,
        doc: &'static CStr,
        flags: c_int,
    ) -> Self {
        MethodDef(ffi::PyMethodDef {
            ml_name: name.as_ptr(),
            ml_meth: ffi::PyMethodDefPointer { PyCFunction: shim },
            ml_flags: ffi::METH_NOARGS | flags,
            ml_doc: doc.as_ptr(),
        })
    }

    /// A function with parameters.
    pub const fn fast(
        name: &'static CStr,
        shim: FastShim,
        doc: &'static CStr,
        flags: c_int,
    ) -> Self {
        MethodDef(ffi::PyMethodDef {
            ml_name: name.as_ptr(),
            ml_meth: ffi::PyMethodDefPointer {
                PyCFunctionFastWithKeywords: shim,
            },
            ml_flags: ffi::METH_FASTCALL | ffi::METH_KEYWORDS | flags,
            ml_doc: doc.as_ptr(),
        })
    }

    pub(crate) fn as_ptr(&self) -> *mut ffi::PyMethodDef {
        (&raw const self.0).cast_mut()
    }

    /// A copy, for the NULL-terminated array of a type.
    pub(crate) fn copy(&self) -> ffi::PyMethodDef {
        self.0
    }
}
