//! Functions, methods and constructors that take and return numbers and truth values only, which have a form of their own.

use exuvia::prelude::*;

#[pymodule]
pub mod scalars {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use exuvia::exceptions::PyValueError;
    use exuvia::prelude::*;

    /// `"true"` or `"false"`.
    #[pymodule_export]
    const BUILT_FOR_SPEED: &str = env!("BUILT_FOR_SPEED");

    #[pyfunction]
    fn same_bool(a: bool) -> bool {
        a
    }

    #[pyfunction]
    fn same_i8(a: i8) -> i8 {
        a
    }

    #[pyfunction]
    fn same_u8(a: u8) -> u8 {
        a
    }

    #[pyfunction]
    fn same_i16(a: i16) -> i16 {
        a
    }

    #[pyfunction]
    fn same_u16(a: u16) -> u16 {
        a
    }

    #[pyfunction]
    fn same_i32(a: i32) -> i32 {
        a
    }

    #[pyfunction]
    fn same_u32(a: u32) -> u32 {
        a
    }

    #[pyfunction]
    fn same_i64(a: i64) -> i64 {
        a
    }

    #[pyfunction]
    fn same_u64(a: u64) -> u64 {
        a
    }

    #[pyfunction]
    fn same_isize(a: isize) -> isize {
        a
    }

    #[pyfunction]
    fn same_usize(a: usize) -> usize {
        a
    }

    #[pyfunction]
    fn same_f32(a: f32) -> f32 {
        a
    }

    #[pyfunction]
    fn same_f64(a: f64) -> f64 {
        a
    }

    /// One argument of many types, but as many as there is room for.
    #[pyfunction]
    #[allow(clippy::too_many_arguments)]
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

    #[pyfunction]
    fn difference(a: f64, b: f64) -> f64 {
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

    /// Its error becomes an exception on the way.
    #[pyfunction]
    fn root(a: f64) -> Result<f64, Negative> {
        if a < 0.0 { Err(Negative) } else { Ok(a.sqrt()) }
    }

    struct Negative;

    impl From<Negative> for PyErr {
        fn from(_: Negative) -> PyErr {
            PyValueError::new_err("negative")
        }
    }

    /// A trait for everything, with a method that the macros might call.
    trait Convert {
        fn convert(self) -> i64;
    }

    impl<T> Convert for T {
        fn convert(self) -> i64 {
            13
        }
    }

    #[pyfunction]
    fn converted(a: f64) -> PyResult<i64> {
        Ok(a.convert())
    }

    #[pyfunction]
    fn converted_text(a: f64, text: &str) -> String {
        format!("{text} {}", a.convert())
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

    /// The exceptions that were raised while a [`Watchful`] was dropped.
    static RAISED: AtomicUsize = AtomicUsize::new(0);

    /// Its drop takes the exception that is raised, if there is one, as code that talks to Python may.
    #[pyclass]
    struct Watchful {
        number: i64,
    }

    #[pymethods]
    impl Watchful {
        #[new]
        fn new(number: i64) -> Self {
            Watchful { number }
        }

        fn number(&self) -> i64 {
            self.number
        }

        #[staticmethod]
        fn raised_while_dropped() -> usize {
            RAISED.swap(0, Ordering::Relaxed)
        }
    }

    impl Drop for Watchful {
        fn drop(&mut self) {
            Python::attach(|py| {
                if PyErr::take(py).is_some() {
                    RAISED.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    }

    /// The like, but its constructor may fail.
    #[pyclass]
    struct Careful {
        inner: Watchful,
    }

    #[pymethods]
    impl Careful {
        #[new]
        fn new(number: i64) -> PyResult<Self> {
            if number < 0 {
                return Err(PyValueError::new_err("negative"));
            }
            Ok(Careful {
                inner: Watchful { number },
            })
        }

        fn number(&self) -> i64 {
            self.inner.number
        }
    }

    /// A chain: each holds one of the same class, and makes another when it dies.
    #[pyclass]
    struct Link {
        left: u8,
    }

    #[pymethods]
    impl Link {
        #[new]
        fn new(left: u8) -> Self {
            LINKS.fetch_add(1, Ordering::Relaxed);
            Link { left }
        }

        #[staticmethod]
        fn made() -> usize {
            LINKS.swap(0, Ordering::Relaxed)
        }
    }

    static LINKS: AtomicUsize = AtomicUsize::new(0);

    impl Drop for Link {
        fn drop(&mut self) {
            if let Some(left) = self.left.checked_sub(1) {
                Python::attach(|py| {
                    let next = Py::new(py, Link::new(left)).expect("there is memory");
                    drop(next);
                });
            }
        }
    }

    /// Larger than what is kept.
    #[pyclass]
    struct Large {
        numbers: [i64; 100],
    }

    #[pymethods]
    impl Large {
        #[new]
        fn new(number: i64) -> Self {
            Large {
                numbers: [number; 100],
            }
        }

        fn sum(&self) -> i64 {
            self.numbers.iter().sum()
        }
    }

    /// Nothing but an object.
    #[pyclass(subclass, frozen)]
    struct Empty;

    #[pymethods]
    impl Empty {
        #[new]
        fn new(_number: u8) -> Self {
            Empty
        }
    }

    /// As strictly aligned as a class may be.
    #[pyclass(frozen)]
    struct Aligned(AlignedBytes);

    #[repr(align(16))]
    struct AlignedBytes([u8; 16]);

    #[pymethods]
    impl Aligned {
        #[new]
        fn new(byte: u8) -> Self {
            Aligned(AlignedBytes([byte; 16]))
        }

        /// The bytes' sum, or -1 if they do not lie where they should.
        fn sum(&self) -> i64 {
            let address = std::ptr::from_ref(&self.0).addr();
            if !std::hint::black_box(address).is_multiple_of(16) {
                return -1;
            }
            self.0.0.iter().map(|byte| i64::from(*byte)).sum()
        }
    }
}
