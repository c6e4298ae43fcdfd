//! The coroutine itself.

// The unsafe code of the macros gives its reasons where the macros write it.
#![allow(clippy::undocumented_unsafe_blocks)]

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::coroutine::cancel::ThrowCallback;
use crate::coroutine::waker::AsyncioWaker;
use crate::exceptions::{PyRuntimeError, PyStopIteration};
use crate::instance::{Bound, Py};
use crate::types::PyAny;
use crate::{PyErr, PyResult, Python, pyclass, pymethods};

pub(super) type Running = Pin<Box<dyn Future<Output = PyResult<Py<PyAny>>>>>;

/// A Rust future as a Python coroutine: what calling an `async fn` gives.
#[pyclass]
pub struct Coroutine {
    name: &'static str,
    /// The class, for methods.
    class: Option<&'static str>,
    cancel: Option<ThrowCallback>,
    /// Nothing once it has come to its end.
    future: Option<Running>,
    waker: Arc<AsyncioWaker>,
}

// SAFETY: the future is touched by attached threads only: it is polled by a method and dropped by another or with the object, and
// nobody can take it out of the object. `new` asks that this is enough for it to be polled and dropped by several threads.
unsafe impl Send for Coroutine {}
// SAFETY: the future is polled with the instance borrowed exclusively; shared borrows reach the names only.
unsafe impl Sync for Coroutine {}

impl Coroutine {
    /// A coroutine that has not been polled.
    ///
    /// # Safety
    /// That of `call::start`.
    pub(super) unsafe fn new(
        name: &'static str,
        class: Option<&'static str>,
        cancel: Option<ThrowCallback>,
        future: Running,
    ) -> Self {
        Coroutine {
            name,
            class,
            cancel,
            future: Some(future),
            waker: Arc::new(AsyncioWaker::new()),
        }
    }

    fn poll(&mut self, py: Python<'_>, thrown: Option<Bound<'_, PyAny>>) -> PyResult<Py<PyAny>> {
        // Out of its place while it runs: a future that panics is dropped, and never polled again.
        let Some(mut future) = self.future.take() else {
            return Err(PyRuntimeError::new_err(
                "cannot reuse already awaited coroutine",
            ));
        };
        if let Some(exception) = thrown {
            match &self.cancel {
                Some(cancel) => cancel.throw(exception.unbind()),
                None => return Err(PyErr::from_value(exception)),
            }
        }
        self.waker.begin(py);
        let waker = Waker::from(Arc::clone(&self.waker));
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(result) => {
                // The borrows end before anybody sees the result.
                drop(future);
                Err(PyStopIteration::new_err((result?,)))
            }
            Poll::Pending => {
                self.future = Some(future);
                self.waker.wait(py)
            }
        }
    }
}

#[pymethods]
impl Coroutine {
    #[getter]
    fn __name__(&self) -> &'static str {
        self.name
    }

    #[getter]
    fn __qualname__(&self) -> String {
        match self.class {
            Some(class) => format!("{class}.{}", self.name),
            None => self.name.to_owned(),
        }
    }

    fn send(&mut self, py: Python<'_>, _value: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.poll(py, None)
    }

    fn throw(&mut self, py: Python<'_>, exc: Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.poll(py, Some(exc))
    }

    fn close(&mut self) {
        drop(self.future.take());
    }

    fn __await__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.poll(py, None)
    }
}
