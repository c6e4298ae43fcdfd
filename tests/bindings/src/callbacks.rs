//! Closures as Python functions.

use exuvia::prelude::*;

#[pymodule]
pub mod callbacks {
    use std::sync::atomic::{AtomicI64, Ordering};

    use exuvia::exceptions::PyValueError;
    use exuvia::prelude::*;
    use exuvia::types::{PyCFunction, PyDict, PyTuple};

    static ALIVE: AtomicI64 = AtomicI64::new(0);

    /// Counts those of its kind that are alive.
    struct Counted(i64);

    impl Counted {
        fn new(value: i64) -> Self {
            ALIVE.fetch_add(1, Ordering::Relaxed);
            Counted(value)
        }
    }

    impl Drop for Counted {
        fn drop(&mut self) {
            ALIVE.fetch_sub(1, Ordering::Relaxed);
        }
    }

    #[pyfunction]
    fn alive() -> i64 {
        ALIVE.load(Ordering::Relaxed)
    }

    /// A function that adds `value` to its first argument.
    #[pyfunction]
    fn adder<'py>(py: Python<'py>, value: i64) -> PyResult<Bound<'py, PyCFunction>> {
        let value = Counted::new(value);
        PyCFunction::new_closure(
            py,
            Some(c"add"),
            Some(c"Add a number."),
            move |args, _kwargs| -> PyResult<i64> {
                let first: i64 = args.get_item(0)?.extract()?;
                // All of it, not the number alone.
                let value = &value;
                Ok(first + value.0)
            },
        )
    }

    /// A function that gives back its arguments.
    #[pyfunction]
    fn echo<'py>(py: Python<'py>) -> PyResult<Bound<'py, PyCFunction>> {
        fn closure(
            args: &Bound<'_, PyTuple>,
            kwargs: Option<&Bound<'_, PyDict>>,
        ) -> PyResult<(Py<PyTuple>, Option<Py<PyDict>>)> {
            Ok((
                args.clone().unbind(),
                kwargs.map(|kwargs| kwargs.clone().unbind()),
            ))
        }
        PyCFunction::new_closure(py, None, None, closure)
    }

    #[pyfunction]
    fn constant<'py>(py: Python<'py>) -> PyResult<Bound<'py, PyCFunction>> {
        PyCFunction::new_closure(py, None, None, |_, _| 42)
    }

    #[pyfunction]
    fn nothing<'py>(py: Python<'py>) -> PyResult<Bound<'py, PyCFunction>> {
        PyCFunction::new_closure(py, None, None, |_, _| ())
    }

    #[pyfunction]
    fn failing<'py>(py: Python<'py>) -> PyResult<Bound<'py, PyCFunction>> {
        PyCFunction::new_closure(py, None, None, |_, _| -> PyResult<()> {
            Err(PyValueError::new_err("the closure's own"))
        })
    }

    #[pyfunction]
    fn panicking<'py>(py: Python<'py>) -> PyResult<Bound<'py, PyCFunction>> {
        PyCFunction::new_closure(py, None, None, |_, _| -> i64 { panic!("in a closure") })
    }
}
