//! Attributes of classes: generated and written accessors.

use exuvia::prelude::*;

#[pymodule]
pub mod properties {
    use exuvia::exceptions::PyValueError;
    use exuvia::prelude::*;

    #[pyclass]
    pub struct Fields {
        /// Read and written.
        #[pyo3(get, set)]
        both: i64,
        #[pyo3(get)]
        read_only: String,
        #[pyo3(set)]
        write_only: f64,
        #[pyo3(get, set, name = "python_name")]
        rust_name: Option<i64>,
        #[pyo3(get, set)]
        object: Py<PyAny>,
        #[pyo3(get, set)]
        list: Vec<i64>,
        #[pyo3(get, set)]
        float: f64,
        #[pyo3(get, set)]
        flag: bool,
        /// An empty tuple, as a field.
        #[pyo3(get)]
        nothing: (),
        hidden: u8,
    }

    #[pymethods]
    impl Fields {
        #[new]
        fn new(py: Python<'_>) -> Self {
            Fields {
                both: 1,
                read_only: "fixed".to_owned(),
                write_only: 0.5,
                rust_name: None,
                object: py.None(),
                list: vec![1, 2],
                float: 2.5,
                flag: true,
                nothing: (),
                hidden: 0,
            }
        }

        fn written(&self) -> f64 {
            self.write_only + f64::from(self.hidden)
        }
    }

    #[pyclass(get_all, set_all)]
    pub struct Open {
        x: i64,
        y: String,
    }

    #[pymethods]
    impl Open {
        #[new]
        fn new(x: i64, y: String) -> Self {
            Open { x, y }
        }
    }

    #[pyclass(frozen, get_all)]
    pub struct Reading {
        at: i64,
        value: f64,
    }

    #[pymethods]
    impl Reading {
        #[new]
        fn new(at: i64, value: f64) -> Self {
            Reading { at, value }
        }
    }

    #[pyclass(get_all, set_all, rename_all = "camelCase")]
    pub struct Renamed {
        first_name: String,
        #[pyo3(name = "age")]
        years_of_life: u8,
    }

    #[pymethods]
    impl Renamed {
        #[new]
        fn new(first_name: String, years_of_life: u8) -> Self {
            Renamed {
                first_name,
                years_of_life,
            }
        }
    }

    #[pyclass]
    pub struct Celsius {
        degrees: f64,
    }

    #[pymethods]
    impl Celsius {
        #[new]
        fn new(degrees: f64) -> Self {
            Celsius { degrees }
        }

        /// Degrees of Celsius.
        #[getter]
        fn degrees(&self) -> f64 {
            self.degrees
        }

        #[setter]
        fn set_degrees(&mut self, degrees: f64) -> PyResult<()> {
            if degrees < -273.15 {
                return Err(PyValueError::new_err("colder than absolute zero"));
            }
            self.degrees = degrees;
            Ok(())
        }

        #[getter]
        fn get_fahrenheit(&self) -> f64 {
            self.degrees * 1.8 + 32.0
        }

        #[getter(kelvin)]
        fn in_kelvin(&self) -> f64 {
            self.degrees + 273.15
        }

        #[setter(kelvin)]
        fn kelvin_given(&mut self, value: f64) {
            self.degrees = value - 273.15;
        }

        #[getter]
        fn failing(&self) -> PyResult<i64> {
            Err(PyValueError::new_err("never readable"))
        }

        #[getter]
        fn with_token<'py>(&self, py: Python<'py>) -> Bound<'py, exuvia::types::PyString> {
            exuvia::types::PyString::new(py, "token")
        }

        #[getter]
        fn itself(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
            slf
        }

        #[getter]
        fn optional(&self) -> Option<f64> {
            (self.degrees > 0.0).then_some(self.degrees)
        }

        #[setter]
        fn set_anything(&mut self, value: Option<f64>) {
            self.degrees = value.unwrap_or(-1.0);
        }
    }
}
