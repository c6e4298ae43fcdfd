//! `bytes::Bytes`.

use bytes::Bytes;

use crate::convert::{FromPyObject, IntoPyObject};
use crate::err::{CastError, PyErr};
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::pybacked::PyBackedBytes;
use crate::types::{PyAny, PyBytes};

/// From `bytes` without a copy, from `bytearray` with one.
impl<'a, 'py> FromPyObject<'a, 'py> for Bytes {
    type Error = CastError<'a, 'py>;
    fn extract(obj: Borrowed<'a, 'py, PyAny>) -> Result<Self, Self::Error> {
        PyBackedBytes::extract(obj).map(Bytes::from_owner)
    }
}

impl<'py> IntoPyObject<'py> for Bytes {
    type Target = PyBytes;
    type Output = Bound<'py, PyBytes>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        (&self).into_pyobject(py)
    }
}

impl<'py> IntoPyObject<'py> for &Bytes {
    type Target = PyBytes;
    type Output = Bound<'py, PyBytes>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(PyBytes::new(py, self))
    }
}
