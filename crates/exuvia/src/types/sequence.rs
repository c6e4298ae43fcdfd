//! The sequence protocol.

use crate::convert::{IntoPyObject, IntoPyObjectExt};
use crate::err::{PyErr, PyResult, error_on_minus_one};
use crate::instance::{Bound, BoundObject, Py};
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::types::any::truth;
use crate::types::{PyAny, PyList, PyTuple, PyType, ssize};
use crate::{PyTypeInfo, ffi};

/// Any Python sequence: an instance of `collections.abc.Sequence`, which `list`, `tuple`, `str`, `bytes` and `range`
/// are. A `#[pyclass]` becomes one by [`register`](PySequence::register).
#[repr(transparent)]
pub struct PySequence(PyAny);

// SAFETY: the methods go through the abstract protocol, which checks for itself.
unsafe impl PyTypeInfo for PySequence {
    const NAME: &'static str = "Sequence";
    const MODULE: Option<&'static str> = Some("collections.abc");
    fn type_object_raw(py: Python<'_>) -> *mut ffi::PyTypeObject {
        static TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        super::abstract_base_class(py, &TYPE, Self::NAME)
    }
    #[inline]
    fn is_type_of(object: &Bound<'_, PyAny>) -> bool {
        PyList::is_type_of(object)
            || PyTuple::is_type_of(object)
            || super::is_abstract_instance(object, Self::type_object_raw(object.py()))
    }
}
impl crate::type_object::DerefToPyAny for PySequence {}

impl PySequence {
    /// Makes `isinstance(object, collections.abc.Sequence)` true for the instances of `T`.
    ///
    /// # Errors
    /// What the registration raises.
    pub fn register<T: PyTypeInfo>(py: Python<'_>) -> PyResult<()> {
        super::register(Self::type_object(py), T::type_object(py))
    }
}

