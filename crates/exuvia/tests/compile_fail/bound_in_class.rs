//! An object outlives the call that made it, so that it cannot hold what is bound to that call.

use exuvia::prelude::*;

#[pyclass]
struct Holder<'py> {
    held: Bound<'py, PyAny>,
}

fn main() {}
