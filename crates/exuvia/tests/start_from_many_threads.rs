//! Threads that start the interpreter at the same moment. The only test in its process, where it starts once.

use std::sync::Barrier;

use exuvia::prelude::*;

#[test]
fn no_thread_gets_an_interpreter_that_is_half_started() {
    let barrier = Barrier::new(16);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                barrier.wait();
                Python::initialize();
                Python::attach(|py| {
                    // CPython imports this after it calls itself initialized.
                    let modules = py.import("sys").unwrap().getattr("modules").unwrap();
                    assert!(modules.contains("site").unwrap());
                });
            });
        }
    });
}
