//! What is called through every door.

use std::hint::black_box;
use std::time::Instant;

use exuvia_c::{Stopped, export};

exuvia_c::library!();

/// The sum of two numbers.
#[export(direct)]
pub fn add(one: i32, two: i32) -> i32 {
    one.wrapping_add(two)
}

/// How many letters a text has.
#[export]
pub fn letters(text: &str) -> usize {
    text.chars().count()
}

/// The sum of many numbers.
#[export]
pub fn total(values: &[f64]) -> f64 {
    values.iter().sum()
}

/// Calls back as often, with 0, 1, 2 …
#[export]
pub fn each(
    count: i32,
    visit: &mut dyn FnMut(i32) -> Result<(), Stopped>,
) -> Result<(), Stopped> {
    (0..count).try_for_each(visit)
}

/// How long the sum of many numbers takes here, with no door around it: seconds for each time.
#[export]
pub fn seconds_of_total(values: &[f64], times: u32) -> f64 {
    let began = Instant::now();
    for _ in 0..times {
        black_box(total(black_box(values)));
    }
    began.elapsed().as_secs_f64() / f64::from(times)
}

/// The same for CPython alone.
#[cfg(feature = "extension")]
pub mod extension {
    use exuvia::buffer::PyBuffer;
    use exuvia::exceptions::PyBufferError;
    use exuvia::prelude::*;

    #[pyfunction]
    fn add(one: i32, two: i32) -> i32 {
        super::add(one, two)
    }

    #[pyfunction]
    fn letters(text: &str) -> usize {
        super::letters(text)
    }

    #[pyfunction]
    fn total(py: Python<'_>, values: PyBuffer<f64>) -> PyResult<f64> {
        let values = values
            .as_slice(py)
            .ok_or_else(|| PyBufferError::new_err("the numbers do not lie side by side"))?;
        Ok(values.iter().map(|value| value.get()).sum())
    }

    #[pyfunction]
    fn each(count: i32, visit: &Bound<'_, PyAny>) -> PyResult<()> {
        (0..count).try_for_each(|at| visit.call1((at,)).map(drop))
    }

    #[pymodule]
    pub mod doorbench_native {
        #[pymodule_export]
        use super::{add, each, letters, total};
    }
}
