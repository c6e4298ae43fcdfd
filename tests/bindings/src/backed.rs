//! Text and bytes that Rust keeps without copying them, and other conversions that have no file of their own.

use exuvia::prelude::*;

#[pymodule]
pub mod backed {
    use std::cell::Cell;
    use std::collections::HashMap;
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use exuvia::prelude::*;
    use exuvia::pybacked::{PyBackedBytes, PyBackedStr};

    /// Its length and its Debug form, taken without a token.
    #[pyfunction]
    fn read_text(py: Python<'_>, text: PyBackedStr) -> (usize, String) {
        py.detach(|| (text.len(), format!("{text:?}")))
    }

    #[pyfunction]
    fn read_bytes(py: Python<'_>, bytes: PyBackedBytes) -> (usize, u64) {
        py.detach(|| (bytes.len(), bytes.iter().map(|byte| u64::from(*byte)).sum()))
    }

    #[pyfunction]
    fn same_text(text: PyBackedStr) -> PyBackedStr {
        text
    }

    #[pyfunction]
    fn text_twice(py: Python<'_>, text: PyBackedStr) -> (PyBackedStr, PyBackedStr) {
        (text.clone_ref(py), text)
    }

    #[pyfunction]
    fn same_bytes(bytes: PyBackedBytes) -> PyBackedBytes {
        bytes
    }

    #[pyfunction]
    fn bytes_twice(py: Python<'_>, bytes: PyBackedBytes) -> (PyBackedBytes, PyBackedBytes) {
        (bytes.clone_ref(py), bytes)
    }

    #[pyfunction]
    fn longest(texts: Vec<PyBackedStr>) -> Option<PyBackedStr> {
        texts.into_iter().max_by_key(|text| text.chars().count())
    }

    #[pyfunction]
    fn sorted(mut texts: Vec<PyBackedStr>) -> Vec<PyBackedStr> {
        texts.sort();
        texts
    }

    /// Keys that borrow from Python, looked up by Rust's.
    #[pyfunction]
    fn look_up(map: HashMap<PyBackedStr, i64>, key: &str) -> Option<i64> {
        map.get(key).copied()
    }

    #[pyfunction]
    fn equal_text(text: PyBackedStr, other: &str) -> (bool, bool, bool) {
        (text == *other, text == other, *other == text)
    }

    #[pyfunction]
    fn is_abc(bytes: PyBackedBytes) -> (bool, bool, bool) {
        (bytes == *b"abc", bytes == b"abc", bytes == b"abc"[..])
    }

    #[pyfunction]
    fn address(address: IpAddr) -> IpAddr {
        address
    }

    #[pyfunction]
    fn address_text(address: IpAddr) -> String {
        address.to_string()
    }

    #[pyfunction]
    fn local_addresses() -> (Ipv4Addr, Ipv6Addr) {
        (Ipv4Addr::LOCALHOST, Ipv6Addr::LOCALHOST)
    }

    #[pyfunction]
    fn cell(value: Cell<i64>) -> Cell<i64> {
        value.set(value.get() + 1);
        value
    }
}
