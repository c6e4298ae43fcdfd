//! An interpreter for the length of a closure. The only test in its process, where that can be done once.

use std::sync::atomic::{AtomicBool, Ordering};

use exuvia::prelude::*;
use exuvia::types::PyCFunction;
use exuvia::with_embedded_python_interpreter;

static LEFT: AtomicBool = AtomicBool::new(false);

#[test]
fn what_python_does_at_its_end_is_done() {
    // SAFETY: nothing else in this process uses Python, and the closure gives back a number.
    let answer = unsafe {
        with_embedded_python_interpreter(|py| {
            let leave = PyCFunction::new_closure(py, None, None, |_, _| {
                LEFT.store(true, Ordering::Relaxed);
            })
            .unwrap();
            py.import("atexit")
                .unwrap()
                .call_method1("register", (leave,))
                .unwrap();
            assert!(!LEFT.load(Ordering::Relaxed));
            py.eval(c"6 * 7", None, None)
                .unwrap()
                .extract::<i64>()
                .unwrap()
        })
    };
    assert_eq!(answer, 42);
    assert!(LEFT.load(Ordering::Relaxed));
    assert!(Python::try_attach(|_| ()).is_none());
}
