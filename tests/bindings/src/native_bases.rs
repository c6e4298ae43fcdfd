//! Classes that extend the types of `datetime` and weak references.
//!
//! They are made when they are asked for: what imports this library need not import `datetime`.

use exuvia::prelude::*;
#[cfg(feature = "engine")]
use exuvia::types::PyTime;
use exuvia::types::{PyDate, PyDateTime, PyDelta, PyDict, PyTuple, PyTzInfo, PyWeakrefReference};

/// A time zone one hour east of UTC.
#[pyclass(extends = PyTzInfo, subclass)]
pub struct Zone {
    #[pyo3(get)]
    name: String,
}

#[pymethods]
impl Zone {
    #[new]
    fn new(name: String) -> Self {
        Zone { name }
    }

    #[pyo3(signature = (_dt, /))]
    fn utcoffset<'py>(
        &self,
        py: Python<'py>,
        _dt: Option<&Bound<'_, PyDateTime>>,
    ) -> PyResult<Bound<'py, PyDelta>> {
        PyDelta::new(py, 0, 3600, 0, true)
    }

    #[pyo3(signature = (_dt, /))]
    fn tzname(&self, _dt: Option<&Bound<'_, PyDateTime>>) -> &str {
        &self.name
    }

    #[pyo3(signature = (_dt, /))]
    fn dst(&self, _dt: Option<&Bound<'_, PyDateTime>>) {}
}

#[pyclass(extends = PyDelta, subclass)]
pub struct Duration {
    #[pyo3(get)]
    number: [i64; 8],
}

#[pymethods]
impl Duration {
    #[new]
    #[pyo3(signature = (number, **_rest))]
    fn new(number: i64, _rest: Option<&Bound<'_, PyDict>>) -> Self {
        Duration {
            number: [number; 8],
        }
    }
}

// PyO3 gives its instances too little memory: it inherits the allocator of `time`, which knows no subclasses.
#[cfg(feature = "engine")]
#[pyclass(extends = PyTime, subclass)]
pub struct Clock {
    #[pyo3(get)]
    number: [i64; 8],
}

#[cfg(feature = "engine")]
#[pymethods]
impl Clock {
    #[new]
    fn new(number: i64) -> Self {
        Clock {
            number: [number; 8],
        }
    }
}

/// Cannot be constructed: a date needs its year.
#[pyclass(extends = PyDate, subclass)]
pub struct Day {}

#[pymethods]
impl Day {
    #[new]
    #[pyo3(signature = (*_args))]
    fn new(_args: &Bound<'_, PyTuple>) -> Self {
        Day {}
    }
}

/// The same.
#[pyclass(extends = PyDateTime, subclass)]
pub struct Moment {}

#[pymethods]
impl Moment {
    #[new]
    #[pyo3(signature = (*_args))]
    fn new(_args: &Bound<'_, PyTuple>) -> Self {
        Moment {}
    }
}

/// Cannot be constructed: a reference needs its object.
#[pyclass(extends = PyWeakrefReference, subclass)]
pub struct Reference {}

#[pymethods]
impl Reference {
    #[new]
    #[pyo3(signature = (*_args))]
    fn new(_args: &Bound<'_, PyTuple>) -> Self {
        Reference {}
    }
}

#[pymodule]
pub mod native_bases {
    use exuvia::exceptions::PyKeyError;
    use exuvia::prelude::*;
    use exuvia::types::PyType;

    use super::*;

    #[pyfunction]
    fn class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyType>> {
        Ok(match name {
            "Zone" => py.get_type::<Zone>(),
            "Duration" => py.get_type::<Duration>(),
            #[cfg(feature = "engine")]
            "Clock" => py.get_type::<Clock>(),
            "Day" => py.get_type::<Day>(),
            "Moment" => py.get_type::<Moment>(),
            "Reference" => py.get_type::<Reference>(),
            _ => return Err(PyKeyError::new_err(name.to_owned())),
        })
    }
}
