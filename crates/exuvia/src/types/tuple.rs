//! `tuple`.

use std::iter::FusedIterator;

use crate::access;
use crate::convert::{IntoPyObject, IntoPyObjectExt};
use crate::err::{PyErr, PyResult};
use crate::ffi;
use crate::instance::{Borrowed, Bound, BoundObject};
use crate::marker::Python;
use crate::types::any::truth;
use crate::types::sequence::count_or_error;
use crate::types::{PyAny, PyList, PySequence, ssize};

native_type! {
    /// Python's `tuple`.
    PyTuple = "tuple", &raw mut ffi::PyTuple_Type, is ffi::PyTuple_Check, exactly ffi::PyTuple_CheckExact
}

impl PyTuple {
    /// A tuple of the elements.
    ///
    /// # Errors
    /// Those of converting an element; `MemoryError`.
    ///
    /// # Panics
    /// When `elements` gives more or fewer than its `len` says.
    pub fn new<'py, T, U>(
        py: Python<'py>,
        elements: impl IntoIterator<Item = T, IntoIter = U>,
    ) -> PyResult<Bound<'py, PyTuple>>
    where
        T: IntoPyObject<'py>,
        U: ExactSizeIterator<Item = T>,
    {
        let mut elements = elements.into_iter();
        let mut tuple = TupleBuilder::with_len(py, elements.len())?;
        while tuple.next < tuple.len {
            let Some(element) = elements.next() else {
                too_few()
            };
            tuple.push(element.into_bound_py_any(py)?);
        }
        if elements.next().is_some() {
            too_many();
        }
        Ok(tuple.finish())
    }

    /// A tuple of nothing.
    ///
    /// # Panics
    /// When there is no memory for it.
    pub fn empty(py: Python<'_>) -> Bound<'_, PyTuple> {
        // SAFETY: the result is a new reference to a tuple, or NULL.
        unsafe { Bound::from_owned_ptr(py, ffi::PyTuple_New(0)).cast_into_unchecked() }
    }

    /// A tuple that takes over the items.
    ///
    /// # Errors
    /// `MemoryError`.
    #[inline]
    pub(crate) fn from_array<'py, const N: usize>(
        py: Python<'py>,
        items: [Bound<'py, PyAny>; N],
    ) -> PyResult<Bound<'py, PyTuple>> {
        // SAFETY: the result is a new tuple with `N` empty slots, or NULL with an exception set. No Python code runs
        // until all of them are filled; each takes over a reference.
        unsafe {
            let tuple = Bound::from_owned_ptr_or_err(py, ffi::PyTuple_New(N as ffi::Py_ssize_t))?;
            for (index, item) in items.into_iter().enumerate() {
                access::fill_tuple(tuple.as_ptr(), index as ffi::Py_ssize_t, item.into_ptr());
            }
            Ok(tuple.cast_into_unchecked())
        }
    }
}

#[cold]
#[track_caller]
fn too_few() -> ! {
    panic!(
        "Attempted to create PyTuple but `elements` was smaller than reported by its `ExactSizeIterator` implementation."
    )
}

#[cold]
#[track_caller]
fn too_many() -> ! {
    panic!(
        "Attempted to create PyTuple but `elements` was larger than reported by its `ExactSizeIterator` implementation."
    )
}

/// A tuple in the making. Converting an element can run Python code; so that none finds the tuple with empty slots
/// through the garbage collector, the collector does not know of it until it is full.
struct TupleBuilder<'py> {
    tuple: Bound<'py, PyTuple>,
    next: usize,
    len: usize,
}

impl<'py> TupleBuilder<'py> {
    fn with_len(py: Python<'py>, len: usize) -> PyResult<Self> {
        let size = ffi::Py_ssize_t::try_from(len)
            .expect("out of range integral type conversion attempted on `elements.len()`");
        // SAFETY: the result is a new reference to a tuple, or NULL with an exception set. The empty tuple is shared
        // and stays as it is.
        unsafe {
            let tuple = Bound::from_owned_ptr_or_err(py, ffi::PyTuple_New(size))?;
            if len > 0 {
                ffi::PyObject_GC_UnTrack(tuple.as_ptr().cast());
            }
            Ok(TupleBuilder {
                tuple: tuple.cast_into_unchecked(),
                next: 0,
                len,
            })
        }
    }

