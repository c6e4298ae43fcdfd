//! A borrow of a base class must not become one of an object that is no instance of the subclass.

use std::mem::swap;

use exuvia::prelude::*;
use exuvia::{PyClassGuard, PyClassGuardMut};

#[pyclass(subclass)]
struct Base {}

#[pyclass(extends = Base)]
struct Sub {
    text: String,
}

fn references(mut sub: PyRefMut<'_, Sub>, mut base: PyRefMut<'_, Base>) {
    let other: &mut PyRefMut<'_, Base> = &mut sub.as_super();
    swap(other, &mut base);
}

fn guards(mut sub: PyClassGuardMut<'_, Sub>, mut base: PyClassGuardMut<'_, Base>) {
    let other: &mut PyClassGuardMut<'_, Base> = &mut sub.as_super();
    swap(other, &mut base);
}

fn shared(sub: PyClassGuard<'_, Sub>, mut base: PyClassGuard<'_, Base>) {
    swap(sub.as_super(), &mut base);
}

/// A value that is not `Sync` cannot be looked at by a thread that is detached while others change it.
#[pyclass(unsendable)]
struct OfOneThread {
    cell: std::cell::Cell<i32>,
}

fn detached(guard: PyClassGuard<'_, OfOneThread>, py: Python<'_>) {
    py.detach(move || guard.cell.set(1));
}

fn outlives<'a>(object: Py<Sub>, py: Python<'a>) -> PyClassGuard<'a, Sub> {
    object.bind_borrowed(py).extract().unwrap()
}

fn main() {}
