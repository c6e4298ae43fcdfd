//! A function that only some processors can run needs `unsafe` to be called, which the macros do not lend it.

use exuvia::prelude::*;

#[pyfunction]
#[target_feature(enable = "avx2")]
fn double(value: f64) -> f64 {
    value * 2.0
}

#[pyclass]
struct Meter {}

#[pymethods]
impl Meter {
    #[target_feature(enable = "avx2")]
    fn half(&self, value: f64) -> f64 {
        value / 2.0
    }
}

fn main() {}
