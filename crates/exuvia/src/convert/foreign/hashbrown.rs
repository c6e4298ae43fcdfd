//! `hashbrown`'s `HashMap` and `HashSet`: `dict` and `set`.

use std::cell::RefCell;
use std::hash::{BuildHasher, Hash};

use hashbrown::{HashMap, HashSet};

use crate::convert::collections::{read_dict, read_set};
use crate::convert::{FromPyObject, FromPyObjectOwned, IntoPyObject};
use crate::err::PyErr;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::dict::IntoPyDict;
use crate::types::{PyAny, PyDict, PySet};

impl<'py, K, V, S> FromPyObject<'_, 'py> for HashMap<K, V, S>
where
    K: FromPyObjectOwned<'py> + Eq + Hash,
    V: FromPyObjectOwned<'py>,
    S: BuildHasher + Default,
{
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> Result<Self, Self::Error> {
        let map = RefCell::new(HashMap::default());
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

impl<'py, K, S> FromPyObject<'_, 'py> for HashSet<K, S>
where
    K: FromPyObjectOwned<'py> + Eq + Hash,
    S: BuildHasher + Default,
{
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> Result<Self, Self::Error> {
        let set = RefCell::new(HashSet::default());
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

impl<'py, K, V, S> IntoPyObject<'py> for HashMap<K, V, S>
where
    K: IntoPyObject<'py> + Eq + Hash,
    V: IntoPyObject<'py>,
    S: BuildHasher,
{
    type Target = PyDict;
    type Output = Bound<'py, PyDict>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        self.into_py_dict(py)
    }
}

impl<'a, 'py, K, V, S> IntoPyObject<'py> for &'a HashMap<K, V, S>
where
    &'a K: IntoPyObject<'py> + Eq + Hash,
    &'a V: IntoPyObject<'py>,
    S: BuildHasher,
{
    type Target = PyDict;
    type Output = Bound<'py, PyDict>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        self.iter().into_py_dict(py)
    }
}

impl<'py, K, S> IntoPyObject<'py> for HashSet<K, S>
where
    K: IntoPyObject<'py> + Eq + Hash,
    S: BuildHasher,
{
    type Target = PySet;
    type Output = Bound<'py, PySet>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        PySet::new(py, self)
    }
}

impl<'a, 'py, K, S> IntoPyObject<'py> for &'a HashSet<K, S>
where
    &'a K: IntoPyObject<'py> + Eq + Hash,
    S: BuildHasher,
{
    type Target = PySet;
    type Output = Bound<'py, PySet>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        PySet::new(py, self)
    }
}
