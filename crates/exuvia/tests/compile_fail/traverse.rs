//! While the collector looks at objects, nothing may use one.

use exuvia::gc::{PyTraverseError, PyVisit};
use exuvia::prelude::*;

#[pyclass]
struct WithToken {
    next: Option<Py<PyAny>>,
}

#[pymethods]
impl WithToken {
    fn __traverse__(&self, visit: PyVisit<'_>, py: Python<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.next)
    }
}

#[pyclass]
struct Exclusive {
    next: Option<Py<PyAny>>,
}

#[pymethods]
impl Exclusive {
    fn __traverse__(&mut self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.next)
    }
}

#[pyclass]
struct ByHandle {
    next: Option<Py<PyAny>>,
}

#[pymethods]
impl ByHandle {
    fn __traverse__(slf: PyRef<'_, Self>, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&slf.next)
    }
}

#[pyclass]
struct Keeping {
    next: Option<Py<PyAny>>,
}

#[pymethods]
impl Keeping {
    fn __traverse__(&self, visit: PyVisit<'static>) -> Result<(), PyTraverseError> {
        visit.call(&self.next)
    }
}

fn main() {}
