//! Python hands objects from thread to thread.

use std::rc::Rc;

use exuvia::prelude::*;

#[pyclass]
struct Shared {
    value: Rc<i64>,
}

fn main() {}
