//! Borrows: every way to reach the Rust value in an object, while it is borrowed.

use exuvia::prelude::*;

#[pymodule]
pub mod borrows {
    use exuvia::prelude::*;

    #[pyclass(subclass)]
    pub struct Guarded {
        #[pyo3(get, set)]
        number: i64,
        #[pyo3(get, set)]
        text: String,
    }

    #[pymethods]
    impl Guarded {
        #[new]
        fn new() -> Self {
            Guarded {
                number: 1,
                text: "text".to_owned(),
            }
        }

        fn while_shared(&self, call: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
            Ok(call.call0()?.unbind())
        }

        fn while_exclusive(&mut self, call: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
            Ok(call.call0()?.unbind())
        }

        // Of scalars and not, of `&self` and `&mut self`: what the macros write differs.
        fn scalar(&self) -> i64 {
            self.number
        }
        fn scalar_with(&self, by: i64) -> i64 {
            self.number * by
        }
        fn add(&mut self, by: i64) -> i64 {
            self.number += by;
            self.number
        }
        fn describe(&self, with: &str) -> String {
            format!("{}{with}", self.text)
        }
        fn rename(&mut self, text: String) {
            self.text = text;
        }
        fn by_py_ref(slf: PyRef<'_, Self>) -> i64 {
            slf.number
        }
        fn by_py_ref_mut(mut slf: PyRefMut<'_, Self>) -> i64 {
            slf.number += 1;
            slf.number
        }
        #[getter]
        fn doubled(&self) -> i64 {
            self.number * 2
        }
        #[setter]
        fn set_doubled(&mut self, value: i64) {
            self.number = value / 2;
        }

        fn __repr__(&self) -> String {
            self.text.clone()
        }
        fn __hash__(&self) -> i64 {
            self.number
        }
        fn __bool__(&self) -> bool {
            self.number != 0
        }
        fn __len__(&self) -> usize {
            self.text.len()
        }
        fn __getitem__(&self, key: i64) -> i64 {
            self.number + key
        }
        fn __setitem__(&mut self, key: i64, value: i64) {
            self.number = key + value;
        }
        fn __delitem__(&mut self, key: i64) {
            self.number = key;
        }
        fn __contains__(&self, item: i64) -> bool {
            self.number == item
        }
        fn __call__(&mut self) -> i64 {
            self.number += 1;
            self.number
        }
        fn __eq__(&self, other: i64) -> bool {
            self.number == other
        }
        fn __lt__(&self, other: i64) -> bool {
            self.number < other
        }
        fn __add__(&self, other: i64) -> i64 {
            self.number + other
        }
        fn __radd__(&self, other: i64) -> i64 {
            self.number + other
        }
        fn __iadd__(&mut self, other: i64) {
            self.number += other;
        }
        fn __pow__(&self, other: i64, _modulus: Option<i64>) -> i64 {
            self.number + other
        }
        // With the class on the left only, and on the right only.
        fn __sub__(&self, other: i64) -> i64 {
            self.number - other
        }
        fn __rmul__(&self, other: i64) -> i64 {
            self.number * other
        }
        fn __rpow__(&self, other: i64, _modulus: Option<i64>) -> i64 {
            self.number + other
        }
        fn __or__(&mut self, other: i64) -> i64 {
            self.number |= other;
            self.number
        }
        fn __ipow__(&mut self, other: i64, _modulus: Option<i64>) {
            self.number += other;
        }
        fn __neg__(&self) -> i64 {
            -self.number
        }
        fn __int__(&self) -> i64 {
            self.number
        }
        fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
            slf
        }
        fn __next__(&mut self) -> Option<i64> {
            self.number += 1;
            Some(self.number)
        }
    }

    /// What asks for its operand, by reference and by guard.
    #[pyclass]
    struct Asking {}

    #[pymethods]
    impl Asking {
        #[new]
        fn new() -> Self {
            Asking {}
        }
        fn __add__(&self, other: &Guarded) -> i64 {
            other.number
        }
        fn __radd__(&self, other: &Guarded) -> i64 {
            other.number
        }
        fn __sub__(&self, mut other: PyRefMut<'_, Guarded>) -> i64 {
            other.number += 1;
            other.number
        }
        fn __pow__(&self, other: i64, modulus: Option<PyRef<'_, Guarded>>) -> i64 {
            modulus.map_or(other, |modulus| other % modulus.number)
        }
        fn __iadd__(&mut self, other: &Guarded) {
            let _ = other.number;
        }
        fn __lt__(&self, other: &Guarded) -> bool {
            other.number > 0
        }
        fn __eq__(&self, other: PyRef<'_, Guarded>) -> bool {
            other.number > 0
        }
        fn __contains__(&self, item: &Guarded) -> bool {
            item.number > 0
        }
        fn __getitem__(&self, key: &Guarded) -> i64 {
            key.number
        }
    }

    /// Its operators borrow it by guards.
    #[pyclass]
    struct ByGuard {
        number: i64,
    }

    #[pymethods]
    impl ByGuard {
        #[new]
        fn new() -> Self {
            ByGuard { number: 1 }
        }
        fn while_exclusive(&mut self, call: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
            Ok(call.call0()?.unbind())
        }
        fn __add__(slf: PyRef<'_, Self>, other: i64) -> i64 {
            slf.number + other
        }
        fn __iadd__(mut slf: PyRefMut<'_, Self>, other: i64) {
            slf.number += other;
        }
        fn __lt__(slf: PyRef<'_, Self>, other: i64) -> bool {
            slf.number < other
        }
        fn __len__(slf: PyRef<'_, Self>) -> usize {
            slf.number as usize
        }
    }

    /// Compared by what the macro writes.
    #[pyclass(eq, ord)]
    #[derive(PartialEq, PartialOrd)]
    struct Compared {
        number: i64,
    }

    #[pymethods]
    impl Compared {
        #[new]
        fn new() -> Self {
            Compared { number: 1 }
        }
        fn while_exclusive(&mut self, call: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
            Ok(call.call0()?.unbind())
        }
    }

    #[pyfunction]
    fn by_reference(guarded: &Guarded) -> i64 {
        guarded.number
    }

    #[pyfunction]
    fn by_exclusive_reference(guarded: &mut Guarded) {
        guarded.number += 1;
    }

    #[pyfunction]
    fn by_guard(guarded: PyRef<'_, Guarded>) -> i64 {
        guarded.number
    }

    #[pyfunction]
    fn by_exclusive_guard(mut guarded: PyRefMut<'_, Guarded>) {
        guarded.number += 1;
    }

    #[pyfunction]
    fn in_a_vector(guarded: Vec<PyRef<'_, Guarded>>) -> usize {
        guarded.len()
    }

    #[pyfunction]
    fn exclusively_in_a_vector(guarded: Vec<PyRefMut<'_, Guarded>>) -> usize {
        guarded.len()
    }

    #[pyfunction]
    fn optional(guarded: Option<&Guarded>) -> bool {
        guarded.is_some()
    }

    #[pyfunction]
    fn swap(first: &mut Guarded, second: &mut Guarded) {
        std::mem::swap(first, second);
    }

    #[pyfunction]
    fn copy_number(into: &mut Guarded, from: &Guarded) {
        into.number = from.number;
    }

    /// The guard is lost, and its borrow lasts for ever: no harm is done by it.
    #[pyfunction]
    fn lose_a_guard(guarded: PyRef<'_, Guarded>) {
        std::mem::forget(guarded);
    }
}
