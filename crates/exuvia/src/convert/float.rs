//! `f64` and `f32`.

use std::convert::Infallible;

use crate::PyResult;
use crate::convert::{AtRest, FromPyObject, IntoPyObject};
use crate::err::PyErr;
use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::float::PyFloatMethods;
use crate::types::{PyAny, PyFloat};

/// The value of anything but an exact float: a subclass, an integer, what has `__float__` or `__index__`.
fn convert(obj: Borrowed<'_, '_, PyAny>) -> Result<f64, PyErr> {
    // SAFETY: the object is alive.
    let value = unsafe { ffi::PyFloat_AsDouble(obj.as_ptr()) };
    if value == -1.0
        && let Some(error) = PyErr::take(obj.py())
    {
        return Err(error);
    }
    Ok(value)
}

#[inline]
fn exact(obj: Borrowed<'_, '_, PyAny>) -> Option<f64> {
    obj.is_exact_instance_of::<PyFloat>().then(|| {
        // SAFETY: just checked.
        unsafe { obj.cast_unchecked::<PyFloat>() }.value()
    })
}

impl<'py> FromPyObject<'_, 'py> for f64 {
    type Error = PyErr;

    #[cfg_attr(for_speed, inline)]
    #[cfg_attr(not(for_speed), inline(never))]
    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> Result<Self, Self::Error> {
        exact(obj).map_or_else(|| convert(obj), Ok)
    }

    #[inline]
    fn extract_at_rest(obj: Borrowed<'_, 'py, PyAny>, _: AtRest) -> Option<Self> {
        exact(obj)
    }
}

/// Rounded to the nearest `f32`.
impl<'py> FromPyObject<'_, 'py> for f32 {
    type Error = PyErr;

    #[cfg_attr(for_speed, inline)]
    #[cfg_attr(not(for_speed), inline(never))]
    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> Result<Self, Self::Error> {
        f64::extract(obj).map(|value| value as f32)
    }

    #[inline]
    fn extract_at_rest(obj: Borrowed<'_, 'py, PyAny>, _: AtRest) -> Option<Self> {
        exact(obj).map(|value| value as f32)
    }
}

macro_rules! into_float {
    ($($rust:ty)*) => {$(
        impl<'py> IntoPyObject<'py> for $rust {
            type Target = PyFloat;
            type Output = Bound<'py, PyFloat>;
            type Error = Infallible;
            #[inline]
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                Ok(PyFloat::new(py, self.into()))
            }
            #[cfg_attr(for_speed, inline)]
            #[cfg_attr(not(for_speed), inline(never))]
            fn into_result(self, _: Python<'py>) -> PyResult<*mut ffi::PyObject> {
                // SAFETY: the thread is attached.
                Ok(unsafe { ffi::PyFloat_FromDouble(self.into()) })
            }
        }

        impl<'py> IntoPyObject<'py> for &$rust {
            type Target = PyFloat;
            type Output = Bound<'py, PyFloat>;
            type Error = Infallible;
            #[inline]
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                (*self).into_pyobject(py)
            }
            #[inline]
            fn into_result(self, py: Python<'py>) -> PyResult<*mut ffi::PyObject> {
                (*self).into_result(py)
            }
        }
    )*};
}
into_float!(f64 f32);
