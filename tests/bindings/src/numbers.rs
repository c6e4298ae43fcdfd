//! Numbers: each function returns its argument, having been through Rust.

use exuvia::prelude::*;

#[pymodule]
pub mod numbers {
    use exuvia::prelude::*;
    use exuvia::types::{PyBool, PyFloat, PyInt};

    #[pyfunction]
    fn i8(value: i8) -> i8 {
        value
    }

    #[pyfunction]
    fn i16(value: i16) -> i16 {
        value
    }

    #[pyfunction]
    fn i32(value: i32) -> i32 {
        value
    }

    #[pyfunction]
    fn i64(value: i64) -> i64 {
        value
    }

    #[pyfunction]
    fn i128(value: i128) -> i128 {
        value
    }

    #[pyfunction]
    fn isize(value: isize) -> isize {
        value
    }

    #[pyfunction]
    fn u8(value: u8) -> u8 {
        value
    }

    #[pyfunction]
    fn u16(value: u16) -> u16 {
        value
    }

    #[pyfunction]
    fn u32(value: u32) -> u32 {
        value
    }

    #[pyfunction]
    fn u64(value: u64) -> u64 {
        value
    }

    #[pyfunction]
    fn u128(value: u128) -> u128 {
        value
    }

    #[pyfunction]
    fn usize(value: usize) -> usize {
        value
    }

    #[pyfunction]
    fn f32(value: f32) -> f32 {
        value
    }

    #[pyfunction]
    fn f64(value: f64) -> f64 {
        value
    }

    #[pyfunction]
    fn bool(value: bool) -> bool {
        value
    }

    #[pyfunction]
    fn int_object<'py>(value: &Bound<'py, PyInt>) -> Bound<'py, PyInt> {
        value.clone()
    }

    #[pyfunction]
    fn float_object<'py>(value: &Bound<'py, PyFloat>) -> (f64, Bound<'py, PyFloat>) {
        (value.value(), PyFloat::new(value.py(), value.value()))
    }

    #[pyfunction]
    fn bool_object<'py>(value: &Bound<'py, PyBool>) -> (bool, exuvia::Borrowed<'py, 'py, PyBool>) {
        (value.is_true(), PyBool::new(value.py(), value.is_true()))
    }

    /// Extraction that is not an argument's: its error carries no argument name.
    #[pyfunction]
    fn extract_i64(value: &Bound<'_, PyAny>) -> PyResult<i64> {
        value.extract()
    }

    #[pyfunction]
    fn fits_u8(value: &Bound<'_, PyAny>) -> bool {
        value.extract::<u8>().is_ok()
    }

    #[pyfunction]
    fn optional(value: Option<f64>) -> Option<f64> {
        value
    }
}
