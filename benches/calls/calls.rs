//! The functions and the class that are measured, once for all Rust engines: the source compiles unchanged on Exuvia and on
//! PyO3.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

#[pyclass(get_all, set_all)]
pub struct Point {
    x: f64,
    y: f64,
}

#[pymethods]
impl Point {
    #[new]
    fn new(x: f64, y: f64) -> Self {
        Point { x, y }
    }

    fn norm(&self) -> f64 {
        self.x.hypot(self.y)
    }

    fn scaled_norm(&self, factor: f64) -> f64 {
        self.norm() * factor
    }

    fn shift(&mut self, dx: f64) {
        self.x += dx;
    }

    fn distance(&self, other: &Point) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    fn __len__(&self) -> usize {
        2
    }

    fn __add__(&self, other: &Point) -> Point {
        Point {
            x: self.x + other.x,
            y: self.y + other.y,
        }
    }

    fn __eq__(&self, other: &Point) -> bool {
        self.x == other.x && self.y == other.y
    }

    fn __hash__(&self) -> u64 {
        self.x.to_bits() ^ self.y.to_bits().rotate_left(32)
    }

    fn __getitem__(&self, index: isize) -> PyResult<f64> {
        match index {
            0 => Ok(self.x),
            1 => Ok(self.y),
            _ => Err(pyo3::exceptions::PyIndexError::new_err("0 or 1")),
        }
    }
}

#[pyclass]
pub struct Countdown {
    left: u32,
}

#[pymethods]
impl Countdown {
    #[new]
    fn new(left: u32) -> Self {
        Countdown { left }
    }

    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&mut self) -> Option<u32> {
        self.left = self.left.checked_sub(1)?;
        Some(self.left)
    }
}

#[pymodule]
mod calls {
    use super::*;

    #[pymodule_export]
    use super::{Countdown, Point};

    #[pyfunction]
    fn noop() {}

    #[pyfunction]
    fn add(a: i64, b: i64) -> i64 {
        a.wrapping_add(b)
    }

    #[pyfunction]
    fn length(text: &str) -> usize {
        text.len()
    }

    #[pyfunction]
    fn greeting() -> &'static str {
        "hello"
    }

    #[pyfunction]
    #[pyo3(signature = (a, b = 2, *, c = 3))]
    fn keywords(a: i64, b: i64, c: i64) -> i64 {
        a + b + c
    }

    #[pyfunction]
    fn sum(items: Vec<f64>) -> f64 {
        items.iter().sum()
    }

    #[pyfunction]
    fn numbers(count: u32) -> Vec<u32> {
        (0..count).collect()
    }

    #[pyfunction]
    fn fail() -> PyResult<()> {
        Err(PyValueError::new_err("failed"))
    }
}
