//! Functions that Python could not call as they are written, and options that say nothing.
#![allow(unused_variables)]
use exuvia::prelude::*;

#[pyfunction]
fn generic<T>(value: T) {}

#[pyfunction]
fn constant<const N: usize>(value: [u8; N]) {}

#[pyfunction]
fn implied(value: impl ToString) {}

#[pyfunction]
fn not_cancelled(#[pyo3(cancel_handle)] handle: u8) {}

#[pyfunction]
#[pyo3(warn(category = exuvia::exceptions::PyUserWarning))]
fn warns_of_nothing() {}

#[pyfunction]
#[pyo3(warn(message = "text", level = 2))]
fn warns_by_level() {}

#[pyfunction]
fn quoted(#[pyo3(from_py_with = "convert")] value: u8) {}

#[pyfunction]
fn unknown(#[pyo3(default = 1)] value: u8) {}

#[pyfunction]
#[pyo3(signature = (value: int))]
fn annotated(value: i64) {}

#[pyfunction]
#[pyo3(signature = (value) -> int)]
fn annotated_result(value: i64) {}

#[pyclass]
struct Class;

#[pymethods]
impl Class {
    #[pyo3(pass_module)]
    fn method(&self, module: &Bound<'_, PyModule>) {}
}

#[pyclass]
struct Other;

#[pymethods]
impl Other {
    #[classattr]
    #[pyo3(warn(message = "text"))]
    fn attribute() -> u8 {
        1
    }
}

fn main() {}
