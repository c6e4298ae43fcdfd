//! `SmallVec`: as `Vec`.

use smallvec::{Array, SmallVec};

use crate::convert::sequence::{TRUSTED_BYTES, iterate};
use crate::convert::{FromPyObject, FromPyObjectOwned, IntoPyObject};
use crate::err::PyErr;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::PyAny;
use crate::types::any::PyAnyMethods;

impl<'py, A> FromPyObject<'_, 'py> for SmallVec<A>
where
    A: Array,
    A::Item: FromPyObjectOwned<'py>,
{
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> Result<Self, Self::Error> {
        let (said, iterator) = iterate(obj, "SmallVec")?;
        let trusted = TRUSTED_BYTES / size_of::<A::Item>().max(1);
        let mut items = SmallVec::with_capacity(said.min(trusted));
        for item in iterator {
            items.push(item?.extract().map_err(Into::into)?);
        }
        Ok(items)
    }
}

/// A list; `bytes` for `u8`.
impl<'py, A> IntoPyObject<'py> for SmallVec<A>
where
    A: Array,
    A::Item: IntoPyObject<'py>,
{
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        match A::Item::bytes_into_pyobject(&self, py) {
            Some(bytes) => Ok(bytes),
            None => A::Item::sequence_into_pyobject(self.into_iter(), py),
        }
    }
}

impl<'a, 'py, A> IntoPyObject<'py> for &'a SmallVec<A>
where
    A: Array,
    &'a A::Item: IntoPyObject<'py>,
{
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        self.as_slice().into_pyobject(py)
    }
}
