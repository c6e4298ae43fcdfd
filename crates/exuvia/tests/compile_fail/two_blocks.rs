//! Several blocks of methods need a feature, whose name the message has.

use exuvia::prelude::*;

#[pyclass]
struct Thing;

#[pymethods]
impl Thing {
    fn one(&self) {}
}

#[pymethods]
impl Thing {
    fn two(&self) {}
}

fn main() {}
