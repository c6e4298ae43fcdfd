//! `list`.

use std::iter::FusedIterator;

use crate::access;
use crate::convert::{IntoPyObject, IntoPyObjectExt};
use crate::err::{PyErr, PyResult, error_on_minus_one};
use crate::ffi;
use crate::instance::{Borrowed, Bound, BoundObject};
use crate::marker::Python;
use crate::types::any::truth;
use crate::types::sequence::{PySequenceMethods, count_or_error};
use crate::types::{PyAny, PySequence, PyTuple, ssize};

native_type! {
    /// Python's `list`.
    PyList = "list", &raw mut ffi::PyList_Type, is ffi::PyList_Check, exactly ffi::PyList_CheckExact
}

impl PyList {
    /// A list of the elements.
    ///
    /// # Errors
    /// Those of converting an element; `MemoryError`.
    ///
    /// # Panics
    /// When `elements` gives fewer than its `size_hint` promised.
    pub fn new<'py, T>(
        py: Python<'py>,
        elements: impl IntoIterator<Item = T>,
    ) -> PyResult<Bound<'py, PyList>>
    where
        T: IntoPyObject<'py>,
    {
        let elements = elements.into_iter();
        let promised = elements.size_hint().0;
        let list = ListBuilder::with_capacity(py, promised)?;
        for element in elements {
            list.push(element.into_bound_py_any(py)?)?;
        }
        Ok(list.finish(promised))
    }

    /// A list of nothing.
    ///
    /// # Panics
    /// When there is no memory for it.
    pub fn empty(py: Python<'_>) -> Bound<'_, PyList> {
        // SAFETY: the result is a new reference to a list, or NULL.
        unsafe { Bound::from_owned_ptr(py, ffi::PyList_New(0)).cast_into_unchecked() }
    }
}

/// A list in the making: one allocation for all its items, and at every moment a list like any other, for converting an
/// item can run Python code, which could find the list through the garbage collector.
pub(crate) struct ListBuilder<'py>(Bound<'py, PyList>);

impl<'py> ListBuilder<'py> {
    pub(crate) fn with_capacity(py: Python<'py>, capacity: usize) -> PyResult<Self> {
        let capacity = ffi::Py_ssize_t::try_from(capacity)
            .expect("out of range integral type conversion attempted on `elements.len()`");
        // SAFETY: the result is a new reference to a list, or NULL with an exception set.
        unsafe {
            let list = Bound::from_owned_ptr_or_err(py, access::new_list(capacity))?;
            Ok(ListBuilder(list.cast_into_unchecked()))
        }
    }

    #[inline]
    pub(crate) fn push(&self, item: Bound<'py, PyAny>) -> PyResult<()> {
        // SAFETY: the list was made by `new_list`.
        match unsafe { access::push_within_capacity(self.0.as_ptr(), item) } {
            None => Ok(()),
            Some(item) => self.grow(item),
        }
    }

    #[cold]
    fn grow(&self, item: Bound<'py, PyAny>) -> PyResult<()> {
        // SAFETY: both are alive; the call takes a reference of its own.
        error_on_minus_one(self.0.py(), unsafe {
            ffi::PyList_Append(self.0.as_ptr(), item.as_ptr())
        })
    }

    /// The list, which must have at least `promised` items.
    #[inline]
    pub(crate) fn finish(self, promised: usize) -> Bound<'py, PyList> {
        assert!(
            PyListMethods::len(&self.0) >= promised,
            "Attempted to create PyList but `elements` was smaller than reported by its `size_hint` implementation."
        );
        self.0
    }
}

