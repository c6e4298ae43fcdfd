//! What exuvia promises, seen from Python.
//!
//! Each topic is a Python module of functions and classes that do as little as shows the thing in question; the tests
//! beside this crate, in `tests/`, call them. The feature `oracle` builds the same sources on PyO3.

#[cfg(feature = "oracle")]
extern crate pyo3 as exuvia;

mod arguments;
mod backed;
mod buffers;
mod callbacks;
mod classes;
mod code;
mod containers;
mod enums;
mod errors;
mod failures;
mod functions;
mod iteration;
#[cfg(feature = "oracle")]
mod later;
mod locks;
mod modules;
mod numbers;
mod objects;
mod operators;
mod panics;
mod properties;
mod references;
mod scalars;
mod snippets;
mod text;
mod threads;
mod views;
mod weakrefs;

/// Everything the tests call.
#[exuvia::pymodule]
mod exuvia_bindings_tests {
    #[pymodule_export]
    use crate::{
        arguments::arguments, backed::backed, buffers::buffers, callbacks::callbacks,
        classes::classes, code::code, containers::containers, enums::enums, errors::errors,
        failures::failures, functions::functions, iteration::iteration, locks::locks,
        modules::function_form, modules::modules, numbers::numbers, objects::objects,
        operators::operators, panics::panics, properties::properties, references::references,
        scalars::scalars, snippets::snippets, text::text, threads::threads, views::views,
        weakrefs::weakrefs,
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
