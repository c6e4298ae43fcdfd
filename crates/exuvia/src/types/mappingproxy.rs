//! `types.MappingProxyType`.

use crate::err::PyResult;
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::mapping::PyMappingMethods;
use crate::types::{PyAny, PyIterator, PyList, PyMapping};

native_type! {
    /// Python's `types.MappingProxyType`: a mapping that can be read through it but not changed, as `type.__dict__` is.
    PyMappingProxy = "mappingproxy" in "types", &raw mut ffi::PyDictProxy_Type
}

impl PyMappingProxy {
    /// Python's `types.MappingProxyType(elements)`.
    ///
    /// # Panics
    /// When `elements` is a list or a tuple, which count as mappings in C; when there is no memory for it.
    pub fn new<'py>(
        py: Python<'py>,
        elements: &Bound<'py, PyMapping>,
    ) -> Bound<'py, PyMappingProxy> {
        // SAFETY: the object is alive; the result is a new reference to a proxy, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr(py, ffi::PyDictProxy_New(elements.as_ptr())).cast_into_unchecked()
        }
    }
}

/// What can be done with a Python `mappingproxy`, beyond what all objects can.
pub trait PyMappingProxyMethods<'py, 'a>: super::sealed::Sealed {
    /// Is there nothing in it?
    ///
    /// # Errors
    /// What `__len__` of the mapping raises.
    fn is_empty(&self) -> PyResult<bool>;

    /// Python's `list(self.keys())`.
    ///
    /// # Errors
    /// What the mapping raises.
    fn keys(&self) -> PyResult<Bound<'py, PyList>>;

    /// Python's `list(self.values())`.
    ///
    /// # Errors
    /// What the mapping raises.
    fn values(&self) -> PyResult<Bound<'py, PyList>>;

    /// Python's `list(self.items())`.
    ///
    /// # Errors
    /// What the mapping raises.
    fn items(&self) -> PyResult<Bound<'py, PyList>>;

    /// The same reference as a mapping.
    fn as_mapping(&self) -> &Bound<'py, PyMapping>;

    /// The keys with their values, one after the other.
    ///
    /// # Errors
    /// What `__iter__` of the mapping raises.
    fn try_iter(&'a self) -> PyResult<BoundMappingProxyIterator<'py, 'a>>;
}

impl<'py, 'a> PyMappingProxyMethods<'py, 'a> for Bound<'py, PyMappingProxy> {
    fn is_empty(&self) -> PyResult<bool> {
        self.as_any().is_empty()
    }

    fn keys(&self) -> PyResult<Bound<'py, PyList>> {
        self.as_mapping().keys()
    }

    fn values(&self) -> PyResult<Bound<'py, PyList>> {
        self.as_mapping().values()
    }

    fn items(&self) -> PyResult<Bound<'py, PyList>> {
        self.as_mapping().items()
    }

    fn as_mapping(&self) -> &Bound<'py, PyMapping> {
        // SAFETY: `MappingProxyType` is registered with `collections.abc.Mapping`.
        unsafe { self.cast_unchecked() }
    }

    fn try_iter(&'a self) -> PyResult<BoundMappingProxyIterator<'py, 'a>> {
        Ok(BoundMappingProxyIterator {
            keys: PyIterator::from_object(self)?,
            proxy: self,
        })
    }
}

/// The keys and values behind a `mappingproxy`: see [`PyMappingProxyMethods::try_iter`].
pub struct BoundMappingProxyIterator<'py, 'a> {
    keys: Bound<'py, PyIterator>,
    proxy: &'a Bound<'py, PyMappingProxy>,
}

impl<'py> Iterator for BoundMappingProxyIterator<'py, '_> {
    type Item = PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.keys.next()?.and_then(|key| {
            let value = self.proxy.get_item(&key)?;
            Ok((key, value))
        }))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.keys.size_hint()
    }
}
