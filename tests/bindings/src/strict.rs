//! A crate's own lints, and names that the macros' own code might use, are no hindrance.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

use exuvia::prelude::*;

/// What is in it is documented, as `missing_docs` asks.
#[pymodule]
pub mod strict {
    use exuvia::exceptions::PyValueError;
    use exuvia::prelude::*;

    #[allow(non_upper_case_globals)]
    mod named {
        pub static words: i32 = 1;
        pub const failed: i32 = 2;
        pub const error: i32 = 3;
        pub const result: i32 = 4;
        pub const this: i32 = 5;
        pub const frame: i32 = 6;
    }
    // PyO3's constructors do not compile where `result` is a constant.
    #[cfg(feature = "engine")]
    #[allow(unused_imports)]
    use named::result;
    #[allow(unused_imports)]
    use named::{error, failed, frame, this, words};

    /// A function.
    #[pyfunction]
    pub fn add(a: i64, b: i64) -> i64 {
        a + b
    }

    /// One that fails, under a name that is a keyword of Rust's.
    #[pyfunction]
    #[pyo3(name = "r#type")]
    pub fn refuse(number: i64) -> PyResult<i64> {
        if number < 0 {
            return Err(PyValueError::new_err("negative"));
        }
        Ok(number)
    }

    /// A class.
    #[pyclass]
    pub struct Meter {
        total: f64,
    }

    #[pymethods]
    impl Meter {
        #[new]
        fn new(total: f64) -> PyResult<Self> {
            Ok(Meter { total })
        }

        /// A method.
        pub fn total(&self) -> f64 {
            self.total
        }

        /// One with an argument.
        pub fn add(&mut self, by: f64) -> PyResult<f64> {
            self.total += by;
            Ok(self.total)
        }
    }
}
