//! Numbers of other crates: each function returns its argument, as a value and by reference.

use exuvia::prelude::*;

#[pymodule]
pub mod bigints {
    use exuvia::prelude::*;
    use exuvia::types::PyComplex;
    use num_bigint::{BigInt, BigUint};
    use num_complex::Complex;
    use num_rational::Ratio;
    use ordered_float::{NotNan, OrderedFloat};

    type Both<'py> = PyResult<[Bound<'py, PyAny>; 2]>;

    #[pyfunction]
    fn bigint(py: Python<'_>, value: BigInt) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn biguint(py: Python<'_>, value: BigUint) -> Both<'_> {
        both!(py, value)
    }

    /// Computed in Rust, so that no number is taken for another by both directions alike.
    #[pyfunction]
    fn product(left: BigInt, right: BigInt) -> BigInt {
        left * right
    }

    #[pyfunction]
    fn decimal_digits(value: BigInt) -> String {
        value.to_string()
    }

    #[pyfunction]
    fn from_decimal_digits(text: &str) -> BigInt {
        text.parse().unwrap()
    }

    #[pyfunction]
    fn power_of_two(exponent: u32) -> BigUint {
        BigUint::from(2_u8).pow(exponent)
    }

    #[pyfunction]
    fn complex64(py: Python<'_>, value: Complex<f64>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn complex32(py: Python<'_>, value: Complex<f32>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn from_complex_bound(py: Python<'_>, real: f32, imag: f32) -> Bound<'_, PyComplex> {
        PyComplex::from_complex_bound(py, Complex::new(real, imag))
    }

    #[pyfunction]
    fn ratio8(py: Python<'_>, value: Ratio<i8>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn ratio16(py: Python<'_>, value: Ratio<i16>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn ratio32(py: Python<'_>, value: Ratio<i32>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn ratio64(py: Python<'_>, value: Ratio<i64>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn ratiosize(py: Python<'_>, value: Ratio<isize>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn bigratio(py: Python<'_>, value: Ratio<BigInt>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn ordered32(py: Python<'_>, value: OrderedFloat<f32>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn ordered64(py: Python<'_>, value: OrderedFloat<f64>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn not_nan32(py: Python<'_>, value: NotNan<f32>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn not_nan64(py: Python<'_>, value: NotNan<f64>) -> Both<'_> {
        both!(py, value)
    }
}