/// What can be done with a Python sequence.
pub trait PySequenceMethods<'py>: super::sealed::Sealed {
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

    /// Python's `self + other`.
    ///
    /// # Errors
    /// What the operator raises.
    fn concat(&self, other: &Bound<'_, PySequence>) -> PyResult<Bound<'py, PySequence>>;

    /// Python's `self * count`.
    ///
    /// # Errors
    /// What the operator raises.
    fn repeat(&self, count: usize) -> PyResult<Bound<'py, PySequence>>;

    /// Python's `self += other`; gives the result, which is `self` where it can be changed.
    ///
    /// # Errors
    /// What the operator raises.
    fn in_place_concat(&self, other: &Bound<'_, PySequence>) -> PyResult<Bound<'py, PySequence>>;

    /// Python's `self *= count`; gives the result, which is `self` where it can be changed.
    ///
    /// # Errors
    /// What the operator raises.
    fn in_place_repeat(&self, count: usize) -> PyResult<Bound<'py, PySequence>>;

    /// Python's `self[index]`.
    ///
    /// # Errors
    /// `IndexError` outside of the sequence.
    fn get_item(&self, index: usize) -> PyResult<Bound<'py, PyAny>>;

    /// Python's `self[begin:end]`.
    ///
    /// # Errors
    /// What `__getitem__` raises.
    fn get_slice(&self, begin: usize, end: usize) -> PyResult<Bound<'py, PySequence>>;

    /// Python's `self[i] = item`.
    ///
    /// # Errors
    /// What `__setitem__` raises.
    fn set_item<I>(&self, i: usize, item: I) -> PyResult<()>
    where
        I: IntoPyObject<'py>;

    /// Python's `del self[i]`.
    ///
    /// # Errors
    /// What `__delitem__` raises.
    fn del_item(&self, i: usize) -> PyResult<()>;

    /// Python's `self[i1:i2] = v`.
    ///
    /// # Errors
    /// What `__setitem__` raises.
    fn set_slice(&self, i1: usize, i2: usize, v: &Bound<'_, PyAny>) -> PyResult<()>;

    /// Python's `del self[i1:i2]`.
    ///
    /// # Errors
    /// What `__delitem__` raises.
    fn del_slice(&self, i1: usize, i2: usize) -> PyResult<()>;

    /// How many items are equal to `value`?
    ///
    /// # Errors
    /// What a comparison raises.
    fn count<V>(&self, value: V) -> PyResult<usize>
    where
        V: IntoPyObject<'py>;

    /// Python's `value in self`.
    ///
    /// # Errors
    /// What a comparison raises.
    fn contains<V>(&self, value: V) -> PyResult<bool>
    where
        V: IntoPyObject<'py>;

    /// The index of the first item equal to `value`.
    ///
    /// # Errors
    /// A `ValueError` when there is none; what a comparison raises.
    fn index<V>(&self, value: V) -> PyResult<usize>
    where
        V: IntoPyObject<'py>;

    /// Python's `list(self)`.
    ///
    /// # Errors
    /// What the iteration raises.
    fn to_list(&self) -> PyResult<Bound<'py, PyList>>;

    /// Python's `tuple(self)`.
    ///
    /// # Errors
    /// What the iteration raises.
    fn to_tuple(&self) -> PyResult<Bound<'py, PyTuple>>;
}

/// # Safety
/// `result` is a new reference to an instance of `T`, or NULL with an exception set.
unsafe fn result<T>(py: Python<'_>, result: *mut ffi::PyObject) -> PyResult<Bound<'_, T>> {
    // SAFETY: the caller's promise.
    unsafe { Bound::from_owned_ptr_or_err(py, result).map(|object| object.cast_into_unchecked()) }
}

/// The answer of a C function that gives a count, or -1 with an exception set.
pub(crate) fn count_or_error(py: Python<'_>, answer: ffi::Py_ssize_t) -> PyResult<usize> {
    usize::try_from(answer).map_err(|_| PyErr::fetch(py))
}

impl<'py> PySequenceMethods<'py> for Bound<'py, PySequence> {
    fn len(&self) -> PyResult<usize> {
        // SAFETY: the object is alive.
        count_or_error(self.py(), unsafe { ffi::PySequence_Size(self.as_ptr()) })
    }

    fn is_empty(&self) -> PyResult<bool> {
        PySequenceMethods::len(self).map(|len| len == 0)
    }

    fn concat(&self, other: &Bound<'_, PySequence>) -> PyResult<Bound<'py, PySequence>> {
        // SAFETY: both are alive; the sum of sequences is one.
        unsafe {
            result(
                self.py(),
                ffi::PySequence_Concat(self.as_ptr(), other.as_ptr()),
            )
        }
    }

    fn repeat(&self, count: usize) -> PyResult<Bound<'py, PySequence>> {
        // SAFETY: the object is alive; the product of a sequence is one.
        unsafe {
            result(
                self.py(),
                ffi::PySequence_Repeat(self.as_ptr(), ssize(count)),
            )
        }
    }

    fn in_place_concat(&self, other: &Bound<'_, PySequence>) -> PyResult<Bound<'py, PySequence>> {
        // SAFETY: both are alive; the sum of sequences is one.
        unsafe {
            result(
                self.py(),
                ffi::PySequence_InPlaceConcat(self.as_ptr(), other.as_ptr()),
            )
        }
    }

    fn in_place_repeat(&self, count: usize) -> PyResult<Bound<'py, PySequence>> {
        // SAFETY: the object is alive; the product of a sequence is one.
        unsafe {
            result(
                self.py(),
                ffi::PySequence_InPlaceRepeat(self.as_ptr(), ssize(count)),
            )
        }
    }

    fn get_item(&self, index: usize) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: the object is alive.
        unsafe {
            result(
                self.py(),
                ffi::PySequence_GetItem(self.as_ptr(), ssize(index)),
            )
        }
    }

    fn get_slice(&self, begin: usize, end: usize) -> PyResult<Bound<'py, PySequence>> {
        // SAFETY: the object is alive; a slice of a sequence is one.
        unsafe {
            result(
                self.py(),
                ffi::PySequence_GetSlice(self.as_ptr(), ssize(begin), ssize(end)),
            )
        }
    }

    fn set_item<I>(&self, i: usize, item: I) -> PyResult<()>
    where
        I: IntoPyObject<'py>,
    {
        let item = item.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: both are alive; the call takes a reference of its own.
        error_on_minus_one(self.py(), unsafe {
            ffi::PySequence_SetItem(self.as_ptr(), ssize(i), item.as_ptr())
        })
    }

    fn del_item(&self, i: usize) -> PyResult<()> {
        // SAFETY: the object is alive.
        error_on_minus_one(self.py(), unsafe {
            ffi::PySequence_DelItem(self.as_ptr(), ssize(i))
        })
    }

    fn set_slice(&self, i1: usize, i2: usize, v: &Bound<'_, PyAny>) -> PyResult<()> {
        // SAFETY: both are alive.
        error_on_minus_one(self.py(), unsafe {
            ffi::PySequence_SetSlice(self.as_ptr(), ssize(i1), ssize(i2), v.as_ptr())
        })
    }

    fn del_slice(&self, i1: usize, i2: usize) -> PyResult<()> {
        // SAFETY: the object is alive.
        error_on_minus_one(self.py(), unsafe {
            ffi::PySequence_DelSlice(self.as_ptr(), ssize(i1), ssize(i2))
        })
    }

    fn count<V>(&self, value: V) -> PyResult<usize>
    where
        V: IntoPyObject<'py>,
    {
        let value = value.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: both are alive.
        count_or_error(self.py(), unsafe {
            ffi::PySequence_Count(self.as_ptr(), value.as_ptr())
        })
    }

    fn contains<V>(&self, value: V) -> PyResult<bool>
    where
        V: IntoPyObject<'py>,
    {
        let value = value.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: both are alive.
        truth(self.py(), unsafe {
            ffi::PySequence_Contains(self.as_ptr(), value.as_ptr())
        })
    }

    fn index<V>(&self, value: V) -> PyResult<usize>
    where
        V: IntoPyObject<'py>,
    {
        let value = value.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: both are alive.
        count_or_error(self.py(), unsafe {
            ffi::PySequence_Index(self.as_ptr(), value.as_ptr())
        })
    }

    fn to_list(&self) -> PyResult<Bound<'py, PyList>> {
        // SAFETY: the object is alive; the result is a list.
        unsafe { result(self.py(), ffi::PySequence_List(self.as_ptr())) }
    }

    fn to_tuple(&self) -> PyResult<Bound<'py, PyTuple>> {
        // SAFETY: the object is alive; the result is a tuple.
        unsafe { result(self.py(), ffi::PySequence_Tuple(self.as_ptr())) }
    }
}
