//! `dict`.

use std::ptr::NonNull;

use crate::convert::{IntoPyObject, IntoPyObjectExt};
use crate::err::{PyResult, error_on_minus_one};
use crate::ffi;
use crate::instance::{Borrowed, Bound, BoundObject};
use crate::marker::Python;
use crate::types::any::truth;
use crate::types::{PyAny, PyList, PyMapping};

native_type! {
    /// Python's `dict`.
    PyDict = "dict", &raw mut ffi::PyDict_Type, is ffi::PyDict_Check, exactly ffi::PyDict_CheckExact
}

native_type! {
    /// What `dict.keys()` gives in Python.
    PyDictKeys = "dict_keys", &raw mut ffi::PyDictKeys_Type, is ffi::PyDictKeys_Check
}

native_type! {
    /// What `dict.values()` gives in Python.
    PyDictValues = "dict_values", &raw mut ffi::PyDictValues_Type, is ffi::PyDictValues_Check
}

native_type! {
    /// What `dict.items()` gives in Python.
    PyDictItems = "dict_items", &raw mut ffi::PyDictItems_Type, is ffi::PyDictItems_Check
}

impl PyDict {
    /// An empty dictionary.
    ///
    /// # Panics
    /// When there is no memory for it.
    pub fn new(py: Python<'_>) -> Bound<'_, PyDict> {
        // SAFETY: the result is a new reference to a dictionary, or NULL.
        unsafe { Bound::from_owned_ptr(py, ffi::PyDict_New()).cast_into_unchecked() }
    }

    /// Python's `dict(seq)`, for a sequence of pairs; of equal keys the last one wins.
    ///
    /// # Errors
    /// A `TypeError` or `ValueError` when an element is no pair, or a key cannot be hashed.
    pub fn from_sequence<'py>(seq: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(seq.py());
        // SAFETY: both are alive.
        error_on_minus_one(seq.py(), unsafe {
            ffi::PyDict_MergeFromSeq2(dict.as_ptr(), seq.as_ptr(), 1)
        })?;
        Ok(dict)
    }
}

