//! Defaults and converters are the user's code: what is unsafe in them needs an `unsafe` of the user's own.

use exuvia::prelude::*;

unsafe fn invent() -> i64 {
    7
}

#[pyfunction]
#[pyo3(signature = (value = invent()))]
fn identity(value: i64) -> i64 {
    value
}

fn main() {}
