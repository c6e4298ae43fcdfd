//! What Python calls without awaiting the answer cannot be `async`.
#![allow(unused_variables)]
use exuvia::coroutine::CancelHandle;
use exuvia::prelude::*;

#[pyclass]
struct Constructed;

#[pymethods]
impl Constructed {
    #[new]
    async fn new() -> Self {
        Constructed
    }
}

#[pyclass]
struct WithProperty;

#[pymethods]
impl WithProperty {
    #[getter]
    async fn property(&self) -> u8 {
        1
    }
}

#[pyclass]
struct WithSlot;

#[pymethods]
impl WithSlot {
    async fn __len__(&self) -> usize {
        1
    }
}

#[pyfunction]
async fn two_handles(
    #[pyo3(cancel_handle)] one: CancelHandle,
    #[pyo3(cancel_handle)] two: CancelHandle,
) {
}

#[pyfunction]
async fn converted_handle(#[pyo3(cancel_handle, from_py_with = convert)] one: CancelHandle) {}

fn main() {}
