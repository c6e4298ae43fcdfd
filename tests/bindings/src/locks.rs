//! Locks and once cells of Rust under threads of Python.

use exuvia::prelude::*;

#[pymodule]
pub mod locks {
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
    use std::sync::{Mutex, Once, OnceLock, RwLock};

    use exuvia::prelude::*;
    use exuvia::sync::{MutexExt, OnceExt, OnceLockExt, PyOnceLock, RwLockExt};
    use exuvia::types::PyList;

    /// One of each; every method calls back into Python while it has the lock.
    #[pyclass(frozen)]
    pub struct Locks {
        mutex: Mutex<i64>,
        lock: RwLock<i64>,
        once: Once,
        forced: Once,
        standard: OnceLock<i64>,
        cell: PyOnceLock<Py<PyAny>>,
    }

    #[pymethods]
    impl Locks {
        #[new]
        fn new() -> Self {
            Locks {
                mutex: Mutex::new(0),
                lock: RwLock::new(0),
                once: Once::new(),
                forced: Once::new(),
                standard: OnceLock::new(),
                cell: PyOnceLock::new(),
            }
        }

        fn mutex(&self, function: &Bound<'_, PyAny>) -> PyResult<i64> {
            let mut count = self.mutex.lock_py_attached(function.py()).unwrap();
            function.call0()?;
            *count += 1;
            Ok(*count)
        }

        fn write(&self, function: &Bound<'_, PyAny>) -> PyResult<i64> {
            let mut count = self.lock.write_py_attached(function.py()).unwrap();
            function.call0()?;
            *count += 1;
            Ok(*count)
        }

        fn read(&self, function: &Bound<'_, PyAny>) -> PyResult<i64> {
            let count = self.lock.read_py_attached(function.py()).unwrap();
            function.call0()?;
            Ok(*count)
        }

        fn once(&self, function: &Bound<'_, PyAny>) {
            self.once.call_once_py_attached(function.py(), || {
                function.call0().unwrap();
            });
        }

        /// Was it poisoned?
        fn once_by_force(&self, function: &Bound<'_, PyAny>) -> Option<bool> {
            let mut poisoned = None;
            self.forced
                .call_once_force_py_attached(function.py(), |state| {
                    poisoned = Some(state.is_poisoned());
                    function.call0().unwrap();
                });
            poisoned
        }

        fn standard(&self, function: &Bound<'_, PyAny>) -> i64 {
            *self.standard.get_or_init_py_attached(function.py(), || {
                function.call0().unwrap().extract().unwrap()
            })
        }

        fn cell(&self, function: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
            let py = function.py();
            let value = self
                .cell
                .get_or_try_init(py, || function.call0().map(Bound::unbind))?;
            Ok(value.clone_ref(py))
        }

        fn copy_of_cell<'py>(&self, py: Python<'py>) -> Option<Py<PyAny>> {
            self.cell.clone_ref(py).into_inner()
        }
    }

    #[pyfunction]
    fn poison(locks: &Bound<'_, Locks>) -> (bool, bool) {
        let (py, locks) = (locks.py(), locks.get());
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _guard = locks.mutex.lock_py_attached(py);
            resume_unwind(Box::new("on purpose"));
        }));
        (panicked.is_err(), locks.mutex.lock_py_attached(py).is_err())
    }

    #[pyfunction]
    fn imported(py: Python<'_>) -> PyResult<Py<PyAny>> {
        static CELL: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        Ok(CELL.import(py, "collections", "Counter")?.clone().unbind())
    }

    #[pyfunction]
    fn import_what_is_no_list(py: Python<'_>) -> PyResult<()> {
        static CELL: PyOnceLock<Py<PyList>> = PyOnceLock::new();
        CELL.import(py, "collections", "Counter").map(drop)
    }
}
