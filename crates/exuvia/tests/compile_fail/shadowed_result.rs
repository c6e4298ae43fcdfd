//! A `PyResult` that is something else does not pass for one.

use exuvia::prelude::*;

type PyResult<T> = Option<T>;

#[pyfunction]
fn half(value: u8) -> PyResult<u8> {
    value.is_multiple_of(2).then_some(value / 2)
}

fn main() {}