    #[inline]
    fn push(&mut self, item: Bound<'py, PyAny>) {
        debug_assert!(self.next < self.len);
        // SAFETY: `new` pushes no more than `len` items; the slot is empty and takes over the reference.
        unsafe {
            access::fill_tuple(
                self.tuple.as_ptr(),
                self.next as ffi::Py_ssize_t,
                item.into_ptr(),
            )
        };
        self.next += 1;
    }

    fn finish(self) -> Bound<'py, PyTuple> {
        if self.len > 0 {
            // SAFETY: untracked in `with_len`, and every slot is filled.
            unsafe { ffi::PyObject_GC_Track(self.tuple.as_ptr().cast()) };
        }
        self.tuple
    }
}

/// What can be done with a Python `tuple`.
pub trait PyTupleMethods<'py>: super::sealed::Sealed {
    /// The number of items.
    fn len(&self) -> usize;

    /// Are there none?
    fn is_empty(&self) -> bool;

    /// The same reference as a sequence.
    fn as_sequence(&self) -> &Bound<'py, PySequence>;

    /// The same reference as a sequence.
    fn into_sequence(self) -> Bound<'py, PySequence>;

    /// Python's `self[low:high]`.
    fn get_slice(&self, low: usize, high: usize) -> Bound<'py, PyTuple>;

    /// The item at `index`.
    ///
    /// # Errors
    /// `IndexError` outside of the tuple.
    fn get_item(&self, index: usize) -> PyResult<Bound<'py, PyAny>>;

    /// The item at `index`, counted by the tuple.
    ///
    /// # Errors
    /// `IndexError` outside of the tuple.
    fn get_borrowed_item<'a>(&'a self, index: usize) -> PyResult<Borrowed<'a, 'py, PyAny>>;

    /// The item at `index`, without looking at the length.
    ///
    /// # Safety
    /// `index` must be less than [`len`](Self::len).
    unsafe fn get_item_unchecked(&self, index: usize) -> Bound<'py, PyAny>;

    /// The item at `index`, counted by the tuple, without looking at the length.
    ///
    /// # Safety
    /// `index` must be less than [`len`](Self::len).
    unsafe fn get_borrowed_item_unchecked<'a>(&'a self, index: usize) -> Borrowed<'a, 'py, PyAny>;

    /// The items where they lie.
    #[cfg(not(Py_LIMITED_API))]
    fn as_slice(&self) -> &[Bound<'py, PyAny>];

    /// Python's `value in self`.
    ///
    /// # Errors
    /// What a comparison raises.
    fn contains<V>(&self, value: V) -> PyResult<bool>
    where
        V: IntoPyObject<'py>;

    /// Python's `self.index(value)`.
    ///
    /// # Errors
    /// A `ValueError` when there is none; what a comparison raises.
    fn index<V>(&self, value: V) -> PyResult<usize>
    where
        V: IntoPyObject<'py>;

    /// The items, one after the other.
    fn iter(&self) -> BoundTupleIterator<'py>;

    /// The items, one after the other, counted by the tuple.
    fn iter_borrowed<'a>(&'a self) -> BorrowedTupleIterator<'a, 'py>;

    /// Python's `list(self)`.
    fn to_list(&self) -> Bound<'py, PyList>;
}

