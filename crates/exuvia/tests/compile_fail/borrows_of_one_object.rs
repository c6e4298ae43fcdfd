//! A borrow of an object is a borrow to Rust too.

use exuvia::prelude::*;

#[pyclass]
struct Changing {
    value: i64,
    other: i64,
}

fn through_a_shared_borrow(changing: PyRef<'_, Changing>) {
    changing.value = 1;
}

fn two_exclusive_references(mut changing: PyRefMut<'_, Changing>) {
    let first = &mut changing.value;
    let second = &mut changing.value;
    *first += *second;
}

fn shared_and_exclusive(mut changing: PyRefMut<'_, Changing>) {
    let shared = &changing.value;
    changing.value = 2;
    drop(*shared);
}

fn after_its_end(changing: PyRefMut<'_, Changing>) -> i64 {
    let value = &changing.value;
    drop(changing);
    *value
}

#[pymethods]
impl Changing {
    fn both(&mut self) {
        let (first, second) = (&mut self.value, &mut *self);
        *first = second.other;
    }
}

fn main() {}
