//! Arguments: every way to declare them. Each function returns what it received.

use exuvia::prelude::*;

#[pymodule]
pub mod arguments {
    use exuvia::prelude::*;
    use exuvia::types::{PyDict, PyTuple};

    type Received<'py> = PyResult<Bound<'py, PyTuple>>;

    #[pyfunction]
    fn none() -> &'static str {
        "called"
    }

    #[pyfunction]
    fn one(a: i64) -> i64 {
        a
    }

    #[pyfunction]
    fn two(a: i64, b: i64) -> (i64, i64) {
        (a, b)
    }

    #[pyfunction]
    fn three(a: i64, b: i64, c: i64) -> (i64, i64, i64) {
        (a, b, c)
    }

    #[pyfunction]
    #[allow(clippy::too_many_arguments)]
    fn ten(
        a: i64,
        b: i64,
        c: i64,
        d: i64,
        e: i64,
        f: i64,
        g: i64,
        h: i64,
        i: i64,
        j: i64,
    ) -> (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64) {
        (a, b, c, d, e, f, g, h, i, j)
    }

    #[pyfunction]
    #[pyo3(signature = (a, b = 2, c = 3))]
    fn defaults(a: i64, b: i64, c: i64) -> (i64, i64, i64) {
        (a, b, c)
    }

    #[pyfunction]
    #[pyo3(signature = (a = -1, b = 2.5, c = "text", d = true, e = None))]
    fn default_kinds(
        a: i64,
        b: f64,
        c: &str,
        d: bool,
        e: Option<i64>,
    ) -> (i64, f64, String, bool, Option<i64>) {
        (a, b, c.to_owned(), d, e)
    }

    #[pyfunction]
    #[pyo3(signature = (a = 1, b = Some(2), c = None, d = NOTHING, e = TWELVE, f = fourteen()))]
    fn optional_defaults(
        a: Option<i64>,
        b: Option<i64>,
        c: Option<i64>,
        d: Option<i64>,
        e: Option<i64>,
        f: Option<i64>,
    ) -> [Option<i64>; 6] {
        [a, b, c, d, e, f]
    }

    const NOTHING: Option<i64> = None;
    const TWELVE: i64 = 12;

    fn fourteen() -> Option<i64> {
        Some(14)
    }

    #[pyfunction]
    #[pyo3(signature = (items = vec![1, 2]))]
    fn default_is_fresh(mut items: Vec<i64>) -> Vec<i64> {
        items.push(3);
        items
    }

    #[pyfunction]
    #[pyo3(signature = (a, *, b, c = 3))]
    fn keyword_only(a: i64, b: i64, c: i64) -> (i64, i64, i64) {
        (a, b, c)
    }

    #[pyfunction]
    #[pyo3(signature = (*, b, c, d))]
    fn only_keywords(b: i64, c: i64, d: i64) -> (i64, i64, i64) {
        (b, c, d)
    }

    #[pyfunction]
    #[pyo3(signature = (*, b = 1))]
    fn one_optional_keyword(b: i64) -> i64 {
        b
    }

    #[pyfunction]
    #[pyo3(signature = (a, b, /))]
    fn positional_only(a: i64, b: i64) -> (i64, i64) {
        (a, b)
    }

    #[pyfunction]
    #[pyo3(signature = (a, b = 2, /))]
    fn positional_only_default(a: i64, b: i64) -> (i64, i64) {
        (a, b)
    }

    #[pyfunction]
    #[pyo3(signature = (a, /, b, *, c))]
    fn mixed(a: i64, b: i64, c: i64) -> (i64, i64, i64) {
        (a, b, c)
    }

    #[pyfunction]
    #[pyo3(signature = (*args))]
    fn varargs<'py>(args: &Bound<'py, PyTuple>) -> Bound<'py, PyTuple> {
        args.clone()
    }

    /// Hands its own dict on, where the callee does not take part in vectorcall.
    #[pyfunction]
    fn call_with_keywords(
        function: &Bound<'_, PyAny>,
        args: &Bound<'_, PyTuple>,
        keywords: &Bound<'_, PyDict>,
    ) -> PyResult<Py<PyAny>> {
        Ok(function.call(args, Some(keywords))?.unbind())
    }

    #[pyfunction]
    #[pyo3(signature = (**kwargs))]
    fn varkeywords<'py>(kwargs: Option<&Bound<'py, PyDict>>) -> Option<Bound<'py, PyDict>> {
        kwargs.cloned()
    }

    #[pyfunction]
    #[pyo3(signature = (*args, **kwargs))]
    fn everything<'py>(
        py: Python<'py>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> Received<'py> {
        (args, kwargs).into_pyobject(py)
    }

    #[pyfunction]
    #[pyo3(signature = (a, *args, b))]
    fn keyword_after_varargs<'py>(
        py: Python<'py>,
        a: i64,
        args: &Bound<'py, PyTuple>,
        b: i64,
    ) -> Received<'py> {
        (a, args, b).into_pyobject(py)
    }

    #[pyfunction]
    #[pyo3(signature = (a, /, **kwargs))]
    fn positional_only_and_keywords<'py>(
        py: Python<'py>,
        a: i64,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> Received<'py> {
        (a, kwargs).into_pyobject(py)
    }

    /// One parameter of each kind.
    #[pyfunction]
    #[pyo3(signature = (a, b = 2, /, c = 3, *args, d, e = 5, **kwargs))]
    #[allow(clippy::too_many_arguments)]
    fn every_kind<'py>(
        py: Python<'py>,
        a: i64,
        b: i64,
        c: i64,
        args: &Bound<'py, PyTuple>,
        d: i64,
        e: i64,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> Received<'py> {
        (a, b, c, args, d, e, kwargs).into_pyobject(py)
    }

    #[pyfunction]
    #[pyo3(signature = (*numbers))]
    fn typed_varargs(numbers: Vec<i64>) -> i64 {
        numbers.iter().sum()
    }

    #[pyfunction]
    #[pyo3(signature = (**numbers))]
    fn typed_varkeywords(
        numbers: Option<std::collections::BTreeMap<String, i64>>,
    ) -> Vec<(String, i64)> {
        numbers.unwrap_or_default().into_iter().collect()
    }

    #[pyfunction]
    fn required_option(a: Option<i64>) -> Option<i64> {
        a
    }

    #[pyfunction]
    #[pyo3(signature = (größe, 名 = 2))]
    fn unicode_names(größe: i64, 名: i64) -> (i64, i64) {
        (größe, 名)
    }

    #[pyclass]
    pub struct Receiver {}

    #[pymethods]
    impl Receiver {
        #[new]
        #[pyo3(signature = (a, b = 2, *, c = 3))]
        fn new(a: i64, b: i64, c: i64) -> Self {
            let _ = (a, b, c);
            Receiver {}
        }

        fn none(&self) -> &'static str {
            "called"
        }

        fn one(&self, a: i64) -> i64 {
            a
        }

        #[pyo3(signature = (a, b = 2, /, c = 3, *args, d, e = 5, **kwargs))]
        #[allow(clippy::too_many_arguments)]
        fn every_kind<'py>(
            &self,
            py: Python<'py>,
            a: i64,
            b: i64,
            c: i64,
            args: &Bound<'py, PyTuple>,
            d: i64,
            e: i64,
            kwargs: Option<&Bound<'py, PyDict>>,
        ) -> Received<'py> {
            (a, b, c, args, d, e, kwargs).into_pyobject(py)
        }

        #[staticmethod]
        fn fixed(a: i64, b: i64) -> (i64, i64) {
            (a, b)
        }

        #[classmethod]
        #[pyo3(signature = (a, *, b = 2))]
        fn of_class(cls: &Bound<'_, exuvia::types::PyType>, a: i64, b: i64) -> PyResult<String> {
            Ok(format!("{} {a} {b}", cls.name()?))
        }

        #[pyo3(signature = (a, *, b = 2))]
        fn __call__(&self, a: i64, b: i64) -> (i64, i64) {
            (a, b)
        }
    }
}
