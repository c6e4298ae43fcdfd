//! A frozen class is never borrowed exclusively.

use exuvia::prelude::*;

#[pyclass(frozen)]
struct Still {
    side: i64,
}

#[pymethods]
impl Still {
    fn set(&mut self, side: i64) {
        self.side = side;
    }

    fn double(&mut self) -> i64 {
        self.side *= 2;
        self.side
    }

    fn rename(&mut self, name: &str) {
        self.side = name.len() as i64;
    }
}

fn main() {}
