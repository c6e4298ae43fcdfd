//! Constructors that return what is neither an instance nor another object.

use exuvia::prelude::*;

#[pyclass(subclass)]
struct Base {}

#[pyclass(extends = Base)]
struct WithoutBase {}

#[pymethods]
impl WithoutBase {
    #[new]
    fn new() -> Self {
        WithoutBase {}
    }
}

#[pyclass(extends = Base)]
struct OfTextWithoutBase {}

#[pymethods]
impl OfTextWithoutBase {
    #[new]
    fn new(_text: &str) -> PyResult<Self> {
        Ok(OfTextWithoutBase {})
    }
}

#[pyclass]
struct OfText {}

#[pymethods]
impl OfText {
    #[new]
    fn new(_text: &str) -> PyResult<std::time::Instant> {
        unimplemented!()
    }
}

fn main() {}
