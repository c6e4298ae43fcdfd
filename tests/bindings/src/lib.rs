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
mod collected;
mod complex_enums;
mod containers;
mod enums;
mod errors;
mod failures;
mod functions;
mod inheritance;
mod iteration;
#[cfg(feature = "oracle")]
mod later;
mod locks;
mod modules;
mod numbers;
mod objects;
mod operators;
mod options;
mod panics;
mod properties;
mod protocols;
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
        classes::classes, code::code, collected::collected, complex_enums::complex_enums,
        containers::containers, enums::enums, errors::errors, failures::failures,
        functions::functions, inheritance::inheritance, iteration::iteration, locks::locks,
        modules::function_form, modules::modules, numbers::numbers, objects::objects,
        operators::operators, options::options, panics::panics, properties::properties,
        protocols::protocols, references::references, scalars::scalars, snippets::snippets,
        text::text, threads::threads, views::views, weakrefs::weakrefs,
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
