//! Without a GIL, threads use an object at once; and with one, a thread that is detached may hold a reference into it.

use std::cell::{Cell, RefCell};
use std::sync::MutexGuard;

use exuvia::prelude::*;

#[pyclass]
struct WithCell {
    value: Cell<i64>,
}

#[pyclass(frozen)]
struct WithRefCell {
    value: RefCell<i64>,
}

#[pyclass(subclass)]
struct WithPointer {
    value: *mut i64,
}

#[pyclass(dict, weakref)]
struct WithGuard {
    value: MutexGuard<'static, i64>,
}

#[pyclass]
enum Variants {
    Plain { value: i64 },
    Shared { value: std::rc::Rc<i64> },
}

fn main() {}
