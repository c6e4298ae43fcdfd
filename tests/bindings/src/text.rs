//! Text and bytes: each function returns its argument, having been through Rust.

use exuvia::prelude::*;

#[pymodule]
pub mod text {
    use std::borrow::Cow;
    use std::ffi::{OsStr, OsString};
    use std::path::{Path, PathBuf};

    use exuvia::prelude::*;
    use exuvia::types::{PyByteArray, PyBytes, PyString};

    #[pyfunction]
    fn char(value: char) -> char {
        value
    }

    #[pyfunction]
    fn str(value: &str) -> &str {
        value
    }

    #[pyfunction]
    fn string(value: String) -> String {
        value
    }

    #[pyfunction]
    fn cow_str(value: Cow<'_, str>) -> Cow<'_, str> {
        value
    }

    #[pyfunction]
    fn string_object<'py>(value: &Bound<'py, PyString>) -> Bound<'py, PyString> {
        value.clone()
    }

    #[pyfunction]
    fn to_str(value: &Bound<'_, PyString>) -> PyResult<String> {
        value.to_str().map(str::to_owned)
    }

    #[pyfunction]
    fn to_cow(value: &Bound<'_, PyString>) -> PyResult<String> {
        value.to_cow().map(Cow::into_owned)
    }

    #[pyfunction]
    fn to_string_lossy(value: &Bound<'_, PyString>) -> String {
        value.to_string_lossy().into_owned()
    }

    #[pyfunction]
    fn display(value: &Bound<'_, PyAny>) -> String {
        value.to_string()
    }

    #[pyfunction]
    fn debug(value: &Bound<'_, PyAny>) -> String {
        format!("{value:?}")
    }

    #[pyfunction]
    fn intern(py: Python<'_>) -> Bound<'_, PyString> {
        exuvia::intern!(py, "an interned name").clone()
    }

    #[pyfunction]
    fn interned_twice_is_one(py: Python<'_>) -> bool {
        fn name(py: Python<'_>) -> &Bound<'_, PyString> {
            exuvia::intern!(py, "another_name")
        }
        name(py).is(name(py))
    }

    #[pyfunction]
    fn equals(value: &Bound<'_, PyString>, other: &str) -> bool {
        value == other
    }

    #[pyfunction]
    fn byte_slice(value: &[u8]) -> &[u8] {
        value
    }

    #[pyfunction]
    fn byte_vector(value: Vec<u8>) -> Vec<u8> {
        value
    }

    #[pyfunction]
    fn byte_cow(value: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
        value
    }

    #[pyfunction]
    fn byte_array_of_four(value: [u8; 4]) -> [u8; 4] {
        value
    }

    #[pyfunction]
    fn bytes_object<'py>(value: &Bound<'py, PyBytes>) -> Bound<'py, PyBytes> {
        PyBytes::new(value.py(), value.as_bytes())
    }

    #[pyfunction]
    fn bytes_filled(py: Python<'_>, length: usize, byte: u8) -> PyResult<Bound<'_, PyBytes>> {
        PyBytes::new_with(py, length, |buffer| {
            assert!(buffer.iter().all(|&byte| byte == 0), "starts zeroed");
            buffer.fill(byte);
            Ok(())
        })
    }

    #[pyfunction]
    fn bytes_filling_fails(py: Python<'_>) -> PyResult<Bound<'_, PyBytes>> {
        PyBytes::new_with(py, 8, |_| {
            Err(exuvia::exceptions::PyValueError::new_err("no bytes today"))
        })
    }

    #[pyfunction]
    fn bytearray_object<'py>(value: &Bound<'py, PyByteArray>) -> Bound<'py, PyByteArray> {
        PyByteArray::new(value.py(), &value.to_vec())
    }

    #[pyfunction]
    fn bytearray_resized<'py>(
        value: &Bound<'py, PyByteArray>,
        length: usize,
    ) -> PyResult<Bound<'py, PyByteArray>> {
        value.resize(length)?;
        Ok(value.clone())
    }

    #[pyfunction]
    fn path(value: PathBuf) -> PathBuf {
        value
    }

    #[pyfunction]
    fn borrowed_path(value: PathBuf) -> PyResult<Py<PyAny>> {
        Python::attach(|py| {
            let path: &Path = &value;
            Ok(path.into_pyobject(py)?.into_any().unbind())
        })
    }

    #[pyfunction]
    fn os_string(value: OsString) -> OsString {
        value
    }

    #[pyfunction]
    fn os_string_length(value: OsString) -> usize {
        let value: &OsStr = &value;
        value.len()
    }
}
