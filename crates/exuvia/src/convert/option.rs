//! `Option`: `None` is Python's `None`.

use crate::PyResult;
use crate::convert::{FromPyObject, IntoPyObject, IntoPyObjectExt};
use crate::err::PyErr;
use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::{PyAny, PyNone};

impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for Option<T> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    #[inline]
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        match self {
            Some(value) => value.into_bound_py_any(py),
            None => Ok(PyNone::get(py).to_owned().into_any()),
        }
    }

    #[inline]
    fn into_next(self, py: Python<'py>) -> PyResult<*mut ffi::PyObject> {
        match self {
            Some(value) => value.into_result(py),
            None => Ok(std::ptr::null_mut()),
        }
    }
}

impl<'a, 'py, T> IntoPyObject<'py> for &'a Option<T>
where
    &'a T: IntoPyObject<'py>,
{
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    #[inline]
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        self.as_ref().into_pyobject(py)
    }

    #[inline]
    fn into_next(self, py: Python<'py>) -> PyResult<*mut ffi::PyObject> {
        self.as_ref().into_next(py)
    }
}

impl<'a, 'py, T: FromPyObject<'a, 'py>> FromPyObject<'a, 'py> for Option<T> {
    type Error = T::Error;

    #[inline]
    fn extract(obj: Borrowed<'a, 'py, PyAny>) -> Result<Self, Self::Error> {
        if obj.is_none() {
            Ok(None)
        } else {
            T::extract(obj).map(Some)
        }
    }
}
