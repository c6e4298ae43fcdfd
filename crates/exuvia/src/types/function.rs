//! Functions: those written in C (or Rust) and those written in Python.

use std::ffi::CStr;

use crate::err::PyResult;
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;
use crate::types::PyModule;
use crate::types::any::PyAnyMethods;

native_type! {
    /// A built-in function or method: what `wrap_pyfunction!` gives.
    PyCFunction = "builtin_function_or_method", &raw mut ffi::PyCFunction_Type,
    is ffi::PyCFunction_Check, exactly ffi::PyCFunction_CheckExact
}

native_type! {
    /// A function written in Python.
    PyFunction = "function", &raw mut ffi::PyFunction_Type, is ffi::PyFunction_Check, exactly ffi::PyFunction_Check
}

impl PyCFunction {
    /// A function of positional and keyword arguments from a C function of the convention
    /// `METH_VARARGS | METH_KEYWORDS`.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new_with_keywords<'py>(
        py: Python<'py>,
        fun: ffi::PyCFunctionWithKeywords,
        name: &'static CStr,
        doc: &'static CStr,
        module: Option<&Bound<'py, PyModule>>,
    ) -> PyResult<Bound<'py, Self>> {
        let method = ffi::PyMethodDefPointer {
            PyCFunctionWithKeywords: fun,
        };
        new_function(
            py,
            method,
            ffi::METH_VARARGS | ffi::METH_KEYWORDS,
            name,
            doc,
            module,
        )
    }

    /// A function without arguments from a C function of the convention `METH_NOARGS`.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new<'py>(
        py: Python<'py>,
        fun: ffi::PyCFunction,
        name: &'static CStr,
        doc: &'static CStr,
        module: Option<&Bound<'py, PyModule>>,
    ) -> PyResult<Bound<'py, Self>> {
        new_function(
            py,
            ffi::PyMethodDefPointer { PyCFunction: fun },
            ffi::METH_NOARGS,
            name,
            doc,
            module,
        )
    }
}

fn new_function<'py>(
    py: Python<'py>,
    method: ffi::PyMethodDefPointer,
    flags: std::ffi::c_int,
    name: &'static CStr,
    doc: &'static CStr,
    module: Option<&Bound<'py, PyModule>>,
) -> PyResult<Bound<'py, PyCFunction>> {
    let module_name = module
        .map(|module| module.getattr(crate::intern!(py, "__name__")))
        .transpose()?;
    let pointer = |object: Option<*mut ffi::PyObject>| object.unwrap_or(std::ptr::null_mut());
    // The function object points to its definition for as long as it lives, and nothing tells when that ends.
    let definition = Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: method,
        ml_flags: flags,
        ml_doc: doc.as_ptr(),
    }));
    // SAFETY: the definition is leaked; module and name are alive or NULL, and the call takes references of its own.
    // The result is a new reference to a function, or NULL with an exception set.
    unsafe {
        let function = ffi::PyCFunction_NewEx(
            definition,
            pointer(module.map(Bound::as_ptr)),
            pointer(module_name.as_ref().map(Bound::as_ptr)),
        );
        Bound::from_owned_ptr_or_err(py, function).map(|function| function.cast_into_unchecked())
    }
}
