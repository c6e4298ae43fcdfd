//! Special methods that are static or class methods, or that warn.

use exuvia::prelude::*;

#[pymodule]
pub mod special_forms {
    use exuvia::exceptions::{PyFutureWarning, PyIndexError};
    use exuvia::prelude::*;
    use exuvia::types::PyType;

    /// Special methods that look at no instance.
    #[pyclass]
    pub struct Counting {}

    #[pymethods]
    impl Counting {
        #[new]
        fn new() -> Self {
            Counting {}
        }

        #[staticmethod]
        fn __len__() -> usize {
            3
        }

        #[staticmethod]
        fn __getitem__(index: isize) -> PyResult<f64> {
            match index {
                0..3 => Ok(index as f64 + 1.0),
                _ => Err(PyIndexError::new_err("there are three")),
            }
        }

        #[staticmethod]
        #[pyo3(signature = (*, word = "word"))]
        fn __call__(word: &str) -> String {
            word.to_uppercase()
        }
    }

    /// Special methods that look at the class of the instance.
    #[pyclass(subclass)]
    pub struct OfClass {}

    #[pymethods]
    impl OfClass {
        #[new]
        fn new() -> Self {
            OfClass {}
        }

        #[classmethod]
        fn __repr__(cls: &Bound<'_, PyType>) -> PyResult<String> {
            Ok(format!("one of {}", cls.name()?))
        }

        #[classmethod]
        fn __call__(cls: Py<PyType>, count: usize) -> (Py<PyType>, usize) {
            (cls, count)
        }

        #[classmethod]
        fn __add__<'py>(cls: &Bound<'py, PyType>, _other: &Bound<'_, PyAny>) -> Bound<'py, PyType> {
            cls.clone()
        }

        #[classmethod]
        fn __contains__(cls: &Bound<'_, PyType>, item: &Bound<'_, PyAny>) -> bool {
            cls.is(item)
        }

        #[classmethod]
        fn __len__(cls: &Bound<'_, PyType>) -> PyResult<usize> {
            // The class may be replaced while the method runs.
            let module = cls.getattr("__module__")?;
            cls.py().run(c"import gc; gc.collect()", None, None)?;
            module.len()
        }
    }

    /// Special methods that warn.
    #[pyclass]
    pub struct Warning {
        value: i64,
    }

    #[pymethods]
    impl Warning {
        #[new]
        #[pyo3(warn(message = "new"))]
        fn new(value: i64) -> Self {
            Warning { value }
        }

        #[getter]
        #[pyo3(warn(message = "getter"))]
        fn value(&self) -> i64 {
            self.value
        }

        #[setter]
        #[pyo3(warn(message = "setter"))]
        fn set_value(&mut self, value: i64) {
            self.value = value;
        }

        #[deleter]
        #[pyo3(warn(message = "deleter", category = PyFutureWarning))]
        fn delete_value(&mut self) {
            self.value = 0;
        }

        #[pyo3(warn(message = "getitem"))]
        fn __getitem__(&self, key: i64) -> i64 {
            self.value + key
        }

        #[pyo3(warn(message = "setitem"))]
        fn __setitem__(&mut self, _key: i64, value: i64) {
            self.value = value;
        }

        #[pyo3(warn(message = "len"))]
        fn __len__(&self) -> usize {
            1
        }

        #[pyo3(warn(message = "add"))]
        fn __add__(&self, other: i64) -> i64 {
            self.value + other
        }

        #[pyo3(warn(message = "call"))]
        fn __call__(&self) -> i64 {
            self.value
        }

        #[pyo3(warn(message = "eq"))]
        fn __eq__(&self, other: &Self) -> bool {
            self.value == other.value
        }

        #[pyo3(warn(message = "iadd"))]
        fn __iadd__(&mut self, other: i64) {
            self.value += other;
        }
    }

    /// The docstrings of macros.
    ///
    #[doc = concat!("One plus ", "one is ", 2, ".")]
    #[pyclass]
    pub struct Documented {
        #[doc = concat!("A ", "field.")]
        #[pyo3(get)]
        field: i64,
    }

    #[pymethods]
    impl Documented {
        #[doc = concat!("A ", "constructor.")]
        #[new]
        fn new(field: i64) -> Self {
            Documented { field }
        }

        /// A method,
        #[doc = concat!("with ", "numbers.")]
        fn method(&self, number: i64) -> i64 {
            number
        }

        #[doc = concat!("A ", "property.")]
        #[getter(r#type)]
        fn r#type(&self) -> i64 {
            1
        }
    }

    #[doc = concat!("A ", "function.")]
    /// And more.
    #[pyfunction]
    fn documented() {}
}
