//! What is borrowed without a flag is never borrowed exclusively.

use exuvia::prelude::*;

#[pyclass(frozen)]
struct Still {
    value: i64,
}

#[pyclass]
struct Changing {
    value: i64,
}

#[pyclass(frozen, unsendable)]
struct OfOneThread {
    value: std::rc::Rc<i64>,
}

fn borrow_mut(still: &Bound<'_, Still>) {
    still.borrow_mut().value = 1;
}

fn try_borrow_mut(py: Python<'_>, still: &Py<Still>) {
    still.try_borrow_mut(py).unwrap().value = 1;
}

fn guard(still: PyRefMut<'_, Still>) {}

fn extracted(object: &Bound<'_, PyAny>) {
    object.extract::<PyRefMut<'_, Still>>().unwrap();
}

#[pyfunction]
fn argument(still: &mut Still) {
    still.value = 1;
}

fn get(changing: &Bound<'_, Changing>) -> i64 {
    changing.get().value
}

fn get_without_token(changing: &Py<Changing>) -> i64 {
    changing.get().value
}

fn get_of_one_thread(object: &Bound<'_, OfOneThread>) -> i64 {
    *object.get().value
}

fn main() {}
