//! The same in a build for speed, for which the macros write other code.

#[allow(dead_code)]
#[path = "../compile_fail/shadowed_scalar.rs"]
mod same;

fn main() {}
