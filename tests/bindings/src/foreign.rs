//! Collections, errors and other types of other crates.

use exuvia::prelude::*;

#[pymodule]
pub mod foreign {
    use bytes::Bytes;
    use either::Either;
    use exuvia::exceptions::PyKeyError;
    use exuvia::prelude::*;
    use hashbrown::{HashMap, HashSet};
    use indexmap::IndexMap;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use smallvec::SmallVec;
    use uuid::{NonNilUuid, Uuid};

    type Both<'py> = PyResult<[Bound<'py, PyAny>; 2]>;

    #[pyfunction]
    fn map(py: Python<'_>, value: HashMap<String, i64>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn set(py: Python<'_>, value: HashSet<i64>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn ordered_map(py: Python<'_>, value: IndexMap<String, i64>) -> Both<'_> {
        both!(py, value)
    }

    /// The keys in Rust's order.
    #[pyfunction]
    fn keys_in_order(value: IndexMap<i64, i64>) -> Vec<i64> {
        value.into_keys().collect()
    }

    #[pyfunction]
    fn small(py: Python<'_>, value: SmallVec<[i64; 4]>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn small_bytes(py: Python<'_>, value: SmallVec<[u8; 4]>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    #[pyo3(name = "either")]
    fn same_either(py: Python<'_>, value: Either<i64, String>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn side(value: Either<i64, f64>) -> &'static str {
        match value {
            Either::Left(_) => "left",
            Either::Right(_) => "right",
        }
    }

    #[pyfunction]
    #[pyo3(name = "uuid")]
    fn same_uuid(py: Python<'_>, value: Uuid) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn uuid_text(value: Uuid) -> String {
        value.to_string()
    }

    #[pyfunction]
    fn non_nil_uuid(py: Python<'_>, value: NonNilUuid) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    #[pyo3(name = "bytes")]
    fn same_bytes(py: Python<'_>, value: Bytes) -> Both<'_> {
        both!(py, value)
    }

    /// A part of it, used by a thread that is not attached, after the caller's references are gone.
    #[pyfunction]
    fn sum_in_thread(py: Python<'_>, value: Bytes) -> u64 {
        let tail = value.slice(1..);
        drop(value);
        py.detach(|| {
            std::thread::spawn(move || tail.iter().map(|&byte| u64::from(byte)).sum())
                .join()
                .unwrap()
        })
    }

    /// Fails with an exception that has come through `anyhow`, bare or with context.
    #[pyfunction]
    fn anyhow_of_exception(context: bool) -> anyhow::Result<()> {
        use anyhow::Context;
        let failed: anyhow::Result<()> = Err(PyKeyError::new_err("no such key").into());
        if context {
            failed.context("while looking")
        } else {
            failed
        }
    }

    #[pyfunction]
    fn anyhow_of_text() -> anyhow::Result<()> {
        Err(anyhow::anyhow!("inner").context("outer"))
    }

    #[pyfunction]
    fn eyre_of_exception(context: bool) -> eyre::Result<()> {
        use eyre::WrapErr;
        let failed: eyre::Result<()> = Err(PyKeyError::new_err("no such key").into());
        if context {
            failed.wrap_err("while looking")
        } else {
            failed
        }
    }

    #[pyfunction]
    fn eyre_of_text() -> eyre::Result<()> {
        Err(eyre::eyre!("plain"))
    }

    /// A class that `serde` knows.
    #[pyclass]
    struct Pair {
        #[pyo3(get, set)]
        left: i64,
        #[pyo3(get, set)]
        right: i64,
    }

    #[pymethods]
    impl Pair {
        #[new]
        fn new(left: i64, right: i64) -> Self {
            Pair { left, right }
        }

        /// Serializes the object while it is borrowed mutably.
        fn to_json_borrowed(slf: &Bound<'_, Self>) -> PyResult<String> {
            let borrowed = slf.borrow_mut();
            let result = to_json(slf.clone().unbind());
            drop(borrowed);
            result
        }
    }

    impl Serialize for Pair {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            (self.left, self.right).serialize(serializer)
        }
    }

    impl<'de> Deserialize<'de> for Pair {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let (left, right) = Deserialize::deserialize(deserializer)?;
            Ok(Pair { left, right })
        }
    }

    #[pyfunction]
    fn to_json(pair: Py<Pair>) -> PyResult<String> {
        serde_json::to_string(&pair)
            .map_err(|error| exuvia::exceptions::PyValueError::new_err(error.to_string()))
    }

    #[pyfunction]
    fn from_json(text: &str) -> PyResult<Py<Pair>> {
        serde_json::from_str(text)
            .map_err(|error| exuvia::exceptions::PyValueError::new_err(error.to_string()))
    }
}
