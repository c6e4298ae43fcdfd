use exuvia::prelude::*;

#[pyclass]
struct Number(i64);

#[pymethods]
impl Number {
    #[new]
    fn new(number: i64) -> Self {
        Number(number)
    }

    fn __add__(&self, other: i64) -> i64 {
        self.0 + other
    }

    #[setter]
    fn set_value(&mut self, value: i64) {
        self.0 = value;
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

#[pymethods]
impl Number {
    #[new]
    fn of_text(text: &str) -> Self {
        Number(text.len() as i64)
    }

    fn __radd__(&self, other: i64) -> i64 {
        self.0 + other
    }

    #[deleter]
    fn delete_value(&mut self) {
        self.0 = 0;
    }

    fn __lt__(&self, other: &Self) -> bool {
        self.0 < other.0
    }
}

fn main() {}
