/*!
The macros of `exuvia`: the attributes `#[pyfunction]`, `#[pyclass]`, `#[pymethods]`, `#[pymodule]`, and the derives of conversions.

Each macro parses its item into a plain struct (`parse`), and writes code from that struct (`emit`); never both in one
function. The item itself is passed on token by token, without the attributes that were ours.

The crate has no dependencies. It looks only at what it needs: names, parameters, the outermost shape of a type. That is
a few hundred lines, and saves every user of `exuvia` the five seconds that building a full Rust parser takes.
*/

mod emit;
mod parse;

use proc_macro::TokenStream;

use crate::emit::derive_into::Converted;
use crate::emit::template::{Code, Given};
use crate::parse::Error;

/// The code, or the error as a `compile_error!` at its place, followed by the item as it was, so that one mistake does
/// not make a hundred messages.
fn answer(
    item: TokenStream,
    write: impl FnOnce(TokenStream) -> Result<Code, Error>,
) -> TokenStream {
    emit::root::set(None);
    let _given = Given;
    match write(item.clone()) {
        Ok(code) => code.into_tokens(),
        Err(error) => {
            let mut code = error.into_compile_error();
            code.extend(parse::attribute::without_ours(item));
            code
        }
    }
}

/// Makes a Rust function callable from Python.
///
/// Options, here or in `#[pyo3(…)]` below: `name = "…"`, `signature = (…)`, `text_signature = "…"`, `pass_module`.
#[proc_macro_attribute]
pub fn pyfunction(options: TokenStream, item: TokenStream) -> TokenStream {
    answer(item, |item| {
        parse::function::parse_pyfunction(options, item)
            .and_then(|f| emit::function::pyfunction(&f))
    })
}

/// Makes a Rust struct or a fieldless enum a Python class.
///
/// Options, here or in `#[pyo3(…)]` below: `name = "…"`, `module = "…"`, `frozen`, `subclass`, `get_all`, `set_all`,
/// `eq`, `ord`, `hash`, `str`, `eq_int`, `from_py_object`, `rename_all = "…"`.
#[proc_macro_attribute]
pub fn pyclass(options: TokenStream, item: TokenStream) -> TokenStream {
    answer(item, |item| {
        match parse::conditional::split("pyclass", &options, &item) {
            Ok(None) => {
                parse::class::parse(options, item).and_then(|class| emit::class::pyclass(&class))
            }
            Ok(Some(both)) => Ok(both),
            Err(error) => Err(error),
        }
    })
}

/// Gives a class its methods, properties and special methods.
#[proc_macro_attribute]
pub fn pymethods(options: TokenStream, item: TokenStream) -> TokenStream {
    answer(item, |item| {
        match parse::conditional::split("pymethods", &options, &item) {
            Ok(None) => parse::methods::parse(options, item)
                .and_then(|methods| emit::methods::pymethods(&methods)),
            Ok(Some(both)) => Ok(both),
            Err(error) => Err(error),
        }
    })
}

/// Makes a Rust function, or a `mod` with the contents written inside, a Python module.
///
/// Options, here or in `#[pyo3(…)]` below: `name = "…"`, `gil_used = false`, `submodule`, `module = "…"`.
#[proc_macro_attribute]
pub fn pymodule(options: TokenStream, item: TokenStream) -> TokenStream {
    answer(item, |item| {
        parse::module::parse(options, item).and_then(|module| emit::module::pymodule(&module))
    })
}

/// The code, or the error at its place: a derive leaves the item where it is.
fn derived(
    item: TokenStream,
    write: impl FnOnce(&parse::derive::Item) -> Result<Code, Error>,
) -> TokenStream {
    emit::root::set(None);
    let _given = Given;
    match parse::derive::parse(item).and_then(|item| write(&item)) {
        Ok(code) => code.into_tokens(),
        Err(error) => error.into_compile_error(),
    }
}

/// Converts Python objects to a struct, field by field, or to the first variant of an enum that they fit.
///
/// Options in `#[pyo3(…)]`: of a struct or variant `transparent`, `from_item_all`, `rename_all = "…"`, of a variant
/// `annotation = "…"`, of a field `attribute`, `attribute("name")`, `item`, `item(key)`, `from_py_with = function`, `default`,
/// `default = value`.
#[proc_macro_derive(FromPyObject, attributes(pyo3))]
pub fn from_py_object(item: TokenStream) -> TokenStream {
    derived(item, emit::derive_from::from_py_object)
}

/// Converts a struct to a dict, a tuple or what its only field becomes, and an enum to what its variant becomes.
///
/// Options in `#[pyo3(…)]`: of a struct or variant `transparent`, `rename_all = "…"`, of a field `item`, `item(key)`,
/// `into_py_with = function`.
#[proc_macro_derive(IntoPyObject, attributes(pyo3))]
pub fn into_py_object(item: TokenStream) -> TokenStream {
    derived(item, |item| {
        emit::derive_into::into_py_object(item, Converted::Value)
    })
}

/// The same as `IntoPyObject`, for references to the type.
#[proc_macro_derive(IntoPyObjectRef, attributes(pyo3))]
pub fn into_py_object_ref(item: TokenStream) -> TokenStream {
    derived(item, |item| {
        emit::derive_into::into_py_object(item, Converted::Reference)
    })
}
