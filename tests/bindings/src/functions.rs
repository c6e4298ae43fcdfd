//! Functions: what they return, how they are named and described.

use exuvia::prelude::*;

#[pymodule]
pub mod functions {
    use exuvia::exceptions::PyValueError;
    use exuvia::prelude::*;
    use exuvia::types::{PyList, PyString, PyTuple};

    #[pyfunction]
    fn nothing() {}

    #[pyfunction]
    fn number() -> i64 {
        42
    }

    /// Add two numbers.
    ///
    /// The second paragraph keeps its `quotes`.
    #[pyfunction]
    fn add(a: i64, b: i64) -> i64 {
        a.wrapping_add(b)
    }

    #[pyfunction]
    fn undocumented(a: i64) -> i64 {
        a
    }

    #[pyfunction]
    #[pyo3(name = "renamed")]
    fn rust_side_name(text: &str) -> usize {
        text.len()
    }

    #[pyfunction(name = "class")]
    fn keyword_as_a_name() -> &'static str {
        "class"
    }

    #[pyfunction]
    fn r#match(r#type: i64) -> i64 {
        r#type
    }

    #[pyfunction(name = "r#raw")]
    fn raw_name() -> &'static str {
        "raw"
    }

    #[pyfunction]
    #[pyo3(signature = (a = 0xff_u32, b = 1_000, c = 1.5f32, d = 'd', e = r"\n", f = 2e3, g = 0b11))]
    fn kinds_of_defaults(
        a: u32,
        b: i64,
        c: f32,
        d: char,
        e: &str,
        f: f64,
        g: u8,
    ) -> (u32, i64, f32, char, String, f64, u8) {
        (a, b, c, d, e.to_owned(), f, g)
    }

    #[pyfunction]
    #[pyo3(signature = (a: "int", *rest: "int", b: "str | None" = None, **more: "object") -> "int")]
    fn annotated(
        a: i64,
        rest: &Bound<'_, PyTuple>,
        b: Option<&str>,
        more: Option<&Bound<'_, exuvia::types::PyDict>>,
    ) -> usize {
        a as usize + rest.len() + b.map_or(0, str::len) + more.map_or(0, |more| more.len())
    }

    macro_rules! function_with {
        ($first:expr, $second:expr, $third:expr, $text:literal) => {
            #[pyfunction(signature = ($first, $second, *, $third))]
            #[pyo3(text_signature = $text)]
            fn from_fragments(a: i64, b: i64, c: i64) -> (i64, i64, i64) {
                (a, b, c)
            }
        };
    }
    function_with!(a, b = 1 + 1, c = 3, "(a, b=2, *, c=3)");

    #[pyfunction]
    fn make_from_fragments(py: Python<'_>) -> PyResult<Bound<'_, exuvia::types::PyCFunction>> {
        wrap_pyfunction!(from_fragments, py)
    }

    #[pyfunction]
    #[pyo3(signature = (a, b = 1), text_signature = "(left, right=1)")]
    fn described(a: i64, b: i64) -> i64 {
        a + b
    }

    #[pyfunction]
    #[pyo3(signature = (x), text_signature = None)]
    fn undescribed(x: i64) -> i64 {
        x
    }

    #[pyfunction]
    fn with_token(py: Python<'_>, a: i64) -> PyResult<Py<PyAny>> {
        Ok(a.into_pyobject(py)?.into_any().unbind())
    }

    #[pyfunction]
    fn token_in_the_middle<'py>(a: i64, py: Python<'py>, b: i64) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, [a, b])
    }

    #[pyfunction]
    #[pyo3(pass_module)]
    fn own_module<'py>(
        module: &Bound<'py, PyModule>,
        suffix: &str,
    ) -> PyResult<Bound<'py, PyString>> {
        let name = format!("{}{suffix}", module.name()?);
        Ok(PyString::new(module.py(), &name))
    }

    #[pyfunction]
    fn fallible(fail: bool) -> PyResult<()> {
        if fail {
            return Err(PyValueError::new_err("asked to fail"));
        }
        Ok(())
    }

    #[pyfunction]
    fn maybe(value: Option<i64>) -> Option<i64> {
        value.map(|value| value + 1)
    }

    #[pyfunction]
    fn fallible_maybe(value: Option<i64>) -> PyResult<Option<i64>> {
        match value {
            Some(value) if value < 0 => Err(PyValueError::new_err("negative")),
            other => Ok(other),
        }
    }

    #[pyfunction]
    fn pair(a: i64, b: &str) -> (i64, String) {
        (a, b.to_owned())
    }

    #[pyfunction]
    fn empty_tuple() -> ((),) {
        ((),)
    }

    #[pyfunction]
    fn same(value: Py<PyAny>) -> Py<PyAny> {
        value
    }

    #[pyfunction]
    fn same_bound(value: Bound<'_, PyAny>) -> Bound<'_, PyAny> {
        value
    }

    #[pyfunction]
    fn same_reference<'py>(value: &Bound<'py, PyAny>) -> Bound<'py, PyAny> {
        value.clone()
    }

    #[pyfunction]
    fn fresh_list(py: Python<'_>) -> Bound<'_, PyList> {
        PyList::empty(py)
    }

    #[pyfunction]
    fn call_with(function: &Bound<'_, PyAny>, value: i64) -> PyResult<Py<PyAny>> {
        Ok(function.call1((value,))?.unbind())
    }

    mod elsewhere {
        use exuvia::prelude::*;

        /// Lives in a Rust module of its own.
        #[pyfunction]
        pub(super) fn exported(a: i64) -> i64 {
            a * 2
        }
    }

    #[pymodule_export]
    use elsewhere::exported;

    #[pyfunction(pass_module)]
    fn told_its_module(module: &Bound<'_, exuvia::types::PyModule>) -> PyResult<String> {
        Ok(module.name()?.to_string())
    }

    /// Wrap a function that takes its module, and give it none.
    #[pyfunction]
    fn make_function_without_its_module(
        py: Python<'_>,
    ) -> PyResult<Bound<'_, exuvia::types::PyCFunction>> {
        wrap_pyfunction!(told_its_module, py)
    }

    /// Wrap a function at run time and hand it over without a module.
    #[pyfunction]
    fn make_function(py: Python<'_>) -> PyResult<Bound<'_, exuvia::types::PyCFunction>> {
        wrap_pyfunction!(elsewhere::exported, py)
    }
}
