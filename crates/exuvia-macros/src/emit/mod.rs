//! From plain structs to code.

pub(crate) mod binding;
pub(crate) mod class;
pub(crate) mod function;
pub(crate) mod methods;
pub(crate) mod module;
pub(crate) mod root;
pub(crate) mod slots;
pub(crate) mod template;

pub(crate) use self::root::root;

use proc_macro::{Literal, TokenStream, TokenTree};

/// A string literal.
pub(crate) fn string(text: &str) -> TokenStream {
    TokenTree::Literal(Literal::string(text)).into()
}

/// A number.
pub(crate) fn number(value: usize) -> TokenStream {
    TokenTree::Literal(Literal::usize_unsuffixed(value)).into()
}

/// A C string: a literal that ends in NUL, made a `CStr` while compiling.
pub(crate) fn c_string(text: &str) -> TokenStream {
    template::emit(
        "$root::emitted::c_str($text)",
        &[("root", root()), ("text", string(&format!("{text}\0")))],
    )
}

/// What `inspect` reads from a docstring: `name(parameters)`, a separator, the text.
pub(crate) fn documented(name: &str, text_signature: Option<String>, doc: &str) -> String {
    match text_signature {
        Some(parameters) => format!("{name}{parameters}\n--\n\n{doc}"),
        None => doc.to_owned(),
    }
}

/// `Some` of the tokens, or `None`.
pub(crate) fn option(tokens: Option<TokenStream>) -> TokenStream {
    match tokens {
        Some(tokens) => template::emit(
            "::core::option::Option::Some($tokens)",
            &[("tokens", tokens)],
        ),
        None => template::emit("::core::option::Option::None", &[]),
    }
}
