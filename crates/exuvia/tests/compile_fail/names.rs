//! Names that Python could not use, and a crate that Rust could not find.

use exuvia::prelude::*;

#[pyclass(name = "a.B")]
struct Dotted;

#[pyclass(name = "nul\0inside")]
struct Nul;

#[pyfunction]
#[pyo3(name = "")]
fn unnamed() {}

#[pyfunction(crate = "not a \" path")]
fn lost() {}

#[pyclass]
struct Documented {
    /// With a \0 in it.
    #[doc = "nul\0inside"]
    #[pyo3(get)]
    field: u8,
}

#[pymethods]
impl Documented {
    #[new]
    fn new() -> Self {
        Documented { field: 0 }
    }

    #[getter]
    #[pyo3(name = "two words")]
    fn words(&self) -> u8 {
        self.field
    }
}

fn main() {}
