//! Starting the interpreter, in programs that are not Python.

use std::sync::Once;

use crate::attachment;
use crate::ffi;
use crate::instance::pending;
use crate::marker::{Python, is_attached, is_running};

/// Under way while this crate starts the interpreter.
static START: Once = Once::new();

/// # Panics
/// When the interpreter is one that the crate does not support.
pub(crate) fn initialize() {
    // A thread that is attached may be the one that starts it: modules that `site` imports run before the start is done.
    if is_attached() {
        return;
    }
    START.call_once_force(|_| {
        if !is_running() {
            // SAFETY: `Once` lets a single thread initialize; the thread state it leaves attached is given up, so that
            // every thread attaches in the same way.
            unsafe {
                ffi::Py_InitializeEx(0);
                let inside = attachment::inside();
                let checked = crate::convert::check_digits(Python::assume_attached());
                inside.end();
                ffi::PyEval_SaveThread();
                checked.expect("an interpreter that exuvia supports");
            }
        }
    });
}

/// Waits for another thread that is starting the interpreter: CPython calls it initialized before `site` is imported.
///
/// For threads that are not attached, when the interpreter is running.
#[inline]
pub(crate) fn wait_until_initialized() {
    if !START.is_completed() {
        START.call_once_force(|_| ());
    }
}

/// Starts an interpreter, runs `f` on it, and shuts it down again, which runs what Python has to do at its end.
///
/// ```no_run
/// unsafe {
///     exuvia::with_embedded_python_interpreter(|py| {
///         if let Err(error) = py.run(c"print('hello')", None, None) {
///             error.print(py);
///         }
///     });
/// }
/// ```
///
/// # Panics
/// When an interpreter is running.
///
/// # Safety
/// Only once in a process, while no other thread uses Python: many modules cannot be started a second time. Neither the result
/// nor anything else that outlives `f` may hold Python objects, errors included.
pub unsafe fn with_embedded_python_interpreter<F, R>(f: F) -> R
where
    F: for<'p> FnOnce(Python<'p>) -> R,
{
    assert!(
        !is_running(),
        "called `with_embedded_python_interpreter` but a Python interpreter is already running."
    );
    // SAFETY: the caller's promise that nobody else does this; initializing leaves the thread attached until the end.
    unsafe {
        ffi::Py_InitializeEx(0);
        let _inside = attachment::inside();
        let py = Python::assume_attached();
        crate::convert::check_digits(py).expect("an interpreter that exuvia supports");
        // The thread that imports this first is the main one to it, and the one that has to shut down.
        py.import("threading").expect("the standard library");
        let result = f(py);
        pending::release_all(py);
        ffi::Py_FinalizeEx();
        result
    }
}
