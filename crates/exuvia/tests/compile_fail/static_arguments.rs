//! Arguments are borrowed for the time of the call, whatever lifetime a function asks for.

use std::borrow::Cow;

use exuvia::prelude::*;

#[pyclass]
struct Kept {
    value: i64,
}

#[pyfunction]
fn text(text: &'static str) -> usize {
    text.len()
}

#[pyfunction]
fn bytes(bytes: &'static [u8]) -> usize {
    bytes.len()
}

#[pyfunction]
fn perhaps_borrowed(text: Cow<'static, str>) -> usize {
    text.len()
}

#[pyfunction]
fn optional(text: Option<&'static str>) -> bool {
    text.is_some()
}

#[pyfunction]
fn many(texts: Vec<&'static str>) -> usize {
    texts.len()
}

#[pyfunction]
fn token(py: Python<'static>) -> Py<PyAny> {
    py.None()
}

#[pyfunction]
fn object(object: Bound<'static, PyAny>) -> bool {
    object.is_none()
}

#[pyfunction]
fn reference_to_an_object(object: &'static Bound<'_, PyAny>) -> bool {
    object.is_none()
}

#[pyfunction]
fn instance(kept: &'static Kept) -> i64 {
    kept.value
}

#[pyfunction]
fn exclusive_instance(kept: &'static mut Kept) {
    kept.value = 1;
}

#[pyfunction]
fn borrow(kept: PyRef<'static, Kept>) -> i64 {
    kept.value
}

fn main() {}
