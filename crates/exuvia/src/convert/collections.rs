//! Maps and sets.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

use crate::PyResult;
use crate::convert::{FromPyObject, FromPyObjectOwned, IntoPyObject};
use crate::err::PyErr;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::dict::{IntoPyDict, PyDictMethods};
use crate::types::frozenset::PyFrozenSetMethods;
use crate::types::set::PySetMethods;
use crate::types::{PyAny, PyDict, PyFrozenSet, PySet};

/// Calls `found` with the converted keys and values of a dictionary, of which there are `expect` at first.
pub(super) fn read_dict<'py, K, V>(
    obj: Borrowed<'_, 'py, PyAny>,
    expect: impl FnOnce(usize),
    mut found: impl FnMut(K, V),
) -> PyResult<()>
where
    K: FromPyObjectOwned<'py>,
    V: FromPyObjectOwned<'py>,
{
    let dict = obj.cast::<PyDict>()?;
    expect(PyDictMethods::len(&*dict));
    for (key, value) in dict.iter() {
        found(
            key.extract().map_err(Into::into)?,
            value.extract().map_err(Into::into)?,
        );
    }
    Ok(())
}

/// Calls `found` with the converted elements of a `set` or `frozenset`, of which there are `expect` at first.
pub(super) fn read_set<'py, K>(
    obj: Borrowed<'_, 'py, PyAny>,
    expect: impl FnOnce(usize),
    mut found: impl FnMut(K),
) -> PyResult<()>
where
    K: FromPyObjectOwned<'py>,
{
    let mut read = |element: Bound<'py, PyAny>| {
        found(element.extract().map_err(Into::into)?);
        Ok(())
    };
    if let Ok(set) = obj.cast::<PyFrozenSet>() {
        expect(PyFrozenSetMethods::len(&*set));
        return set.iter().try_for_each(read);
    }
    let set = obj.cast::<PySet>()?;
    expect(PySetMethods::len(&*set));
    set.iter().try_for_each(&mut read)
}

impl<'py, K, V, S> FromPyObject<'_, 'py> for HashMap<K, V, S>
where
    K: FromPyObjectOwned<'py> + Eq + Hash,
    V: FromPyObjectOwned<'py>,
    S: BuildHasher + Default,
{
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> Result<Self, Self::Error> {
        let map = std::cell::RefCell::new(HashMap::default());
        read_dict(
            obj,
            |len| map.borrow_mut().reserve(len),
            |key, value| {
                map.borrow_mut().insert(key, value);
            },
        )?;
        Ok(map.into_inner())
    }
}

impl<'py, K, V> FromPyObject<'_, 'py> for BTreeMap<K, V>
where
    K: FromPyObjectOwned<'py> + Ord,
    V: FromPyObjectOwned<'py>,
{
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> Result<Self, Self::Error> {
        let mut map = BTreeMap::new();
        read_dict(
            obj,
            |_| {},
            |key, value| {
                map.insert(key, value);
            },
        )?;
        Ok(map)
    }
}

impl<'py, K, S> FromPyObject<'_, 'py> for HashSet<K, S>
where
    K: FromPyObjectOwned<'py> + Eq + Hash,
    S: BuildHasher + Default,
{
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> Result<Self, Self::Error> {
        let set = std::cell::RefCell::new(HashSet::default());
        read_set(
            obj,
            |len| set.borrow_mut().reserve(len),
            |element| {
                set.borrow_mut().insert(element);
            },
        )?;
        Ok(set.into_inner())
    }
}

impl<'py, K> FromPyObject<'_, 'py> for BTreeSet<K>
where
    K: FromPyObjectOwned<'py> + Ord,
{
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> Result<Self, Self::Error> {
        let mut set = BTreeSet::new();
        read_set(
            obj,
            |_| {},
            |element| {
                set.insert(element);
            },
        )?;
        Ok(set)
    }
}

macro_rules! into_collection {
    ($target:ident from |$value:ident, $py:ident| $make:expr; $([$($generics:tt)*] $rust:ty where [$($bounds:tt)*];)*) => {$(
        impl<'py, $($generics)*> IntoPyObject<'py> for $rust
        where
            $($bounds)*
        {
            type Target = $target;
            type Output = Bound<'py, $target>;
            type Error = PyErr;
            fn into_pyobject(self, $py: Python<'py>) -> Result<Self::Output, Self::Error> {
                let $value = self;
                $make
            }
        }
    )*};
}

into_collection! {
    PyDict from |map, py| map.into_py_dict(py);
    [K, V, S] HashMap<K, V, S>
        where [K: IntoPyObject<'py> + Eq + Hash, V: IntoPyObject<'py>, S: BuildHasher];
    [K, V] BTreeMap<K, V>
        where [K: IntoPyObject<'py> + Eq, V: IntoPyObject<'py>];
}

into_collection! {
    PyDict from |map, py| map.iter().into_py_dict(py);
    ['a, K, V, S] &'a HashMap<K, V, S>
        where [&'a K: IntoPyObject<'py> + Eq + Hash, &'a V: IntoPyObject<'py>, S: BuildHasher];
    ['a, K, V] &'a BTreeMap<K, V>
        where [&'a K: IntoPyObject<'py> + Eq, &'a V: IntoPyObject<'py>, K: 'a, V: 'a];
}

into_collection! {
    PySet from |set, py| PySet::new(py, set);
    [K, S] HashSet<K, S> where [K: IntoPyObject<'py> + Eq + Hash, S: BuildHasher + Default];
    ['a, K, S] &'a HashSet<K, S> where [&'a K: IntoPyObject<'py> + Eq + Hash, S: BuildHasher];
    [K] BTreeSet<K> where [K: IntoPyObject<'py> + Ord];
    ['a, K] &'a BTreeSet<K> where [&'a K: IntoPyObject<'py> + Ord, K: 'a];
}
