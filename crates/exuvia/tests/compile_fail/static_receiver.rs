//! A receiver is borrowed for the time of the call, whatever lifetime a method asks for.

use exuvia::prelude::*;

#[pyclass]
struct Kept {
    value: i64,
}

#[pymethods]
impl Kept {
    fn value(&'static self) -> i64 {
        self.value
    }

    fn add(&'static mut self, by: i64) -> PyResult<()> {
        self.value += by;
        Ok(())
    }

    fn text(&'static self) -> String {
        self.value.to_string()
    }
}

fn main() {}
