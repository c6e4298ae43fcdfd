//! What PyO3 has and exuvia has not yet. An item leaves this file, for its topic's, with the engine's support for it.

use exuvia::prelude::*;

#[pymodule]
pub mod later {
    use exuvia::prelude::*;

    #[pyclass(weakref)]
    pub struct WeaklyHeld {}

    #[pymethods]
    impl WeaklyHeld {
        #[new]
        fn new() -> Self {
            WeaklyHeld {}
        }
    }

    #[pyclass(dict)]
    pub struct WithDict {}

    #[pymethods]
    impl WithDict {
        #[new]
        fn new() -> Self {
            WithDict {}
        }
    }

    #[pyclass(sequence)]
    pub struct FixedSequence {}

    #[pymethods]
    impl FixedSequence {
        #[new]
        fn new() -> Self {
            FixedSequence {}
        }

        fn __len__(&self) -> usize {
            3
        }

        fn __getitem__(&self, index: isize) -> PyResult<isize> {
            if (0..3).contains(&index) {
                Ok(index * 10)
            } else {
                Err(exuvia::exceptions::PyIndexError::new_err("no such item"))
            }
        }
    }

    #[pyclass(eq, ord, str = "{name} ({rank})")]
    #[derive(PartialEq, PartialOrd)]
    pub struct Derived {
        rank: i64,
        name: String,
    }

    #[pymethods]
    impl Derived {
        #[new]
        fn new(rank: i64, name: String) -> Self {
            Derived { rank, name }
        }
    }

    /// Answers for attributes it does not have.
    #[pyclass]
    pub struct Dynamic {}

    #[pymethods]
    impl Dynamic {
        #[new]
        fn new() -> Self {
            Dynamic {}
        }

        fn real(&self) -> &'static str {
            "a method"
        }

        fn __getattr__(&self, name: &str) -> PyResult<String> {
            if name.starts_with("made_") {
                Ok(name.to_uppercase())
            } else {
                Err(exuvia::exceptions::PyAttributeError::new_err(
                    name.to_owned(),
                ))
            }
        }
    }

    #[pyclass(unsendable)]
    pub struct Unsendable {
        value: std::cell::Cell<i64>,
    }

    #[pymethods]
    impl Unsendable {
        #[new]
        fn new() -> Self {
            Unsendable {
                value: std::cell::Cell::new(3),
            }
        }

        fn value(&self) -> i64 {
            self.value.get()
        }
    }

    #[pyclass]
    pub struct Node {
        #[pyo3(get, set)]
        next: Option<Py<PyAny>>,
    }

    #[pymethods]
    impl Node {
        #[new]
        #[pyo3(signature = (next = None))]
        fn new(next: Option<Py<PyAny>>) -> Self {
            Node { next }
        }

        fn __traverse__(&self, visit: exuvia::PyVisit<'_>) -> Result<(), exuvia::PyTraverseError> {
            if let Some(next) = &self.next {
                visit.call(next)?;
            }
            Ok(())
        }

        fn __clear__(&mut self) {
            self.next = None;
        }
    }

    #[pyclass]
    pub struct Deletable {
        value: Option<i64>,
    }

    #[pymethods]
    impl Deletable {
        #[new]
        fn new() -> Self {
            Deletable { value: Some(1) }
        }

        #[getter]
        fn value(&self) -> Option<i64> {
            self.value
        }

        #[deleter]
        fn delete_value(&mut self) {
            self.value = None;
        }
    }

    #[derive(FromPyObject)]
    pub enum Operand {
        Integer(i64),
        Text(String),
    }

    #[pyfunction]
    fn which(operand: Operand) -> String {
        match operand {
            Operand::Integer(value) => format!("integer {value}"),
            Operand::Text(value) => format!("text {value}"),
        }
    }
}
