//! `Complex`: `complex`.

use std::convert::Infallible;
use std::ffi::c_double;

use num_complex::Complex;

use super::into_by_reference;
use crate::convert::{FromPyObject, IntoPyObject};
use crate::err::{PyErr, PyResult};
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::{PyAny, PyComplex};

impl PyComplex {
    /// The same number as a Python `complex`.
    ///
    /// # Panics
    /// When there is no memory for it.
    pub fn from_complex_bound<F: Into<c_double>>(
        py: Python<'_>,
        complex: Complex<F>,
    ) -> Bound<'_, PyComplex> {
        PyComplex::from_doubles(py, complex.re.into(), complex.im.into())
    }
}

/// From `complex`, `float`, `int`, and from what has `__complex__`, `__float__` or `__index__`.
impl FromPyObject<'_, '_> for Complex<f64> {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        parts(obj).map(|(real, imaginary)| Complex::new(real, imaginary))
    }
}

#[cfg(not(Py_LIMITED_API))]
fn parts(obj: Borrowed<'_, '_, PyAny>) -> PyResult<(f64, f64)> {
    // SAFETY: the object is alive.
    let number = unsafe { crate::ffi::PyComplex_AsCComplex(obj.as_ptr()) };
    // A real part of -1 is a value like any other, or an exception.
    if number.real == -1.0
        && let Some(error) = PyErr::take(obj.py())
    {
        return Err(error);
    }
    Ok((number.real, number.imag))
}

/// By the rules of `PyComplex_AsCComplex`, which the limited API does not have.
#[cfg(Py_LIMITED_API)]
fn parts(obj: Borrowed<'_, '_, PyAny>) -> PyResult<(f64, f64)> {
    use crate::PyTypeInfo;
    use crate::types::PyString;
    use crate::types::any::PyAnyMethods;
    use crate::types::complex::PyComplexMethods;

    if let Ok(number) = obj.cast::<PyComplex>() {
        return Ok((number.real(), number.imag()));
    }
    if obj.is_instance_of::<PyString>() {
        // `complex` would read it.
        return Ok((obj.extract()?, 0.0));
    }
    let number = PyComplex::type_object(obj.py()).call1((obj,))?;
    let number = number.cast_into::<PyComplex>()?;
    Ok((number.real(), number.imag()))
}

/// Both parts are rounded to the nearest `f32`.
impl FromPyObject<'_, '_> for Complex<f32> {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        let number = Complex::<f64>::extract(obj)?;
        Ok(Complex::new(number.re as f32, number.im as f32))
    }
}

impl<'py> IntoPyObject<'py> for Complex<f64> {
    type Target = PyComplex;
    type Output = Bound<'py, PyComplex>;
    type Error = Infallible;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(PyComplex::from_complex_bound(py, self))
    }
}

impl<'py> IntoPyObject<'py> for Complex<f32> {
    type Target = PyComplex;
    type Output = Bound<'py, PyComplex>;
    type Error = Infallible;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(PyComplex::from_complex_bound(py, self))
    }
}

into_by_reference!(Complex<f64> => PyComplex, Complex<f32> => PyComplex);
