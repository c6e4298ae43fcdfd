//! What exuvia promises, seen from Python.
//!
//! Each topic is a Python module of functions and classes that do as little as shows the thing in question; the tests
//! beside this crate, in `tests/`, call them. The feature `oracle` builds the same sources on PyO3.

#[cfg(feature = "oracle")]
extern crate pyo3 as exuvia;

mod arguments;
mod buffers;
mod classes;
mod containers;
mod enums;
mod errors;
mod functions;
mod iteration;
#[cfg(feature = "oracle")]
mod later;
mod modules;
mod numbers;
mod objects;
mod operators;
mod panics;
mod properties;
mod references;
mod scalars;
mod text;
mod threads;

/// Everything the tests call.
#[exuvia::pymodule]
mod exuvia_bindings_tests {
    #[pymodule_export]
    use crate::{
        arguments::arguments, buffers::buffers, classes::classes, containers::containers,
        enums::enums, errors::errors, functions::functions, iteration::iteration,
        modules::function_form, modules::modules, numbers::numbers, objects::objects,
        operators::operators, panics::panics, properties::properties, references::references,
        scalars::scalars, text::text, threads::threads,
    };

    #[cfg(feature = "oracle")]
    #[pymodule_export]
    use crate::later::later;

    #[pymodule_export]
    const ENGINE: &str = if cfg!(feature = "oracle") {
        "PyO3"
    } else {
        "exuvia"
    };
}
