//! `BigDecimal`: `decimal.Decimal`, of any precision.

use bigdecimal::BigDecimal;
use num_bigint::Sign;

use crate::convert::{FromPyObject, IntoPyObject};
use crate::err::{PyErr, PyResult};
use crate::exceptions::PyValueError;
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::types::any::PyAnyMethods;
use crate::types::string::PyStringMethods;
use crate::types::{PyAny, PyTuple, PyType};

/// From what `str` makes of an object: a `Decimal`, an `int`, a `float`, text.
impl FromPyObject<'_, '_> for BigDecimal {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        let text = obj.str()?;
        text.to_cow()?
            .parse()
            .map_err(|error: bigdecimal::ParseBigDecimalError| {
                PyValueError::new_err(error.to_string())
            })
    }
}

/// With all its digits and its exponent, whatever precision Python's context has.
impl<'py> IntoPyObject<'py> for BigDecimal {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let decimal = CLASS.import_type(py, "decimal", "Decimal")?;
        let (digits, scale) = self.into_bigint_and_scale();
        if scale == 0 {
            return decimal.call1((digits,));
        }
        let exponent = scale.checked_neg().ok_or_else(|| no_exponent(py))?;
        let (sign, digits) = digits.to_radix_be(10);
        let digits = PyTuple::new(py, digits)?;
        decimal.call1(((u8::from(sign == Sign::Minus), digits, exponent),))
    }
}

/// Python's own exception where a number has no exponent that fits.
#[cold]
fn no_exponent(py: Python<'_>) -> PyErr {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class: PyResult<_> = CLASS.import_type(py, "decimal", "InvalidOperation");
    class.map_or_else(|error| error, |class| PyErr::from_type(class.clone(), ()))
}
