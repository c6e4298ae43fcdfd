//! From plain structs to code.

pub(crate) mod binding;
pub(crate) mod class;
pub(crate) mod derive_from;
pub(crate) mod derive_into;
pub(crate) mod function;
pub(crate) mod methods;
pub(crate) mod module;
pub(crate) mod protocols;
pub(crate) mod root;
pub(crate) mod scalars;
pub(crate) mod slots;
pub(crate) mod template;
pub(crate) mod variants;

pub(crate) use self::root::root;

use self::template::Code;

/// A string literal.
pub(crate) fn string(text: &str) -> Code {
    Code::from(format!("{text:?}").as_str())
}

/// A number.
pub(crate) fn number(value: usize) -> Code {
    Code::from(value.to_string().as_str())
}

/// A literal of texts with a NUL character behind each.
pub(crate) fn terminated(texts: &[&str]) -> Code {
    if texts.iter().any(|text| text.contains('\0')) {
        return Code::from("::core::compile_error!(\"the text contains a NUL character\")");
    }
    string(
        &texts
            .iter()
            .map(|text| format!("{text}\0"))
            .collect::<String>(),
    )
}

/// A C string: a literal that ends in NUL, made a `CStr` while compiling.
pub(crate) fn c_string(text: &str) -> Code {
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

/// `Some` of the code, or `None`.
pub(crate) fn option(code: Option<Code>) -> Code {
    match code {
        Some(code) => template::emit("::core::option::Option::Some($code)", &[("code", code)]),
        None => template::Code::from("::core::option::Option::None"),
    }
}
