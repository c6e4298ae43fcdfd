//! What the crate's sources export to C, read from their text: before they are compiled, nothing else knows.

use std::path::PathBuf;

use syn::{Attribute, Item};

use super::source::one_line;
use crate::cargo::Package;
use crate::sources::{Place, SourceError, flat, text_in, walk};

/// The crate's functions and variables outside of types, exported or not.
#[derive(Debug, Default)]
pub(crate) struct Exports {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) definitions: Vec<Definition>,
}

/// A function or a `static`.
#[derive(Debug)]
pub(crate) struct Definition {
    /// The name in C where it is exported, else the one in Rust.
    pub(crate) name: String,
    /// `crate::module::name`
    pub(crate) path: String,
    pub(crate) is_exported: bool,
    /// The source, as a person of the project names it.
    pub(crate) file: String,
    /// Counted from 1.
    pub(crate) line: usize,
    /// `pub extern "C" fn calc_pi(n: u8) -> f32`
    pub(crate) text: String,
}

impl Exports {
    /// The one that the header's `name` means: the exported one, where there are several.
    pub(crate) fn get(&self, name: &str) -> Option<&Definition> {
        let mut named = self
            .definitions
            .iter()
            .filter(|definition| definition.name == name);
        let first = named.clone().next();
        named.find(|definition| definition.is_exported).or(first)
    }
}

/// Reads `src/lib.rs` and the files of its modules.
pub(crate) fn read(package: &Package) -> Result<Exports, SourceError> {
    let mut exports = Exports::default();
    exports.files = walk(package, &mut |place, item| match item {
        Item::Fn(function) => {
            let text = signature(function);
            exports.definitions.push(definition(
                place,
                &function.attrs,
                &function.sig.ident,
                text,
            ));
        }
        Item::Static(variable) => {
            let text = declaration(variable);
            exports
                .definitions
                .push(definition(place, &variable.attrs, &variable.ident, text));
        }
        _ => {}
    })?;
    Ok(exports)
}

fn definition(
    place: &Place,
    attributes: &[Attribute],
    ident: &syn::Ident,
    text: String,
) -> Definition {
    let exported = exported_name(attributes, ident);
    Definition {
        is_exported: exported.is_some(),
        name: exported.unwrap_or_else(|| ident.to_string()),
        path: format!("{}::{ident}", place.module),
        file: place.file.to_owned(),
        line: ident.span().start().line,
        text,
    }
}

/// The function without attributes and body.
fn signature(function: &syn::ItemFn) -> String {
    let (vis, sig) = (&function.vis, &function.sig);
    let text = one_line(syn::parse_quote!(#vis #sig {}));
    text.trim_end_matches("{}").trim_end().to_owned()
}

/// The variable without attributes and value.
fn declaration(variable: &syn::ItemStatic) -> String {
    let (vis, mutability, ident, ty) = (
        &variable.vis,
        &variable.mutability,
        &variable.ident,
        &variable.ty,
    );
    let text = one_line(syn::parse_quote!(#vis static #mutability #ident: #ty = ();));
    text.trim_end_matches(" = ();").to_owned()
}

/// The name in C by `no_mangle` or `export_name`, with or without `unsafe(…)`, on condition or without.
fn exported_name(attributes: &[Attribute], ident: &syn::Ident) -> Option<String> {
    let metas = flat(attributes);
    let named = metas.iter().find_map(|meta| text_in(meta, "export_name"));
    named.or_else(|| {
        let is_plain = metas.iter().any(|meta| meta.path().is_ident("no_mangle"));
        is_plain.then(|| ident.to_string())
    })
}