/// What can be done with a Python `list`.
pub trait PyListMethods<'py>: super::sealed::Sealed {
    /// The number of items.
    fn len(&self) -> usize;

    /// Are there none?
    fn is_empty(&self) -> bool;

    /// The same reference as a sequence.
    fn as_sequence(&self) -> &Bound<'py, PySequence>;

    /// The same reference as a sequence.
    fn into_sequence(self) -> Bound<'py, PySequence>;

    /// The item at `index`.
    ///
    /// # Errors
    /// `IndexError` outside of the list.
    fn get_item(&self, index: usize) -> PyResult<Bound<'py, PyAny>>;

    /// The item at `index`, without looking at the length.
    ///
    /// # Safety
    /// `index` must be less than [`len`](Self::len), and no other thread may change the list meanwhile.
    unsafe fn get_item_unchecked(&self, index: usize) -> Bound<'py, PyAny>;

    /// Python's `self[low:high]`.
    fn get_slice(&self, low: usize, high: usize) -> Bound<'py, PyList>;

    /// Python's `self[index] = item`.
    ///
    /// # Errors
    /// `IndexError` outside of the list; those of converting the item.
    fn set_item<I>(&self, index: usize, item: I) -> PyResult<()>
    where
        I: IntoPyObject<'py>;

    /// Python's `del self[index]`.
    ///
    /// # Errors
    /// `IndexError` outside of the list.
    fn del_item(&self, index: usize) -> PyResult<()>;

    /// Python's `self[low:high] = seq`.
    ///
    /// # Errors
    /// What iterating over `seq` raises.
    fn set_slice(&self, low: usize, high: usize, seq: &Bound<'_, PyAny>) -> PyResult<()>;

    /// Python's `del self[low:high]`.
    ///
    /// # Errors
    /// `MemoryError`.
    fn del_slice(&self, low: usize, high: usize) -> PyResult<()>;

    /// Python's `self.append(item)`.
    ///
    /// # Errors
    /// Those of converting the item; `MemoryError`.
    fn append<I>(&self, item: I) -> PyResult<()>
    where
        I: IntoPyObject<'py>;

    /// Python's `self.insert(index, item)`; an index behind the end is the end.
    ///
    /// # Errors
    /// Those of converting the item; `MemoryError`.
    fn insert<I>(&self, index: usize, item: I) -> PyResult<()>
    where
        I: IntoPyObject<'py>;

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
    ///
    /// The list may change meanwhile: the iterator looks at its length at every step, and never beyond the length that
    /// the list had at the start.
    fn iter(&self) -> BoundListIterator<'py>;

    /// Calls `closure` with every item, with the list locked on builds without a GIL.
    ///
    /// # Errors
    /// The first error of `closure`, which ends the loop.
    fn locked_for_each<F>(&self, closure: F) -> PyResult<()>
    where
        F: Fn(Bound<'py, PyAny>) -> PyResult<()>;

    /// Python's `self.sort()`.
    ///
    /// # Errors
    /// What a comparison raises.
    fn sort(&self) -> PyResult<()>;

    /// Python's `self.reverse()`.
    ///
    /// # Errors
    /// None that CPython has today.
    fn reverse(&self) -> PyResult<()>;

    /// Python's `tuple(self)`.
    fn to_tuple(&self) -> Bound<'py, PyTuple>;
}

impl<'py> PyListMethods<'py> for Bound<'py, PyList> {
    #[inline]
    fn len(&self) -> usize {
        // SAFETY: the object is a list.
        unsafe { access::list_size(self.as_ptr()) as usize }
    }

    #[inline]
    fn is_empty(&self) -> bool {
        PyListMethods::len(self) == 0
    }

    fn as_sequence(&self) -> &Bound<'py, PySequence> {
        // SAFETY: a list is a sequence.
        unsafe { self.cast_unchecked() }
    }

    fn into_sequence(self) -> Bound<'py, PySequence> {
        // SAFETY: a list is a sequence.
        unsafe { self.cast_into_unchecked() }
    }

    #[inline]
    fn get_item(&self, index: usize) -> PyResult<Bound<'py, PyAny>> {
        item_at(self, index).ok_or_else(index_error)
    }

    #[inline]
    unsafe fn get_item_unchecked(&self, index: usize) -> Bound<'py, PyAny> {
        // SAFETY: the caller's promise; no item of a list is NULL.
        unsafe {
            Bound::from_borrowed_ptr(
                self.py(),
                access::list_item(self.as_ptr(), index as ffi::Py_ssize_t),
            )
        }
    }

    fn get_slice(&self, low: usize, high: usize) -> Bound<'py, PyList> {
        // SAFETY: the object is a list; the result is a new reference to a list, or NULL.
        unsafe {
            Bound::from_owned_ptr(
                self.py(),
                ffi::PyList_GetSlice(self.as_ptr(), ssize(low), ssize(high)),
            )
            .cast_into_unchecked()
        }
    }

    fn set_item<I>(&self, index: usize, item: I) -> PyResult<()>
    where
        I: IntoPyObject<'py>,
    {
        let item = item.into_bound_py_any(self.py())?;
        // SAFETY: the object is a list; the call takes over the reference to the item.
        error_on_minus_one(self.py(), unsafe {
            ffi::PyList_SetItem(self.as_ptr(), ssize(index), item.into_ptr())
        })
    }

    fn del_item(&self, index: usize) -> PyResult<()> {
        self.as_sequence().del_item(index)
    }

    fn set_slice(&self, low: usize, high: usize, seq: &Bound<'_, PyAny>) -> PyResult<()> {
        // SAFETY: the object is a list, and `seq` is alive.
        error_on_minus_one(self.py(), unsafe {
            ffi::PyList_SetSlice(self.as_ptr(), ssize(low), ssize(high), seq.as_ptr())
        })
    }

    fn del_slice(&self, low: usize, high: usize) -> PyResult<()> {
        self.as_sequence().del_slice(low, high)
    }

    fn append<I>(&self, item: I) -> PyResult<()>
    where
        I: IntoPyObject<'py>,
    {
        let item = item.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: the object is a list; the call takes a reference of its own.
        error_on_minus_one(self.py(), unsafe {
            ffi::PyList_Append(self.as_ptr(), item.as_ptr())
        })
    }

    fn insert<I>(&self, index: usize, item: I) -> PyResult<()>
    where
        I: IntoPyObject<'py>,
    {
        let item = item.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: the object is a list; the call takes a reference of its own.
        error_on_minus_one(self.py(), unsafe {
            ffi::PyList_Insert(self.as_ptr(), ssize(index), item.as_ptr())
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

    #[inline]
    fn iter(&self) -> BoundListIterator<'py> {
        BoundListIterator::new(self.clone())
    }

    fn locked_for_each<F>(&self, closure: F) -> PyResult<()>
    where
        F: Fn(Bound<'py, PyAny>) -> PyResult<()>,
    {
        super::with_critical_section(self.as_any(), || self.iter().try_for_each(closure))
    }

    fn sort(&self) -> PyResult<()> {
        // SAFETY: the object is a list.
        error_on_minus_one(self.py(), unsafe { ffi::PyList_Sort(self.as_ptr()) })
    }

    fn reverse(&self) -> PyResult<()> {
        // SAFETY: the object is a list.
        error_on_minus_one(self.py(), unsafe { ffi::PyList_Reverse(self.as_ptr()) })
    }

    fn to_tuple(&self) -> Bound<'py, PyTuple> {
        // SAFETY: the object is a list; the result is a new reference to a tuple, or NULL.
        unsafe {
            Bound::from_owned_ptr(self.py(), ffi::PyList_AsTuple(self.as_ptr()))
                .cast_into_unchecked()
        }
    }
}

#[cold]
fn index_error() -> PyErr {
    crate::exceptions::PyIndexError::new_err("list index out of range")
}

/// The item at `index`, if the list is long enough at this moment.
#[inline]
pub(crate) fn item_at<'py>(list: &Bound<'py, PyList>, index: usize) -> Option<Bound<'py, PyAny>> {
    #[cfg(not(Py_GIL_DISABLED))]
    // SAFETY: the list does not change between the look at its length and the new reference.
    unsafe {
        (index < PyListMethods::len(list)).then(|| list.get_item_unchecked(index))
    }
    #[cfg(Py_GIL_DISABLED)]
    // SAFETY: the object is a list; the result is a new reference, or NULL with an `IndexError` set.
    unsafe {
        if index >= PyListMethods::len(list) {
            return None;
        }
        let item = ffi::PyList_GetItemRef(list.as_ptr(), ssize(index));
        if item.is_null() {
            ffi::PyErr_Clear();
        }
        Bound::from_owned_ptr_or_opt(list.py(), item)
    }
}

