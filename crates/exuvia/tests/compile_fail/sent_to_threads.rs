//! What belongs to a thread stays there.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Mutex;
use std::thread;

use exuvia::exceptions::PyValueError;
use exuvia::prelude::*;
use exuvia::sync::PyOnceLock;
use exuvia::types::{PyCFunction, PyCapsule};

fn object(object: Bound<'static, PyAny>) {
    thread::spawn(move || drop(object));
}

fn reference(object: &Bound<'_, PyAny>) {
    thread::scope(|scope| scope.spawn(|| object.is_none()).join()).unwrap();
}

fn token(py: Python<'static>) {
    thread::spawn(move || drop(py.None()));
}

fn lock(object: &'static Mutex<Bound<'static, PyAny>>) {
    thread::spawn(move || drop(object.lock()));
}

fn error_with_an_object(object: Bound<'static, PyAny>) -> PyErr {
    PyValueError::new_err(object)
}

fn error_with_a_pointer(pointer: Rc<str>) -> PyErr {
    PyValueError::new_err((pointer.len(), Kept(pointer)))
}

struct Kept(Rc<str>);

impl<'py> IntoPyObject<'py> for Kept {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(py.None().into_bound(py))
    }
}

fn closure(py: Python<'_>, pointer: Rc<i64>) {
    PyCFunction::new_closure(py, None, None, move |_, _| *pointer).unwrap();
}

fn closure_with_a_cell(py: Python<'_>, cell: Cell<i64>) {
    PyCFunction::new_closure(py, None, None, move |_, _| cell.replace(1)).unwrap();
}

fn capsule(py: Python<'_>, pointer: Rc<i64>) {
    PyCapsule::new_with_value(py, pointer, c"name").unwrap();
}

static ONCE: PyOnceLock<Rc<i64>> = PyOnceLock::new();

static OBJECT: PyOnceLock<Bound<'static, PyAny>> = PyOnceLock::new();

fn main() {}
