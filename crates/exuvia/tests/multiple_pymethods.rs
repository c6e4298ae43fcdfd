//! Classes with several `#[pymethods]` blocks, with the feature `multiple-pymethods`.

#![cfg(feature = "multiple-pymethods")]

use exuvia::prelude::*;
use exuvia::types::PyType;
use exuvia::{PyTraverseError, PyVisit, py_run};

#[pyclass(get_all, eq)]
#[derive(PartialEq)]
struct Many {
    number: i64,
}

#[pymethods]
impl Many {
    #[new]
    fn new(number: i64) -> Self {
        Many { number }
    }

    #[getter]
    fn double(&self) -> i64 {
        2 * self.number
    }

    fn __add__(&self, other: i64) -> i64 {
        self.number + other
    }

    fn __radd__(&self, other: i64) -> i64 {
        other - self.number
    }
}

mod elsewhere {
    use super::*;

    #[pymethods]
    impl Many {
        #[setter]
        fn set_double(&mut self, double: i64) {
            self.number = double / 2;
        }

        fn method(&self, text: &str) -> String {
            format!("{text} {}", self.number)
        }

        fn of_numbers(&self, factor: i64) -> i64 {
            factor * self.number
        }
    }
}

#[pymethods]
impl Many {
    fn __len__(&self) -> usize {
        5
    }

    fn __call__(&self) -> &'static str {
        "called"
    }

    #[staticmethod]
    fn fixed() -> i64 {
        7
    }
}

#[pymethods]
impl Many {
    #[classmethod]
    fn name_of(cls: &Bound<'_, PyType>) -> PyResult<String> {
        Ok(cls.name()?.to_string())
    }

    #[classattr]
    const CONSTANT: &'static str = "constant";

    #[classattr]
    fn attribute() -> Many {
        Many { number: 9 }
    }

    fn __traverse__(&self, _visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        Ok(())
    }
}

/// A class without any block.
#[pyclass]
struct None_ {}

/// A class with one.
#[pyclass]
struct One {}

#[pymethods]
impl One {
    fn method(&self) -> i64 {
        1
    }
}

#[test]
fn every_block_counts() {
    Python::initialize();
    Python::attach(|py| {
        let cls = py.get_type::<Many>();
        py_run!(
            py,
            cls,
            r#"
            many = cls(3)
            assert many.number == 3
            assert many == cls(3)
            assert many.double == 6
            many.double = 10
            assert many.number == 5
            assert many + 1 == 6
            assert 1 + many == -4
            assert many.method("text") == "text 5"
            assert many.of_numbers(3) == 15
            assert len(many) == 5
            assert many() == "called"
            assert cls.fixed() == 7
            assert cls.name_of() == "Many"
            assert cls.CONSTANT == "constant"
            assert cls.attribute.number == 9
            import gc
            assert gc.is_tracked(many)
            "#
        );
    });
}

#[test]
fn a_class_has_the_methods_of_its_own_blocks() {
    Python::initialize();
    Python::attach(|py| {
        let none = Bound::new(py, None_ {}).unwrap();
        let one = Bound::new(py, One {}).unwrap();
        py_run!(
            py,
            none one,
            r#"
            assert one.method() == 1
            assert not hasattr(one, "of_numbers")
            assert not hasattr(none, "method")
            "#
        );
    });
}

#[test]
fn a_class_inside_a_function() {
    #[pyclass]
    struct Local {}

    #[pymethods]
    impl Local {
        fn first(&self) -> i64 {
            1
        }
    }

    #[pymethods]
    impl Local {
        fn second(&self) -> i64 {
            2
        }
    }

    Python::initialize();
    Python::attach(|py| {
        let local = Bound::new(py, Local {}).unwrap();
        py_run!(
            py,
            local,
            "assert (local.first(), local.second()) == (1, 2)"
        );
    });
}
