//! Nothing that needs the interpreter goes where the thread has left it, and nothing comes back from there.

use exuvia::buffer::PyBuffer;
use exuvia::prelude::*;
use exuvia::types::{PyDict, PyList};

#[pyclass]
struct Kept {
    value: i64,
}

fn token(py: Python<'_>) {
    py.detach(|| drop(py.None()));
}

fn borrowed(py: Python<'_>, object: Borrowed<'_, '_, PyAny>) {
    py.detach(|| object.is_none());
}

fn shared_borrow(py: Python<'_>, kept: PyRef<'_, Kept>) -> i64 {
    py.detach(|| kept.value)
}

fn exclusive_borrow(py: Python<'_>, mut kept: PyRefMut<'_, Kept>) {
    py.detach(|| kept.value += 1);
}

fn iterator(py: Python<'_>, list: &Bound<'_, PyList>) -> usize {
    let items = list.iter();
    py.detach(|| items.count())
}

fn shared_memory(py: Python<'_>, buffer: &PyBuffer<u8>) -> u8 {
    let memory = buffer.as_slice(py).unwrap();
    py.detach(|| memory[0].get())
}

fn exclusive_memory(py: Python<'_>, buffer: &PyBuffer<u8>) {
    let memory = buffer.as_mut_slice(py).unwrap();
    py.detach(|| memory[0].set(1));
}

fn result(py: Python<'_>, object: Py<PyAny>) {
    py.detach(|| Python::attach(|py| object.bind(py).clone()));
}

fn inside_of_something(py: Python<'_>, dict: Bound<'_, PyDict>) {
    let keep: Vec<Option<Box<Bound<'_, PyDict>>>> = vec![Some(Box::new(dict))];
    py.detach(move || drop(keep));
}

fn main() {}
