//! What Python throws into a coroutine, brought to its future.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::instance::Py;
use crate::types::PyAny;

#[derive(Debug, Default)]
struct Inner {
    exception: Option<Py<PyAny>>,
    waker: Option<Waker>,
}

/// Tells an `async fn` that Python throws an exception into its coroutine, as the cancellation of a task does: a parameter marked
/// `#[pyo3(cancel_handle)]`.
///
/// A coroutine without one is dropped when an exception is thrown into it. One that has a handle goes on, and the exception is lost
/// unless the function fetches it; of several the last is kept.
#[derive(Debug, Default)]
pub struct CancelHandle(Arc<Mutex<Inner>>);

/// The lock is held for a few instructions that cannot panic.
fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

impl CancelHandle {
    /// A handle that belongs to no coroutine.
    pub fn new() -> Self {
        CancelHandle::default()
    }

    /// Is there an exception that has not been fetched?
    pub fn is_cancelled(&self) -> bool {
        lock(&self.0).exception.is_some()
    }

    /// The exception, once there is one.
    pub fn poll_cancelled(&mut self, cx: &mut Context<'_>) -> Poll<Py<PyAny>> {
        let mut inner = lock(&self.0);
        if let Some(exception) = inner.exception.take() {
            return Poll::Ready(exception);
        }
        let is_known = |waker: &Waker| waker.will_wake(cx.waker());
        if !inner.waker.as_ref().is_some_and(is_known) {
            let replaced = inner.waker.replace(cx.waker().clone());
            // A foreign waker's `drop` is foreign code.
            drop(inner);
            drop(replaced);
        }
        Poll::Pending
    }

    /// Waits for an exception.
    pub async fn cancelled(&mut self) -> Py<PyAny> {
        poll_fn(|cx| self.poll_cancelled(cx)).await
    }

    #[doc(hidden)]
    pub fn throw_callback(&self) -> ThrowCallback {
        ThrowCallback(Arc::clone(&self.0))
    }
}

/// The coroutine's end of a [`CancelHandle`].
#[doc(hidden)]
pub struct ThrowCallback(Arc<Mutex<Inner>>);

impl ThrowCallback {
    pub(super) fn throw(&self, exception: Py<PyAny>) {
        let mut inner = lock(&self.0);
        let forgotten = inner.exception.replace(exception);
        let waker = inner.waker.take();
        // Dropping an object and waking a future run foreign code, which may look at the handle.
        drop(inner);
        drop(forgotten);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
