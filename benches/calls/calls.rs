//! The functions and classes that are measured, once for all Rust engines with PyO3's API: the source compiles unchanged on
//! Exuvia and on PyO3.

use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;

#[pyclass(get_all, set_all, freelist = 16)]
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

    fn product(&self) -> f64 {
        self.x * self.y
    }

    fn scaled(&self, factor: f64) -> f64 {
        self.x * self.y * factor
    }

    fn shift(&mut self, dx: f64) {
        self.x += dx;
    }

    fn dot(&self, other: &Point) -> f64 {
        self.x * other.x + self.y * other.y
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
            _ => Err(PyIndexError::new_err("0 or 1")),
        }
    }
}

/// A point that cannot be changed.
#[pyclass(frozen, freelist = 16)]
pub struct Fixed {
    x: f64,
    y: f64,
}

#[pymethods]
impl Fixed {
    #[new]
    fn new(x: f64, y: f64) -> Self {
        Fixed { x, y }
    }

    fn product(&self) -> f64 {
        self.x * self.y
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
    use std::collections::HashMap;

    use pyo3::buffer::PyBuffer;
    use pyo3::exceptions::PyBufferError;
    use pyo3::types::{PyDict, PyTuple};

    use super::*;

    #[pymodule_export]
    use super::{Countdown, Fixed, Point};

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
        "hello, world"
    }

    #[pyfunction]
    fn size(data: &[u8]) -> usize {
        data.len()
    }

    #[pyfunction]
    #[pyo3(signature = (a, b = None, *, count = 3))]
    fn keywords(a: i64, b: Option<i64>, count: i64) -> i64 {
        a + b.unwrap_or(2) + count
    }

    #[pyfunction]
    #[pyo3(signature = (*args))]
    fn count(args: &Bound<'_, PyTuple>) -> usize {
        args.len()
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
    fn total(mapping: &Bound<'_, PyDict>) -> PyResult<i64> {
        let mut total = 0;
        for (_, value) in mapping.iter() {
            total += value.extract::<i64>()?;
        }
        Ok(total)
    }

    #[pyfunction]
    fn squares(py: Python<'_>, count: u32) -> PyResult<Bound<'_, PyDict>> {
        let squares = PyDict::new(py);
        for number in 0..count {
            squares.set_item(number, number * number)?;
        }
        Ok(squares)
    }

    #[pyfunction]
    fn echo(map: HashMap<String, i64>) -> HashMap<String, i64> {
        map
    }

    #[pyfunction]
    fn swap(a: i64, b: i64) -> (i64, i64) {
        (b, a)
    }

    #[pyfunction]
    fn fail() -> PyResult<()> {
        Err(PyValueError::new_err("failed"))
    }

    #[pyfunction]
    fn apply(function: &Bound<'_, PyAny>, count: i64) -> PyResult<i64> {
        let mut total = 0;
        for number in 0..count {
            total += function.call1((number,))?.extract::<i64>()?;
        }
        Ok(total)
    }

    #[pyfunction]
    fn sum_buffer(values: PyBuffer<f64>) -> PyResult<f64> {
        let values = values
            .as_slice_ptr()
            .ok_or_else(|| PyBufferError::new_err("the buffer is not contiguous"))?;
        // SAFETY: the buffer is held, and no Python code, which could write to it, runs before the sum is there.
        Ok(unsafe { values.as_ref() }.iter().sum())
    }
}
