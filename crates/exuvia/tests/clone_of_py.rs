//! `Clone` for `Py`, with the feature `py-clone`.

#![cfg(feature = "py-clone")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use exuvia::prelude::*;
use exuvia::pybacked::{PyBackedBytes, PyBackedStr};
use exuvia::types::{PyBytes, PyString};

#[test]
fn an_attached_thread_clones() {
    Python::initialize();
    Python::attach(|py| {
        let list = py.eval(c"[]", None, None).unwrap().unbind();
        let before = list.get_refcnt(py);
        #[derive(Clone)]
        struct Holder(Py<PyAny>);
        let holder = Holder(list);
        let other = holder.clone();
        assert!(other.0.is(&holder.0));
        assert_eq!(holder.0.get_refcnt(py), before + 1);
    });
}

#[test]
fn a_detached_thread_panics() {
    Python::initialize();
    let object = Python::attach(|py| py.eval(c"object()", None, None).unwrap().unbind());
    let panicked = catch_unwind(AssertUnwindSafe(|| drop(object.clone())));
    let message = panicked.unwrap_err();
    assert_eq!(
        message.downcast_ref::<&str>(),
        Some(&"Cannot clone pointer into Python heap without the thread being attached.")
    );
}

#[test]
fn text_and_bytes_clone_with_it() {
    Python::initialize();
    Python::attach(|py| {
        let text = PyBackedStr::try_from(PyString::new(py, "text")).unwrap();
        assert_eq!(text.clone(), text);
        let bytes = PyBackedBytes::from(PyBytes::new(py, b"bytes"));
        assert_eq!(bytes.clone(), bytes);
    });
}
