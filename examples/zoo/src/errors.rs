//! Exceptions: a family with one root, so that callers can catch all of it.

use pyo3::exceptions::{PyException, PyKeyError};
use pyo3::prelude::*;

pyo3::create_exception!(zoo, NotHere, PyKeyError, "No animal of this name is here.");

/// Something went wrong in the zoo.
#[pyclass(extends = PyException, subclass, module = "zoo")]
pub struct ZooError;

#[pymethods]
impl ZooError {
    #[new]
    #[pyo3(signature = (*_args))]
    fn new(_args: &Bound<'_, pyo3::types::PyTuple>) -> Self {
        ZooError
    }
}

/// An enclosure has no room for one more.
///
/// An exception with attributes, for callers who want more than words.
#[pyclass(extends = ZooError, module = "zoo")]
pub struct EnclosureFull {
    /// How many animals there is room for.
    #[pyo3(get)]
    capacity: usize,
    /// Who was left outside.
    #[pyo3(get)]
    name: String,
}

#[pymethods]
impl EnclosureFull {
    #[new]
    fn new(capacity: usize, name: String) -> (Self, ZooError) {
        (EnclosureFull { capacity, name }, ZooError)
    }

    fn __str__(&self) -> String {
        format!("no room for {}: {} is the limit", self.name, self.capacity)
    }
}

impl EnclosureFull {
    /// The exception as an error to return, made where it is looked at.
    pub fn new_err(capacity: usize, name: String) -> PyErr {
        PyErr::new::<EnclosureFull, _>((capacity, name))
    }
}
