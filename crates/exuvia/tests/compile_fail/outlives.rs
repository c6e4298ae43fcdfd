//! What an attached thread has borrowed lives no longer than it may.

use exuvia::prelude::*;
use exuvia::types::{PyBytes, PyString};

#[pyclass]
struct Kept {
    value: i64,
}

#[pyclass(frozen)]
struct Still {
    value: i64,
}

fn object_from_attach() {
    let none = Python::attach(|py| py.None().into_bound(py));
    drop(none);
}

fn token_from_attach() {
    let py = Python::attach(|py| py);
    drop(py.None());
}

fn text<'a>(string: Bound<'a, PyString>) -> &'a str {
    string.to_str().unwrap()
}

fn extracted_text<'a>(object: Bound<'a, PyAny>) -> &'a str {
    object.extract().unwrap()
}

fn bytes<'a>(bytes: Bound<'a, PyBytes>) -> &'a [u8] {
    bytes.as_bytes()
}

fn value<'a>(kept: &'a Bound<'_, Kept>) -> &'a i64 {
    &kept.borrow().value
}

fn exclusive_value<'a>(kept: &'a Bound<'_, Kept>) -> &'a mut i64 {
    &mut kept.borrow_mut().value
}

fn frozen_value<'py>(still: Bound<'py, Still>) -> &'py i64 {
    &still.get().value
}

fn frozen_value_without_token(still: Py<Still>) -> &'static i64 {
    &still.get().value
}

fn borrowed_object<'a, 'py>(object: Bound<'py, PyAny>) -> Borrowed<'a, 'py, PyAny> {
    object.as_borrowed()
}

fn bound_without_token<'py>(object: &'py Py<PyAny>) -> &'py Bound<'py, PyAny> {
    Python::attach(|py| object.bind(py))
}

fn in_an_outer_variable() {
    let mut kept = None;
    Python::attach(|py| kept = Some(py.import("sys").unwrap()));
    drop(kept);
}

fn main() {}
