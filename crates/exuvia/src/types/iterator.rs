//! Iterators.

use crate::access;
use crate::err::{PyErr, PyResult};
use crate::instance::{Bound, Py};
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::types::{PyAny, PyType};
use crate::{PyTypeInfo, ffi};

/// Any Python iterator: what `iter(…)` gives. In Rust it is an [`Iterator`] of `PyResult<Bound<'py, PyAny>>`.
#[repr(transparent)]
pub struct PyIterator(PyAny);

// SAFETY: `PyIter_Check` asks for what iterating needs.
unsafe impl PyTypeInfo for PyIterator {
    const NAME: &'static str = "Iterator";
    const MODULE: Option<&'static str> = Some("collections.abc");
    fn type_object_raw(py: Python<'_>) -> *mut ffi::PyTypeObject {
        static TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        super::abstract_base_class(py, &TYPE, Self::NAME)
    }
    #[inline]
    fn is_type_of(object: &Bound<'_, PyAny>) -> bool {
        // SAFETY: the object is alive.
        unsafe { ffi::PyIter_Check(object.as_ptr()) != 0 }
    }
}
impl crate::type_object::DerefToPyAny for PyIterator {}

impl PyIterator {
    /// Python's `iter(obj)`.
    ///
    /// # Errors
    /// What `__iter__` raises; a `TypeError` when the object cannot be iterated over.
    pub fn from_object<'py>(obj: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyIterator>> {
        // SAFETY: the object is alive; the result is a new reference to an iterator, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(obj.py(), ffi::PyObject_GetIter(obj.as_ptr()))
                .map(|iterator| iterator.cast_into_unchecked())
        }
    }
}

/// What an iterator or generator answers to [`send`](Bound::send).
#[derive(Debug)]
pub enum PySendResult<'py> {
    /// It gave another value.
    Next(Bound<'py, PyAny>),
    /// It returned.
    Return(Bound<'py, PyAny>),
}

impl<'py> Bound<'py, PyIterator> {
    /// Python's `self.send(value)`, or `next(self)` for an iterator that is no generator when `value` is `None`.
    ///
    /// # Errors
    /// What the iterator raises.
    pub fn send(&self, value: &Bound<'py, PyAny>) -> PyResult<PySendResult<'py>> {
        let mut result = std::ptr::null_mut();
        // SAFETY: both are alive; `result` receives a new reference unless the answer is an error.
        unsafe {
            match ffi::PyIter_Send(self.as_ptr(), value.as_ptr(), &raw mut result) {
                ffi::PySendResult::PYGEN_ERROR => Err(PyErr::fetch(self.py())),
                ffi::PySendResult::PYGEN_RETURN => Ok(PySendResult::Return(Bound::from_owned_ptr(
                    self.py(),
                    result,
                ))),
                ffi::PySendResult::PYGEN_NEXT => {
                    Ok(PySendResult::Next(Bound::from_owned_ptr(self.py(), result)))
                }
            }
        }
    }
}

impl<'py> Iterator for Bound<'py, PyIterator> {
    type Item = PyResult<Bound<'py, PyAny>>;

    fn next(&mut self) -> Option<Self::Item> {
        // SAFETY: the object is an iterator; the result is a new reference, or NULL.
        let item =
            unsafe { Bound::from_owned_ptr_or_opt(self.py(), ffi::PyIter_Next(self.as_ptr())) };
        match item {
            Some(item) => Some(Ok(item)),
            // NULL is the end, or an exception.
            None => PyErr::take(self.py()).map(Err),
        }
    }

    /// The lower bound is Python's `operator.length_hint`.
    fn size_hint(&self) -> (usize, Option<usize>) {
        // SAFETY: the object is alive.
        match unsafe { access::length_hint(self.as_ptr()) } {
            hint if hint >= 0 => (hint as usize, None),
            _ => {
                PyErr::fetch(self.py()).write_unraisable(self.py(), Some(self.as_any()));
                (0, None)
            }
        }
    }
}

impl<'py> IntoIterator for &Bound<'py, PyIterator> {
    type Item = PyResult<Bound<'py, PyAny>>;
    type IntoIter = Bound<'py, PyIterator>;
    fn into_iter(self) -> Self::IntoIter {
        self.clone()
    }
}
