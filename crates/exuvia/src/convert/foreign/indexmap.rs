//! `IndexMap`: `dict`, in its order.

use std::cell::RefCell;
use std::hash::{BuildHasher, Hash};

use indexmap::IndexMap;

use crate::convert::collections::read_dict;
use crate::convert::{FromPyObject, FromPyObjectOwned, IntoPyObject};
use crate::err::PyErr;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::dict::IntoPyDict;
use crate::types::{PyAny, PyDict};

impl<'py, K, V, S> FromPyObject<'_, 'py> for IndexMap<K, V, S>
where
    K: FromPyObjectOwned<'py> + Eq + Hash,
    V: FromPyObjectOwned<'py>,
    S: BuildHasher + Default,
{
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> Result<Self, Self::Error> {
        let map = RefCell::new(IndexMap::default());
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

impl<'py, K, V, S> IntoPyObject<'py> for IndexMap<K, V, S>
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

impl<'a, 'py, K, V, S> IntoPyObject<'py> for &'a IndexMap<K, V, S>
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
