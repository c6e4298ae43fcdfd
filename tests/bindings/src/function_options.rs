//! What a function's options say: warnings, annotations, defaults as they are shown.

use exuvia::prelude::*;

#[pymodule]
pub mod function_options {
    use std::collections::HashMap;

    use exuvia::exceptions::{PyDeprecationWarning, PyFutureWarning};
    use exuvia::prelude::*;
    use exuvia::types::PyModule;

    #[pyfunction]
    #[pyo3(warn(message = "this function is old"))]
    fn warns() -> i64 {
        1
    }

    #[pyfunction]
    #[pyo3(warn(message = "first", category = PyFutureWarning), warn(message = "second"))]
    #[pyo3(warn(category = exuvia::exceptions::PyDeprecationWarning, message = "third"))]
    fn warns_often(a: i64, b: i64) -> i64 {
        a + b
    }

    #[pyfunction(warn(message = "before anything is converted"), signature = (a, *, b = 5))]
    fn warns_first(a: i64, b: i64) -> i64 {
        a + b
    }

    #[pyclass]
    struct Warning {
        value: i64,
    }

    #[pymethods]
    impl Warning {
        #[new]
        #[pyo3(warn(message = "constructor", category = PyDeprecationWarning))]
        fn new(value: i64) -> Self {
            Warning { value }
        }

        #[pyo3(warn(message = "method"))]
        fn method(&self) -> i64 {
            self.value
        }

        #[pyo3(warn(message = "exclusive"))]
        fn exclusive(&mut self, value: i64) {
            self.value = value;
        }

        #[staticmethod]
        #[pyo3(warn(message = "static"))]
        fn fixed() -> i64 {
            3
        }

        #[classmethod]
        #[pyo3(warn(message = "class"))]
        fn of_class(cls: &Bound<'_, exuvia::types::PyType>) -> PyResult<String> {
            Ok(cls.name()?.to_string())
        }

        #[getter]
        #[pyo3(warn(message = "getter"))]
        fn get_value(&self) -> i64 {
            self.value
        }

        #[setter]
        #[pyo3(warn(message = "setter"))]
        fn set_value(&mut self, value: i64) {
            self.value = value;
        }

        #[pyo3(warn(message = "slot"))]
        fn __len__(&self) -> usize {
            7
        }

        #[pyo3(warn(message = "operator"))]
        fn __add__(&self, other: i64) -> i64 {
            self.value + other
        }

        #[pyo3(warn(message = "call"))]
        fn __call__(&self) -> i64 {
            self.value
        }
    }

    #[pyfunction]
    #[pyo3(signature = (a: "int", b: "int | None" = None, *rest: "int", c: "str" = "c", **more: "str") -> "object")]
    fn annotated(
        a: i64,
        b: Option<i64>,
        rest: Vec<i64>,
        c: &str,
        more: Option<HashMap<String, String>>,
    ) -> String {
        let mut more: Vec<_> = more.unwrap_or_default().into_iter().collect();
        more.sort();
        format!("{a} {b:?} {rest:?} {c} {more:?}")
    }

    #[pyfunction]
    #[pyo3(signature = (a = 1_000, b = 0x1F, c = 5u8, d = 1.5f32, e = 'x', f = r"\d", g = b"b".to_vec(), h = -1, i = 2e3))]
    #[allow(clippy::too_many_arguments, clippy::many_single_char_names)]
    fn defaults(
        a: i64,
        b: i64,
        c: u8,
        d: f32,
        e: char,
        f: &str,
        g: Vec<u8>,
        h: i64,
        i: f64,
    ) -> String {
        format!("{a} {b} {c} {d} {e} {f} {g:?} {h} {i}")
    }

    #[pyfunction]
    #[pyo3(signature = (a = HashMap::<String, i64>::new(), b = Vec::<i64>::with_capacity(2).len()))]
    fn generic_defaults(a: HashMap<String, i64>, b: usize) -> usize {
        a.len() + b
    }

    /// # Safety
    /// None is needed.
    #[pyfunction]
    unsafe fn not_safe(a: i64) -> i64 {
        a + 1
    }

    #[pyfunction]
    extern "C" fn as_c(a: i64) -> i64 {
        a + 2
    }

    #[pyfunction]
    #[pyo3(pass_module)]
    fn by_value(module: Bound<'_, PyModule>) -> PyResult<String> {
        Ok(module.name()?.to_string())
    }

    #[pyfunction]
    #[pyo3(pass_module)]
    fn unbound(module: Py<PyModule>, py: Python<'_>) -> PyResult<String> {
        Ok(module.bind(py).name()?.to_string())
    }

    #[pyfunction]
    #[pyo3(pass_module)]
    fn borrowed<'py>(module: Borrowed<'_, 'py, PyModule>) -> PyResult<Bound<'py, PyAny>> {
        module.getattr("__name__")
    }

    fn optional_number(value: &Bound<'_, PyAny>) -> PyResult<Option<i32>> {
        if value.is_none() {
            Ok(None)
        } else {
            Some(value.extract()).transpose()
        }
    }

    #[pyfunction]
    #[pyo3(signature = (number = None))]
    fn by_function(#[pyo3(from_py_with = optional_number)] number: Option<i32>) -> i32 {
        number.unwrap_or(-1)
    }

    #[pyfunction(signature = (length = 0))]
    fn by_method(
        #[pyo3(from_py_with = <Bound<'_, _> as PyAnyMethods>::len)] length: usize,
    ) -> usize {
        length
    }
}
