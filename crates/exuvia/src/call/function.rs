//! `#[pyfunction]`s as Python function objects.

use std::ffi::c_int;

use crate::call::module::{AddToModule, Members};
use crate::call::spec::{FunctionDef, Shim};
use crate::err::PyResult;
use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::module::PyModuleMethods;
use crate::types::{PyAny, PyCFunction, PyModule};

/// What `wrap_pyfunction!` takes as its second argument: a module, or a token.
pub trait WrapFunction<'py> {
    /// The function object.
    ///
    /// # Errors
    /// `MemoryError` when there is no room for it.
    fn wrap_function(self, function: FunctionDef) -> PyResult<Bound<'py, PyCFunction>>;
}

fn make<'py>(
    py: Python<'py>,
    function: FunctionDef,
    module: Option<&Bound<'py, PyModule>>,
) -> PyResult<Bound<'py, PyCFunction>> {
    // The function's `__module__` is the module's name, as of every function that C modules define.
    let name = module.map(|module| module.name()).transpose()?;
    let pointer = |object: Option<*mut ffi::PyObject>| object.unwrap_or(std::ptr::null_mut());
    // SAFETY: the definition is static; the module and its name are alive or NULL. The function counts references to
    // both.
    unsafe {
        Bound::from_owned_ptr_or_err(
            py,
            ffi::PyCFunction_NewEx(
                function.leaked(),
                pointer(module.map(Bound::as_ptr)),
                pointer(name.as_ref().map(Bound::as_ptr)),
            ),
        )
        .map(|function| function.cast_into_unchecked())
    }
}

impl<'py> WrapFunction<'py> for Python<'py> {
    fn wrap_function(self, function: FunctionDef) -> PyResult<Bound<'py, PyCFunction>> {
        make(self, function, None)
    }
}

impl<'py> WrapFunction<'py> for &Bound<'py, PyModule> {
    fn wrap_function(self, function: FunctionDef) -> PyResult<Bound<'py, PyCFunction>> {
        make(self.py(), function, Some(self))
    }
}

impl<'py> WrapFunction<'py> for Bound<'py, PyModule> {
    fn wrap_function(self, function: FunctionDef) -> PyResult<Bound<'py, PyCFunction>> {
        make(self.py(), function, Some(&self))
    }
}

impl<'py> WrapFunction<'py> for Borrowed<'_, 'py, PyModule> {
    fn wrap_function(self, function: FunctionDef) -> PyResult<Bound<'py, PyCFunction>> {
        make(self.py(), function, Some(&self))
    }
}

impl AddToModule for FunctionDef {
    #[inline(always)]
    fn add_to(self, members: &mut Members<'_, '_>) {
        let (text, shim, flags) = self.parts();
        members.add_function(text, shim, flags);
    }
}

impl Members<'_, '_> {
    #[inline(never)]
    fn add_function(&mut self, text: &'static str, shim: Shim, flags: c_int) {
        self.with(|module| {
            let definition = FunctionDef::from_parts((text, shim, flags));
            let function: Bound<'_, PyAny> =
                make(module.py(), definition, Some(module))?.into_any();
            let name = function
                .getattr("__name__")?
                .cast_into::<crate::types::PyString>()?;
            module.add(name, function)
        });
    }
}
