//! A signature has the parameters in the order of the function, as it has on PyO3.

use exuvia::prelude::*;

#[pyfunction]
#[pyo3(signature = (b, a))]
fn difference(a: f64, b: f64) -> f64 {
    a - b
}

#[pyfunction]
#[pyo3(signature = (*args, **kwargs))]
fn gather(
    kwargs: Option<&Bound<'_, exuvia::types::PyDict>>,
    args: &Bound<'_, exuvia::types::PyTuple>,
) -> usize {
    args.len() + kwargs.map_or(0, |kwargs| kwargs.len())
}

fn main() {}
