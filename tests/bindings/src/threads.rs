//! Threads: leaving the interpreter, entering it from elsewhere, dropping objects anywhere.

use exuvia::prelude::*;

#[pymodule]
pub mod threads {
    use std::sync::Mutex;
    use std::time::Duration;

    use exuvia::prelude::*;
    use exuvia::sync::PyOnceLock;

    #[pyfunction]
    fn detached_sum(py: Python<'_>, values: Vec<i64>) -> i64 {
        py.detach(|| values.iter().sum())
    }

    /// Sleep with the interpreter free for others.
    #[pyfunction]
    fn sleep_detached(py: Python<'_>, milliseconds: u64) {
        py.detach(|| std::thread::sleep(Duration::from_millis(milliseconds)));
    }

    #[pyfunction]
    fn sleep_attached(milliseconds: u64) {
        std::thread::sleep(Duration::from_millis(milliseconds));
    }

    #[pyfunction]
    fn attach_again(py: Python<'_>) -> i64 {
        py.detach(|| Python::attach(|py| py.detach(|| Python::attach(|_| 7))))
    }

    #[pyfunction]
    fn attach_while_attached(value: Py<PyAny>) -> String {
        Python::attach(|py| value.bind(py).to_string())
    }

    /// Call `function` with 0, 1, … from as many Rust threads.
    #[pyfunction]
    fn call_from_threads(
        py: Python<'_>,
        function: Py<PyAny>,
        count: usize,
    ) -> PyResult<Vec<Py<PyAny>>> {
        py.detach(|| {
            std::thread::scope(|scope| {
                let handles: Vec<_> = (0..count)
                    .map(|index| {
                        let function = &function;
                        scope.spawn(move || Python::attach(|py| function.call1(py, (index,))))
                    })
                    .collect();
                handles
                    .into_iter()
                    .map(|handle| handle.join().unwrap())
                    .collect()
            })
        })
    }

    /// Drop the object on a thread that is not attached.
    #[pyfunction]
    fn drop_elsewhere(py: Python<'_>, value: Py<PyAny>) {
        py.detach(|| {
            std::thread::spawn(move || drop(value)).join().unwrap();
        });
    }

    /// Drop the object on this thread, detached.
    #[pyfunction]
    fn drop_detached(py: Python<'_>, value: Py<PyAny>) {
        py.detach(move || drop(value));
    }

    /// Drop every object of the list on threads while this thread goes on using Python.
    #[pyfunction]
    fn drop_many_elsewhere(py: Python<'_>, values: Vec<Py<PyAny>>) -> PyResult<()> {
        let thread = std::thread::spawn(move || drop(values));
        for number in 0..1000_i64 {
            number.into_pyobject(py)?.into_any().str()?;
        }
        py.detach(|| thread.join().unwrap());
        Ok(())
    }

    static KEPT: Mutex<Vec<Py<PyAny>>> = Mutex::new(Vec::new());

    #[pyfunction]
    fn keep(value: Py<PyAny>) {
        KEPT.lock().unwrap().push(value);
    }

    #[pyfunction]
    fn release_kept(py: Python<'_>) -> usize {
        py.detach(|| {
            let kept = std::mem::take(&mut *KEPT.lock().unwrap());
            let count = kept.len();
            std::thread::spawn(move || drop(kept)).join().unwrap();
            count
        })
    }

    #[pyfunction]
    fn thread_raises(py: Python<'_>, function: Py<PyAny>) -> PyResult<()> {
        py.detach(|| {
            std::thread::spawn(move || Python::attach(|py| function.call0(py).map(drop)))
                .join()
                .unwrap()
        })
    }

    #[pyfunction]
    fn panic_in_thread(py: Python<'_>) -> bool {
        py.detach(|| {
            std::thread::spawn(|| Python::attach(|_| panic!("in a thread")))
                .join()
                .is_err()
        })
    }

    #[pyfunction]
    fn try_attach_works() -> bool {
        Python::try_attach(|_| ()).is_some()
    }

    static ONCE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

    /// Compute with `function` the first time; give the same object ever after.
    #[pyfunction]
    fn once(py: Python<'_>, function: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let value = ONCE.get_or_try_init(py, || function.call0().map(Bound::unbind))?;
        Ok(value.clone_ref(py))
    }

    #[pyfunction]
    fn once_lock_methods(py: Python<'_>) -> (bool, i64, bool, Option<i64>) {
        static CELL: PyOnceLock<i64> = PyOnceLock::new();
        let empty_before = CELL.get(py).is_none();
        let first = *CELL.get_or_init(py, || 5);
        let refused = CELL.set(py, 6).is_err();
        (empty_before, first, refused, CELL.get(py).copied())
    }

    #[pyclass]
    pub struct Shared {
        value: i64,
    }

    #[pymethods]
    impl Shared {
        #[new]
        fn new() -> Self {
            Shared { value: 0 }
        }

        /// Work detached while this object stays borrowed.
        fn work(&mut self, py: Python<'_>, milliseconds: u64) -> i64 {
            py.detach(|| std::thread::sleep(Duration::from_millis(milliseconds)));
            self.value += 1;
            self.value
        }

        fn value(&self) -> i64 {
            self.value
        }
    }

    #[pyfunction]
    fn check_signals(py: Python<'_>) -> PyResult<()> {
        py.check_signals()
    }
}
