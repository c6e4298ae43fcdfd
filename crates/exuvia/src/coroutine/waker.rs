/*!
Wakes a coroutine through the `asyncio` loop that it runs in.

A coroutine that has to wait yields a future of the loop, and the loop sends to it again once that future has a result. Waking gives it
one, from whatever thread. A future that is woken while it is polled needs none of that: the coroutine yields `None`, and the loop
sends to it in its next turn.
*/

use std::sync::{Arc, Mutex, PoisonError};
use std::task::Wake;

use crate::err::PyResult;
use crate::instance::{Bound, Py};
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::types::any::PyAnyMethods;
use crate::types::{PyAny, PyCFunction};
use crate::{intern, pyfunction, wrap_pyfunction};

/// Where a coroutine is between two polls.
enum State {
    /// It is polled, and nobody has woken it.
    Polled,
    /// It will be polled without anybody's help.
    Woken,
    /// It waits for the loop's future.
    Waiting(LoopFuture),
}

struct LoopFuture {
    event_loop: Py<PyAny>,
    future: Py<PyAny>,
}

/// Wakes one coroutine, however often it waits.
pub(super) struct AsyncioWaker(Mutex<State>);

impl AsyncioWaker {
    pub(super) fn new() -> Self {
        AsyncioWaker(Mutex::new(State::Polled))
    }

    /// Goes over to `next`, and tells what was. No Python code runs while the lock is held.
    fn replace(&self, next: State) -> State {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut state, next)
    }

    /// Before a poll: who wakes from now on wakes the poll after it.
    pub(super) fn begin(&self, _py: Python<'_>) {
        self.replace(State::Polled);
    }

    /// After a poll that came to no end: what the coroutine yields.
    ///
    /// # Errors
    /// When no loop is running.
    pub(super) fn wait(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let woken = |state: &State| matches!(state, State::Woken);
        if woken(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(py.None());
        }
        let (waiting, future) = LoopFuture::new(py)?;
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Making the future ran Python code, and with it perhaps other threads.
        if woken(&state) {
            drop(state);
            return Ok(py.None());
        }
        *state = State::Waiting(waiting);
        drop(state);
        // A future without a result yields itself, marked as being waited for.
        match future.try_iter()?.next() {
            Some(yielded) => yielded.map(Bound::unbind),
            None => Ok(py.None()),
        }
    }
}

impl Wake for AsyncioWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if let State::Waiting(waiting) = self.replace(State::Woken) {
            // An interpreter that shuts down has no loop left to wake.
            Python::try_attach(move |py| {
                if let Err(error) = waiting.finish(py) {
                    error.write_unraisable(py, Some(waiting.future.bind(py)));
                }
            });
        }
    }
}

impl LoopFuture {
    fn new(py: Python<'_>) -> PyResult<(Self, Bound<'_, PyAny>)> {
        static GET_RUNNING_LOOP: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let event_loop = GET_RUNNING_LOOP
            .import(py, "asyncio", "get_running_loop")?
            .call0()?;
        let future = event_loop.call_method0(intern!(py, "create_future"))?;
        let waiting = LoopFuture {
            event_loop: event_loop.unbind(),
            future: future.clone().unbind(),
        };
        Ok((waiting, future))
    }

    /// Has the loop give the future a result, in the loop's own thread.
    fn finish(&self, py: Python<'_>) -> PyResult<()> {
        static RELEASE: PyOnceLock<Py<PyCFunction>> = PyOnceLock::new();
        let release =
            RELEASE.get_or_try_init(py, || wrap_pyfunction!(release, py).map(Bound::unbind))?;
        let event_loop = self.event_loop.bind(py);
        let called = event_loop.call_method1(
            intern!(py, "call_soon_threadsafe"),
            (release.bind(py), self.future.bind(py)),
        );
        match called {
            Ok(_) => Ok(()),
            // A closed loop has nobody waiting in it.
            Err(error) => {
                let closed = event_loop.call_method0(intern!(py, "is_closed"))?;
                if closed.is_truthy()? {
                    Ok(())
                } else {
                    Err(error)
                }
            }
        }
    }
}

/// Gives a future a result, unless it has one or was cancelled meanwhile.
#[pyfunction]
fn release(future: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = future.py();
    if !future.call_method0(intern!(py, "done"))?.is_truthy()? {
        future.call_method1(intern!(py, "set_result"), (py.None(),))?;
    }
    Ok(())
}
