//! The end of the interpreter, with objects and threads that are still there.

use exuvia::prelude::*;

#[pymodule]
pub mod endings {
    use std::cell::RefCell;
    use std::ffi::c_int;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use exuvia::prelude::*;
    use exuvia::sync::PyOnceLock;

    static KEPT: Mutex<Vec<Py<PyAny>>> = Mutex::new(Vec::new());
    static ONCE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

    thread_local! {
        static OF_THREAD: RefCell<Vec<Py<PyAny>>> = const { RefCell::new(Vec::new()) };
    }

    /// Keep the object in statics and in this thread.
    #[pyfunction]
    fn keep_everywhere(py: Python<'_>, object: Py<PyAny>) {
        KEPT.lock().unwrap().push(object.clone_ref(py));
        let _ = ONCE.set(py, object.clone_ref(py));
        OF_THREAD.with_borrow_mut(|kept| kept.push(object));
    }

    /// Calls a function when it is dropped, if it may.
    #[pyclass]
    pub struct AttachesInDrop {
        call: Py<PyAny>,
    }

    #[pymethods]
    impl AttachesInDrop {
        #[new]
        fn new(call: Py<PyAny>) -> Self {
            AttachesInDrop { call }
        }
    }

    impl Drop for AttachesInDrop {
        fn drop(&mut self) {
            Python::try_attach(|py| {
                if let Err(error) = self.call.call0(py) {
                    error.write_unraisable(py, None);
                }
            });
        }
    }

    /// The same, and waits detached for a moment.
    #[pyclass]
    pub struct DetachesInDrop {}

    #[pymethods]
    impl DetachesInDrop {
        #[new]
        fn new() -> Self {
            DetachesInDrop {}
        }
    }

    impl Drop for DetachesInDrop {
        fn drop(&mut self) {
            Python::try_attach(|py| py.detach(|| std::thread::sleep(Duration::from_millis(1))));
        }
    }

    /// A thread of Rust's, which nobody waits for, that attaches and calls as long as it may.
    #[pyfunction]
    fn attach_for_ever(call: Py<PyAny>) {
        std::thread::spawn(move || {
            while Python::try_attach(|py| call.call0(py).map(drop)).is_some() {
                std::thread::yield_now();
            }
            loop {
                std::thread::sleep(Duration::from_secs(1));
                assert!(Python::try_attach(|_| ()).is_none());
            }
        });
    }

    /// The same, by `Python::attach`, which panics in the end.
    #[pyfunction]
    fn attach_until_it_panics(call: Py<PyAny>) {
        std::thread::spawn(move || {
            loop {
                Python::attach(|py| call.call0(py).map(drop)).unwrap();
            }
        });
    }

    /// A thread of Rust's that leaves and enters the interpreter without pause.
    #[pyfunction]
    fn detach_for_ever() {
        std::thread::spawn(|| {
            Python::attach(|py| {
                loop {
                    py.detach(std::thread::yield_now);
                }
            })
        });
    }

    static DROPPED: AtomicUsize = AtomicUsize::new(0);

    /// A thread of Rust's that drops so many references, without being attached, over so many milliseconds.
    #[pyfunction]
    fn drop_slowly(py: Python<'_>, object: Py<PyAny>, count: u32, milliseconds: u64) {
        let objects: Vec<_> = (0..count).map(|_| object.clone_ref(py)).collect();
        std::thread::spawn(move || {
            let pause = Duration::from_millis(milliseconds) / count;
            for object in objects {
                drop(object);
                DROPPED.fetch_add(1, Ordering::Relaxed);
                std::thread::sleep(pause);
            }
        });
    }

    /// Call from Rust, detached and attached again on the way.
    #[pyfunction]
    fn call(py: Python<'_>, function: Py<PyAny>) -> PyResult<Py<PyAny>> {
        py.detach(|| Python::attach(|py| function.call0(py)))
    }

    /// Call with everything that needs dropping on the stack.
    #[pyfunction]
    fn call_holding(
        py: Python<'_>,
        function: &Bound<'_, PyAny>,
        values: Vec<Py<PyAny>>,
    ) -> PyResult<usize> {
        let text = format!("{values:?}");
        let copies: Vec<_> = values.iter().map(|value| value.clone_ref(py)).collect();
        function.call0()?;
        Ok(text.len() + copies.len())
    }

    unsafe extern "C" {
        /// C's, which runs functions when the process ends; the interpreter is gone by then.
        fn atexit(function: extern "C" fn()) -> c_int;
    }

    extern "C" fn after_the_interpreter() {
        let attached = Python::try_attach(|_| ()).is_some();
        let kept = std::mem::take(&mut *KEPT.lock().unwrap());
        let count = kept.len();
        drop(kept);
        println!("attached: {attached}, dropped: {count}");
    }

    /// Have the objects that are kept dropped when the interpreter is gone.
    #[pyfunction]
    fn drop_after_the_interpreter() {
        // SAFETY: C's function, with a function of its kind.
        assert_eq!(unsafe { atexit(after_the_interpreter) }, 0);
    }
}
