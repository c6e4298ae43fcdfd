//! Python code and Python text written in Rust.

use exuvia::prelude::*;

#[pymodule]
pub mod snippets {
    use exuvia::prelude::*;
    use exuvia::types::{IntoPyDict, PyString};
    use exuvia::{py_format, py_run};

    #[pyfunction]
    fn run_with_variables(py: Python<'_>, value: Bound<'_, PyAny>) {
        let (one, two) = (1_i64, "two");
        py_run!(
            py,
            one two value,
            r#"
            if one == 1:
                assert two == "two"

                value.append(one)
            value.append(two)
            "#
        );
    }

    #[pyfunction]
    fn run_with_dictionary<'py>(
        py: Python<'py>,
        list: Bound<'py, PyAny>,
        code: &str,
    ) -> PyResult<Bound<'py, exuvia::types::PyDict>> {
        let locals = [("list", list)].into_py_dict(py)?;
        py_run!(py, *locals, code);
        Ok(locals)
    }

    #[pyfunction]
    fn format<'py>(py: Python<'py>, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
        let width = 5;
        py_format!(py, "<{value}> {:>width$}|{}", 7, "ü")
    }

    #[pyfunction]
    fn fixed<'py>(py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        py_format!(py, "a fixed text")
    }

    #[pyfunction]
    fn version(py: Python<'_>) -> (u8, u8, u8, Option<&'static str>, [bool; 4]) {
        let version = py.version_info();
        (
            version.major,
            version.minor,
            version.patch,
            version.suffix,
            [
                version >= (3, 10),
                version >= (3, 10, 0),
                version == (version.major, version.minor),
                version == (version.major, version.minor, version.patch),
            ],
        )
    }

    #[pyfunction]
    fn version_text() -> &'static str {
        Python::version_str()
    }

    #[cfg(not(feature = "limited"))]
    #[pyfunction]
    fn through_marshal<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let bytes = exuvia::marshal::dumps(object, exuvia::marshal::VERSION)?;
        exuvia::marshal::loads(object.py(), bytes.as_bytes())
    }

    #[cfg(not(feature = "limited"))]
    #[pyfunction]
    fn load_marshalled<'py>(py: Python<'py>, data: &[u8]) -> PyResult<Bound<'py, PyAny>> {
        exuvia::marshal::loads(py, data)
    }
}
