//! The same in a build for speed, for which the macros write other code.

#[allow(dead_code)]
#[path = "../compile_fail/static_receiver.rs"]
mod same;

fn main() {}
