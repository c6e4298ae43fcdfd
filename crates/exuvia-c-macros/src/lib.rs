//! The macros of exuvia-c: [`macro@export`], [`macro@Error`] and [`library!`]. What they read and write is in `exuvia-c-syntax`.

use exuvia_c_syntax::{parse, shims};
use proc_macro::TokenStream;
use syn::{DeriveInput, Error, Item, parse_macro_input};

/// Shows a function, a type, or the public functions of an `impl` to C.
///
/// The item stays as it is. A function takes numbers, `bool`, `&str`, `&CStr`, `&[T]` and `&mut [T]` of numbers, references to exported types, and
/// callbacks as `&mut dyn FnMut(f64) -> Result<(), Stopped>`; it gives nothing, a number, `bool`, `String`, a `Vec` of numbers or an exported
/// type, or a `Result` of one, whose error is [`exuvia_c::Error`](derive@Error). C gets a status, and the value where it has a pointer for it.
///
/// `#[export(direct)]` is for functions of numbers that cannot fail: C gets the value itself. A panic ends the process then.
#[proc_macro_attribute]
pub fn export(options: TokenStream, item: TokenStream) -> TokenStream {
    let options = parse_macro_input!(options as parse::Options);
    let written = item.clone();
    let item = parse_macro_input!(item as Item);
    match exported(options, item) {
        Ok(shims) => written
            .into_iter()
            .chain(TokenStream::from(shims))
            .collect(),
        Err(error) => {
            // With the item, so that its own uses are no errors too.
            let error = TokenStream::from(error.to_compile_error());
            written.into_iter().chain(error).collect()
        }
    }
}

fn exported(options: parse::Options, item: Item) -> Result<proc_macro2::TokenStream, Error> {
    let prefix = prefix();
    match item {
        Item::Fn(item) => Ok(shims::function(&parse::function(&item, options)?, &prefix)),
        Item::Struct(item) => Ok(shims::opaque(&parse::opaque(&item)?, &prefix)),
        Item::Impl(item) => Ok(parse::methods(&item)?
            .iter()
            .map(|method| shims::function(method, &prefix))
            .collect()),
        other => Err(Error::new_spanned(
            other,
            "`#[export]` is for functions, structs and `impl` blocks",
        )),
    }
}

/// Gives each variant of an error a code that C and Python tell it by: `#[c(code = 200)]` says the first, else that is 100.
#[proc_macro_derive(Error, attributes(c))]
pub fn error(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as DeriveInput);
    match parse::error(&item) {
        Ok(error) => shims::error(&error).into(),
        Err(error) => error.to_compile_error().into(),
    }
}

/// What every library has beside its own functions: the last message, the version of the interface, and how memory is given back. Once,
/// in `lib.rs`.
#[proc_macro]
pub fn library(input: TokenStream) -> TokenStream {
    match input.into_iter().next() {
        None => shims::library(&prefix()).into(),
        Some(token) => {
            let error = Error::new(token.span().into(), "`library!()` takes nothing");
            error.to_compile_error().into()
        }
    }
}

/// What all names in C begin with: the crate's name.
fn prefix() -> String {
    std::env::var("CARGO_CRATE_NAME").unwrap_or_default()
}
