//! A coroutine is polled by one thread and then by another: nothing that its function holds while it waits may be bound to a thread.

use std::rc::Rc;

use exuvia::prelude::*;

#[pyfunction]
async fn holds_a_pointer() {
    let pointer = Rc::new(1);
    std::future::ready(()).await;
    drop(pointer);
}

#[pyfunction]
async fn holds_an_object(object: Bound<'_, PyAny>) {
    std::future::ready(()).await;
    drop(object);
}

#[pyfunction]
async fn holds_the_token(py: Python<'_>) {
    std::future::ready(()).await;
    let _ = py.None();
}

fn main() {}