/// What can be done with a Python `dict`.
pub trait PyDictMethods<'py>: super::sealed::Sealed {
    /// A shallow copy.
    ///
    /// # Errors
    /// `MemoryError`.
    fn copy(&self) -> PyResult<Bound<'py, PyDict>>;

    /// Removes everything.
    fn clear(&self);

    /// The number of keys.
    fn len(&self) -> usize;

    /// Are there none?
    fn is_empty(&self) -> bool;

    /// Python's `key in self`.
    ///
    /// # Errors
    /// What hashing or comparing the key raises.
    fn contains<K>(&self, key: K) -> PyResult<bool>
    where
        K: IntoPyObject<'py>;

    /// The value of `key`, or `None` when it is not there.
    ///
    /// # Errors
    /// What hashing or comparing the key raises.
    fn get_item<K>(&self, key: K) -> PyResult<Option<Bound<'py, PyAny>>>
    where
        K: IntoPyObject<'py>;

    /// Python's `self[key] = value`.
    ///
    /// # Errors
    /// What hashing or comparing the key raises.
    fn set_item<K, V>(&self, key: K, value: V) -> PyResult<()>
    where
        K: IntoPyObject<'py>,
        V: IntoPyObject<'py>;

    /// Python's `del self[key]`.
    ///
    /// # Errors
    /// A `KeyError` when it is not there; what hashing or comparing the key raises.
    fn del_item<K>(&self, key: K) -> PyResult<()>
    where
        K: IntoPyObject<'py>;

    /// A list of the keys.
    fn keys(&self) -> Bound<'py, PyList>;

    /// A list of the values.
    fn values(&self) -> Bound<'py, PyList>;

    /// A list of the pairs.
    fn items(&self) -> Bound<'py, PyList>;

    /// The pairs of key and value, one after the other.
    ///
    /// # Panics
    /// The iterator panics when keys were added or removed since it was made. Other values for the same keys are fine.
    fn iter(&self) -> BoundDictIterator<'py>;

    /// Calls `closure` with every key and value, with the dictionary locked on builds without a GIL.
    ///
    /// # Errors
    /// The first error of `closure`, which ends the loop.
    fn locked_for_each<F>(&self, closure: F) -> PyResult<()>
    where
        F: Fn(Bound<'py, PyAny>, Bound<'py, PyAny>) -> PyResult<()>;

    /// The same reference as a mapping.
    fn as_mapping(&self) -> &Bound<'py, PyMapping>;

    /// The same reference as a mapping.
    fn into_mapping(self) -> Bound<'py, PyMapping>;

    /// Python's `self.update(other)`.
    ///
    /// # Errors
    /// What reading `other` raises.
    fn update(&self, other: &Bound<'_, PyMapping>) -> PyResult<()>;

    /// Takes from `other` the keys that are not here yet.
    ///
    /// # Errors
    /// What reading `other` raises.
    fn update_if_missing(&self, other: &Bound<'_, PyMapping>) -> PyResult<()>;

    /// Python's `self.setdefault(key, default_value)`; says whether the pair was inserted.
    ///
    /// # Errors
    /// What hashing or comparing the key raises.
    fn set_default<K, V>(&self, key: K, default_value: V) -> PyResult<bool>
    where
        K: IntoPyObject<'py>,
        V: IntoPyObject<'py>;

    /// Python's `self.setdefault(key, default_value)`; says whether the pair was inserted, and gives the value
    /// that is there.
    ///
    /// # Errors
    /// What hashing or comparing the key raises.
    fn set_default_with_result<K, V>(
        &self,
        key: K,
        default_value: V,
    ) -> PyResult<(bool, Bound<'py, PyAny>)>
    where
        K: IntoPyObject<'py>,
        V: IntoPyObject<'py>;
}

impl<'py> PyDictMethods<'py> for Bound<'py, PyDict> {
    fn copy(&self) -> PyResult<Bound<'py, PyDict>> {
        // SAFETY: the object is a dictionary; the result is a new reference to one, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(self.py(), ffi::PyDict_Copy(self.as_ptr()))
                .map(|dict| dict.cast_into_unchecked())
        }
    }

    fn clear(&self) {
        // SAFETY: the object is a dictionary.
        unsafe { ffi::PyDict_Clear(self.as_ptr()) }
    }

    #[inline]
    fn len(&self) -> usize {
        // SAFETY: the object is a dictionary.
        unsafe { ffi::PyDict_Size(self.as_ptr()) as usize }
    }

    #[inline]
    fn is_empty(&self) -> bool {
        PyDictMethods::len(self) == 0
    }

    fn contains<K>(&self, key: K) -> PyResult<bool>
    where
        K: IntoPyObject<'py>,
    {
        let key = key.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: the object is a dictionary, the key alive.
        truth(self.py(), unsafe {
            ffi::PyDict_Contains(self.as_ptr(), key.as_ptr())
        })
    }

    fn get_item<K>(&self, key: K) -> PyResult<Option<Bound<'py, PyAny>>>
    where
        K: IntoPyObject<'py>,
    {
        let key = key.into_pyobject_or_pyerr(self.py())?;
        let mut found = std::ptr::null_mut();
        // SAFETY: the object is a dictionary, the key alive; `found` receives a new reference, or NULL.
        unsafe {
            truth(
                self.py(),
                ffi::compat::PyDict_GetItemRef(self.as_ptr(), key.as_ptr(), &raw mut found),
            )?;
            Ok(Bound::from_owned_ptr_or_opt(self.py(), found))
        }
    }

    fn set_item<K, V>(&self, key: K, value: V) -> PyResult<()>
    where
        K: IntoPyObject<'py>,
        V: IntoPyObject<'py>,
    {
        let key = key.into_pyobject_or_pyerr(self.py())?;
        let value = value.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: the object is a dictionary, key and value alive.
        error_on_minus_one(self.py(), unsafe {
            ffi::PyDict_SetItem(self.as_ptr(), key.as_ptr(), value.as_ptr())
        })
    }

    fn del_item<K>(&self, key: K) -> PyResult<()>
    where
        K: IntoPyObject<'py>,
    {
        let key = key.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: the object is a dictionary, the key alive.
        error_on_minus_one(self.py(), unsafe {
            ffi::PyDict_DelItem(self.as_ptr(), key.as_ptr())
        })
    }

    fn keys(&self) -> Bound<'py, PyList> {
        // SAFETY: the object is a dictionary; the result is a new reference to a list, or NULL.
        unsafe {
            Bound::from_owned_ptr(self.py(), ffi::PyDict_Keys(self.as_ptr())).cast_into_unchecked()
        }
    }

    fn values(&self) -> Bound<'py, PyList> {
        // SAFETY: the object is a dictionary; the result is a new reference to a list, or NULL.
        unsafe {
            Bound::from_owned_ptr(self.py(), ffi::PyDict_Values(self.as_ptr()))
                .cast_into_unchecked()
        }
    }

    fn items(&self) -> Bound<'py, PyList> {
        // SAFETY: the object is a dictionary; the result is a new reference to a list, or NULL.
        unsafe {
            Bound::from_owned_ptr(self.py(), ffi::PyDict_Items(self.as_ptr())).cast_into_unchecked()
        }
    }

    fn iter(&self) -> BoundDictIterator<'py> {
        BoundDictIterator::new(self.clone())
    }

    fn locked_for_each<F>(&self, closure: F) -> PyResult<()>
    where
        F: Fn(Bound<'py, PyAny>, Bound<'py, PyAny>) -> PyResult<()>,
    {
        super::with_critical_section(self.as_any(), || {
            self.iter().try_for_each(|(key, value)| closure(key, value))
        })
    }

    fn as_mapping(&self) -> &Bound<'py, PyMapping> {
        // SAFETY: a dictionary is a mapping.
        unsafe { self.cast_unchecked() }
    }

    fn into_mapping(self) -> Bound<'py, PyMapping> {
        // SAFETY: a dictionary is a mapping.
        unsafe { self.cast_into_unchecked() }
    }

    fn update(&self, other: &Bound<'_, PyMapping>) -> PyResult<()> {
        // SAFETY: both are alive.
        error_on_minus_one(self.py(), unsafe {
            ffi::PyDict_Update(self.as_ptr(), other.as_ptr())
        })
    }

    fn update_if_missing(&self, other: &Bound<'_, PyMapping>) -> PyResult<()> {
        // SAFETY: both are alive.
        error_on_minus_one(self.py(), unsafe {
            ffi::PyDict_Merge(self.as_ptr(), other.as_ptr(), 0)
        })
    }

    fn set_default<K, V>(&self, key: K, default_value: V) -> PyResult<bool>
    where
        K: IntoPyObject<'py>,
        V: IntoPyObject<'py>,
    {
        self.set_default_with_result(key, default_value)
            .map(|(inserted, _)| inserted)
    }

    fn set_default_with_result<K, V>(
        &self,
        key: K,
        default_value: V,
    ) -> PyResult<(bool, Bound<'py, PyAny>)>
    where
        K: IntoPyObject<'py>,
        V: IntoPyObject<'py>,
    {
        let py = self.py();
        let key = key.into_pyobject_or_pyerr(py)?;
        let value = default_value.into_pyobject_or_pyerr(py)?;
        let mut result = std::ptr::null_mut();
        // SAFETY: the object is a dictionary, key and value alive; `result` receives a new reference unless the answer
        // is an error.
        unsafe {
            let answer = ffi::compat::PyDict_SetDefaultRef(
                self.as_ptr(),
                key.as_ptr(),
                value.as_ptr(),
                &raw mut result,
            );
            let present = truth(py, answer)?;
            Ok((!present, Bound::from_owned_ptr(py, result)))
        }
    }
}

