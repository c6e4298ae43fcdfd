use exuvia::prelude::*;

#[pyclass(unknown)]
struct Unknown {}

#[pyclass(mapping, sequence)]
struct Both {}

#[pyclass(new = "somehow")]
struct New {}

#[pyclass(str = "{}")]
struct Nameless {}

#[pyclass(frozen)]
struct Fixed {}

#[pyclass]
enum Mixed {
    Unit,
    Fields(i32),
}

#[pyclass]
enum Complex {
    Fields(i32),
}

#[pymethods]
impl Complex {
    fn change(&mut self) {}
}

#[pyclass(eq_int, eq)]
#[derive(PartialEq)]
enum ComplexInt {
    Fields(i32),
}

fn main() {}
