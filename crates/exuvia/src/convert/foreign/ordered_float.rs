//! `OrderedFloat` and `NotNan`: `float`.

use std::convert::Infallible;

use ordered_float::{NotNan, OrderedFloat};

use super::into_by_reference;
use crate::convert::{FromPyObject, IntoPyObject};
use crate::err::PyErr;
use crate::exceptions::PyValueError;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::{PyAny, PyFloat};

macro_rules! float {
    ($($wrapper:ident $float:ty, |$value:ident| $wrap:expr;)*) => {$(
        impl FromPyObject<'_, '_> for $wrapper<$float> {
            type Error = PyErr;
            fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
                let $value = <$float>::extract(obj)?;
                $wrap
            }
        }

        impl<'py> IntoPyObject<'py> for $wrapper<$float> {
            type Target = PyFloat;
            type Output = Bound<'py, PyFloat>;
            type Error = Infallible;
            #[inline]
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                self.into_inner().into_pyobject(py)
            }
        }

        into_by_reference!($wrapper<$float> => PyFloat);
    )*};
}

float! {
    OrderedFloat f32, |value| Ok(OrderedFloat(value));
    OrderedFloat f64, |value| Ok(OrderedFloat(value));
    NotNan f32, |value| NotNan::new(value).map_err(|error| PyValueError::new_err(error.to_string()));
    NotNan f64, |value| NotNan::new(value).map_err(|error| PyValueError::new_err(error.to_string()));
}
