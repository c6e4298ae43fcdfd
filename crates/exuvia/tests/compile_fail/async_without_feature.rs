//! Coroutines are built on request.

use exuvia::prelude::*;

#[pyfunction]
async fn later() {}

fn main() {}
