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
///
/// There is one for every function, and a pointer in static memory costs 24 bytes of relocation besides its own: all names
/// are in one text, and nothing points at what is empty.
pub struct Signature {
    /// The function's name in Python, then the names of its positional parameters, then of the keyword-only ones, with NUL
    /// characters in between.
    pub names: &'static str,
    /// The name of its class in Python, for error messages; `None` for a plain function.
    pub class: Option<&'static str>,
    /// For each keyword-only parameter: must it be given? `None` where none must.
    pub keyword_only_required: Option<&'static [bool]>,
    /// How many parameters there are, without `*args` and `**kwargs`.
    pub parameters: u16,
    /// How many of them are positional.
    pub positional: u16,
    /// How many of those cannot be given by keyword.
    pub positional_only: u16,
    /// How many of the positional ones have no default.
    pub required: u16,
    /// Has it `*args`?
    pub varargs: bool,
    /// Has it `**kwargs`?
    pub varkeywords: bool,
}

impl Signature {
    /// How many slots the implementation is given.
    #[inline]
    pub(crate) const fn slots(&self) -> usize {
        self.parameters() + self.varargs as usize + self.varkeywords as usize
    }

    #[inline]
    pub(crate) const fn parameters(&self) -> usize {
        self.parameters as usize
    }

    #[inline]
    pub(crate) const fn positional(&self) -> usize {
        self.positional as usize
    }

    #[inline]
    pub(crate) const fn positional_only(&self) -> usize {
        self.positional_only as usize
    }

    #[inline]
    pub(crate) const fn required(&self) -> usize {
        self.required as usize
    }

    /// The function's name.
    pub(crate) fn name(&self) -> &'static str {
        self.names.split('\0').next().unwrap_or_default()
    }

    /// The names of the parameters.
    pub(crate) fn parameter_names(&self) -> impl Iterator<Item = &'static str> {
        self.names.split('\0').skip(1)
    }

    /// The name of one parameter.
    pub(crate) fn parameter_name(&self, index: usize) -> &'static str {
        self.parameter_names().nth(index).unwrap_or_default()
    }

    /// For each keyword-only parameter, as far as any must be given: must it?
    #[inline]
    pub(crate) fn keyword_only_required(&self) -> &'static [bool] {
        self.keyword_only_required.unwrap_or_default()
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
