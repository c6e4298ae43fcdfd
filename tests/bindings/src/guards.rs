//! `PyClassGuard` and `PyClassGuardMut`: borrows that hold no token.

use exuvia::prelude::*;

#[pymodule]
pub mod guards {
    use exuvia::prelude::*;
    use exuvia::pyclass::{PyClassGuardMap, PyClassGuardMut};
    use exuvia::{IntoPyObjectExt, PyClassGuard};

    #[pyclass(subclass)]
    pub struct First {
        #[pyo3(get, set)]
        number: i64,
    }

    #[pymethods]
    impl First {
        #[new]
        fn new(number: i64) -> Self {
            First { number }
        }
    }

    #[pyclass(extends = First, subclass)]
    pub struct Second {
        #[pyo3(get)]
        text: String,
    }

    #[pymethods]
    impl Second {
        #[new]
        fn new(number: i64, text: &str) -> PyClassInitializer<Self> {
            let text = text.to_owned();
            PyClassInitializer::from(First { number }).add_subclass(Second { text })
        }

        fn read(slf: PyClassGuard<'_, Self>) -> (i64, String) {
            (slf.as_super().number, slf.text.clone())
        }

        fn change(mut slf: PyClassGuardMut<'_, Self>) {
            slf.as_super().number *= 2;
            slf.text.push('!');
        }

        fn number_of_base(slf: PyClassGuard<'_, Self>) -> i64 {
            slf.into_super().number
        }

        fn change_as_base(slf: PyClassGuardMut<'_, Self>) {
            slf.into_super().number += 1;
        }

        /// The length of the text, read by a thread that is detached.
        fn length_detached(slf: PyClassGuard<'_, Self>, py: Python<'_>) -> usize {
            py.detach(move || slf.text.len())
        }

        /// Changed while detached.
        fn clear_detached(mut slf: PyClassGuardMut<'_, Self>, py: Python<'_>) {
            py.detach(move || slf.text.clear());
        }

        /// Whether a guard keeps other borrows away for as long as it is there.
        fn keeps_away(slf: &Bound<'_, Self>) -> PyResult<[bool; 5]> {
            let shared: PyClassGuard<'_, Self> = slf.extract()?;
            let while_shared = slf.try_borrow().is_ok() && slf.try_borrow_mut().is_err();
            drop(shared);
            let exclusive: PyClassGuardMut<'_, Self> = slf.try_into()?;
            let while_exclusive = slf.try_borrow().is_err();
            let as_base = exclusive.into_super();
            let while_as_base = slf.as_super().try_borrow().is_err();
            drop(as_base);
            let part = PyClassGuard::try_from(slf)?.map(|second| second.text.as_str());
            let while_part = slf.try_borrow_mut().is_err() && part.len() == 4;
            drop(part);
            let mut part = PyClassGuardMut::try_from(slf)?.map(|second| &mut second.text);
            part.push('s');
            let while_part_changes = slf.try_borrow().is_err();
            drop(part);
            drop(slf.try_borrow_mut()?);
            Ok([
                while_shared,
                while_exclusive,
                while_as_base,
                while_part,
                while_part_changes,
            ])
        }

        fn __add__<'a>(
            mut slf: PyClassGuardMut<'a, Self>,
            other: PyClassGuard<'a, Self>,
        ) -> PyClassGuardMut<'a, Self> {
            slf.text.push_str(&other.text);
            slf
        }

        fn itself<'a>(slf: PyClassGuard<'a, Self>) -> PyClassGuard<'a, Self> {
            slf
        }
    }

    /// A frozen class below one that is not.
    #[pyclass(subclass, frozen)]
    pub struct Fixed {
        number: i64,
    }

    #[pyclass(extends = Fixed)]
    pub struct Changing {}

    #[pymethods]
    impl Changing {
        #[new]
        fn new(number: i64) -> PyClassInitializer<Self> {
            PyClassInitializer::from(Fixed { number }).add_subclass(Changing {})
        }

        /// Whether the guard of the base, which is frozen, leaves nothing borrowed.
        fn is_free_as_base(slf: &Bound<'_, Self>) -> PyResult<(i64, bool)> {
            let base = PyClassGuard::try_from(slf)?.into_super();
            let number = base.number;
            drop(base);
            Ok((number, slf.try_borrow_mut().is_ok()))
        }
    }

    /// An argument by each kind of guard.
    #[pyfunction]
    fn number(first: PyClassGuard<'_, First>) -> i64 {
        first.number
    }

    #[pyfunction]
    fn set_number(mut first: PyClassGuardMut<'_, First>, number: i64) {
        first.number = number;
    }

    #[pyfunction]
    fn part(first: PyClassGuard<'_, First>) -> i64 {
        let part: PyClassGuardMap<'_, i64> = first.map(|first| &first.number);
        *part
    }

    /// Both guards at once, which no object has room for.
    #[pyfunction]
    fn both(
        py: Python<'_>,
        first: PyClassGuardMut<'_, First>,
        second: Bound<'_, PyAny>,
    ) -> PyResult<Py<PyAny>> {
        let refused = second.extract::<PyClassGuard<'_, First>>().err();
        let text = refused.map(|error| error.to_string());
        drop(first);
        text.into_py_any(py)
    }

    /// A guard that outlives the attached closure it was taken in, and is given back by a thread that is not attached.
    #[pyfunction]
    fn given_back_detached(py: Python<'_>, first: Py<First>) -> PyResult<i64> {
        let guard: PyClassGuard<'_, First> = first.bind_borrowed(py).extract()?;
        let number = py.detach(|| {
            let number = guard.number;
            drop(guard);
            number
        });
        drop(first.try_borrow_mut(py)?);
        Ok(number)
    }
}
