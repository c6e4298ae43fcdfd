//! `Ratio`: `fractions.Fraction`.

use num_rational::Ratio;

use crate::convert::{FromPyObject, IntoPyObject};
use crate::err::{PyErr, PyResult};
use crate::exceptions::PyZeroDivisionError;
use crate::ffi;
use crate::instance::{Borrowed, Bound, Py};
use crate::intern;
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::types::any::PyAnyMethods;
use crate::types::{PyAny, PyType};

/// Python's `int(number)`.
fn int<'py>(number: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: the object is alive; the result is a new reference, or NULL with an exception set.
    unsafe { Bound::from_owned_ptr_or_err(number.py(), ffi::PyNumber_Long(number.as_ptr())) }
}

/// The numerator and the denominator of anything that has them, as `int`, `Fraction` and `float` subclasses do.
fn parts<'py>(obj: Borrowed<'_, 'py, PyAny>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let py = obj.py();
    let numerator = obj.getattr(intern!(py, "numerator"))?;
    let denominator = obj.getattr(intern!(py, "denominator"))?;
    let denominator = int(&denominator)?;
    if !denominator.is_truthy()? {
        return Err(PyZeroDivisionError::new_err("denominator is zero"));
    }
    Ok((int(&numerator)?, denominator))
}

fn fraction<'py>(
    py: Python<'py>,
    numerator: impl IntoPyObject<'py>,
    denominator: impl IntoPyObject<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS
        .import_type(py, "fractions", "Fraction")?
        .call1((numerator, denominator))
}

macro_rules! ratio {
    ($($int:ty)*) => {$(
        impl FromPyObject<'_, '_> for Ratio<$int> {
            type Error = PyErr;
            fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
                let (numerator, denominator) = parts(obj)?;
                Ok(Ratio::new(numerator.extract()?, denominator.extract()?))
            }
        }

        impl<'py> IntoPyObject<'py> for Ratio<$int> {
            type Target = PyAny;
            type Output = Bound<'py, PyAny>;
            type Error = PyErr;
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                (&self).into_pyobject(py)
            }
        }

        impl<'py> IntoPyObject<'py> for &Ratio<$int> {
            type Target = PyAny;
            type Output = Bound<'py, PyAny>;
            type Error = PyErr;
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                fraction(py, self.numer(), self.denom())
            }
        }
    )*};
}

ratio!(i8 i16 i32 i64 isize);
#[cfg(feature = "num-bigint")]
ratio!(num_bigint::BigInt);
