//! Modules.

use std::ffi::CStr;

use crate::call::held;
use crate::class::PyClass;
use crate::convert::{IntoPyObject, IntoPyObjectExt};
use crate::err::{PyErr, PyResult};
use crate::exceptions::PyAttributeError;
use crate::ffi;
use crate::instance::{Borrowed, Bound, BoundObject};
use crate::intern;
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::list::PyListMethods;
use crate::types::string::PyStringMethods;
use crate::types::{PyAny, PyCFunction, PyDict, PyList, PyString};

native_type! {
    /// A Python module.
    PyModule = "module" in "types", &raw mut ffi::PyModule_Type,
    is ffi::PyModule_Check, exactly ffi::PyModule_CheckExact
}

impl PyModule {
    /// An empty module.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyModule>> {
        let name = PyString::new(py, name);
        // SAFETY: the name is a string; the result is a new reference to a module, or NULL with an exception set.
        let module: Bound<'_, PyModule> = unsafe {
            Bound::from_owned_ptr_or_err(py, ffi::PyModule_NewObject(name.as_ptr()))?
                .cast_into_unchecked()
        };
        module.gil_used(false)?;
        Ok(module)
    }

    /// Imports a module by its full name.
    ///
    /// # Errors
    /// What the import raises.
    pub fn import<'py, N>(py: Python<'py>, name: N) -> PyResult<Bound<'py, PyModule>>
    where
        N: IntoPyObject<'py, Target = PyString>,
    {
        let name = name.into_pyobject_or_pyerr(py)?;
        // SAFETY: the name is a string; the result is a new reference, or NULL with an exception set. `sys.modules` may
        // hold anything.
        let module = unsafe { Bound::from_owned_ptr_or_err(py, held::import(name.as_ptr()))? };
        Ok(module.cast_into()?)
    }

    /// Runs Python code as the body of a module and enters the module into `sys.modules`.
    ///
    /// `file_name` is for tracebacks.
    ///
    /// # Errors
    /// What the code raises, `SyntaxError` included.
    pub fn from_code<'py>(
        py: Python<'py>,
        code: &CStr,
        file_name: &CStr,
        module_name: &CStr,
    ) -> PyResult<Bound<'py, PyModule>> {
        let file_name = if file_name.is_empty() {
            c"<string>"
        } else {
            file_name
        };
        // SAFETY: all are C strings; the results are new references, or NULL with an exception set.
        let module = unsafe {
            let compiled =
                ffi::Py_CompileString(code.as_ptr(), file_name.as_ptr(), ffi::Py_file_input);
            let compiled = Bound::from_owned_ptr_or_err(py, compiled)?;
            Bound::from_owned_ptr_or_err(
                py,
                ffi::PyImport_ExecCodeModuleEx(
                    module_name.as_ptr(),
                    compiled.as_ptr(),
                    file_name.as_ptr(),
                ),
            )?
        };
        Ok(module.cast_into()?)
    }
}

