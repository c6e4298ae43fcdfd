//! Everything that can be shown to C, to be tested from there and from Python.

mod handles;
mod numbers;
mod texts;

exuvia_c::library!();
