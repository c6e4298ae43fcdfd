//! Writing `'static` for the lifetime does not make a bound handle fit to be kept: it is not `Send`.

use exuvia::prelude::*;

#[pyclass]
struct Holder {
    held: Bound<'static, PyAny>,
}

fn main() {}
