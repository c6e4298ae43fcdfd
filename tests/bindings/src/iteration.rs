//! Iteration over classes.

use exuvia::prelude::*;

#[pymodule]
pub mod iteration {
    use exuvia::exceptions::PyValueError;
    use exuvia::prelude::*;

    /// Counts down to zero, for ever after exhausted.
    #[pyclass]
    pub struct Countdown {
        left: u32,
    }

    #[pymethods]
    impl Countdown {
        #[new]
        fn new(left: u32) -> Self {
            Countdown { left }
        }

        fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
            slf
        }

        fn __next__(mut slf: PyRefMut<'_, Self>) -> Option<u32> {
            slf.left = slf.left.checked_sub(1)?;
            Some(slf.left)
        }

        fn __length_hint__(&self) -> u32 {
            self.left
        }
    }

    /// Each `iter()` gives an iterator of its own.
    #[pyclass]
    pub struct Letters {
        text: String,
    }

    #[pymethods]
    impl Letters {
        #[new]
        fn new(text: String) -> Self {
            Letters { text }
        }

        fn __iter__(&self) -> LettersIterator {
            LettersIterator {
                letters: self.text.chars().collect::<Vec<_>>().into_iter(),
            }
        }
    }

    #[pyclass]
    pub struct LettersIterator {
        letters: std::vec::IntoIter<char>,
    }

    #[pymethods]
    impl LettersIterator {
        fn __iter__(slf: Py<Self>) -> Py<Self> {
            slf
        }

        fn __next__(&mut self) -> Option<char> {
            self.letters.next()
        }
    }

    /// Fails on its third item, then goes on.
    #[pyclass]
    pub struct Stumbling {
        step: u32,
    }

    #[pymethods]
    impl Stumbling {
        #[new]
        fn new() -> Self {
            Stumbling { step: 0 }
        }

        fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
            slf
        }

        fn __next__(&mut self) -> PyResult<Option<u32>> {
            self.step += 1;
            match self.step {
                3 => Err(PyValueError::new_err("stumbled")),
                step if step > 5 => Ok(None),
                step => Ok(Some(step)),
            }
        }
    }

    /// Gives every item without end: `__next__` returns a plain value.
    #[pyclass]
    pub struct Endless {}

    #[pymethods]
    impl Endless {
        #[new]
        fn new() -> Self {
            Endless {}
        }

        fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
            slf
        }

        fn __next__(&self) -> &'static str {
            "again"
        }
    }

    /// Yields `None` as an item, in the middle.
    #[pyclass]
    pub struct Gaps {
        step: u32,
    }

    #[pymethods]
    impl Gaps {
        #[new]
        fn new() -> Self {
            Gaps { step: 0 }
        }

        fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
            slf
        }

        fn __next__(&mut self) -> Option<Option<u32>> {
            self.step += 1;
            match self.step {
                1 | 3 => Some(Some(self.step)),
                2 => Some(None),
                _ => None,
            }
        }
    }

    /// Iterates through `__getitem__` alone, the old way.
    #[pyclass]
    pub struct Indexed {}

    #[pymethods]
    impl Indexed {
        #[new]
        fn new() -> Self {
            Indexed {}
        }

        fn __getitem__(&self, index: usize) -> PyResult<usize> {
            if index < 3 {
                Ok(index)
            } else {
                Err(exuvia::exceptions::PyIndexError::new_err("end"))
            }
        }
    }

    /// Calls back from within `__next__`, while the iterator is borrowed.
    #[pyclass]
    pub struct CallingBack {
        function: Py<PyAny>,
    }

    #[pymethods]
    impl CallingBack {
        #[new]
        fn new(function: Py<PyAny>) -> Self {
            CallingBack { function }
        }

        fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
            slf
        }

        fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
            Ok(Some(self.function.call0(py)?))
        }
    }
}
