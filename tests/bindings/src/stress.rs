//! Threads that do everything at once, until time is up.

use exuvia::prelude::*;

#[pymodule]
pub mod stress {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, Instant};

    use exuvia::exceptions::PyValueError;
    use exuvia::prelude::*;
    use exuvia::sync::PyOnceLock;
    use exuvia::types::{PyBytes, PyDict, PyList};

    /// Two numbers that are equal whenever nobody is changing them.
    #[pyclass]
    pub struct Twins {
        first: u64,
        second: u64,
        #[pyo3(get, set)]
        held: Option<Py<PyAny>>,
    }

    #[pymethods]
    impl Twins {
        #[new]
        fn new() -> Self {
            Twins {
                first: 0,
                second: 0,
                held: None,
            }
        }

        /// Change both, with a time in between in which other threads run. Borrowed all the while.
        fn change(&mut self, py: Python<'_>) {
            self.first += 1;
            py.detach(std::thread::yield_now);
            self.second += 1;
        }

        /// Look at both, with a time in between in which other threads run.
        fn look(&self, py: Python<'_>) -> u64 {
            let first = self.first;
            py.detach(std::thread::yield_now);
            assert_eq!(first, self.second, "somebody has changed what is borrowed");
            first
        }
    }

    /// Counts its instances.
    #[pyclass(weakref)]
    pub struct Counted {
        _held: Option<Py<PyAny>>,
    }

    static ALIVE: AtomicUsize = AtomicUsize::new(0);

    impl Counted {
        fn holding(held: Option<Py<PyAny>>) -> Self {
            ALIVE.fetch_add(1, Ordering::Relaxed);
            Counted { _held: held }
        }
    }

    #[pymethods]
    impl Counted {
        #[new]
        #[pyo3(signature = (held = None))]
        fn new(held: Option<Py<PyAny>>) -> Self {
            Counted::holding(held)
        }
    }

    impl Drop for Counted {
        fn drop(&mut self) {
            ALIVE.fetch_sub(1, Ordering::Relaxed);
        }
    }

    #[pyfunction]
    fn alive() -> usize {
        ALIVE.load(Ordering::Relaxed)
    }

    /// A view of memory that somebody else has to give back.
    #[cfg(not(feature = "limited"))]
    type View = exuvia::buffer::PyBuffer<u8>;
    /// The limited API has none: an object.
    #[cfg(feature = "limited")]
    type View = Py<PyBytes>;

    fn view(bytes: Bound<'_, PyBytes>) -> PyResult<View> {
        #[cfg(not(feature = "limited"))]
        return View::get(bytes.as_any());
        #[cfg(feature = "limited")]
        return Ok(bytes.unbind());
    }

    struct Shared {
        witness: Py<PyAny>,
        callback: Py<PyAny>,
        twins: Py<Twins>,
        /// What one thread has left for another to drop.
        left: Mutex<Vec<Py<PyAny>>>,
        views: Mutex<Vec<View>>,
        error: PyErr,
        done: Instant,
    }

    const OPERATIONS: u64 = 12;

    fn operate(shared: &Shared, operation: u64) -> PyResult<()> {
        match operation {
            // Calls Python.
            0 => Python::attach(|py| shared.callback.call0(py).map(drop)),
            // Goes in and out.
            1 => Python::attach(|py| {
                py.detach(|| Python::attach(|py| py.detach(|| Python::attach(|_| Ok(())))))
            }),
            // Drops without being attached, one and many.
            2 => {
                let object = Python::attach(|py| shared.witness.clone_ref(py));
                drop(object);
                Ok(())
            }
            3 => {
                let objects: Vec<_> = Python::attach(|py| {
                    (0..50)
                        .map(|_| Py::new(py, Counted::holding(Some(shared.witness.clone_ref(py)))))
                        .collect::<PyResult<_>>()
                })?;
                drop(objects);
                Ok(())
            }
            // Leaves objects to others, and drops what others have left.
            4 => Python::attach(|py| {
                let object = Bound::new(py, Counted::holding(None))?;
                let list = PyList::new(py, [&object, &object])?;
                py.detach(|| ());
                let list = list.into_any().unbind();
                // Not while the lock is held: its holder may be waiting for the interpreter.
                py.detach(|| shared.left.lock().unwrap().push(list));
                Ok(())
            }),
            5 => {
                let left = std::mem::take(&mut *shared.left.lock().unwrap());
                drop(left);
                Ok(())
            }
            // Borrows one object from many threads.
            6 => Python::attach(|py| {
                if let Ok(mut twins) = shared.twins.bind(py).try_borrow_mut() {
                    twins.change(py);
                }
                Ok(())
            }),
            7 => Python::attach(|py| {
                if let Ok(twins) = shared.twins.bind(py).try_borrow() {
                    twins.look(py);
                }
                Ok(())
            }),
            // Makes cycles for the collector.
            8 => Python::attach(|py| {
                let list = PyList::empty(py);
                let dict = PyDict::new(py);
                dict.set_item("list", &list)?;
                dict.set_item("counted", Counted::holding(None).into_pyobject(py)?)?;
                list.append(dict)
            }),
            // Makes an error on one thread, and the exception on another.
            9 => {
                let error = PyValueError::new_err("made elsewhere");
                let text = std::thread::scope(|scope| {
                    let thread =
                        scope.spawn(move || Python::attach(|py| error.value(py).to_string()));
                    thread.join().unwrap()
                });
                assert_eq!(text, "made elsewhere");
                Python::attach(|py| {
                    let shared = shared.error.clone_ref(py);
                    py.detach(move || drop(shared));
                });
                Ok(())
            }
            // Takes views of memory that are given back elsewhere.
            10 => {
                let taken = Python::attach(|py| view(PyBytes::new(py, b"0123456789")))?;
                shared.views.lock().unwrap().push(taken);
                let mut views = shared.views.lock().unwrap();
                let given_up = if views.len() > 20 {
                    std::mem::take(&mut *views)
                } else {
                    Vec::new()
                };
                drop(views);
                drop(given_up);
                Ok(())
            }
            // Asks for what is made once.
            _ => Python::attach(|py| {
                static MADE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
                let made = MADE.get_or_try_init(py, || {
                    py.import("json")?.getattr("dumps").map(Bound::unbind)
                })?;
                let text: String = made.call1(py, (vec![1, 2],))?.extract(py)?;
                assert_eq!(text, "[1, 2]");
                Ok(())
            }),
        }
    }

    /// Run so many threads for so many milliseconds. Answers how often each operation was done.
    #[pyfunction]
    fn run(
        py: Python<'_>,
        threads: u64,
        milliseconds: u64,
        witness: Py<PyAny>,
        callback: Py<PyAny>,
        twins: Py<Twins>,
    ) -> PyResult<Vec<u64>> {
        let shared = Arc::new(Shared {
            witness,
            callback,
            twins,
            left: Mutex::default(),
            views: Mutex::default(),
            error: PyValueError::new_err("shared by all"),
            done: Instant::now() + Duration::from_millis(milliseconds),
        });
        let work = |seed: u64| {
            let shared = Arc::clone(&shared);
            move || -> PyResult<Vec<u64>> {
                let mut counts = vec![0; OPERATIONS as usize];
                // Xorshift (Marsaglia 2003), with a seed that is not zero.
                let mut random = seed * 2 + 0x9E37_79B9_7F4A_7C15;
                while Instant::now() < shared.done {
                    random ^= random << 13;
                    random ^= random >> 7;
                    random ^= random << 17;
                    let operation = random % OPERATIONS;
                    operate(&shared, operation)?;
                    counts[operation as usize] += 1;
                }
                Ok(counts)
            }
        };
        py.detach(|| {
            let threads: Vec<_> = (0..threads)
                .map(|seed| std::thread::spawn(work(seed)))
                .collect();
            let mut total = vec![0; OPERATIONS as usize];
            for thread in threads {
                let counts = thread.join().expect("no thread panics")?;
                for (sum, count) in total.iter_mut().zip(counts) {
                    *sum += count;
                }
            }
            Ok(total)
        })
    }
}
