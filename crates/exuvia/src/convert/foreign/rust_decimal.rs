//! `rust_decimal`'s `Decimal`: `decimal.Decimal`.

use rust_decimal::Decimal;

use super::into_by_reference;
use crate::convert::{FromPyObject, IntoPyObject};
use crate::err::PyErr;
use crate::exceptions::PyValueError;
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::types::any::PyAnyMethods;
use crate::types::string::PyStringMethods;
use crate::types::{PyAny, PyType};

/// From an integer, or from what `str` makes of any other object: a `Decimal`, a `float`, text.
impl FromPyObject<'_, '_> for Decimal {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        if let Ok(value) = obj.extract::<i64>() {
            return Ok(value.into());
        }
        let text = obj.str()?;
        let text = text.to_cow()?;
        text.parse()
            .or_else(|_| Decimal::from_scientific(&text))
            .map_err(|error| PyValueError::new_err(error.to_string()))
    }
}

impl<'py> IntoPyObject<'py> for Decimal {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        CLASS
            .import_type(py, "decimal", "Decimal")?
            .call1((self.to_string(),))
    }
}

into_by_reference!(Decimal => PyAny);
