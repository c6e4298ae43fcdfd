//! A coroutine keeps its arguments as long as it lives, and no longer.

use exuvia::prelude::*;

#[pyclass]
struct Kept {
    value: i64,
}

#[pyfunction]
async fn text(text: &'static str) -> usize {
    text.len()
}

#[pyfunction]
async fn instance(kept: &'static Kept) -> i64 {
    kept.value
}

#[pymethods]
impl Kept {
    async fn receiver(&'static self) -> i64 {
        self.value
    }
}

fn main() {}
