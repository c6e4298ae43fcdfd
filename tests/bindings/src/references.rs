//! References: taken, given and left as they were.

use exuvia::prelude::*;

#[pymodule]
pub mod references {
    use exuvia::prelude::*;
    use exuvia::types::{PyDict, PyList, PyTuple};

    #[pyfunction]
    fn ignore(value: &Bound<'_, PyAny>) {
        let _ = value;
    }

    #[pyfunction]
    fn take(value: Py<PyAny>) {
        drop(value);
    }

    #[pyfunction]
    fn give_back(value: Py<PyAny>) -> Py<PyAny> {
        value
    }

    #[pyfunction]
    fn clone_and_drop(py: Python<'_>, value: Py<PyAny>, times: usize) {
        let clones: Vec<_> = (0..times).map(|_| value.clone_ref(py)).collect();
        assert_eq!(clones.len(), times);
    }

    /// Take the object through every kind of handle and back.
    #[pyfunction]
    fn through_every_handle<'py>(py: Python<'py>, value: Bound<'py, PyAny>) -> Py<PyAny> {
        let unbound: Py<PyAny> = value.unbind();
        let bound: &Bound<'py, PyAny> = unbound.bind(py);
        let again: Bound<'py, PyAny> = bound.clone();
        let borrowed: Borrowed<'_, 'py, PyAny> = again.as_borrowed();
        let owned: Bound<'py, PyAny> = borrowed.to_owned();
        let from_borrow: Borrowed<'_, 'py, PyAny> = unbound.bind_borrowed(py);
        assert!(from_borrow.is(&owned));
        assert!(owned.is(bound));
        let copy = unbound.clone_ref(py);
        let converted: Py<PyAny> = copy.into_bound(py).into_any().unbind();
        assert!(converted.is(&unbound));
        converted
    }

    #[pyfunction]
    fn pointers_round_trip(value: Bound<'_, PyAny>) -> Py<PyAny> {
        let py = value.py();
        let pointer = value.into_ptr();
        // SAFETY: `into_ptr` gave up the reference that `from_owned_ptr` takes over.
        let again = unsafe { Bound::from_owned_ptr(py, pointer) };
        // SAFETY: `again` keeps the object alive while it is borrowed.
        let borrowed = unsafe { Bound::from_borrowed_ptr(py, again.as_ptr()) };
        borrowed.unbind()
    }

    #[pyfunction]
    fn into_containers<'py>(
        py: Python<'py>,
        value: &Bound<'py, PyAny>,
    ) -> PyResult<(Bound<'py, PyList>, Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        let list = PyList::new(py, [value, value])?;
        let tuple = PyTuple::new(py, [value.clone(), value.clone(), value.clone()])?;
        let dict = PyDict::new(py);
        dict.set_item("key", value)?;
        Ok((list, tuple, dict))
    }

    #[pyfunction]
    fn call_in_every_way<'py>(
        function: &Bound<'py, PyAny>,
        value: &Bound<'py, PyAny>,
    ) -> PyResult<()> {
        let py = function.py();
        function.call0()?;
        function.call1((value,))?;
        function.call1((value, value))?;
        let keywords = PyDict::new(py);
        keywords.set_item("keyword", value)?;
        function.call((value,), Some(&keywords))?;
        function.call((), Some(&keywords))?;
        function.call1(PyTuple::new(py, [value, value])?)?;
        function.call_method0("__repr__")?;
        function.call_method1("__call__", (value,))?;
        function.call_method("__call__", (value,), Some(&keywords))?;
        let name = exuvia::intern!(py, "__call__");
        function.call_method1(name, (value, value, value))?;
        let unbound = function.clone().unbind();
        unbound.call0(py)?;
        unbound.call1(py, (value,))?;
        unbound.call(py, (value,), Some(&keywords))?;
        unbound.call_method1(py, "__call__", (value,))?;
        Ok(())
    }

    #[pyfunction]
    #[pyo3(signature = (value, *rest, keyword = None, **others))]
    fn every_argument<'py>(
        value: Bound<'py, PyAny>,
        rest: Bound<'py, PyTuple>,
        keyword: Option<Bound<'py, PyAny>>,
        others: Option<Bound<'py, PyDict>>,
    ) -> usize {
        drop(value);
        rest.len() + usize::from(keyword.is_some()) + others.map_or(0, |others| others.len())
    }

    #[pyfunction]
    fn fail_after(value: Py<PyAny>, number: u8) -> (Py<PyAny>, u8) {
        (value, number)
    }

    #[pyfunction]
    fn raise_with(value: Py<PyAny>) -> PyResult<()> {
        Err(exuvia::exceptions::PyValueError::new_err((value,)))
    }

    #[pyfunction]
    fn panic_with(value: Py<PyAny>) {
        let _held = value;
        panic!("holding a reference");
    }

    #[pyfunction]
    fn iterate_to_the_end(value: &Bound<'_, PyAny>) -> PyResult<usize> {
        let mut count = 0;
        for item in value.try_iter()? {
            item?;
            count += 1;
        }
        Ok(count)
    }

    #[pyfunction]
    fn iterate_partly(value: &Bound<'_, PyAny>) -> PyResult<()> {
        if let Some(first) = value.try_iter()?.next() {
            first?;
        }
        Ok(())
    }

    #[pyfunction]
    fn walk_list(list: &Bound<'_, PyList>) -> usize {
        list.iter().filter(|item| !item.is_none()).count()
    }

    #[pyfunction]
    fn walk_dict(dict: &Bound<'_, PyDict>) -> usize {
        dict.iter().filter(|(_, value)| !value.is_none()).count()
    }

    /// Two references to one object, by the feature `py-clone`.
    #[pyfunction]
    fn cloned(object: Py<PyAny>) -> [Py<PyAny>; 2] {
        [object.clone(), object]
    }

    #[pyfunction]
    fn cloned_while_detached(py: Python<'_>, object: Py<PyAny>) {
        py.detach(|| drop(object.clone()));
    }
}