/// Calls `f` with a reference to the item at `index` that nobody counts, if the list is long enough at this moment.
///
/// # Safety
/// `f` must run no Python code: that could take the item out of the list.
#[cfg(not(Py_GIL_DISABLED))]
#[inline]
pub(crate) unsafe fn peek_item<'py, R>(
    list: &Bound<'py, PyList>,
    index: usize,
    f: impl FnOnce(Borrowed<'_, 'py, PyAny>) -> R,
) -> Option<R> {
    if index >= PyListMethods::len(list) {
        return None;
    }
    // SAFETY: within the list; the list holds the item while `f` runs.
    Some(f(unsafe {
        Borrowed::from_ptr(
            list.py(),
            access::list_item(list.as_ptr(), index as ffi::Py_ssize_t),
        )
    }))
}

/// The same on builds where other threads can change the list at any time: the item is counted.
///
/// # Safety
/// None needed here.
#[cfg(Py_GIL_DISABLED)]
#[inline]
pub(crate) unsafe fn peek_item<'py, R>(
    list: &Bound<'py, PyList>,
    index: usize,
    f: impl FnOnce(Borrowed<'_, 'py, PyAny>) -> R,
) -> Option<R> {
    item_at(list, index).map(|item| f(item.as_borrowed()))
}

/// The items of a list: see [`PyListMethods::iter`].
pub struct BoundListIterator<'py> {
    list: Bound<'py, PyList>,
    /// The next item from the front.
    index: usize,
    /// One behind the next item from the back.
    end: usize,
}

