//! From plain structs to code.

pub(crate) mod binding;
pub(crate) mod class;
mod conversion;
pub(crate) mod derive_from;
pub(crate) mod derive_into;
pub(crate) mod description;
pub(crate) mod function;
pub(crate) mod methods;
pub(crate) mod module;
pub(crate) mod protocols;
pub(crate) mod root;
pub(crate) mod scalars;
mod shared;
pub(crate) mod slots;
mod special;
pub(crate) mod template;
pub(crate) mod variants;

pub(crate) use self::root::root;

use self::template::Code;
use crate::parse::doc::{Doc, Part};

/// A string literal.
pub(crate) fn string(text: &str) -> Code {
    Code::from(format!("{text:?}").as_str())
}

/// A number.
pub(crate) fn number(value: usize) -> Code {
    Code::from(value.to_string().as_str())
}

/// The docstring between two texts: a literal, or a `concat!` that becomes one.
pub(crate) fn doc_between(before: &str, doc: &Doc, behind: &str) -> Code {
    let mut text = before.to_owned();
    let mut pieces = Code::new();
    for part in &doc.0 {
        match part {
            Part::Text(more) => text.push_str(more),
            Part::Macro(tokens) => pieces.add(template::emit(
                "$text, $macro,",
                &[
                    ("text", string(&std::mem::take(&mut text))),
                    ("macro", tokens.into()),
                ],
            )),
        }
    }
    text.push_str(behind);
    if pieces.is_empty() {
        return string(&text);
    }
    template::emit(
        "::core::concat!($pieces $text)",
        &[("pieces", pieces), ("text", string(&text))],
    )
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

/// The same of one text and a docstring.
pub(crate) fn terminated_doc(text: &str, doc: &Doc) -> Code {
    if text.contains('\0') || doc.contains('\0') {
        return terminated(&["\0"]);
    }
    doc_between(&format!("{text}\0"), doc, "\0")
}

/// A docstring as a C string.
pub(crate) fn c_doc(doc: &Doc) -> Code {
    template::emit(
        "$root::emitted::c_str($text)",
        &[("root", root()), ("text", doc_between("", doc, "\0"))],
    )
}

/// A C string: a literal that ends in NUL, made a `CStr` while compiling.
pub(crate) fn c_string(text: &str) -> Code {
    template::emit(
        "$root::emitted::c_str($text)",
        &[("root", root()), ("text", string(&format!("{text}\0")))],
    )
}

/// What `inspect` reads in front of a docstring: `name(parameters)` and a separator.
pub(crate) fn signature_line(name: &str, text_signature: Option<String>) -> String {
    text_signature.map_or_else(String::new, |parameters| {
        format!("{name}{parameters}\n--\n\n")
    })
}

/// `Some` of the code, or `None`.
pub(crate) fn option(code: Option<Code>) -> Code {
    match code {
        Some(code) => template::emit("::core::option::Option::Some($code)", &[("code", code)]),
        None => template::Code::from("::core::option::Option::None"),
    }
}