impl<'py> PyTupleMethods<'py> for Bound<'py, PyTuple> {
    #[inline]
    fn len(&self) -> usize {
        // SAFETY: the object is a tuple.
        unsafe { access::tuple_size(self.as_ptr()) as usize }
    }

    #[inline]
    fn is_empty(&self) -> bool {
        PyTupleMethods::len(self) == 0
    }

    fn as_sequence(&self) -> &Bound<'py, PySequence> {
        // SAFETY: a tuple is a sequence.
        unsafe { self.cast_unchecked() }
    }

    fn into_sequence(self) -> Bound<'py, PySequence> {
        // SAFETY: a tuple is a sequence.
        unsafe { self.cast_into_unchecked() }
    }

    fn get_slice(&self, low: usize, high: usize) -> Bound<'py, PyTuple> {
        // SAFETY: the object is a tuple; the result is a new reference to a tuple, or NULL.
        unsafe {
            Bound::from_owned_ptr(
                self.py(),
                ffi::PyTuple_GetSlice(self.as_ptr(), ssize(low), ssize(high)),
            )
            .cast_into_unchecked()
        }
    }

    #[inline]
    fn get_item(&self, index: usize) -> PyResult<Bound<'py, PyAny>> {
        self.get_borrowed_item(index).map(Borrowed::to_owned)
    }

    #[inline]
    fn get_borrowed_item<'a>(&'a self, index: usize) -> PyResult<Borrowed<'a, 'py, PyAny>> {
        if index < PyTupleMethods::len(self) {
            // SAFETY: just checked.
            Ok(unsafe { self.get_borrowed_item_unchecked(index) })
        } else {
            Err(index_error())
        }
    }

    #[inline]
    unsafe fn get_item_unchecked(&self, index: usize) -> Bound<'py, PyAny> {
        // SAFETY: the caller's promise.
        unsafe { self.get_borrowed_item_unchecked(index) }.to_owned()
    }

    #[inline]
    unsafe fn get_borrowed_item_unchecked<'a>(&'a self, index: usize) -> Borrowed<'a, 'py, PyAny> {
        // SAFETY: the caller's promise.
        unsafe { self.as_borrowed().item_unchecked(index) }
    }

    #[cfg(not(Py_LIMITED_API))]
    #[inline]
    fn as_slice(&self) -> &[Bound<'py, PyAny>] {
        access::slice_of_tuple(self.as_borrowed())
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

    #[inline]
    fn iter(&self) -> BoundTupleIterator<'py> {
        BoundTupleIterator::new(self.clone())
    }

    #[inline]
    fn iter_borrowed<'a>(&'a self) -> BorrowedTupleIterator<'a, 'py> {
        self.as_borrowed().iter_borrowed()
    }

    fn to_list(&self) -> Bound<'py, PyList> {
        // SAFETY: the object is alive; the result is a new reference to a list, or NULL.
        unsafe {
            Bound::from_owned_ptr(self.py(), ffi::PySequence_List(self.as_ptr()))
                .cast_into_unchecked()
        }
    }
}

#[cold]
fn index_error() -> PyErr {
    crate::exceptions::PyIndexError::new_err("tuple index out of range")
}

impl<'a, 'py> Borrowed<'a, 'py, PyTuple> {
    /// # Safety
    /// `index` is less than the length.
    #[inline]
    pub(crate) unsafe fn item_unchecked(self, index: usize) -> Borrowed<'a, 'py, PyAny> {
        // SAFETY: within the tuple, which keeps its items for `'a`.
        unsafe {
            Borrowed::from_ptr(
                self.py(),
                access::tuple_item(self.as_ptr(), index as ffi::Py_ssize_t),
            )
        }
    }

    #[inline]
    pub(crate) fn iter_borrowed(self) -> BorrowedTupleIterator<'a, 'py> {
        BorrowedTupleIterator {
            items: access::Items::of(self),
        }
    }
}

/// The items of a tuple.
pub struct BoundTupleIterator<'py> {
    tuple: Bound<'py, PyTuple>,
    index: usize,
    end: usize,
}

impl<'py> BoundTupleIterator<'py> {
    #[inline]
    fn new(tuple: Bound<'py, PyTuple>) -> Self {
        let end = PyTupleMethods::len(&tuple);
        BoundTupleIterator {
            tuple,
            index: 0,
            end,
        }
    }
}

impl<'py> Iterator for BoundTupleIterator<'py> {
    type Item = Bound<'py, PyAny>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.index >= self.end {
            return None;
        }
        // SAFETY: `end` is never more than the length.
        let item = unsafe { self.tuple.get_item_unchecked(self.index) };
        self.index += 1;
        Some(item)
    }

    #[inline]
    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        self.index = self.index.saturating_add(n).min(self.end);
        self.next()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.end - self.index, Some(self.end - self.index))
    }

    fn count(self) -> usize {
        self.end - self.index
    }

    fn last(mut self) -> Option<Self::Item> {
        self.next_back()
    }
}

