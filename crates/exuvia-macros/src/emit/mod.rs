//! From plain structs to code.

pub(crate) mod binding;
pub(crate) mod class;
pub(crate) mod function;
pub(crate) mod methods;
pub(crate) mod module;
pub(crate) mod slots;
pub(crate) mod template;

use std::sync::OnceLock;

use proc_macro::{Literal, TokenStream, TokenTree};

/// The name of the `exuvia` crate in the crate that is being compiled.
///
/// Cargo lets a dependency have any name (`pyo3 = { package = "exuvia", … }`), and a macro is not told it; the manifest is.
pub(crate) fn root() -> TokenStream {
    static NAME: OnceLock<String> = OnceLock::new();
    let name = NAME.get_or_init(|| dependency_name().unwrap_or_else(|| "exuvia".to_owned()));
    format!("::{name}").parse().unwrap_or_default()
}

fn dependency_name() -> Option<String> {
    let manifest =
        std::path::Path::new(&std::env::var_os("CARGO_MANIFEST_DIR")?).join("Cargo.toml");
    let text = std::fs::read_to_string(manifest).ok()?;
    let mut table = "";
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            table = line.trim_matches(['[', ']']);
        }
        let names_us = line.contains("package") && line.contains("\"exuvia\"");
        if !names_us {
            continue;
        }
        if let Some((name, value)) = line.split_once('=')
            && value.trim_start().starts_with('{')
        {
            return Some(identifier(name));
        }
        // `[dependencies.pyo3]` with `package = "exuvia"` on a line of its own.
        if let Some((_, name)) = table.rsplit_once("dependencies.") {
            return Some(identifier(name));
        }
    }
    None
}

fn identifier(name: &str) -> String {
    name.trim().trim_matches('"').replace('-', "_")
}

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
