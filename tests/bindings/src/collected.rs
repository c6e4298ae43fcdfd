//! Classes that the garbage collector knows: `__traverse__` and `__clear__`.

use exuvia::prelude::*;

#[pymodule]
pub mod collected {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use exuvia::prelude::*;
    use exuvia::types::PyDict;
    use exuvia::{PyTraverseError, PyVisit};

    #[pyclass(subclass)]
    pub struct Node {
        #[pyo3(get, set)]
        next: Option<Py<PyAny>>,
    }

    #[pymethods]
    impl Node {
        #[new]
        #[pyo3(signature = (next = None))]
        fn new(next: Option<Py<PyAny>>) -> Self {
            Node { next }
        }

        fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
            visit.call(&self.next)
        }

        fn __clear__(&mut self) {
            self.next = None;
        }

        fn while_borrowed(&mut self, call: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
            Ok(call.call0()?.unbind())
        }
    }

    /// A second reference, on a level of its own.
    #[pyclass(extends = Node, subclass)]
    pub struct Fork {
        #[pyo3(get, set)]
        other: Option<Py<PyAny>>,
    }

    #[pymethods]
    impl Fork {
        #[new]
        fn new() -> PyClassInitializer<Self> {
            PyClassInitializer::from(Node { next: None }).add_subclass(Fork { other: None })
        }

        fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
            if let Some(other) = &self.other {
                visit.call(other)?;
            }
            Ok(())
        }

        fn __clear__(&mut self) {
            self.other = None;
        }
    }

    /// Nothing of its own for the collector.
    #[pyclass(extends = Node)]
    pub struct Plain {}

    #[pymethods]
    impl Plain {
        #[new]
        fn new() -> PyClassInitializer<Self> {
            PyClassInitializer::from(Node { next: None }).add_subclass(Plain {})
        }
    }

    /// Has a dictionary, as a class written in Python below it would.
    #[pyclass(subclass, dict)]
    pub struct Open {
        #[pyo3(get, set)]
        next: Option<Py<PyAny>>,
    }

    #[pymethods]
    impl Open {
        #[new]
        fn new() -> Self {
            Open { next: None }
        }

        fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
            visit.call(&self.next)
        }

        fn __clear__(&mut self) {
            self.next = None;
        }
    }

    /// Python code can give it another base.
    #[pyclass(extends = Open)]
    pub struct BelowOpen {
        #[pyo3(get, set)]
        other: Option<Py<PyAny>>,
    }

    #[pymethods]
    impl BelowOpen {
        #[new]
        fn new() -> PyClassInitializer<Self> {
            PyClassInitializer::from(Open::new()).add_subclass(BelowOpen { other: None })
        }

        fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
            visit.call(&self.other)
        }

        fn __clear__(&mut self) {
            self.other = None;
        }
    }

    #[pyclass(extends = PyDict, subclass)]
    pub struct LinkedDict {
        #[pyo3(get, set)]
        link: Option<Py<PyAny>>,
    }

    #[pymethods]
    impl LinkedDict {
        #[new]
        fn new() -> Self {
            LinkedDict { link: None }
        }

        fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
            visit.call(&self.link)
        }

        fn __clear__(&mut self) {
            self.link = None;
        }
    }

    #[pyclass(dict, weakref, subclass)]
    pub struct WithDict {}

    #[pymethods]
    impl WithDict {
        #[new]
        fn new() -> Self {
            WithDict {}
        }
    }

    static ATTACHED: AtomicBool = AtomicBool::new(false);
    static TRAVERSED: AtomicUsize = AtomicUsize::new(0);

    /// Does in `__traverse__` what must not be done.
    #[pyclass]
    pub struct Misbehaving {
        how: &'static str,
        held: Mutex<Option<Py<PyAny>>>,
    }

    #[pymethods]
    impl Misbehaving {
        #[new]
        fn new(how: &str, held: Py<PyAny>) -> Self {
            let how = match how {
                "attach" => "attach",
                "try_attach" => "try_attach",
                "panic" => "panic",
                "drop" => "drop",
                _ => "",
            };
            Misbehaving {
                how,
                held: Mutex::new(Some(held)),
            }
        }

        fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
            TRAVERSED.fetch_add(1, Ordering::Relaxed);
            match self.how {
                "attach" => Python::attach(|_| ATTACHED.store(true, Ordering::Relaxed)),
                "try_attach" => {
                    if Python::try_attach(|_| ()).is_some() {
                        ATTACHED.store(true, Ordering::Relaxed);
                    }
                }
                "panic" => panic!("in __traverse__"),
                "drop" => drop(self.held.lock().unwrap().take()),
                _ => {}
            }
            visit.call(&*self.held.lock().unwrap())
        }

        fn __clear__(&self) {
            *self.held.lock().unwrap() = None;
        }
    }

    #[pyfunction]
    fn was_attached() -> bool {
        ATTACHED.load(Ordering::Relaxed)
    }

    #[pyfunction]
    fn traversed() -> usize {
        TRAVERSED.load(Ordering::Relaxed)
    }

    /// Its destructor and its `__clear__` panic.
    #[pyclass]
    pub struct Panicking {
        #[pyo3(get, set)]
        next: Option<Py<PyAny>>,
    }

    #[pymethods]
    impl Panicking {
        #[new]
        fn new() -> Self {
            Panicking { next: None }
        }

        fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
            visit.call(&self.next)
        }

        fn __clear__(&mut self) {
            self.next = None;
            panic!("in __clear__");
        }
    }

    /// Belongs to one thread, and has references.
    #[pyclass(unsendable, weakref)]
    pub struct OneThread {
        #[pyo3(get, set)]
        next: Option<Py<PyAny>>,
        _not_sync: std::rc::Rc<()>,
    }

    #[pymethods]
    impl OneThread {
        #[new]
        fn new() -> Self {
            OneThread {
                next: None,
                _not_sync: std::rc::Rc::new(()),
            }
        }

        fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
            TRAVERSED.fetch_add(1, Ordering::Relaxed);
            visit.call(&self.next)
        }

        fn __clear__(&mut self) {
            self.next = None;
        }
    }

    #[pyfunction]
    fn is_traversed_by(object: &Bound<'_, PyAny>) -> PyResult<usize> {
        let before = TRAVERSED.load(Ordering::Relaxed);
        object
            .py()
            .import("gc")?
            .call_method1("get_referents", (object,))?;
        Ok(TRAVERSED.load(Ordering::Relaxed) - before)
    }
}
