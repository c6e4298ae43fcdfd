//! A type that has the name of a number is not taken for the number.

use exuvia::prelude::*;

#[allow(non_camel_case_types)]
type u8 = bool;

#[pyfunction]
fn identity(value: u8) -> u8 {
    value
}

fn main() {}
