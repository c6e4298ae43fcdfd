use std::cell::Cell;
use std::rc::Rc;

use exuvia::prelude::*;

#[pyclass(unsendable, frozen)]
struct Unsendable {
    shared: Rc<Cell<i64>>,
}

fn without_a_token(object: &Py<Unsendable>) -> i64 {
    object.get().shared.get()
}

#[pyclass(dict)]
struct NotSend {
    shared: Rc<Cell<i64>>,
}

fn main() {}
