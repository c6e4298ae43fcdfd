//! `async fn`: what a coroutine waits for, how long its arguments are borrowed, and what cancels it.

use exuvia::prelude::*;

#[pymodule]
pub mod coroutines {
    use std::future::{Future, pending, poll_fn};
    use std::pin::Pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};
    use std::task::{Context, Poll, Waker};
    use std::thread;
    use std::time::Duration;

    use exuvia::coroutine::CancelHandle;
    use exuvia::exceptions::{PyUserWarning, PyValueError};
    use exuvia::prelude::*;
    use exuvia::types::{PyDict, PyTuple, PyType};

    #[pyfunction]
    async fn number() -> usize {
        42
    }

    /// Does nothing, later.
    #[pyfunction]
    async fn nothing() {}

    #[pyfunction]
    async fn pair() -> (usize, usize) {
        (42, 43)
    }

    #[pyfunction]
    async fn fallible(fail: bool) -> PyResult<&'static str> {
        if fail {
            return Err(PyValueError::new_err("asked to fail"));
        }
        Ok("fine")
    }

    #[pyfunction]
    async fn panics() {
        panic!("asked to panic");
    }

    #[pyfunction]
    #[pyo3(name = "renamed", signature = (a, /, b = 2, *, c = "c".to_owned()), warn(message = "careful", category = PyUserWarning))]
    async fn described(a: i64, b: i64, c: String) -> String {
        format!("{a} {b} {c}")
    }

    #[pyfunction(signature = (*args, **kwargs))]
    async fn gathered(
        args: Py<PyTuple>,
        kwargs: Option<Py<PyDict>>,
    ) -> (Py<PyTuple>, Option<Py<PyDict>>) {
        (args, kwargs)
    }

    #[pyfunction]
    async fn text_length(text: &str) -> usize {
        yield_once().await;
        text.len()
    }

    #[pyfunction]
    #[pyo3(signature = (text = None))]
    async fn optional_length(text: Option<&str>) -> Option<usize> {
        yield_once().await;
        text.map(str::len)
    }

    #[pyfunction]
    #[pyo3(pass_module)]
    async fn own_module(module: Py<PyModule>) -> PyResult<String> {
        yield_once().await;
        Python::attach(|py| Ok(module.bind(py).name()?.to_string()))
    }

    // PyO3 0.30.1 refuses to compile it: its future would borrow from a temporary.
    #[cfg(not(feature = "oracle"))]
    #[pyfunction]
    async fn length(#[pyo3(from_py_with = Bound::<'_, PyAny>::len)] value: usize) -> usize {
        yield_once().await;
        value
    }

    /// Wakes itself and waits.
    async fn yield_once() {
        let mut woken = false;
        poll_fn(|cx| {
            if woken {
                return Poll::Ready(());
            }
            woken = true;
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    #[pyfunction]
    async fn yields(times: usize) -> usize {
        for _ in 0..times {
            yield_once().await;
        }
        times
    }

    /// A value that another thread sends.
    #[derive(Clone, Default)]
    struct Signal(Arc<Mutex<(bool, Option<Waker>)>>);

    impl Signal {
        fn after(delay: Duration) -> Self {
            let signal = Signal::default();
            let sender = signal.clone();
            thread::spawn(move || {
                thread::sleep(delay);
                let mut state = sender.0.lock().unwrap();
                state.0 = true;
                let waker = state.1.take();
                drop(state);
                if let Some(waker) = waker {
                    // Waking more often than needed does no harm.
                    waker.wake_by_ref();
                    waker.wake();
                }
            });
            signal
        }
    }

    impl Future for Signal {
        type Output = ();
        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            let mut state = self.0.lock().unwrap();
            if state.0 {
                return Poll::Ready(());
            }
            state.1 = Some(cx.waker().clone());
            Poll::Pending
        }
    }

    #[pyfunction]
    async fn sleep(seconds: f64) -> f64 {
        Signal::after(Duration::from_secs_f64(seconds)).await;
        seconds
    }

    /// Waits for many threads, one after another.
    #[pyfunction]
    async fn sleeps(times: usize) -> usize {
        for _ in 0..times {
            Signal::after(Duration::from_micros(50)).await;
        }
        times
    }

    #[pyfunction]
    async fn forever() {
        pending().await
    }

    #[pyfunction]
    async fn until_cancelled(#[pyo3(cancel_handle)] mut cancel: CancelHandle) -> Py<PyAny> {
        cancel.cancelled().await
    }

    #[pyfunction]
    async fn sleep_loop(rounds: usize, #[pyo3(cancel_handle)] cancel: CancelHandle) -> bool {
        for _ in 0..rounds {
            if cancel.is_cancelled() {
                break;
            }
            Signal::after(Duration::from_millis(1)).await;
        }
        cancel.is_cancelled()
    }

    static DROPPED: AtomicUsize = AtomicUsize::new(0);

    struct Counted;

    impl Drop for Counted {
        fn drop(&mut self) {
            DROPPED.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// How many of the futures below are gone.
    #[pyfunction]
    fn dropped() -> usize {
        DROPPED.load(Ordering::SeqCst)
    }

    #[pyfunction]
    async fn counted(kept: Py<PyAny>, panics: bool) {
        let _counted = Counted;
        yield_once().await;
        assert!(!panics, "asked to panic");
        pending::<()>().await;
        drop(kept);
    }

    #[pyclass]
    struct Counter(usize);

    #[pymethods]
    impl Counter {
        #[new]
        fn new() -> Self {
            Counter(0)
        }

        async fn get(&self, resolve: bool) -> usize {
            if !resolve {
                pending().await
            }
            self.0
        }

        async fn increment(&mut self, resolve: bool) -> usize {
            if !resolve {
                pending().await
            }
            self.0 += 1;
            self.0
        }

        async fn plus(&self, other: &Counter, more: Option<&Counter>, number: usize) -> usize {
            yield_once().await;
            self.0 + other.0 + more.map_or(0, |more| more.0) + number
        }

        async fn by_object(slf: Py<Self>) -> Py<Self> {
            yield_once().await;
            slf
        }

        #[classmethod]
        async fn of_class(cls: Py<PyType>) -> Py<PyType> {
            cls
        }

        #[staticmethod]
        async fn of_nobody(number: usize) -> usize {
            number
        }

        async fn __aenter__(slf: Py<Self>) -> Py<Self> {
            yield_once().await;
            slf
        }

        #[pyo3(signature = (*_error))]
        async fn __aexit__(&mut self, _error: Py<PyTuple>) -> bool {
            self.0 += 100;
            true
        }
    }

    #[pyfunction]
    async fn sum(left: &Counter, right: &Counter) -> usize {
        yield_once().await;
        left.0 + right.0
    }

    #[pyfunction]
    async fn take_over(left: &mut Counter, right: &Counter) {
        yield_once().await;
        left.0 = right.0;
    }

    #[pyclass]
    struct Text(String);

    #[pymethods]
    impl Text {
        #[new]
        fn new(text: String) -> Self {
            Text(text)
        }

        async fn borrowed(&self) -> &str {
            &self.0
        }

        async fn or_else<'a>(&'a self, default: &'a str) -> &'a str {
            if self.0.is_empty() { default } else { &self.0 }
        }
    }
}
