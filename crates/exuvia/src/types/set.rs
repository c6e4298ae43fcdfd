//! `set`.

use crate::convert::{IntoPyObject, IntoPyObjectExt};
use crate::err::{PyErr, PyResult, error_on_minus_one, panic_with};
use crate::ffi;
use crate::instance::{Bound, BoundObject};
use crate::marker::Python;
use crate::types::any::truth;
use crate::types::{PyAny, PyIterator};

native_type! {
    /// Python's `set`.
    PySet = "set", &raw mut ffi::PySet_Type, is ffi::PySet_Check, exactly ffi::PySet_CheckExact
}

impl PySet {
    /// A set of the elements.
    ///
    /// # Errors
    /// Those of converting an element; a `TypeError` when it cannot be hashed.
    pub fn new<'py, T>(
        py: Python<'py>,
        elements: impl IntoIterator<Item = T>,
    ) -> PyResult<Bound<'py, PySet>>
    where
        T: IntoPyObject<'py>,
    {
        let set = PySet::empty(py)?;
        for element in elements {
            set.add(element)?;
        }
        Ok(set)
    }

    /// A set of nothing.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn empty(py: Python<'_>) -> PyResult<Bound<'_, PySet>> {
        // SAFETY: the result is a new reference to a set, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(py, ffi::PySet_New(std::ptr::null_mut()))
                .map(|set| set.cast_into_unchecked())
        }
    }
}

/// What can be done with a Python `set`.
pub trait PySetMethods<'py>: super::sealed::Sealed {
    /// Removes everything.
    fn clear(&self);

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

    /// Removes an element; says whether it was there.
    ///
    /// # Errors
    /// What hashing or comparing raises.
    fn discard<K>(&self, key: K) -> PyResult<bool>
    where
        K: IntoPyObject<'py>;

    /// Adds an element.
    ///
    /// # Errors
    /// What hashing or comparing raises.
    fn add<K>(&self, key: K) -> PyResult<()>
    where
        K: IntoPyObject<'py>;

    /// Removes any element and gives it; `None` when there are none.
    fn pop(&self) -> Option<Bound<'py, PyAny>>;

    /// The elements, one after the other.
    ///
    /// # Panics
    /// The iterator panics when the set changes its size meanwhile.
    fn iter(&self) -> BoundSetIterator<'py>;
}

impl<'py> PySetMethods<'py> for Bound<'py, PySet> {
    fn clear(&self) {
        // SAFETY: the object is a set; clearing one does not fail.
        unsafe { ffi::PySet_Clear(self.as_ptr()) };
    }

    #[inline]
    fn len(&self) -> usize {
        // SAFETY: the object is a set.
        unsafe { ffi::PySet_Size(self.as_ptr()) as usize }
    }

    fn contains<K>(&self, key: K) -> PyResult<bool>
    where
        K: IntoPyObject<'py>,
    {
        let key = key.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: the object is a set, the key alive.
        truth(self.py(), unsafe {
            ffi::PySet_Contains(self.as_ptr(), key.as_ptr())
        })
    }

    fn discard<K>(&self, key: K) -> PyResult<bool>
    where
        K: IntoPyObject<'py>,
    {
        let key = key.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: the object is a set, the key alive.
        truth(self.py(), unsafe {
            ffi::PySet_Discard(self.as_ptr(), key.as_ptr())
        })
    }

    fn add<K>(&self, key: K) -> PyResult<()>
    where
        K: IntoPyObject<'py>,
    {
        let key = key.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: the object is a set, the key alive.
        error_on_minus_one(self.py(), unsafe {
            ffi::PySet_Add(self.as_ptr(), key.as_ptr())
        })
    }

    fn pop(&self) -> Option<Bound<'py, PyAny>> {
        // SAFETY: the object is a set; the result is a new reference, or NULL with a `KeyError` set.
        let element =
            unsafe { Bound::from_owned_ptr_or_opt(self.py(), ffi::PySet_Pop(self.as_ptr())) };
        if element.is_none() {
            drop(PyErr::take(self.py()));
        }
        element
    }

    fn iter(&self) -> BoundSetIterator<'py> {
        BoundSetIterator::new(self.clone())
    }
}

/// The elements of a set: see [`PySetMethods::iter`].
pub struct BoundSetIterator<'py>(Bound<'py, PyIterator>);

impl<'py> BoundSetIterator<'py> {
    fn new(set: Bound<'py, PySet>) -> Self {
        BoundSetIterator(
            PyIterator::from_object(set.as_any()).unwrap_or_else(|error| {
                panic_with(set.py(), "set should always be iterable", error)
            }),
        )
    }
}

impl<'py> Iterator for BoundSetIterator<'py> {
    type Item = Bound<'py, PyAny>;

    fn next(&mut self) -> Option<Self::Item> {
        let py = self.0.py();
        self.0.next().map(|item| {
            item.unwrap_or_else(|error| panic_with(py, "set iteration should be infallible", error))
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

impl ExactSizeIterator for BoundSetIterator<'_> {
    fn len(&self) -> usize {
        self.0.size_hint().0
    }
}

impl<'py> IntoIterator for Bound<'py, PySet> {
    type Item = Bound<'py, PyAny>;
    type IntoIter = BoundSetIterator<'py>;
    fn into_iter(self) -> Self::IntoIter {
        BoundSetIterator::new(self)
    }
}

impl<'py> IntoIterator for &Bound<'py, PySet> {
    type Item = Bound<'py, PyAny>;
    type IntoIter = BoundSetIterator<'py>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
