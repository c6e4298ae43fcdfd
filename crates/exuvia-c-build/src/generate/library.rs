//! All that a crate shows to C, in the order of its sources.

use exuvia_c_syntax::item::{ErrorType, Function, Kind, Opaque, Scalar, Value};
use exuvia_c_syntax::parse::{self, Options};
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, ImplItem, Item, Meta, Signature, UseTree};

use crate::sources::{Place, flat};

/// What a crate shows to C.
#[derive(Debug, Default)]
pub(crate) struct Library {
    /// What all names in C begin with.
    pub(crate) prefix: String,
    /// Whether it has a Python module.
    pub(crate) has_python: bool,
    /// Whether `exuvia_c::library!()` is there.
    pub(crate) has_library: bool,
    /// The files that import `exuvia_c::Error` by its name.
    pub(crate) imports: Vec<String>,
    pub(crate) functions: Vec<Function>,
    pub(crate) types: Vec<Opaque>,
    pub(crate) errors: Vec<ErrorType>,
}

impl Library {
    /// Adds what an item shows. Modules are gone through by whoever reads their files.
    pub(crate) fn add(&mut self, item: &Item, place: &Place) -> syn::Result<()> {
        match item {
            Item::Use(item) if imports_error(&item.tree, false) => {
                self.imports.push(place.file.clone());
            }
            Item::Macro(item) if last_is(item.mac.path.segments.last(), "library") => {
                self.has_library = true;
            }
            Item::Fn(item) => {
                if let Some(options) = exported(&item.attrs, place)? {
                    refuse_conditions(parameters(&item.sig))?;
                    self.functions.push(parse::function(item, options)?);
                }
            }
            Item::Struct(item) => {
                if exported(&item.attrs, place)?.is_some() {
                    self.types.push(parse::opaque(item)?);
                }
                if self.derives_error(&item.attrs, place)? {
                    self.errors.push(parse::error(&item.clone().into())?);
                }
            }
            Item::Impl(item) if exported(&item.attrs, place)?.is_some() => {
                for each in &item.items {
                    if let ImplItem::Fn(method) = each {
                        refuse_conditions([method.attrs.as_slice()])?;
                        refuse_conditions(parameters(&method.sig))?;
                    }
                }
                self.functions.extend(parse::methods(item)?);
            }
            Item::Enum(item) if self.derives_error(&item.attrs, place)? => {
                refuse_conditions(item.variants.iter().map(|each| each.attrs.as_slice()))?;
                self.errors.push(parse::error(&item.clone().into())?);
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether `exuvia_c::Error` is derived, by that path or by its name alone where that was imported.
    fn derives_error(&self, attributes: &[Attribute], place: &Place) -> syn::Result<bool> {
        let derives = attributes
            .iter()
            .filter(|each| each.path().is_ident("derive"));
        let mut is_ours = false;
        for each in derives {
            // What is no list of paths is for the compiler to refuse.
            _ = each.parse_nested_meta(|meta| {
                let names: Vec<_> = meta
                    .path
                    .segments
                    .iter()
                    .map(|part| part.ident.to_string())
                    .collect();
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                is_ours |= match names.as_slice() {
                    ["exuvia_c", "Error"] => true,
                    ["Error"] => self.imports.contains(&place.file),
                    _ => false,
                };
                Ok(())
            });
        }
        if is_ours {
            refuse_condition(attributes, place)?;
        }
        Ok(is_ours)
    }

    /// The types of the numbers that functions make many of.
    pub(crate) fn arrays(&self) -> Vec<Scalar> {
        let made = self.functions.iter().filter_map(|each| match each.value {
            Value::Numbers(of) => Some(of),
            _ => None,
        });
        let mut arrays: Vec<_> = made.collect();
        arrays.sort();
        arrays.dedup();
        arrays
    }

    /// Whether a function makes texts.
    pub(crate) fn makes_text(&self) -> bool {
        self.functions
            .iter()
            .any(|each| matches!(each.value, Value::Text))
    }

    /// Whether a function takes what fits.
    pub(crate) fn takes(&self, fits: impl Fn(&Kind) -> bool) -> bool {
        let parameters = self.functions.iter().flat_map(|each| &each.parameters);
        parameters.map(|each| &each.kind).any(fits)
    }
}

/// What `#[export]` says, where it is there.
fn exported(attributes: &[Attribute], place: &Place) -> syn::Result<Option<Options>> {
    let Some(attribute) = attributes.iter().find(|each| parse::is_export(each)) else {
        return match attributes.iter().find(|each| is_export_on_condition(each)) {
            Some(attribute) => Err(conditional(attribute)),
            None => Ok(None),
        };
    };
    refuse_condition(attributes, place)?;
    match &attribute.meta {
        Meta::List(_) => attribute.parse_args().map(Some),
        _ => Ok(Some(Options::default())),
    }
}

/// `#[cfg_attr(…, export)]`.
fn is_export_on_condition(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg_attr")
        && flat(std::slice::from_ref(attribute))
            .iter()
            .any(|meta| last_is(meta.path().segments.last(), "export"))
}

fn last_is(segment: Option<&syn::PathSegment>, name: &str) -> bool {
    segment.is_some_and(|segment| segment.ident == name)
}

/// Refuses what is compiled on a condition, which only the compiler can tell.
fn refuse_condition(attributes: &[Attribute], place: &Place) -> syn::Result<()> {
    refuse_conditions([attributes])?;
    match attributes.first() {
        Some(attribute) if place.is_conditional => Err(conditional(attribute)),
        _ => Ok(()),
    }
}

/// The same of an item's parts, by the attributes of each.
fn refuse_conditions<'a>(parts: impl IntoIterator<Item = &'a [Attribute]>) -> syn::Result<()> {
    let is_condition = |attribute: &&Attribute| {
        let metas = flat(std::slice::from_ref(*attribute));
        metas.iter().any(|meta| meta.path().is_ident("cfg"))
    };
    match parts.into_iter().flatten().find(is_condition) {
        Some(attribute) => Err(conditional(attribute)),
        None => Ok(()),
    }
}

fn conditional(attribute: &Attribute) -> syn::Error {
    syn::Error::new(
        attribute.span(),
        "what is exported is always there: header and Python module are the same whatever is compiled; take the #[cfg] away",
    )
}

/// The attributes of a function's parameters.
fn parameters(signature: &Signature) -> impl Iterator<Item = &[Attribute]> {
    signature.inputs.iter().map(|input| match input {
        FnArg::Receiver(this) => this.attrs.as_slice(),
        FnArg::Typed(parameter) => parameter.attrs.as_slice(),
    })
}

/// Whether a `use` makes `Error` that of exuvia-c.
fn imports_error(tree: &UseTree, is_ours: bool) -> bool {
    match tree {
        UseTree::Path(path) => imports_error(&path.tree, is_ours || path.ident == "exuvia_c"),
        UseTree::Name(name) => is_ours && name.ident == "Error",
        UseTree::Group(group) => group.items.iter().any(|each| imports_error(each, is_ours)),
        UseTree::Glob(_) => is_ours,
        UseTree::Rename(_) => false,
    }
}
