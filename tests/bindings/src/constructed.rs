//! What `#[new]` may return: what an instance is made from, an instance, or any other object.

use exuvia::prelude::*;

#[pyclass]
pub struct Broken {}

#[pymethods]
impl Broken {
    #[classattr]
    fn attribute() -> PyResult<i64> {
        Err(exuvia::exceptions::PyValueError::new_err("not today"))
    }
}

#[pymodule]
pub mod constructed {
    use exuvia::exceptions::PyValueError;
    use exuvia::prelude::*;
    use exuvia::types::{PyList, PyType};

    #[pyclass]
    pub struct Other {
        #[pyo3(get)]
        number: i64,
    }

    #[pyclass]
    pub struct MakesAnother {}

    #[pymethods]
    impl MakesAnother {
        #[new]
        fn new(number: i64) -> Other {
            Other { number }
        }
    }

    /// A constructor that takes more than numbers goes another way.
    #[pyclass]
    pub struct MakesAnotherOfText {}

    #[pymethods]
    impl MakesAnotherOfText {
        #[new]
        fn new(text: &str) -> PyResult<Other> {
            match text.len() {
                0 => Err(PyValueError::new_err("no text")),
                length => Ok(Other {
                    number: length as i64,
                }),
            }
        }

        fn __init__(&self, _text: &str) -> PyResult<()> {
            Err(PyValueError::new_err("__init__ of another class"))
        }
    }

    #[pyclass]
    pub struct MakesANumber {}

    #[pymethods]
    impl MakesANumber {
        #[new]
        fn new(number: i64) -> i64 {
            number + 1
        }
    }

    #[pyclass]
    pub struct MakesNothing {}

    #[pymethods]
    impl MakesNothing {
        #[new]
        fn new() -> Option<Other> {
            None
        }
    }

    #[pyclass]
    pub struct MakesWhatIsGiven {}

    #[pymethods]
    impl MakesWhatIsGiven {
        #[new]
        fn new(object: Bound<'_, PyAny>) -> Bound<'_, PyAny> {
            object
        }
    }

    #[pyclass]
    pub struct MakesAList {}

    #[pymethods]
    impl MakesAList {
        #[new]
        #[classmethod]
        fn new<'py>(cls: &Bound<'py, PyType>, text: &str) -> PyResult<Bound<'py, PyList>> {
            PyList::new(cls.py(), [cls.name()?.to_string(), text.to_owned()])
        }
    }

    /// The class of an attribute that cannot be computed.
    #[pyfunction]
    fn broken_class(py: Python<'_>) -> Bound<'_, PyType> {
        py.get_type::<super::Broken>()
    }

    /// The same, added to a module.
    #[pyfunction]
    fn add_broken_class(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add_class::<super::Broken>()
    }

    /// An instance of the class itself, made before, whatever the class that is called.
    #[pyclass(subclass)]
    pub struct MakesTheSame {}

    #[pymethods]
    impl MakesTheSame {
        #[new]
        fn new(py: Python<'_>) -> PyResult<Py<Self>> {
            Py::new(py, MakesTheSame {})
        }
    }
}
