//! Compiled Python code.

use std::ffi::{CStr, c_int};

use crate::call::held;
use crate::err::PyResult;
use crate::exceptions::PyTypeError;
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::dict::PyDictMethods;
use crate::types::{PyAny, PyDict, PyString};

#[cfg(not(Py_LIMITED_API))]
native_type! {
    /// Python's code objects: what `compile` gives and functions carry as `__code__`.
    PyCode = "CodeType" in "types", &raw mut ffi::PyCode_Type, is ffi::PyCode_Check, exactly ffi::PyCode_Check
}

#[cfg(Py_LIMITED_API)]
imported_type! {
    /// Python's code objects: what `compile` gives and functions carry as `__code__`.
    PyCode = "CodeType" in "types", found by
        // Not what `types` has under the name: the interpreter runs what is of this type without looking.
        |py| Ok(PyCode::compile(py, c"0", c"", PyCodeInput::Eval)?.as_any().get_type().unbind())
}

/// What a text is compiled as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PyCodeInput {
    /// An expression, whose value is the result of running it.
    Eval,
    /// Statements, as in a file.
    File,
}

impl PyCode {
    /// Python's `compile(code, filename, "eval" | "exec")`.
    ///
    /// # Errors
    /// `SyntaxError`, and what else the compiler raises.
    pub fn compile<'py>(
        py: Python<'py>,
        code: &CStr,
        filename: &CStr,
        input: PyCodeInput,
    ) -> PyResult<Bound<'py, PyCode>> {
        let start: c_int = match input {
            PyCodeInput::Eval => ffi::Py_eval_input,
            PyCodeInput::File => ffi::Py_file_input,
        };
        // SAFETY: both texts are C strings; the result is a new reference to a code object (no flag asks for a syntax
        // tree), or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(
                py,
                ffi::Py_CompileString(code.as_ptr(), filename.as_ptr(), start),
            )
            .map(|code| code.cast_into_unchecked())
        }
    }

    /// Code that does nothing, for a frame that only says where it is.
    #[cfg(not(Py_LIMITED_API))]
    pub(crate) fn empty<'py>(
        py: Python<'py>,
        file_name: &CStr,
        function_name: &CStr,
        first_line: c_int,
    ) -> PyResult<Bound<'py, PyCode>> {
        // SAFETY: both names are C strings; the result is a new reference to a code object, or NULL with an exception
        // set.
        unsafe {
            let code = ffi::PyCode_NewEmpty(file_name.as_ptr(), function_name.as_ptr(), first_line);
            Bound::from_owned_ptr_or_err(py, code.cast()).map(|code| code.cast_into_unchecked())
        }
    }
}

/// What can be done with Python code.
pub trait PyCodeMethods<'py> {
    /// Python's `eval(self, globals, locals)`: the value of an expression, `None` for statements.
    ///
    /// Without `globals`, those of `__main__` are used; without `locals`, the globals.
    ///
    /// # Errors
    /// What the code raises; a `TypeError` for the code of a function that uses the variables of one around it.
    fn run(
        &self,
        globals: Option<&Bound<'py, PyDict>>,
        locals: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>>;
}

impl<'py> PyCodeMethods<'py> for Bound<'py, PyCode> {
    fn run(
        &self,
        globals: Option<&Bound<'py, PyDict>>,
        locals: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = self.py();
        // CPython leaves this check to `eval` and `exec`, and reads through a NULL pointer without it.
        if self.getattr(crate::intern!(py, "co_freevars"))?.len()? > 0 {
            return Err(PyTypeError::new_err(
                "code object passed to eval() may not contain free variables",
            ));
        }
        let main_globals;
        let globals = match globals {
            Some(globals) => globals,
            None => {
                main_globals = py
                    .import("__main__")?
                    .getattr("__dict__")?
                    .cast_into::<PyDict>()?;
                &main_globals
            }
        };
        let locals = locals.unwrap_or(globals);
        // Python's own `exec` adds the builtins where they are missing.
        let builtins_key = PyString::intern(py, "__builtins__");
        if !globals.contains(&builtins_key)? {
            globals.set_item(&builtins_key, py.import("builtins")?)?;
        }
        // SAFETY: all are live objects of the right types; the result is a new reference, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(
                py,
                held::eval_code(self.as_ptr(), globals.as_ptr(), locals.as_ptr()),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_that_needs_variables_of_a_function_around_it_is_refused() {
        Python::initialize();
        Python::attach(|py| {
            let names = PyDict::new(py);
            py.run(
                c"def outer(x):
    def inner():
        return x
    return inner
code = outer(5).__code__",
                Some(&names),
                None,
            )
            .unwrap();
            let code = names
                .get_item("code")
                .unwrap()
                .expect("the code sets `code`");
            let error = code.cast::<PyCode>().unwrap().run(None, None).unwrap_err();
            assert_eq!(
                error.to_string(),
                "TypeError: code object passed to eval() may not contain free variables"
            );
        });
    }
}