impl<'py> BoundListIterator<'py> {
    #[inline]
    fn new(list: Bound<'py, PyList>) -> Self {
        let end = PyListMethods::len(&list);
        BoundListIterator {
            list,
            index: 0,
            end,
        }
    }

    /// The end, or where the list ends if that is sooner.
    #[inline]
    fn end(&self) -> usize {
        self.end.min(PyListMethods::len(&self.list))
    }
}

impl<'py> Iterator for BoundListIterator<'py> {
    type Item = Bound<'py, PyAny>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.index >= self.end {
            return None;
        }
        match item_at(&self.list, self.index) {
            Some(item) => {
                self.index += 1;
                Some(item)
            }
            // The list has become shorter; should it grow again, the iterator has ended all the same.
            None => {
                self.end = self.index;
                None
            }
        }
    }

    #[inline]
    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        self.index = self.index.saturating_add(n).min(self.end);
        self.next()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let len = self.len();
        (len, Some(len))
    }

    fn count(self) -> usize {
        self.len()
    }

    fn last(mut self) -> Option<Self::Item> {
        self.next_back()
    }
}

impl DoubleEndedIterator for BoundListIterator<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.end = self.end();
        if self.index >= self.end {
            return None;
        }
        let item = item_at(&self.list, self.end - 1)?;
        self.end -= 1;
        Some(item)
    }

    #[inline]
    fn nth_back(&mut self, n: usize) -> Option<Self::Item> {
        self.end = self.end().saturating_sub(n);
        self.next_back()
    }
}

impl ExactSizeIterator for BoundListIterator<'_> {
    #[inline]
    fn len(&self) -> usize {
        self.end().saturating_sub(self.index)
    }
}

impl FusedIterator for BoundListIterator<'_> {}

