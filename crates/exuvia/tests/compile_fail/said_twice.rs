//! A class has one thing of each name.

use exuvia::prelude::*;

#[pyclass]
struct Constructors;

#[pymethods]
impl Constructors {
    #[new]
    fn one() -> Self {
        Constructors
    }

    #[new]
    fn two() -> Self {
        Constructors
    }
}

#[pyclass]
struct Methods;

#[pymethods]
impl Methods {
    fn f(&self) {}

    #[pyo3(name = "f")]
    fn g(&self) {}
}

#[pyclass]
struct Lengths;

#[pymethods]
impl Lengths {
    fn __len__(&self) -> usize {
        1
    }

    #[pyo3(name = "__len__")]
    fn length(&self) -> usize {
        2
    }
}

#[pyclass]
struct Properties;

#[pymethods]
impl Properties {
    #[getter]
    fn size(&self) -> i64 {
        1
    }

    #[getter(size)]
    fn other(&self) -> i64 {
        2
    }
}

/// Not under conditions of which one alone holds, and a getter is no setter.
#[pyclass]
struct Fine;

#[pymethods]
impl Fine {
    #[cfg(unix)]
    fn f(&self) {}

    #[cfg(not(unix))]
    fn f(&self) {}

    #[getter]
    fn size(&self) -> i64 {
        1
    }

    #[setter]
    fn set_size(&self, _size: i64) {}
}

fn main() {}
