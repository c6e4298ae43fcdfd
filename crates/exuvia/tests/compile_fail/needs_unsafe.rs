//! Where the caller has to promise something, the promise is written down.

use std::ptr::{NonNull, null_mut};

use exuvia::prelude::*;
use exuvia::types::{PyByteArray, PyCapsule, PyList, PyTuple};

fn tokens() {
    Python::assume_attached();
    Python::attach_unchecked(|_| ());
}

fn pointers(py: Python<'_>) {
    Bound::from_owned_ptr(py, null_mut());
    Bound::from_borrowed_ptr(py, null_mut());
    Borrowed::from_ptr(py, null_mut());
    Py::from_owned_ptr(py, null_mut());
}

fn casts(object: &Bound<'_, PyAny>) {
    object.cast_unchecked::<PyList>();
    object.clone().cast_into_unchecked::<PyList>();
}

fn items(list: &Bound<'_, PyList>, tuple: &Bound<'_, PyTuple>) {
    list.get_item_unchecked(0);
    tuple.get_item_unchecked(0);
}

fn memory(array: &Bound<'_, PyByteArray>) {
    array.as_bytes();
    array.as_bytes_mut();
}

fn capsules(py: Python<'_>) {
    PyCapsule::new_with_pointer(py, NonNull::dangling(), c"name");
    PyCapsule::import::<i64>(py, c"name");
}

fn interpreters() {
    exuvia::with_embedded_python_interpreter(|_| ());
}

fn main() {}
