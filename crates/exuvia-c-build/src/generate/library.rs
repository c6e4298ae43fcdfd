//! All that a crate shows to C, in the order of its sources.

use exuvia_c_syntax::item::{ErrorType, Function, Kind, Opaque, Scalar, Value};
use exuvia_c_syntax::parse::{self, Options};
use syn::{Attribute, Item, Meta};

/// What a crate shows to C.
#[derive(Debug, Default)]
pub(crate) struct Library {
    /// What all names in C begin with.
    pub(crate) prefix: String,
    /// Whether it has a Python module.
    pub(crate) has_python: bool,
    pub(crate) functions: Vec<Function>,
    pub(crate) types: Vec<Opaque>,
    pub(crate) errors: Vec<ErrorType>,
}

impl Library {
    /// Adds what an item shows. Modules are gone through by whoever reads their files.
    pub(crate) fn add(&mut self, item: &Item) -> syn::Result<()> {
        match item {
            Item::Fn(item) => {
                if let Some(options) = exported(&item.attrs)? {
                    self.functions.push(parse::function(item, options)?);
                }
            }
            Item::Struct(item) => {
                if exported(&item.attrs)?.is_some() {
                    self.types.push(parse::opaque(item)?);
                }
                if derives_error(&item.attrs) {
                    self.errors.push(parse::error(&item.clone().into())?);
                }
            }
            Item::Impl(item) if exported(&item.attrs)?.is_some() => {
                self.functions.extend(parse::methods(item)?);
            }
            Item::Enum(item) if derives_error(&item.attrs) => {
                self.errors.push(parse::error(&item.clone().into())?);
            }
            _ => {}
        }
        Ok(())
    }

    /// Sees that no name and no code of C is taken twice.
    pub(crate) fn check(&self) -> syn::Result<()> {
        let mut symbols: Vec<(String, proc_macro2::Span)> = Vec::new();
        let functions = self.functions.iter();
        let functions = functions.map(|each| (each.symbol(&self.prefix), each.span()));
        let types = self.types.iter();
        let types = types.map(|each| {
            (
                format!("{}_{}", self.prefix, each.c_name()),
                each.name.span(),
            )
        });
        for (symbol, span) in functions.chain(types) {
            if symbols.iter().any(|(taken, _)| *taken == symbol) {
                let message = format!("C knows another `{symbol}` of this library");
                return Err(syn::Error::new(span, message));
            }
            symbols.push((symbol, span));
        }
        let kinds: Vec<_> = self.errors.iter().flat_map(|each| &each.kinds).collect();
        for (at, kind) in kinds.iter().enumerate() {
            if let Some(other) = kinds[..at].iter().find(|other| other.code == kind.code) {
                let message = format!(
                    "{} has the code {} too: say another with #[c(code = N)]",
                    other.name, kind.code
                );
                return Err(syn::Error::new(kind.name.span(), message));
            }
        }
        Ok(())
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
fn exported(attributes: &[Attribute]) -> syn::Result<Option<Options>> {
    let Some(attribute) = attributes.iter().find(|each| parse::is_export(each)) else {
        return Ok(None);
    };
    match &attribute.meta {
        Meta::List(_) => attribute.parse_args().map(Some),
        _ => Ok(Some(Options::default())),
    }
}

/// Whether `exuvia_c::Error` is derived, by that path or imported by its own name.
fn derives_error(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .filter(|each| each.path().is_ident("derive"))
        .any(|each| {
            let mut is_ours = false;
            // What is no list of paths is for the compiler to refuse.
            _ = each.parse_nested_meta(|meta| {
                let names: Vec<_> = meta
                    .path
                    .segments
                    .iter()
                    .map(|part| part.ident.to_string())
                    .collect();
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                is_ours |= matches!(names.as_slice(), ["exuvia_c", "Error"] | ["Error"]);
                Ok(())
            });
            is_ours
        })
}
