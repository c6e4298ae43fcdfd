//! Decimal numbers: each function returns its argument.

use exuvia::prelude::*;

#[pymodule]
pub mod decimals {
    use bigdecimal::BigDecimal;
    use exuvia::prelude::*;
    use rust_decimal::Decimal;

    #[pyfunction]
    fn decimal(py: Python<'_>, value: Decimal) -> PyResult<[Bound<'_, PyAny>; 2]> {
        both!(py, value)
    }

    /// The number as Rust writes it.
    #[pyfunction]
    fn decimal_text(value: Decimal) -> String {
        value.to_string()
    }

    #[pyfunction]
    #[pyo3(name = "bigdecimal")]
    fn same_bigdecimal(value: BigDecimal) -> BigDecimal {
        value
    }

    /// The digits as a number, and how many of them are behind the point.
    #[pyfunction]
    fn bigdecimal_parts(value: BigDecimal) -> (num_bigint::BigInt, i64) {
        value.into_bigint_and_scale()
    }

    #[pyfunction]
    fn bigdecimal_of(digits: num_bigint::BigInt, scale: i64) -> BigDecimal {
        BigDecimal::from_bigint(digits, scale)
    }
}