impl DoubleEndedIterator for BoundTupleIterator<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.index >= self.end {
            return None;
        }
        self.end -= 1;
        // SAFETY: `end` was never more than the length.
        Some(unsafe { self.tuple.get_item_unchecked(self.end) })
    }

    #[inline]
    fn nth_back(&mut self, n: usize) -> Option<Self::Item> {
        self.end = self.end.saturating_sub(n).max(self.index);
        self.next_back()
    }
}

impl ExactSizeIterator for BoundTupleIterator<'_> {}
impl FusedIterator for BoundTupleIterator<'_> {}

impl<'py> IntoIterator for Bound<'py, PyTuple> {
    type Item = Bound<'py, PyAny>;
    type IntoIter = BoundTupleIterator<'py>;
    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        BoundTupleIterator::new(self)
    }
}

impl<'py> IntoIterator for &Bound<'py, PyTuple> {
    type Item = Bound<'py, PyAny>;
    type IntoIter = BoundTupleIterator<'py>;
    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The items of a tuple, counted by the tuple.
pub struct BorrowedTupleIterator<'a, 'py> {
    items: access::Items<'a, 'py>,
}

impl<'a, 'py> Iterator for BorrowedTupleIterator<'a, 'py> {
    type Item = Borrowed<'a, 'py, PyAny>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.items.next()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.items.len(), Some(self.items.len()))
    }

    fn count(self) -> usize {
        self.items.len()
    }

    fn last(mut self) -> Option<Self::Item> {
        self.next_back()
    }
}

impl DoubleEndedIterator for BorrowedTupleIterator<'_, '_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.items.next_back()
    }
}

impl ExactSizeIterator for BorrowedTupleIterator<'_, '_> {}
impl FusedIterator for BorrowedTupleIterator<'_, '_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::any::PyAnyMethods;

    /// Gives `gives` and says `says`.
    struct Lying {
        gives: usize,
        says: usize,
    }

    impl Iterator for Lying {
        type Item = i64;
        fn next(&mut self) -> Option<i64> {
            self.gives = self.gives.checked_sub(1)?;
            Some(1)
        }
        fn size_hint(&self) -> (usize, Option<usize>) {
            (self.says, Some(self.says))
        }
    }

    impl ExactSizeIterator for Lying {}

    #[test]
    #[should_panic(
        expected = "`elements` was smaller than reported by its `ExactSizeIterator` implementation"
    )]
    fn an_iterator_that_gives_too_few_is_a_bug() {
        Python::initialize();
        Python::attach(|py| drop(PyTuple::new(py, Lying { gives: 2, says: 3 })));
    }

    #[test]
    #[should_panic(
        expected = "`elements` was larger than reported by its `ExactSizeIterator` implementation"
    )]
    fn an_iterator_that_gives_too_many_is_a_bug() {
        Python::initialize();
        Python::attach(|py| drop(PyTuple::new(py, Lying { gives: 4, says: 3 })));
    }

    #[test]
    fn a_finished_tuple_is_known_to_the_garbage_collector() {
        Python::initialize();
        Python::attach(|py| {
            let tuple = PyTuple::new(py, [PyList::empty(py)]).unwrap();
            let known = py
                .import("gc")
                .unwrap()
                .call_method1("is_tracked", (&tuple,))
                .unwrap();
            assert!(known.is_truthy().unwrap());
            assert!(PyTuple::new(py, [0; 0]).unwrap().is(PyTuple::empty(py)));
        });
    }

    #[test]
    fn items_are_read_where_they_lie() {
        Python::initialize();
        Python::attach(|py| {
            let tuple = PyTuple::new(py, 0..4).unwrap();
            let sum = |items: &mut dyn Iterator<Item = i32>| items.sum::<i32>();
            #[cfg(not(Py_LIMITED_API))]
            assert_eq!(
                sum(&mut tuple.as_slice().iter().map(|item| item.extract().unwrap())),
                6
            );
            assert_eq!(
                sum(&mut tuple.iter_borrowed().map(|item| item.extract().unwrap())),
                6
            );
            assert_eq!(
                sum(&mut tuple.iter().rev().map(|item| item.extract().unwrap())),
                6
            );
            #[cfg(not(Py_LIMITED_API))]
            assert!(PyTuple::empty(py).as_slice().is_empty());
        });
    }
}
