//! `type`.

use crate::err::PyResult;
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;
use crate::type_object::PyTypeInfo;
use crate::types::any::{PyAnyMethods, truth};
use crate::types::{PyAny, PyString, PyTuple};

native_type! {
    /// Python's `type`: what classes are instances of.
    PyType = "type", &raw mut ffi::PyType_Type, is ffi::PyType_Check, exactly ffi::PyType_CheckExact
}

impl PyType {
    /// The type object of `T`.
    #[inline]
    pub fn new<T: PyTypeInfo>(py: Python<'_>) -> Bound<'_, PyType> {
        T::type_object(py)
    }

    /// Counts one more reference to a type object.
    ///
    /// # Safety
    /// `p` must be a live type object.
    #[inline]
    pub unsafe fn from_borrowed_type_ptr(
        py: Python<'_>,
        p: *mut ffi::PyTypeObject,
    ) -> Bound<'_, PyType> {
        // SAFETY: the caller's promise.
        unsafe { Bound::from_borrowed_ptr(py, p.cast()).cast_into_unchecked() }
    }
}

/// What can be done with a Python `type`.
pub trait PyTypeMethods<'py>: super::sealed::Sealed {
    /// The pointer to the type object; borrowed.
    fn as_type_ptr(&self) -> *mut ffi::PyTypeObject;

    /// Python's `self.__name__`.
    ///
    /// # Errors
    /// What the attribute access raises.
    fn name(&self) -> PyResult<Bound<'py, PyString>>;

    /// Python's `self.__qualname__`.
    ///
    /// # Errors
    /// What the attribute access raises.
    fn qualname(&self) -> PyResult<Bound<'py, PyString>>;

    /// Python's `self.__module__`.
    ///
    /// # Errors
    /// What the attribute access raises.
    fn module(&self) -> PyResult<Bound<'py, PyString>>;

    /// Module and qualified name; the latter alone for what is in `builtins` or `__main__`.
    ///
    /// # Errors
    /// What the attribute access raises.
    fn fully_qualified_name(&self) -> PyResult<Bound<'py, PyString>>;

    /// Python's `issubclass(self, other)`.
    ///
    /// # Errors
    /// What `__subclasscheck__` raises.
    fn is_subclass(&self, other: &Bound<'_, PyAny>) -> PyResult<bool>;

    /// Python's `issubclass(self, T)`.
    ///
    /// # Errors
    /// What `__subclasscheck__` raises.
    fn is_subclass_of<T>(&self) -> PyResult<bool>
    where
        T: PyTypeInfo;

    /// Python's `self.__mro__`: the classes that are searched for attributes, in order.
    fn mro(&self) -> Bound<'py, PyTuple>;

    /// Python's `self.__bases__`.
    fn bases(&self) -> Bound<'py, PyTuple>;
}

/// # Safety
/// `text` is a new reference to a string, or NULL with an exception set.
#[cfg(Py_3_11)]
unsafe fn text_or_error(py: Python<'_>, text: *mut ffi::PyObject) -> PyResult<Bound<'_, PyString>> {
    // SAFETY: the caller's promise.
    unsafe { Bound::from_owned_ptr_or_err(py, text).map(|text| text.cast_into_unchecked()) }
}

impl<'py> PyTypeMethods<'py> for Bound<'py, PyType> {
    #[inline]
    fn as_type_ptr(&self) -> *mut ffi::PyTypeObject {
        self.as_ptr().cast()
    }

    fn name(&self) -> PyResult<Bound<'py, PyString>> {
        // SAFETY: the object is a type; the result is a string.
        #[cfg(Py_3_11)]
        return unsafe { text_or_error(self.py(), ffi::PyType_GetName(self.as_type_ptr())) };
        #[cfg(not(Py_3_11))]
        return Ok(self
            .getattr(crate::intern!(self.py(), "__name__"))?
            .cast_into()?);
    }

    fn qualname(&self) -> PyResult<Bound<'py, PyString>> {
        // SAFETY: the object is a type; the result is a string.
        #[cfg(Py_3_11)]
        return unsafe { text_or_error(self.py(), ffi::PyType_GetQualName(self.as_type_ptr())) };
        #[cfg(not(Py_3_11))]
        return Ok(self
            .getattr(crate::intern!(self.py(), "__qualname__"))?
            .cast_into()?);
    }

    fn module(&self) -> PyResult<Bound<'py, PyString>> {
        // A class body may set the attribute to anything.
        Ok(self
            .getattr(crate::intern!(self.py(), "__module__"))?
            .cast_into()?)
    }

    fn fully_qualified_name(&self) -> PyResult<Bound<'py, PyString>> {
        #[cfg(Py_3_13)]
        // SAFETY: the object is a type; the result is a string.
        return unsafe {
            text_or_error(
                self.py(),
                ffi::PyType_GetFullyQualifiedName(self.as_type_ptr()),
            )
        };
        #[cfg(not(Py_3_13))]
        {
            let (module, qualname) = (self.module()?, self.qualname()?);
            if module == "builtins" || module == "__main__" {
                return Ok(qualname);
            }
            PyString::from_fmt(self.py(), format_args!("{module}.{qualname}"))
        }
    }

    fn is_subclass(&self, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        // SAFETY: both are alive.
        truth(self.py(), unsafe {
            ffi::PyObject_IsSubclass(self.as_ptr(), other.as_ptr())
        })
    }

    fn is_subclass_of<T>(&self) -> PyResult<bool>
    where
        T: PyTypeInfo,
    {
        self.is_subclass(T::type_object(self.py()).as_any())
    }

    fn mro(&self) -> Bound<'py, PyTuple> {
        crate::access::mro(self)
    }

    fn bases(&self) -> Bound<'py, PyTuple> {
        crate::access::bases(self)
    }
}
