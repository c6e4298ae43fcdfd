//! A thread that has left the interpreter cannot take a handle along that says it has not.

use exuvia::prelude::*;

fn length_while_detached(py: Python<'_>, list: &Bound<'_, PyAny>) -> usize {
    py.detach(|| list.len().unwrap())
}

fn main() {
    let _ = length_while_detached;
}
