use exuvia::prelude::*;
use exuvia::types::PyTuple;

#[pyclass]
struct NoBase {}

#[pyclass(extends = NoBase)]
struct Sub {}

#[pyclass(extends = PyTuple)]
struct OfVariableSize {}

#[pyclass(subclass)]
struct Base {}

#[pyclass(extends = Base)]
struct WithoutBaseValue {}

#[pymethods]
impl WithoutBaseValue {
    #[new]
    fn new() -> Self {
        WithoutBaseValue {}
    }
}

#[pyclass(extends = Base)]
struct WithScalars {
    value: f64,
}

#[pymethods]
impl WithScalars {
    #[new]
    fn new(value: f64) -> Self {
        WithScalars { value }
    }
}

fn main() {}
