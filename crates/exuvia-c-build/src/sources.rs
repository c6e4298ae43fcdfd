//! The crate's sources, item by item: `src/lib.rs` and the files of its modules.

use std::io;
use std::path::{Path, PathBuf};

use quote::ToTokens;
use syn::{Attribute, Item, Meta};

use crate::cargo::Package;

/// Why the sources could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    #[error("cannot read {}: {source}", file.display())]
    Read { file: PathBuf, source: io::Error },
    #[error("cannot read {}, line {line}: it is no Rust: {said}", file.display())]
    Parse {
        file: PathBuf,
        line: usize,
        said: String,
    },
}

impl SourceError {
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Read { .. } => None,
            Self::Parse { .. } => {
                Some("the header is held once the source is Rust again".to_owned())
            }
        }
    }
}

/// Where an item stands.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The source, as a person of the project names it.
    pub(crate) file: String,
    /// `crate::module`
    #[cfg_attr(not(feature = "hold"), expect(dead_code))]
    pub(crate) module: String,
    /// Whether a module around it is compiled on a condition.
    #[cfg_attr(not(feature = "generate"), expect(dead_code))]
    pub(crate) is_conditional: bool,
}

/// What is done with an item.
type Visit<'v> = dyn FnMut(&Place, &Item) + 'v;

/// Goes through all items outside of functions and types, and gives the files that they are in. Modules of tests are passed over.
pub(crate) fn walk(package: &Package, visit: &mut Visit<'_>) -> Result<Vec<PathBuf>, SourceError> {
    let mut files = Vec::new();
    let root = package.folder.join("src/lib.rs");
    if root.is_file() {
        let module = Module {
            path: "crate".to_owned(),
            folder: package.folder.join("src"),
            is_conditional: false,
        };
        read_file(package, &root, &module, &mut files, visit)?;
    }
    Ok(files)
}

/// A module on the way through the sources.
struct Module {
    path: String,
    is_conditional: bool,
    /// Where the files of the modules in it are.
    folder: PathBuf,
}

fn read_file(
    package: &Package,
    file: &Path,
    module: &Module,
    files: &mut Vec<PathBuf>,
    visit: &mut Visit<'_>,
) -> Result<(), SourceError> {
    let name = package.relative(file);
    let text = std::fs::read_to_string(file).map_err(|source| SourceError::Read {
        file: name.to_owned(),
        source,
    })?;
    let parsed = syn::parse_file(&text).map_err(|error| SourceError::Parse {
        file: name.to_owned(),
        line: error.span().start().line,
        said: error.to_string(),
    })?;
    files.push(file.to_owned());
    read_items(package, file, &parsed.items, module, files, visit)
}

fn read_items(
    package: &Package,
    file: &Path,
    items: &[Item],
    module: &Module,
    files: &mut Vec<PathBuf>,
    visit: &mut Visit<'_>,
) -> Result<(), SourceError> {
    let place = Place {
        file: package.relative(file).display().to_string(),
        module: module.path.clone(),
        is_conditional: module.is_conditional,
    };
    for item in items {
        match item {
            Item::Mod(inner) if is_test(&inner.attrs) => {}
            Item::Mod(inner) => read_module(package, file, inner, module, files, visit)?,
            _ => visit(&place, item),
        }
    }
    Ok(())
}

fn read_module(
    package: &Package,
    file: &Path,
    inner: &syn::ItemMod,
    outer: &Module,
    files: &mut Vec<PathBuf>,
    visit: &mut Visit<'_>,
) -> Result<(), SourceError> {
    let name = inner.ident.to_string();
    let name = name.trim_start_matches("r#");
    let mut module = Module {
        path: format!("{}::{}", outer.path, inner.ident),
        is_conditional: outer.is_conditional
            || inner.attrs.iter().any(|each| each.path().is_ident("cfg")),
        folder: outer.folder.join(name),
    };
    if let Some((_, items)) = &inner.content {
        return read_items(package, file, items, &module, files, visit);
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
        read_file(package, &source, &module, files, visit)?;
    }
    Ok(())
}

fn text_of(attributes: &[Attribute], name: &str) -> Option<String> {
    attributes
        .iter()
        .find_map(|attribute| text_in(&attribute.meta, name))
}

pub(crate) fn text_in(meta: &Meta, name: &str) -> Option<String> {
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
pub(crate) fn flat(attributes: &[Attribute]) -> Vec<Meta> {
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