/// What can be done with a Python module.
pub trait PyModuleMethods<'py>: super::sealed::Sealed {
    /// Python's `self.__dict__`.
    fn dict(&self) -> Bound<'py, PyDict>;

    /// Python's `self.__all__`; an empty list is put there when there is none.
    ///
    /// # Errors
    /// What the attribute access raises; a `TypeError` when it is no list.
    fn index(&self) -> PyResult<Bound<'py, PyList>>;

    /// Python's `self.__name__`.
    ///
    /// # Errors
    /// A `SystemError` when it is missing or no string.
    fn name(&self) -> PyResult<Bound<'py, PyString>>;

    /// Python's `self.__file__`.
    ///
    /// # Errors
    /// A `SystemError` when it is missing or no string.
    fn filename(&self) -> PyResult<Bound<'py, PyString>>;

    /// Puts a value into the module, and its name into `__all__`.
    ///
    /// # Errors
    /// Those of the conversions.
    fn add<N, V>(&self, name: N, value: V) -> PyResult<()>
    where
        N: IntoPyObject<'py, Target = PyString>,
        V: IntoPyObject<'py>;

    /// Puts a class into the module under its own name.
    ///
    /// # Errors
    /// What making the class raises.
    fn add_class<T>(&self) -> PyResult<()>
    where
        T: PyClass;

    /// Puts what `wrapper` makes, a function or a module, into this one under its own name.
    ///
    /// # Errors
    /// Those of making it.
    fn add_wrapped<T>(&self, wrapper: &impl Fn(Python<'py>) -> T) -> PyResult<()>
    where
        T: wrapped::Wrapped<'py>;

    /// Puts a module into this one under the last part of its name. That does not make this one a package: `import` of
    /// the inner one does not work.
    ///
    /// # Errors
    /// A `SystemError` when the inner one has no name.
    fn add_submodule(&self, module: &Bound<'_, PyModule>) -> PyResult<()>;

    /// Puts a function into the module under its own name: `m.add_function(wrap_pyfunction!(f, m)?)`.
    ///
    /// # Errors
    /// What reading the name raises.
    fn add_function(&self, fun: Bound<'_, PyCFunction>) -> PyResult<()>;

    /// Says whether the module relies on the GIL. On builds with a GIL nothing happens.
    ///
    /// # Errors
    /// None that CPython has today.
    fn gil_used(&self, gil_used: bool) -> PyResult<()>;
}

fn add(
    module: &Bound<'_, PyModule>,
    name: &Bound<'_, PyString>,
    value: Borrowed<'_, '_, PyAny>,
) -> PyResult<()> {
    module.index()?.append(name)?;
    module.setattr(name, value)
}

/// Adds an object under its own `__name__`.
fn add_named(module: &Bound<'_, PyModule>, object: &Bound<'_, PyAny>) -> PyResult<()> {
    let name = object
        .getattr(intern!(module.py(), "__name__"))?
        .cast_into::<PyString>()?;
    add(module, &name, object.as_borrowed())
}

impl<'py> PyModuleMethods<'py> for Bound<'py, PyModule> {
    fn dict(&self) -> Bound<'py, PyDict> {
        // SAFETY: the object is a module; its dictionary is borrowed.
        unsafe {
            Bound::from_borrowed_ptr(self.py(), ffi::PyModule_GetDict(self.as_ptr()))
                .cast_into_unchecked()
        }
    }

    fn index(&self) -> PyResult<Bound<'py, PyList>> {
        let name = intern!(self.py(), "__all__");
        match self.getattr(name) {
            Ok(names) => Ok(names.cast_into()?),
            Err(error) if error.is_instance_of::<PyAttributeError>(self.py()) => {
                let names = PyList::empty(self.py());
                self.setattr(name, &names)?;
                Ok(names)
            }
            Err(error) => Err(error),
        }
    }

    fn name(&self) -> PyResult<Bound<'py, PyString>> {
        // SAFETY: the object is a module; the result is a new reference to a string, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(self.py(), ffi::PyModule_GetNameObject(self.as_ptr()))
                .map(|name| name.cast_into_unchecked())
        }
    }

    fn filename(&self) -> PyResult<Bound<'py, PyString>> {
        // SAFETY: the object is a module; the result is a new reference to a string, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(self.py(), ffi::PyModule_GetFilenameObject(self.as_ptr()))
                .map(|name| name.cast_into_unchecked())
        }
    }

    fn add<N, V>(&self, name: N, value: V) -> PyResult<()>
    where
        N: IntoPyObject<'py, Target = PyString>,
        V: IntoPyObject<'py>,
    {
        let name = name.into_pyobject_or_pyerr(self.py())?;
        let value = value.into_pyobject_or_pyerr(self.py())?;
        add(self, &name.as_borrowed(), value.into_any().as_borrowed())
    }

    fn add_class<T>(&self) -> PyResult<()>
    where
        T: PyClass,
    {
        crate::call::module::add_class(self, T::CLASS)
    }

    fn add_wrapped<T>(&self, wrapper: &impl Fn(Python<'py>) -> T) -> PyResult<()>
    where
        T: wrapped::Wrapped<'py>,
    {
        add_named(self, &wrapper(self.py()).into_object(self.py())?)
    }

    fn add_submodule(&self, module: &Bound<'_, PyModule>) -> PyResult<()> {
        let name = module.name()?;
        let name = name.to_str()?;
        let name = name.rsplit_once('.').map_or(name, |(_, last)| last);
        add(
            self,
            &PyString::new(self.py(), name),
            module.as_any().as_borrowed(),
        )
    }

    fn add_function(&self, fun: Bound<'_, PyCFunction>) -> PyResult<()> {
        add_named(self, fun.as_any())
    }

    fn gil_used(&self, gil_used: bool) -> PyResult<()> {
        #[cfg(Py_GIL_DISABLED)]
        {
            let answer = if gil_used {
                ffi::Py_MOD_GIL_USED
            } else {
                ffi::Py_MOD_GIL_NOT_USED
            };
            // SAFETY: the object is a module.
            crate::err::error_on_minus_one(self.py(), unsafe {
                ffi::PyUnstable_Module_SetGIL(self.as_ptr(), answer)
            })
        }
        #[cfg(not(Py_GIL_DISABLED))]
        {
            let _ = gil_used;
            Ok(())
        }
    }
}

mod wrapped {
    use super::*;

    /// An object, or the attempt to make one.
    pub trait Wrapped<'py> {
        fn into_object(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>;
    }

    impl<'py, T: IntoPyObject<'py>> Wrapped<'py> for T {
        fn into_object(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.into_bound_py_any(py)
        }
    }

    impl<'py, T: IntoPyObject<'py>, E: Into<PyErr>> Wrapped<'py> for Result<T, E> {
        fn into_object(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.map_err(Into::into)?.into_bound_py_any(py)
        }
    }
}
