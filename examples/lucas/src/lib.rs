//! Generalised Lucas sequences: each term is a fixed combination of the terms before it.

mod recurrence;

use exuvia::prelude::*;

/// Generalised Lucas sequences: each term is a fixed combination of the terms before it.
#[pymodule]
mod lucas {
    use std::collections::VecDeque;

    use exuvia::exceptions::PyValueError;
    use exuvia::prelude::*;

    use crate::recurrence::Recurrence;

    /// An endless iterator over `x[i] = c[0]*x[i-1] + c[1]*x[i-2] + ...`, from the first of the initial values on.
    ///
    /// Terms are exact, however large.
    #[pyclass]
    struct Lucas {
        coefficients: Vec<i128>,
        /// The terms to come, as many as there are coefficients.
        window: Window,
    }

    /// The same terms as machine integers while they fit, and as Python's integers from the first that does not.
    enum Window {
        Machine(VecDeque<i128>),
        Python(VecDeque<Py<PyAny>>),
    }

    #[pymethods]
    impl Lucas {
        #[new]
        fn new(coefficients: Vec<i128>, initial: Vec<i128>) -> PyResult<Self> {
            check(&coefficients, &initial)?;
            Ok(Lucas {
                coefficients,
                window: Window::Machine(initial.into()),
            })
        }

        /// How many earlier terms each term is made of.
        #[getter]
        fn order(&self) -> usize {
            self.coefficients.len()
        }

        fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
            slf
        }

        fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            if let Window::Machine(terms) = &mut self.window {
                if let Some(next) = combine(&self.coefficients, terms) {
                    terms.push_back(next);
                    let term = terms
                        .pop_front()
                        .expect("the window is as long as the order");
                    return Ok(term.into_pyobject(py)?.into_any());
                }
                self.window = Window::Python(as_python(py, terms)?);
            }
            let Window::Python(terms) = &mut self.window else {
                unreachable!("the window was just turned into Python's integers");
            };
            // Nothing is taken from the window before the next term is there: an error in between loses no term.
            let next = combine_as_python(py, &self.coefficients, terms)?;
            terms.push_back(next);
            let term = terms
                .pop_front()
                .expect("the window is as long as the order");
            Ok(term.into_bound(py))
        }

        fn __repr__(&self) -> String {
            format!("<Lucas of {:?}>", self.coefficients)
        }
    }

    /// The term `x[n]` modulo `modulus`, from 0 to `modulus - 1`, without the terms before it.
    ///
    /// Other threads run Python meanwhile.
    #[pyfunction]
    fn nth(
        py: Python<'_>,
        coefficients: Vec<i128>,
        initial: Vec<i128>,
        n: u64,
        modulus: u64,
    ) -> PyResult<u64> {
        check(&coefficients, &initial)?;
        if modulus == 0 {
            return Err(PyValueError::new_err("modulus must be 1 or more"));
        }
        Ok(py.detach(|| Recurrence::new(&coefficients, &initial, modulus).term(n)))
    }

    fn check(coefficients: &[i128], initial: &[i128]) -> PyResult<()> {
        if coefficients.is_empty() {
            return Err(PyValueError::new_err("coefficients must not be empty"));
        }
        if coefficients.len() != initial.len() {
            return Err(PyValueError::new_err(format!(
                "there must be as many initial values as coefficients: got {} and {}",
                initial.len(),
                coefficients.len(),
            )));
        }
        Ok(())
    }

    /// The term after those of the window, unless it leaves 128 bits.
    fn combine(coefficients: &[i128], terms: &VecDeque<i128>) -> Option<i128> {
        // The first coefficient belongs to the last term.
        let mut pairs = coefficients.iter().zip(terms.iter().rev());
        pairs.try_fold(0_i128, |sum, (coefficient, term)| {
            sum.checked_add(coefficient.checked_mul(*term)?)
        })
    }

    fn combine_as_python(
        py: Python<'_>,
        coefficients: &[i128],
        terms: &VecDeque<Py<PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        let mut sum = 0_i128.into_pyobject(py)?.into_any();
        for (coefficient, term) in coefficients.iter().zip(terms.iter().rev()) {
            sum = sum.add(term.bind(py).mul(*coefficient)?)?;
        }
        Ok(sum.unbind())
    }

    fn as_python(py: Python<'_>, terms: &VecDeque<i128>) -> PyResult<VecDeque<Py<PyAny>>> {
        let convert = |term: &i128| Ok(term.into_pyobject(py)?.into_any().unbind());
        terms.iter().map(convert).collect()
    }
}
