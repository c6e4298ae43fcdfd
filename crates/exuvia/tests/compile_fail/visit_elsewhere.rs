//! The collector's visit is one of its own thread.

use exuvia::gc::{PyTraverseError, PyVisit};
use exuvia::prelude::*;

#[pyclass]
struct Elsewhere {
    next: Option<Py<PyAny>>,
}

#[pymethods]
impl Elsewhere {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        std::thread::scope(|scope| {
            scope.spawn(|| drop(visit.call(&self.next)));
        });
        Ok(())
    }
}

fn main() {}
