//! What exuvia promises, seen from Python.
//!
//! Each topic is a Python module of functions and classes that do as little as shows the thing in question; the tests
//! beside this crate, in `tests/`, call them. The feature `oracle` builds the same sources on PyO3.

#[cfg(feature = "oracle")]
extern crate pyo3 as exuvia;

/// What a value becomes by reference, and by itself.
macro_rules! both {
    ($py:ident, $value:expr $(,)?) => {{
        use exuvia::IntoPyObjectExt;
        let value = $value;
        Ok([
            (&value).into_bound_py_any($py)?,
            value.into_bound_py_any($py)?,
        ])
    }};
}

mod arguments;
mod backed;
mod bigints;
mod borrows;
#[cfg(not(feature = "limited"))]
mod buffers;
mod callbacks;
mod chrono_dates;
mod classes;
mod code;
mod collected;
mod complex_enums;
mod constructed;
mod containers;
mod coroutines;
mod datetimes;
mod decimals;
mod derives;
mod endings;
mod enums;
mod errors;
mod failures;
mod foreign;
mod function_options;
mod functions;
mod guards;
mod inheritance;
mod iteration;
mod jiff_dates;
mod locks;
mod memory;
mod modules;
mod native_bases;
mod numbers;
mod objects;
mod operators;
mod options;
mod panicking_slots;
mod panics;
mod properties;
mod protocols;
mod references;
mod scalars;
mod snippets;
mod special_forms;
mod stress;
pub mod strict;
mod text;
mod threads;
mod time_dates;
mod views;
mod weakrefs;

/// Everything the tests call.
#[exuvia::pymodule]
mod exuvia_bindings_tests {
    #[pymodule_export]
    use crate::{
        arguments::arguments, backed::backed, bigints::bigints, borrows::borrows,
        callbacks::callbacks, chrono_dates::chrono_dates, classes::classes, code::code,
        collected::collected, complex_enums::complex_enums, constructed::constructed,
        containers::containers, coroutines::coroutines, datetimes::datetimes, decimals::decimals,
        derives::derives, endings::endings, enums::enums, errors::errors, failures::failures,
        foreign::foreign, function_options::function_options, functions::functions, guards::guards,
        inheritance::inheritance, iteration::iteration, jiff_dates::jiff_dates, locks::locks,
        memory::memory, modules::function_form, modules::modules, native_bases::native_bases,
        numbers::numbers, objects::objects, operators::operators, options::options,
        panicking_slots::panicking_slots, panics::panics, properties::properties,
        protocols::protocols, references::references, scalars::scalars, snippets::snippets,
        special_forms::special_forms, stress::stress, strict::strict, text::text, threads::threads,
        time_dates::time_dates, views::views, weakrefs::weakrefs,
    };

    #[cfg(not(feature = "limited"))]
    #[pymodule_export]
    use crate::buffers::buffers;

    #[pymodule_export]
    const LIMITED: bool = cfg!(feature = "limited");

    #[pymodule_export]
    const ENGINE: &str = if cfg!(feature = "oracle") {
        "PyO3"
    } else {
        "exuvia"
    };
}