impl<'py> IntoIterator for Bound<'py, PyList> {
    type Item = Bound<'py, PyAny>;
    type IntoIter = BoundListIterator<'py>;
    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        BoundListIterator::new(self)
    }
}

impl<'py> IntoIterator for &Bound<'py, PyList> {
    type Item = Bound<'py, PyAny>;
    type IntoIter = BoundListIterator<'py>;
    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::any::PyAnyMethods;

    /// Says that it gives more than it does.
    struct Short(usize);

    impl Iterator for Short {
        type Item = i64;
        fn next(&mut self) -> Option<i64> {
            self.0 = self.0.checked_sub(1)?;
            Some(1)
        }
        fn size_hint(&self) -> (usize, Option<usize>) {
            (self.0 + 1, None)
        }
    }

    #[test]
    #[should_panic(
        expected = "`elements` was smaller than reported by its `size_hint` implementation"
    )]
    fn an_iterator_that_promised_more_is_a_bug() {
        Python::initialize();
        Python::attach(|py| drop(PyList::new(py, Short(3))));
    }

    #[test]
    fn an_iterator_that_promised_less_is_not() {
        Python::initialize();
        Python::attach(|py| {
            let list = PyList::new(py, (0..100).filter(|number| number % 2 == 0)).unwrap();
            assert_eq!(PyListMethods::len(&list), 50);
            assert_eq!(list.get_item(49).unwrap().extract::<i32>().unwrap(), 98);
        });
    }

    #[test]
    fn what_was_made_before_an_error_is_given_up() {
        Python::initialize();
        Python::attach(|py| {
            let kept = PyList::empty(py).into_any();
            let before = kept.get_refcnt();
            let items = [Ok(&kept), Ok(&kept), Err(())];
            let failing =
                items.map(|item| item.map_or_else(|()| MaybeObject::Fails, MaybeObject::Object));
            assert!(PyList::new(py, failing).is_err());
            assert_eq!(kept.get_refcnt(), before);
        });
    }

    enum MaybeObject<'a, 'py> {
        Object(&'a Bound<'py, PyAny>),
        Fails,
    }

    impl<'py> IntoPyObject<'py> for MaybeObject<'_, 'py> {
        type Target = PyAny;
        type Output = Bound<'py, PyAny>;
        type Error = PyErr;
        fn into_pyobject(self, _: Python<'py>) -> Result<Self::Output, Self::Error> {
            match self {
                Self::Object(object) => Ok(object.clone()),
                Self::Fails => Err(crate::exceptions::PyValueError::new_err("no such object")),
            }
        }
    }

    #[test]
    fn the_iterator_follows_a_list_that_shrinks() {
        Python::initialize();
        Python::attach(|py| {
            let list = PyList::new(py, 0..6).unwrap();
            let mut items = list.iter();
            assert_eq!(items.next().unwrap().extract::<i32>().unwrap(), 0);
            list.del_slice(3, 6).unwrap();
            assert_eq!(items.len(), 2);
            assert_eq!(items.next_back().unwrap().extract::<i32>().unwrap(), 2);
            list.del_slice(0, 3).unwrap();
            assert!(items.next().is_none());
            // Ended is ended.
            list.set_slice(0, 0, PyList::new(py, 0..9).unwrap().as_any())
                .unwrap();
            assert!(items.next().is_none());
            assert!(items.next_back().is_none());
        });
    }

    #[test]
    fn steps_from_both_ends_meet() {
        Python::initialize();
        Python::attach(|py| {
            let list = PyList::new(py, 0..6).unwrap();
            let mut items = list.iter();
            assert_eq!(items.nth(1).unwrap().extract::<i32>().unwrap(), 1);
            assert_eq!(items.nth_back(1).unwrap().extract::<i32>().unwrap(), 4);
            assert_eq!(items.len(), 2);
            assert!(items.nth(2).is_none());
            assert!(items.next_back().is_none());
        });
    }
}
