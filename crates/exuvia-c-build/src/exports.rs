//! What the crate's sources export to C, read from their text: before they are compiled, nothing else knows.

use std::io;
use std::path::{Path, PathBuf};

use quote::ToTokens;
use syn::{Attribute, Item, Meta};

use crate::cargo::Package;
use crate::source::one_line;

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

/// Why the sources could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExportsError {
    #[error("cannot read {}: {source}", file.display())]
    Read { file: PathBuf, source: io::Error },
    #[error("cannot read {}, line {line}: it is no Rust: {said}", file.display())]
    Parse {
        file: PathBuf,
        line: usize,
        said: String,
    },
}

impl ExportsError {
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Read { .. } => None,
            Self::Parse { .. } => {
                Some("the header is held once the source is Rust again".to_owned())
            }
        }
    }
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
pub(crate) fn read(package: &Package) -> Result<Exports, ExportsError> {
    let mut exports = Exports::default();
    let root = package.folder.join("src/lib.rs");
    if root.is_file() {
        let module = Module {
            path: "crate".to_owned(),
            folder: package.folder.join("src"),
        };
        read_file(package, &root, &module, &mut exports)?;
    }
    Ok(exports)
}

/// A module on the way through the sources.
struct Module {
    path: String,
    /// Where the files of the modules in it are.
    folder: PathBuf,
}

fn read_file(
    package: &Package,
    file: &Path,
    module: &Module,
    exports: &mut Exports,
) -> Result<(), ExportsError> {
    let name = package.relative(file);
    let text = std::fs::read_to_string(file).map_err(|source| ExportsError::Read {
        file: name.to_owned(),
        source,
    })?;
    let parsed = syn::parse_file(&text).map_err(|error| ExportsError::Parse {
        file: name.to_owned(),
        line: error.span().start().line,
        said: error.to_string(),
    })?;
    exports.files.push(file.to_owned());
    read_items(package, file, &parsed.items, module, exports)
}

fn read_items(
    package: &Package,
    file: &Path,
    items: &[Item],
    module: &Module,
    exports: &mut Exports,
) -> Result<(), ExportsError> {
    for item in items {
        match item {
            Item::Fn(function) => {
                let text = signature(function);
                let ident = &function.sig.ident;
                exports.add(package, file, module, &function.attrs, ident, text);
            }
            Item::Static(variable) => {
                let text = declaration(variable);
                let ident = &variable.ident;
                exports.add(package, file, module, &variable.attrs, ident, text);
            }
            Item::Mod(inner) if !is_test(&inner.attrs) => {
                read_module(package, file, inner, module, exports)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn read_module(
    package: &Package,
    file: &Path,
    inner: &syn::ItemMod,
    outer: &Module,
    exports: &mut Exports,
) -> Result<(), ExportsError> {
    let name = inner.ident.to_string();
    let name = name.trim_start_matches("r#");
    let mut module = Module {
        path: format!("{}::{}", outer.path, inner.ident),
        folder: outer.folder.join(name),
    };
    if let Some((_, items)) = &inner.content {
        return read_items(package, file, items, &module, exports);
    }
    // https://doc.rust-lang.org/reference/items/modules.html#module-source-filenames
    let source = match text_of(&inner.attrs, "path") {
        Some(path) => {
            let source = file.parent().unwrap_or(file).join(path);
            module.folder = source.parent().unwrap_or(&source).to_owned();
            source
        }
        None => {
            let beside = outer.folder.join(format!("{name}.rs"));
            if beside.is_file() {
                beside
            } else {
                module.folder.join("mod.rs")
            }
        }
    };
    // One that is not there is for the compiler to tell, which knows whether it is compiled at all.
    if source.is_file() {
        read_file(package, &source, &module, exports)?;
    }
    Ok(())
}

impl Exports {
    fn add(
        &mut self,
        package: &Package,
        file: &Path,
        module: &Module,
        attributes: &[Attribute],
        ident: &syn::Ident,
        text: String,
    ) {
        let exported = exported_name(attributes, ident);
        self.definitions.push(Definition {
            is_exported: exported.is_some(),
            name: exported.unwrap_or_else(|| ident.to_string()),
            path: format!("{}::{ident}", module.path),
            file: package.relative(file).display().to_string(),
            line: ident.span().start().line,
            text,
        });
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

fn text_of(attributes: &[Attribute], name: &str) -> Option<String> {
    attributes
        .iter()
        .find_map(|attribute| text_in(&attribute.meta, name))
}

fn text_in(meta: &Meta, name: &str) -> Option<String> {
    match meta {
        Meta::NameValue(pair) if pair.path.is_ident(name) => match &pair.value {
            syn::Expr::Lit(literal) => match &literal.lit {
                syn::Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// What attributes say, with what stands inside of `unsafe(…)` and `cfg_attr(…)`.
fn flat(attributes: &[Attribute]) -> Vec<Meta> {
    let mut open: Vec<Meta> = attributes
        .iter()
        .map(|attribute| attribute.meta.clone())
        .collect();
    let mut metas = Vec::new();
    while let Some(meta) = open.pop() {
        match &meta {
            Meta::List(list) if list.path.is_ident("cfg_attr") || list.path.is_ident("unsafe") => {
                let parser = syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated;
                open.extend(list.parse_args_with(parser).into_iter().flatten());
            }
            _ => metas.push(meta),
        }
    }
    metas
}

/// `#[cfg(test)]`, which is in no library.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .meta
                .to_token_stream()
                .to_string()
                .replace(' ', "")
                == "cfg(test)"
    })
}
