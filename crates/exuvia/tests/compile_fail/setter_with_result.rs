//! A number of its own would tell CPython of an exception that is not there.

use exuvia::prelude::*;

#[pyclass]
struct Point {}

#[pymethods]
impl Point {
    #[setter]
    fn set_x(&self, _x: i64) -> bool {
        true
    }
}

fn main() {}
