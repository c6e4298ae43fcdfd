//! The same in a build for speed, for which the macros write other code.

#[allow(dead_code)]
#[path = "../compile_fail/static_arguments.rs"]
mod same;

fn main() {}
