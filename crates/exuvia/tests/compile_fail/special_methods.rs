use exuvia::ffi;
use exuvia::prelude::*;
use exuvia::{PyTraverseError, PyVisit};

#[pyclass]
struct Collected {}

#[pymethods]
impl Collected {
    fn __traverse__(&mut self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        Ok(())
    }
}

#[pyclass]
struct WithToken {}

#[pymethods]
impl WithToken {
    fn __traverse__(&self, py: Python<'_>, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        Ok(())
    }
}

#[pyclass]
struct Memory {}

#[pymethods]
impl Memory {
    fn __getbuffer__(&self, view: *mut ffi::Py_buffer, flags: i32) {}
}

#[pyclass]
struct Finalized {}

#[pymethods]
impl Finalized {
    fn __del__(&self) {}
}

#[pyclass]
struct Visited {}

static VISIT: std::sync::Mutex<Option<PyVisit<'static>>> = std::sync::Mutex::new(None);

#[pymethods]
impl Visited {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        *VISIT.lock().unwrap() = Some(visit);
        Ok(())
    }
}

#[pyclass]
struct Warned {}

#[pymethods]
impl Warned {
    #[pyo3(warn(message = "collected"))]
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        Ok(())
    }
}

fn main() {}