/// The keys and values of a dictionary: see [`PyDictMethods::iter`].
pub struct BoundDictIterator<'py> {
    dict: Bound<'py, PyDict>,
    /// CPython's own; not an index.
    position: ffi::Py_ssize_t,
    /// The number of keys at the start.
    size: usize,
    remaining: usize,
}

impl<'py> BoundDictIterator<'py> {
    fn new(dict: Bound<'py, PyDict>) -> Self {
        let size = PyDictMethods::len(&dict);
        BoundDictIterator {
            dict,
            position: 0,
            size,
            remaining: size,
        }
    }

    #[cold]
    #[inline(never)]
    fn changed(&mut self, what: &str) -> ! {
        // No dictionary is that large: whoever catches the panic and goes on meets it again.
        self.size = usize::MAX;
        self.remaining = 0;
        panic!("dictionary {what} during iteration")
    }
}

/// The number of items.
#[inline]
fn used(dict: &Bound<'_, PyDict>) -> usize {
    #[cfg(not(any(Py_LIMITED_API, PyPy, GraalPy)))]
    // SAFETY: the object is a dictionary.
    unsafe {
        (*dict.as_ptr().cast::<ffi::PyDictObject>()).ma_used as usize
    }
    #[cfg(any(Py_LIMITED_API, PyPy, GraalPy))]
    PyDictMethods::len(dict)
}

