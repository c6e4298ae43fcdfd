//! Functions, methods and constructors that take and return numbers and truth values only, which have a form of their own.

use exuvia::prelude::*;

#[pymodule]
pub mod scalars {
    use exuvia::exceptions::PyValueError;
    use exuvia::prelude::*;

    /// One argument of each type there is a form for, but as many as there is room for.
    #[pyfunction]
    fn eight(a: i8, b: u8, c: i16, d: u16, e: f64, f: u64, g: i64, h: bool) -> f64 {
        f64::from(a)
            + f64::from(b)
            + f64::from(c)
            + f64::from(d)
            + e
            + f as f64
            + g as f64
            + f64::from(u8::from(h))
    }

    /// One more than there is room for.
    #[pyfunction]
    #[allow(clippy::too_many_arguments)]
    fn nine(a: i8, b: i8, c: i8, d: i8, e: i8, f: i8, g: i8, h: i8, i: i8) -> i64 {
        [a, b, c, d, e, f, g, h, i]
            .into_iter()
            .fold(0, |number, digit| number * 10 + i64::from(digit))
    }

    #[pyfunction]
    #[pyo3(signature = (a, /, b))]
    fn first_by_position(a: isize, b: usize) -> isize {
        a * 100 + b as isize
    }

    /// The parameters stand in another order in Python.
    #[pyfunction]
    #[pyo3(signature = (b, a))]
    fn turned(a: f64, b: f64) -> f64 {
        a - b
    }

    #[pyfunction]
    fn nothing(_a: f32) {}

    #[pyfunction]
    fn half(a: i64) -> PyResult<i64> {
        if a % 2 == 0 {
            Ok(a / 2)
        } else {
            Err(PyValueError::new_err("odd"))
        }
    }

    #[pyfunction]
    fn refuse(a: bool) -> PyResult<()> {
        if a {
            Err(PyValueError::new_err("refused"))
        } else {
            Ok(())
        }
    }

    #[pyfunction]
    fn explode(a: i64) -> i64 {
        panic!("{a}")
    }

    const SPEC: i64 = 7;

    // Named as what the macros write might be.
    #[pyfunction]
    fn implementation(a: f64) -> f64 {
        a + 1.0
    }

    #[pyfunction]
    #[pyo3(signature = (a = SPEC))]
    fn shim(a: i64) -> i64 {
        a
    }

    /// A counter that can be borrowed.
    #[pyclass(subclass)]
    struct Meter {
        total: f64,
    }

    #[pymethods]
    impl Meter {
        #[new]
        fn new(start: f64) -> Self {
            Meter { total: start }
        }

        fn total(&self) -> f64 {
            self.total
        }

        fn add(&mut self, by: f64, times: u8) -> f64 {
            self.total += by * f64::from(times);
            self.total
        }

        fn times(&self, by: i64) -> i64 {
            self.total as i64 * by
        }

        fn reset(&mut self) {
            self.total = 0.0;
        }

        fn limit(&mut self, most: f64) -> PyResult<bool> {
            if most < 0.0 {
                return Err(PyValueError::new_err("negative"));
            }
            let over = self.total > most;
            self.total = self.total.min(most);
            Ok(over)
        }

        fn explode(&mut self, at: f64) -> f64 {
            self.total = at;
            panic!("at {at}")
        }

        #[staticmethod]
        fn sum(a: f64, b: f64) -> f64 {
            a + b
        }
    }

    /// It is never borrowed.
    #[pyclass(frozen)]
    struct Still {
        side: i64,
    }

    #[pymethods]
    impl Still {
        #[new]
        fn new(side: i64) -> PyResult<Self> {
            if side < 0 {
                return Err(PyValueError::new_err("negative"));
            }
            Ok(Still { side })
        }

        fn area(&self) -> i64 {
            self.side * self.side
        }

        fn scaled(&self, by: i64) -> i64 {
            self.side * by
        }
    }

    /// What it holds must be dropped, and its constructor gives no instance of it by name.
    #[pyclass]
    struct Kept {
        text: String,
    }

    #[pymethods]
    impl Kept {
        #[new]
        fn new(number: u64) -> PyClassInitializer<Self> {
            Kept {
                text: number.to_string(),
            }
            .into()
        }

        fn length(&self) -> usize {
            self.text.len()
        }
    }
}
