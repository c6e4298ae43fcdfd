//! `frozenset`.

use crate::convert::{IntoPyObject, IntoPyObjectExt};
use crate::err::{PyResult, error_on_minus_one, panic_with};
use crate::ffi;
use crate::instance::{Bound, BoundObject};
use crate::marker::Python;
use crate::types::any::truth;
use crate::types::{PyAny, PyIterator};

native_type! {
    /// Python's `frozenset`.
    PyFrozenSet = "frozenset", &raw mut ffi::PyFrozenSet_Type,
    is ffi::PyFrozenSet_Check, exactly ffi::PyFrozenSet_CheckExact
}

/// A `frozenset` in the making.
pub struct PyFrozenSetBuilder<'py>(Bound<'py, PyFrozenSet>);

impl<'py> PyFrozenSetBuilder<'py> {
    /// One without elements.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new(py: Python<'py>) -> PyResult<PyFrozenSetBuilder<'py>> {
        // Up to Python 3.9 the empty frozenset was shared; since then each is an object of its own, which may be
        // filled as long as nobody else has seen it.
        PyFrozenSet::empty(py).map(PyFrozenSetBuilder)
    }

    /// Adds an element.
    ///
    /// # Errors
    /// Those of the conversion; what hashing or comparing raises.
    pub fn add<K>(&mut self, key: K) -> PyResult<()>
    where
        K: IntoPyObject<'py>,
    {
        let py = self.0.py();
        let key = key.into_pyobject_or_pyerr(py)?;
        // SAFETY: the object is a frozenset with a single reference, which CPython lets its maker fill; the key is
        // alive.
        error_on_minus_one(py, unsafe { ffi::PySet_Add(self.0.as_ptr(), key.as_ptr()) })
    }

    /// The set.
    pub fn finalize(self) -> Bound<'py, PyFrozenSet> {
        self.0
    }
}

impl PyFrozenSet {
    /// A frozenset of the elements.
    ///
    /// # Errors
    /// Those of converting an element; a `TypeError` when it cannot be hashed.
    pub fn new<'py, T>(
        py: Python<'py>,
        elements: impl IntoIterator<Item = T>,
    ) -> PyResult<Bound<'py, PyFrozenSet>>
    where
        T: IntoPyObject<'py>,
    {
        let mut set = PyFrozenSetBuilder::new(py)?;
        for element in elements {
            set.add(element)?;
        }
        Ok(set.finalize())
    }

    /// A frozenset of nothing.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn empty(py: Python<'_>) -> PyResult<Bound<'_, PyFrozenSet>> {
        // SAFETY: the result is a new reference to a frozenset, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(py, ffi::PyFrozenSet_New(std::ptr::null_mut()))
                .map(|set| set.cast_into_unchecked())
        }
    }
}

/// What can be done with a Python `frozenset`.
pub trait PyFrozenSetMethods<'py>: super::sealed::Sealed {
    /// The number of elements.
    fn len(&self) -> usize;

    /// Are there none?
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Python's `key in self`.
    ///
    /// # Errors
    /// What hashing or comparing raises.
    fn contains<K>(&self, key: K) -> PyResult<bool>
    where
        K: IntoPyObject<'py>;

    /// The elements, one after the other.
    fn iter(&self) -> BoundFrozenSetIterator<'py>;
}

impl<'py> PyFrozenSetMethods<'py> for Bound<'py, PyFrozenSet> {
    #[inline]
    fn len(&self) -> usize {
        // SAFETY: the object is a frozenset.
        unsafe { ffi::PySet_Size(self.as_ptr()) as usize }
    }

    fn contains<K>(&self, key: K) -> PyResult<bool>
    where
        K: IntoPyObject<'py>,
    {
        let key = key.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: the object is a frozenset, the key alive.
        truth(self.py(), unsafe {
            ffi::PySet_Contains(self.as_ptr(), key.as_ptr())
        })
    }

    fn iter(&self) -> BoundFrozenSetIterator<'py> {
        BoundFrozenSetIterator::new(self.clone())
    }
}

/// The elements of a frozenset.
pub struct BoundFrozenSetIterator<'py>(Bound<'py, PyIterator>);

impl<'py> BoundFrozenSetIterator<'py> {
    fn new(set: Bound<'py, PyFrozenSet>) -> Self {
        BoundFrozenSetIterator(
            PyIterator::from_object(set.as_any()).unwrap_or_else(|error| {
                panic_with(set.py(), "frozenset should always be iterable", error)
            }),
        )
    }
}

impl<'py> Iterator for BoundFrozenSetIterator<'py> {
    type Item = Bound<'py, PyAny>;

    fn next(&mut self) -> Option<Self::Item> {
        let py = self.0.py();
        self.0.next().map(|item| {
            item.unwrap_or_else(|error| {
                panic_with(py, "frozenset iteration should be infallible", error)
            })
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let len = self.len();
        (len, Some(len))
    }

    fn count(self) -> usize {
        self.len()
    }
}

impl ExactSizeIterator for BoundFrozenSetIterator<'_> {
    fn len(&self) -> usize {
        self.0.size_hint().0
    }
}

impl<'py> IntoIterator for Bound<'py, PyFrozenSet> {
    type Item = Bound<'py, PyAny>;
    type IntoIter = BoundFrozenSetIterator<'py>;
    fn into_iter(self) -> Self::IntoIter {
        BoundFrozenSetIterator::new(self)
    }
}

impl<'py> IntoIterator for &Bound<'py, PyFrozenSet> {
    type Item = Bound<'py, PyAny>;
    type IntoIter = BoundFrozenSetIterator<'py>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
