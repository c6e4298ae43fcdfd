//! Functions: those written in C (or Rust) and those written in Python.

use std::ffi::CStr;
use std::ptr::null_mut;

use crate::call::output::{self, CallbackOutput};
use crate::call::trampoline::guarded;
use crate::err::PyResult;
use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::capsule::PyCapsuleMethods;
use crate::types::{PyCapsule, PyDict, PyModule, PyTuple};

native_type! {
    /// A built-in function or method: what `wrap_pyfunction!` gives.
    PyCFunction = "builtin_function_or_method", &raw mut ffi::PyCFunction_Type,
    is ffi::PyCFunction_Check, exactly ffi::PyCFunction_CheckExact
}

#[cfg(not(Py_LIMITED_API))]
native_type! {
    /// A function written in Python.
    PyFunction = "function", &raw mut ffi::PyFunction_Type, is ffi::PyFunction_Check, exactly ffi::PyFunction_Check
}

#[cfg(Py_LIMITED_API)]
imported_type! {
    /// A function written in Python.
    PyFunction = "FunctionType" in "types"
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

    /// A function that calls a Rust closure with its positional arguments and, if there are any, those with keywords.
    ///
    /// The closure lives as long as the function. Its result is anything that converts to Python, or a `Result` of that.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new_closure<'py, F, R>(
        py: Python<'py>,
        name: Option<&'static CStr>,
        doc: Option<&'static CStr>,
        closure: F,
    ) -> PyResult<Bound<'py, Self>>
    where
        F: Fn(&Bound<'_, PyTuple>, Option<&Bound<'_, PyDict>>) -> R + Send + Sync + 'static,
        for<'p> R: CallbackOutput<'p>,
    {
        let definition = ffi::PyMethodDef {
            ml_name: name.unwrap_or(CLOSURE).as_ptr(),
            ml_meth: ffi::PyMethodDefPointer {
                PyCFunctionWithKeywords: run_closure::<F, R>,
            },
            ml_flags: ffi::METH_VARARGS | ffi::METH_KEYWORDS,
            ml_doc: doc.unwrap_or(c"").as_ptr(),
        };
        // The capsule is what the function is bound to, so closure and definition live as long as the function does.
        let capsule = PyCapsule::new_with_value(
            py,
            Closure {
                closure,
                definition,
            },
            CLOSURE,
        )?;
        let contents = capsule
            .pointer_checked(Some(CLOSURE))?
            .cast::<Closure<F>>()
            .as_ptr();
        // SAFETY: the capsule points to the closure with its definition, at an address that stays; the function takes a
        // reference to the capsule. The result is a new reference to a function, or NULL with an exception set.
        unsafe {
            let function = ffi::PyCFunction_NewEx(
                &raw mut (*contents).definition,
                capsule.as_ptr(),
                null_mut(),
            );
            Bound::from_owned_ptr_or_err(py, function)
                .map(|function| function.cast_into_unchecked())
        }
    }
}

/// The name of the capsule around a closure, and of the function that was given none.
const CLOSURE: &CStr = c"pyo3-closure";

/// What a function made from a closure is bound to.
struct Closure<F> {
    closure: F,
    definition: ffi::PyMethodDef,
}
// SAFETY: the definition is plain data with pointers to static text and code.
unsafe impl<F: Send> Send for Closure<F> {}

/// # Safety
/// Called by CPython for a function that `new_closure` made.
unsafe extern "C" fn run_closure<F, R>(
    capsule: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject
where
    F: Fn(&Bound<'_, PyTuple>, Option<&Bound<'_, PyDict>>) -> R,
    for<'p> R: CallbackOutput<'p>,
{
    // SAFETY: the function is bound to a capsule of this name with a `Closure<F>`, which it keeps alive while it runs;
    // CPython passes a tuple, and a dictionary or NULL.
    guarded(null_mut(), |py| unsafe {
        let contents: *const Closure<F> =
            ffi::PyCapsule_GetPointer(capsule, CLOSURE.as_ptr()).cast();
        let args = Borrowed::from_ptr(py, args).cast_unchecked::<PyTuple>();
        let kwargs =
            Borrowed::from_ptr_or_opt(py, kwargs).map(|kwargs| kwargs.cast_unchecked::<PyDict>());
        let result = ((*contents).closure)(&args, kwargs.as_deref());
        output::raised(py, result.into_object(py))
    })
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
