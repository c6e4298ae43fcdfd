//! `complex`.

use std::ffi::c_double;
use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::any::PyAnyMethods;

native_type! {
    /// Python's `complex`.
    ///
    /// The arithmetic operators work on references and values alike; they are Python's, and panic where Python raises
    /// an exception (division by zero).
    PyComplex = "complex", &raw mut ffi::PyComplex_Type, is ffi::PyComplex_Check, exactly ffi::PyComplex_CheckExact
}

impl PyComplex {
    /// The number `real + imag * 1j`.
    ///
    /// # Panics
    /// When there is no memory for it.
    pub fn from_doubles(py: Python<'_>, real: c_double, imag: c_double) -> Bound<'_, PyComplex> {
        // SAFETY: the result is a new reference to a complex number, or NULL.
        unsafe {
            Bound::from_owned_ptr(py, ffi::PyComplex_FromDoubles(real, imag)).cast_into_unchecked()
        }
    }
}

/// What can be done with a Python `complex`.
pub trait PyComplexMethods<'py>: super::sealed::Sealed {
    /// The real part.
    fn real(&self) -> c_double;
    /// The imaginary part.
    fn imag(&self) -> c_double;
    /// The distance from zero.
    ///
    /// # Panics
    /// When it is too large for a float.
    fn abs(&self) -> c_double;
    /// Python's `self ** other`.
    ///
    /// # Panics
    /// Where Python raises an exception: zero to a negative or complex power, or an overflow.
    fn pow(&self, other: &Bound<'py, PyComplex>) -> Bound<'py, PyComplex>;
}

impl<'py> PyComplexMethods<'py> for Bound<'py, PyComplex> {
    fn real(&self) -> c_double {
        // SAFETY: the object is a complex number.
        unsafe { ffi::PyComplex_RealAsDouble(self.as_ptr()) }
    }

    fn imag(&self) -> c_double {
        // SAFETY: the object is a complex number.
        unsafe { ffi::PyComplex_ImagAsDouble(self.as_ptr()) }
    }

    fn abs(&self) -> c_double {
        PyAnyMethods::abs(exact(self.as_borrowed()).as_any())
            .and_then(|value| value.extract())
            .expect("the absolute value of a complex number failed")
    }

    fn pow(&self, other: &Bound<'py, PyComplex>) -> Bound<'py, PyComplex> {
        let (base, exponent) = (exact(self.as_borrowed()), exact(other.as_borrowed()));
        // SAFETY: both are complex numbers and `None` is no modulus; the result is a complex number, or NULL.
        unsafe {
            number(
                self.py(),
                ffi::PyNumber_Power(base.as_ptr(), exponent.as_ptr(), ffi::Py_None()),
            )
        }
    }
}

/// The same number as a `complex` itself: the operators of a subclass may give anything.
fn exact<'py>(number: Borrowed<'_, 'py, PyComplex>) -> Bound<'py, PyComplex> {
    if number.is_exact_instance_of::<PyComplex>() {
        number.to_owned()
    } else {
        PyComplex::from_doubles(number.py(), number.real(), number.imag())
    }
}

/// # Safety
/// `result` is a new reference to a complex number, or NULL with an exception set.
#[track_caller]
unsafe fn number(py: Python<'_>, result: *mut ffi::PyObject) -> Bound<'_, PyComplex> {
    // SAFETY: the caller's promise.
    unsafe { Bound::from_owned_ptr(py, result).cast_into_unchecked() }
}

macro_rules! operators {
    ($($operator:ident $method:ident $function:ident)*) => {$(
        impl<'py> $operator for Borrowed<'_, 'py, PyComplex> {
            type Output = Bound<'py, PyComplex>;
            fn $method(self, other: Self) -> Self::Output {
                let (left, right) = (exact(self), exact(other));
                // SAFETY: both are complex numbers, and so is the result.
                unsafe { number(self.py(), ffi::$function(left.as_ptr(), right.as_ptr())) }
            }
        }
        operators!(@forward $operator $method, &Bound<'py, PyComplex>, &Bound<'py, PyComplex>);
        operators!(@forward $operator $method, &Bound<'py, PyComplex>, Bound<'py, PyComplex>);
        operators!(@forward $operator $method, Bound<'py, PyComplex>, &Bound<'py, PyComplex>);
        operators!(@forward $operator $method, Bound<'py, PyComplex>, Bound<'py, PyComplex>);
    )*};
    (@forward $operator:ident $method:ident, $left:ty, $right:ty) => {
        impl<'py> $operator<$right> for $left {
            type Output = Bound<'py, PyComplex>;
            fn $method(self, other: $right) -> Self::Output {
                $operator::$method(self.as_borrowed(), other.as_borrowed())
            }
        }
    };
}

operators! {
    Add add PyNumber_Add
    Sub sub PyNumber_Subtract
    Mul mul PyNumber_Multiply
    Div div PyNumber_TrueDivide
}

impl<'py> Neg for Borrowed<'_, 'py, PyComplex> {
    type Output = Bound<'py, PyComplex>;
    fn neg(self) -> Self::Output {
        // SAFETY: the object is a complex number, and so is the result.
        unsafe { number(self.py(), ffi::PyNumber_Negative(exact(self).as_ptr())) }
    }
}

impl<'py> Neg for &Bound<'py, PyComplex> {
    type Output = Bound<'py, PyComplex>;
    fn neg(self) -> Self::Output {
        -self.as_borrowed()
    }
}

impl<'py> Neg for Bound<'py, PyComplex> {
    type Output = Bound<'py, PyComplex>;
    fn neg(self) -> Self::Output {
        -self.as_borrowed()
    }
}
