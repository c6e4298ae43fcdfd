//! What `#[pyclass(…)]` can ask for.

use exuvia::prelude::*;

#[pymodule]
pub mod options {
    use std::cell::Cell;
    use std::rc::Rc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use exuvia::exceptions::{PyIndexError, PyKeyError};
    use exuvia::prelude::*;

    #[pyclass(weakref, subclass)]
    pub struct WeaklyHeld {}

    #[pymethods]
    impl WeaklyHeld {
        #[new]
        fn new() -> Self {
            WeaklyHeld {}
        }
    }

    #[pyclass(dict, weakref, frozen)]
    pub struct Open {
        #[pyo3(get)]
        fixed: f64,
    }

    #[pymethods]
    impl Open {
        #[new]
        fn new(fixed: f64) -> Self {
            Open { fixed }
        }

        fn doubled(&self) -> f64 {
            self.fixed * 2.0
        }
    }

    static DROPPED: AtomicUsize = AtomicUsize::new(0);

    #[pyclass(unsendable, subclass)]
    pub struct Unsendable {
        #[pyo3(get, set)]
        number: i64,
        shared: Rc<Cell<i64>>,
    }

    impl Drop for Unsendable {
        fn drop(&mut self) {
            DROPPED.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[pymethods]
    impl Unsendable {
        #[new]
        fn new(number: i64) -> Self {
            Unsendable {
                number,
                shared: Rc::new(Cell::new(3)),
            }
        }

        fn value(&self) -> i64 {
            self.shared.get()
        }

        fn set_value(&mut self, value: i64) {
            self.shared.set(value);
        }

        fn text(slf: PyRef<'_, Self>) -> String {
            slf.shared.get().to_string()
        }
    }

    #[pyclass(unsendable, frozen)]
    pub struct FrozenUnsendable {
        shared: Rc<i64>,
    }

    #[pymethods]
    impl FrozenUnsendable {
        #[new]
        fn new(value: i64) -> Self {
            FrozenUnsendable {
                shared: Rc::new(value),
            }
        }

        fn value(&self) -> i64 {
            *self.shared
        }
    }

    #[pyclass(extends = Unsendable)]
    pub struct SubOfUnsendable {
        #[pyo3(get)]
        other: i64,
    }

    #[pymethods]
    impl SubOfUnsendable {
        #[new]
        fn new() -> PyClassInitializer<Self> {
            PyClassInitializer::from(Unsendable::new(1)).add_subclass(SubOfUnsendable { other: 2 })
        }

        fn other_value(&self) -> i64 {
            self.other
        }
    }

    #[pyfunction]
    fn dropped() -> usize {
        DROPPED.load(Ordering::Relaxed)
    }

    #[pyclass(freelist = 8)]
    pub struct Recycled {
        #[pyo3(get)]
        number: i64,
    }

    #[pymethods]
    impl Recycled {
        #[new]
        fn new(number: i64) -> Self {
            Recycled { number }
        }
    }

    #[pyclass(sequence)]
    pub struct FixedSequence {}

    #[pymethods]
    impl FixedSequence {
        #[new]
        fn new() -> Self {
            FixedSequence {}
        }

        fn __len__(&self) -> usize {
            3
        }

        fn __getitem__(&self, index: isize) -> PyResult<isize> {
            if (0..3).contains(&index) {
                Ok(index * 10)
            } else {
                Err(PyIndexError::new_err("no such item"))
            }
        }
    }

    #[pyclass(mapping)]
    pub struct FixedMapping {}

    #[pymethods]
    impl FixedMapping {
        #[new]
        fn new() -> Self {
            FixedMapping {}
        }

        fn __len__(&self) -> usize {
            1
        }

        fn __getitem__(&self, key: &str) -> PyResult<i64> {
            if key == "a" {
                Ok(1)
            } else {
                Err(PyKeyError::new_err(key.to_owned()))
            }
        }
    }

    /// Whether C code takes the object for a sequence.
    #[pyfunction]
    fn is_sequence(object: &Bound<'_, PyAny>) -> bool {
        // SAFETY: the object is alive.
        unsafe { exuvia::ffi::PySequence_Check(object.as_ptr()) != 0 }
    }

    /// An item by C's protocol of sequences.
    #[pyfunction]
    fn sequence_item<'py>(object: &Bound<'py, PyAny>, index: isize) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: the object is alive; the result is a new reference, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(
                object.py(),
                exuvia::ffi::PySequence_GetItem(object.as_ptr(), index),
            )
        }
    }

    #[pyclass(eq, ord, str = "{name} ({rank}) {name:?} {{}}")]
    #[derive(PartialEq, PartialOrd)]
    pub struct Derived {
        rank: i64,
        name: String,
    }

    #[pymethods]
    impl Derived {
        #[new]
        fn new(rank: i64, name: String) -> Self {
            Derived { rank, name }
        }
    }

    #[pyclass(str = "{0:>4}|{1}")]
    pub struct NumberedText(i64, String);

    #[pymethods]
    impl NumberedText {
        #[new]
        fn new(number: i64, text: String) -> Self {
            NumberedText(number, text)
        }
    }

    #[pyclass(new = "from_fields", get_all, set_all)]
    pub struct FromFields {
        first: i64,
        second: Option<String>,
        r#type: f64,
    }

    #[pyclass(new = "from_fields", get_all)]
    pub struct FromNumberedFields(
        #[pyo3(name = "first")] i64,
        #[pyo3(name = "second")] Vec<i64>,
    );

    #[pyclass(new = "from_fields")]
    pub struct FromNoFields {}

    #[pyclass(generic)]
    pub struct Generic {}

    #[pymethods]
    impl Generic {
        #[new]
        fn new() -> Self {
            Generic {}
        }
    }

    #[pyclass(immutable_type)]
    pub struct Immutable {}

    #[pyclass(skip_from_py_object)]
    #[derive(Clone)]
    pub struct Skipping {}

    #[pyclass]
    pub struct Deletable {
        value: Option<i64>,
    }

    #[pymethods]
    impl Deletable {
        #[new]
        fn new() -> Self {
            Deletable { value: Some(1) }
        }

        #[getter]
        fn value(&self) -> Option<i64> {
            self.value
        }

        #[deleter]
        fn delete_value(&mut self) {
            self.value = None;
        }

        #[getter(both)]
        fn both_get(&self) -> Option<i64> {
            self.value
        }

        #[setter(both)]
        fn both_set(&mut self, value: i64) {
            self.value = Some(value);
        }

        #[deleter(both)]
        fn both_delete(&mut self) -> PyResult<()> {
            match self.value.take() {
                Some(_) => Ok(()),
                None => Err(PyKeyError::new_err("gone")),
            }
        }
    }
}
