//! The mapping protocol.

use crate::convert::IntoPyObject;
use crate::err::PyResult;
use crate::instance::{Bound, Py};
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::types::any::PyAnyMethods;
use crate::types::sequence::count_or_error;
use crate::types::{PyAny, PyDict, PyList, PyType};
use crate::{PyTypeInfo, ffi};

/// Any Python mapping: an instance of `collections.abc.Mapping`, which `dict` is. A `#[pyclass]` becomes one by
/// [`register`](PyMapping::register).
#[repr(transparent)]
pub struct PyMapping(PyAny);

// SAFETY: the methods go through the abstract protocol, which checks for itself.
unsafe impl PyTypeInfo for PyMapping {
    const NAME: &'static str = "Mapping";
    const MODULE: Option<&'static str> = Some("collections.abc");
    fn type_object_raw(py: Python<'_>) -> *mut ffi::PyTypeObject {
        static TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        super::abstract_base_class(py, &TYPE, Self::NAME)
    }
    #[inline]
    fn is_type_of(object: &Bound<'_, PyAny>) -> bool {
        PyDict::is_type_of(object)
            || super::is_abstract_instance(object, Self::type_object_raw(object.py()))
    }
}
impl crate::type_object::DerefToPyAny for PyMapping {}

impl PyMapping {
    /// Makes `isinstance(object, collections.abc.Mapping)` true for the instances of `T`.
    ///
    /// # Errors
    /// What the registration raises.
    pub fn register<T: PyTypeInfo>(py: Python<'_>) -> PyResult<()> {
        super::register(Self::type_object(py), T::type_object(py))
    }
}

/// What can be done with a Python mapping.
pub trait PyMappingMethods<'py>: super::sealed::Sealed {
    /// Python's `len(self)`.
    ///
    /// # Errors
    /// What `__len__` raises.
    fn len(&self) -> PyResult<usize>;

    /// Python's `len(self) == 0`.
    ///
    /// # Errors
    /// What `__len__` raises.
    fn is_empty(&self) -> PyResult<bool>;

    /// Python's `key in self`.
    ///
    /// # Errors
    /// What `__contains__` raises.
    fn contains<K>(&self, key: K) -> PyResult<bool>
    where
        K: IntoPyObject<'py>;

    /// Python's `self[key]`.
    ///
    /// # Errors
    /// `KeyError` when it is not there.
    fn get_item<K>(&self, key: K) -> PyResult<Bound<'py, PyAny>>
    where
        K: IntoPyObject<'py>;

    /// Python's `self[key] = value`.
    ///
    /// # Errors
    /// What `__setitem__` raises.
    fn set_item<K, V>(&self, key: K, value: V) -> PyResult<()>
    where
        K: IntoPyObject<'py>,
        V: IntoPyObject<'py>;

    /// Python's `del self[key]`.
    ///
    /// # Errors
    /// What `__delitem__` raises.
    fn del_item<K>(&self, key: K) -> PyResult<()>
    where
        K: IntoPyObject<'py>;

    /// The keys, as a list.
    ///
    /// # Errors
    /// What `keys()` raises.
    fn keys(&self) -> PyResult<Bound<'py, PyList>>;

    /// The values, as a list.
    ///
    /// # Errors
    /// What `values()` raises.
    fn values(&self) -> PyResult<Bound<'py, PyList>>;

    /// The pairs of key and value, as a list of tuples.
    ///
    /// # Errors
    /// What `items()` raises.
    fn items(&self) -> PyResult<Bound<'py, PyList>>;
}

/// # Safety
/// `list` is a new reference to a list, or NULL with an exception set.
unsafe fn list_or_error(py: Python<'_>, list: *mut ffi::PyObject) -> PyResult<Bound<'_, PyList>> {
    // SAFETY: the caller's promise.
    unsafe { Bound::from_owned_ptr_or_err(py, list).map(|list| list.cast_into_unchecked()) }
}

impl<'py> PyMappingMethods<'py> for Bound<'py, PyMapping> {
    fn len(&self) -> PyResult<usize> {
        // SAFETY: the object is alive.
        count_or_error(self.py(), unsafe { ffi::PyMapping_Size(self.as_ptr()) })
    }

    fn is_empty(&self) -> PyResult<bool> {
        PyMappingMethods::len(self).map(|len| len == 0)
    }

    fn contains<K>(&self, key: K) -> PyResult<bool>
    where
        K: IntoPyObject<'py>,
    {
        self.as_any().contains(key)
    }

    fn get_item<K>(&self, key: K) -> PyResult<Bound<'py, PyAny>>
    where
        K: IntoPyObject<'py>,
    {
        self.as_any().get_item(key)
    }

    fn set_item<K, V>(&self, key: K, value: V) -> PyResult<()>
    where
        K: IntoPyObject<'py>,
        V: IntoPyObject<'py>,
    {
        self.as_any().set_item(key, value)
    }

    fn del_item<K>(&self, key: K) -> PyResult<()>
    where
        K: IntoPyObject<'py>,
    {
        self.as_any().del_item(key)
    }

    fn keys(&self) -> PyResult<Bound<'py, PyList>> {
        // SAFETY: the object is alive; the result is a list.
        unsafe { list_or_error(self.py(), ffi::PyMapping_Keys(self.as_ptr())) }
    }

    fn values(&self) -> PyResult<Bound<'py, PyList>> {
        // SAFETY: the object is alive; the result is a list.
        unsafe { list_or_error(self.py(), ffi::PyMapping_Values(self.as_ptr())) }
    }

    fn items(&self) -> PyResult<Bound<'py, PyList>> {
        // SAFETY: the object is alive; the result is a list.
        unsafe { list_or_error(self.py(), ffi::PyMapping_Items(self.as_ptr())) }
    }
}