impl<'py> Iterator for BoundDictIterator<'py> {
    type Item = (Bound<'py, PyAny>, Bound<'py, PyAny>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if used(&self.dict) != self.size {
            self.changed("changed size");
        }
        let py = self.dict.py();
        let (dict, position) = (self.dict.as_ptr(), &raw mut self.position);
        let item = super::with_critical_section(self.dict.as_any(), || {
            let (mut key, mut value) = (std::ptr::null_mut(), std::ptr::null_mut());
            // SAFETY: the object is a dictionary. The call gives borrowed references, which are counted before any
            // other code can run.
            unsafe {
                (ffi::PyDict_Next(dict, position, &raw mut key, &raw mut value) != 0).then(|| {
                    let live = |object| {
                        Borrowed::from_non_null(py, NonNull::new_unchecked(object)).to_owned()
                    };
                    (live(key), live(value))
                })
            }
        });
        match item {
            None => {
                self.remaining = 0;
                None
            }
            // As many keys as at the start have been seen, and here is another one: some were replaced.
            Some(_) if self.remaining == 0 => self.changed("keys changed"),
            Some(item) => {
                self.remaining -= 1;
                Some(item)
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.remaining, Some(self.remaining))
    }

    fn count(self) -> usize {
        self.remaining
    }
}

impl ExactSizeIterator for BoundDictIterator<'_> {}

impl<'py> IntoIterator for Bound<'py, PyDict> {
    type Item = (Bound<'py, PyAny>, Bound<'py, PyAny>);
    type IntoIter = BoundDictIterator<'py>;
    fn into_iter(self) -> Self::IntoIter {
        BoundDictIterator::new(self)
    }
}

impl<'py> IntoIterator for &Bound<'py, PyDict> {
    type Item = (Bound<'py, PyAny>, Bound<'py, PyAny>);
    type IntoIter = BoundDictIterator<'py>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Pairs that make a dictionary: `[("a", 1)].into_py_dict(py)`.
pub trait IntoPyDict<'py>: Sized {
    /// The dictionary; of equal keys the last one wins.
    ///
    /// # Errors
    /// Those of the conversions; a `TypeError` when a key cannot be hashed.
    fn into_py_dict(self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>>;
}

impl<'py, T, I> IntoPyDict<'py> for I
where
    T: pair::Pair<'py>,
    I: IntoIterator<Item = T>,
{
    fn into_py_dict(self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for item in self {
            let (key, value) = item.split();
            dict.set_item(key, value)?;
        }
        Ok(dict)
    }
}

mod pair {
    use crate::convert::IntoPyObject;

    /// `(K, V)` and `&(K, V)`.
    pub trait Pair<'py> {
        type Key: IntoPyObject<'py>;
        type Value: IntoPyObject<'py>;
        fn split(self) -> (Self::Key, Self::Value);
    }

    impl<'py, K: IntoPyObject<'py>, V: IntoPyObject<'py>> Pair<'py> for (K, V) {
        type Key = K;
        type Value = V;
        fn split(self) -> (K, V) {
            self
        }
    }

    impl<'a, 'py, K, V> Pair<'py> for &'a (K, V)
    where
        &'a K: IntoPyObject<'py>,
        &'a V: IntoPyObject<'py>,
    {
        type Key = &'a K;
        type Value = &'a V;
        fn split(self) -> (&'a K, &'a V) {
            (&self.0, &self.1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::any::PyAnyMethods;

    #[test]
    fn values_may_change_while_the_keys_stay() {
        Python::initialize();
        Python::attach(|py| {
            let dict = (0..4).map(|key| (key, 0)).into_py_dict(py).unwrap();
            for (key, _) in &dict {
                dict.set_item(&key, 7).unwrap();
            }
            assert!(
                dict.iter()
                    .all(|(_, value)| value.extract::<i32>().unwrap() == 7)
            );
        });
    }

    #[test]
    #[should_panic(expected = "dictionary changed size during iteration")]
    fn a_key_that_is_added_while_iterating_is_a_bug() {
        Python::initialize();
        Python::attach(|py| {
            let dict = [("a", 1)].into_py_dict(py).unwrap();
            for _ in &dict {
                dict.set_item("b", 2).unwrap();
            }
        });
    }

    #[test]
    #[should_panic(expected = "dictionary keys changed during iteration")]
    fn keys_that_are_replaced_while_iterating_are_a_bug() {
        Python::initialize();
        Python::attach(|py| {
            let dict = [(0, 0)].into_py_dict(py).unwrap();
            for (index, (key, _)) in dict.iter().enumerate() {
                dict.del_item(key).unwrap();
                dict.set_item(index + 1, 0).unwrap();
            }
        });
    }

    #[test]
    fn a_default_is_inserted_once() {
        Python::initialize();
        Python::attach(|py| {
            let dict = PyDict::new(py);
            assert!(dict.set_default("a", 1).unwrap());
            let (inserted, value) = dict.set_default_with_result("a", 2).unwrap();
            assert!(!inserted);
            assert_eq!(value.extract::<i32>().unwrap(), 1);
        });
    }
}
