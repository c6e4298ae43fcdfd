/*!
Structs and enums that are converted from Python objects and to them.

All three derives read the same attributes, since an item usually has several of them: what one does not use, it passes over.
*/

use proc_macro::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use crate::parse::attribute::{Attribute, OptionItem, parse_attributes, parse_options};
use crate::parse::class::Case;
use crate::parse::cursor::Cursor;
use crate::parse::generics::{self, Parameter};
use crate::parse::signature::name;
use crate::parse::{Error, Result};

/// An item that conversions are derived for.
pub(crate) struct Item {
    pub(crate) ident: Ident,
    pub(crate) generics: Vec<Parameter>,
    /// What stands behind `where`, with a comma behind each condition.
    pub(crate) conditions: TokenStream,
    pub(crate) shape: Shape,
}

pub(crate) enum Shape {
    Struct(Container),
    Enum {
        variants: Vec<Container>,
        options: ContainerOptions,
    },
}

/// A struct, or a variant of an enum.
pub(crate) struct Container {
    pub(crate) ident: Ident,
    pub(crate) options: ContainerOptions,
    pub(crate) fields: Vec<Field>,
    /// Do its fields have names?
    pub(crate) named: bool,
}

/// What `#[pyo3(…)]` can say about a struct, a variant or an enum.
#[derive(Default)]
pub(crate) struct ContainerOptions {
    /// Converted as its only field is.
    pub(crate) transparent: Option<Span>,
    pub(crate) from_item_all: Option<Span>,
    /// What the error calls a variant's type.
    pub(crate) annotation: Option<(String, Span)>,
    pub(crate) rename_all: Option<(Case, Span)>,
}

/// A field.
pub(crate) struct Field {
    /// Its identifier; a tuple's field has none.
    pub(crate) ident: Option<Ident>,
    pub(crate) ty: TokenStream,
    pub(crate) getter: Option<(Getter, Span)>,
    pub(crate) from_py_with: Option<(TokenStream, Span)>,
    pub(crate) into_py_with: Option<(TokenStream, Span)>,
    pub(crate) default: Option<(Fallback, Span)>,
}

/// Where a field's value is found in an object.
pub(crate) enum Getter {
    /// An attribute, perhaps by another name than the field's.
    Attribute(Option<String>),
    /// An item, perhaps by another key than the field's name.
    Item(Option<Key>),
}

/// What an item is found by.
pub(crate) enum Key {
    Text(String),
    /// A literal of another kind: a number, a truth value, bytes.
    Other(TokenStream),
}

/// The value of a field that the object does not have.
pub(crate) enum Fallback {
    /// That of its type.
    OfType,
    Value(TokenStream),
}

const CONTAINER: &str = "`transparent`, `from_item_all`, `annotation`, `rename_all` and `crate`";
const FIELD: &str = "`attribute`, `item`, `from_py_with`, `into_py_with` and `default`";

/// An item as a derive macro is given it.
pub(crate) fn parse(item: TokenStream) -> Result<Item> {
    let mut cursor = Cursor::new(item, Span::call_site());
    let attributes = parse_attributes(&mut cursor)?;
    let options = container_options(&attributes, true)?;
    cursor.visibility();
    let is_enum = cursor.peek_ident("enum");
    if !is_enum && !cursor.peek_ident("struct") {
        return Err(cursor.error("a union cannot be converted: only structs and enums can"));
    }
    cursor.next();
    let ident = cursor.ident("the name of the type")?;
    let generics = generics::parse(&mut cursor)?;
    let mut conditions = generics::parse_conditions(&mut cursor);
    let shape = if is_enum {
        let group = cursor.group(Delimiter::Brace, "the variants of the enum")?;
        Shape::Enum {
            variants: parse_variants(&group)?,
            options,
        }
    } else {
        let (fields, named) = parse_fields(&mut cursor)?;
        conditions.extend(generics::parse_conditions(&mut cursor));
        Shape::Struct(Container {
            ident: ident.clone(),
            options,
            fields,
            named,
        })
    };
    Ok(Item {
        ident,
        generics,
        conditions,
        shape,
    })
}

fn ours(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path == "pyo3")
}

/// Sets an option that can be given once.
fn once<T>(place: &mut Option<T>, value: T, option: &OptionItem) -> Result<()> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(Error::new(
            option.span,
            format!("`{}` may only be specified once", option.name),
        )),
    }
}

fn container_options(attributes: &[Attribute], outermost: bool) -> Result<ContainerOptions> {
    let mut options = ContainerOptions::default();
    for attribute in ours(attributes) {
        for option in parse_options(attribute.arguments.clone())? {
            let span = option.span;
            match option.name.as_str() {
                "transparent" => once(&mut options.transparent, span, &option)?,
                "from_item_all" => once(&mut options.from_item_all, span, &option)?,
                "annotation" => once(&mut options.annotation, (option.string()?, span), &option)?,
                "rename_all" => {
                    once(
                        &mut options.rename_all,
                        (Case::parse(&option)?, span),
                        &option,
                    )?;
                }
                "crate" if outermost => crate::emit::root::set(Some(option.path()?)),
                _ => return Err(option.unknown("a type with derived conversions", CONTAINER)),
            }
        }
    }
    Ok(options)
}

fn parse_variants(group: &Group) -> Result<Vec<Container>> {
    let mut cursor = Cursor::of_group(group);
    let mut variants = Vec::new();
    while !cursor.at_end() {
        let attributes = parse_attributes(&mut cursor)?;
        let ident = cursor.ident("the name of a variant")?;
        let (fields, named) = parse_fields(&mut cursor)?;
        // A discriminant.
        cursor.until_comma();
        variants.push(Container {
            ident,
            options: container_options(&attributes, false)?,
            fields,
            named,
        });
    }
    Ok(variants)
}

/// The fields at the cursor, if there are any, and whether they have names.
fn parse_fields(cursor: &mut Cursor) -> Result<(Vec<Field>, bool)> {
    let named = cursor.peek_group(Delimiter::Brace);
    let mut fields = Vec::new();
    if !named && !cursor.peek_group(Delimiter::Parenthesis) {
        return Ok((fields, named));
    }
    let Some(TokenTree::Group(group)) = cursor.next() else {
        return Ok((fields, named));
    };
    let mut inside = Cursor::of_group(&group);
    while !inside.at_end() {
        let attributes = parse_attributes(&mut inside)?;
        inside.visibility();
        let ident = if named {
            let ident = inside.ident("the name of a field")?;
            inside.take_punct(':');
            Some(ident)
        } else {
            None
        };
        let mut field = Field {
            ident,
            ty: inside.until_comma(),
            getter: None,
            from_py_with: None,
            into_py_with: None,
            default: None,
        };
        for attribute in ours(&attributes) {
            for option in parse_options(attribute.arguments.clone())? {
                field.add(&option)?;
            }
        }
        fields.push(field);
    }
    Ok((fields, named))
}

impl Field {
    fn add(&mut self, option: &OptionItem) -> Result<()> {
        let span = option.span;
        match option.name.as_str() {
            "attribute" | "item" => {
                let getter = parse_getter(option)?;
                if self.getter.replace((getter, span)).is_some() {
                    return Err(Error::new(
                        span,
                        "only one of `attribute` or `item` can be provided",
                    ));
                }
                Ok(())
            }
            "from_py_with" => once(&mut self.from_py_with, (option.function()?, span), option),
            "into_py_with" => once(&mut self.into_py_with, (option.function()?, span), option),
            "default" => {
                let fallback = if option.value.is_empty() {
                    Fallback::OfType
                } else {
                    Fallback::Value(option.value.clone())
                };
                once(&mut self.default, (fallback, span), option)
            }
            _ => Err(option.unknown("a field with derived conversions", FIELD)),
        }
    }

    /// The name in errors and, unless another is given, in Python; a tuple's field has none.
    pub(crate) fn name(&self) -> Option<String> {
        self.ident.as_ref().map(name)
    }
}

fn parse_getter(option: &OptionItem) -> Result<Getter> {
    let text = crate::parse::attribute::string_literal(&option.value);
    if option.name == "attribute" {
        return match text {
            _ if option.value.is_empty() => Ok(Getter::Attribute(None)),
            Some(name) if !name.is_empty() => Ok(Getter::Attribute(Some(name))),
            _ => Err(Error::new(
                option.span,
                "expected `attribute` or `attribute(\"name\")`, with a name that is not empty",
            )),
        };
    }
    if let Some(key) = text {
        return Ok(Getter::Item(Some(Key::Text(key))));
    }
    let tokens: Vec<TokenTree> = crate::parse::cursor::flatten(option.value.clone());
    match &tokens[..] {
        [] => Ok(Getter::Item(None)),
        [TokenTree::Literal(_)] => Ok(Getter::Item(Some(Key::Other(option.value.clone())))),
        [TokenTree::Punct(minus), TokenTree::Literal(_)] if minus.as_char() == '-' => {
            Ok(Getter::Item(Some(Key::Other(option.value.clone()))))
        }
        [TokenTree::Ident(ident)] if matches!(ident.to_string().as_str(), "true" | "false") => {
            Ok(Getter::Item(Some(Key::Other(option.value.clone()))))
        }
        _ => Err(Error::new(
            option.span,
            "expected `item` or `item(key)`, where the key is a literal",
        )),
    }
}

/// Checks what `FromPyObject` asks for.
pub(crate) fn check_from(item: &Item) -> Result<()> {
    let lifetimes = item
        .generics
        .iter()
        .filter(|parameter| parameter.kind == generics::Kind::Lifetime);
    if lifetimes.count() > 1 {
        return Err(Error::new(
            item.ident.span(),
            "FromPyObject can be derived with at most one lifetime, which is that of the interpreter's token: `'py`",
        ));
    }
    match &item.shape {
        Shape::Struct(container) => {
            if let Some((_, span)) = container.options.annotation {
                return Err(Error::new(
                    span,
                    "`annotation` is for the variants of an enum",
                ));
            }
            check_container_from(container)
        }
        Shape::Enum { variants, options } => {
            let misplaced = options
                .transparent
                .or(options.annotation.as_ref().map(|(_, span)| *span));
            if let Some(span) = misplaced.or(options.from_item_all) {
                return Err(Error::new(
                    span,
                    "only the variants of an enum can be `transparent`, or have an `annotation` or `from_item_all`",
                ));
            }
            if variants.is_empty() {
                return Err(Error::new(
                    item.ident.span(),
                    "cannot derive FromPyObject for an enum without variants",
                ));
            }
            for variant in variants {
                if let (Some((_, span)), Some(_)) = (variant.options.rename_all, options.rename_all)
                {
                    return Err(Error::new(
                        span,
                        "`rename_all` of the enum holds for its variants: remove one of the two",
                    ));
                }
                check_container_from(variant)?;
            }
            Ok(())
        }
    }
}

fn check_container_from(container: &Container) -> Result<()> {
    check_container(container)?;
    for field in &container.fields {
        if let (false, Some((_, span))) = (container.named, &field.default) {
            return Err(Error::new(*span, "`default` is for fields with a name"));
        }
        match (&field.getter, container.options.from_item_all) {
            (Some((Getter::Attribute(_), span)), Some(_)) => {
                return Err(Error::new(
                    *span,
                    "`attribute` contradicts `from_item_all`: remove one of the two",
                ));
            }
            (Some((Getter::Item(None), span)), Some(_)) => {
                return Err(Error::new(
                    *span,
                    "`item` says no more than `from_item_all`: remove one of the two",
                ));
            }
            _ => {}
        }
    }
    if container.fields.iter().all(|field| field.default.is_some()) {
        return Err(Error::new(
            container.ident.span(),
            "cannot derive FromPyObject where every field has a default: any object would do",
        ));
    }
    Ok(())
}

/// Checks what `IntoPyObject` and `IntoPyObjectRef` ask for.
pub(crate) fn check_into(item: &Item) -> Result<()> {
    let containers = match &item.shape {
        Shape::Struct(container) => std::slice::from_ref(container),
        Shape::Enum { variants, options } => {
            if let Some(span) = options
                .transparent
                .or(options.rename_all.map(|(_, span)| span))
            {
                return Err(Error::new(
                    span,
                    "with IntoPyObject, `transparent` and `rename_all` are for the variants of an enum",
                ));
            }
            if variants.is_empty() {
                return Err(Error::new(
                    item.ident.span(),
                    "cannot derive IntoPyObject for an enum without variants",
                ));
            }
            variants
        }
    };
    for container in containers {
        check_container(container)?;
        if !container.is_transparent() {
            continue;
        }
        if let Some((_, span)) = container
            .fields
            .iter()
            .find_map(|field| field.into_py_with.as_ref())
        {
            return Err(Error::new(
                *span,
                "`into_py_with` cannot be used where the only field is converted as it is",
            ));
        }
    }
    Ok(())
}

/// What both directions ask for.
fn check_container(container: &Container) -> Result<()> {
    let Container {
        ident,
        options,
        fields,
        named,
    } = container;
    if fields.is_empty() {
        return Err(Error::new(
            ident.span(),
            "cannot derive conversions of a struct or variant without fields",
        ));
    }
    if let (Some(span), true) = (options.transparent, fields.len() != 1) {
        return Err(Error::new(
            span,
            "transparent structs and variants can only have 1 field",
        ));
    }
    let is_transparent = container.is_transparent();
    if let (Some((_, span)), true) = (options.rename_all, is_transparent || !named) {
        return Err(Error::new(
            span,
            "`rename_all` means nothing without names: it is for structs and variants with several named fields",
        ));
    }
    let getter = fields.iter().find_map(|field| field.getter.as_ref());
    if let (Some((_, span)), true) = (getter, is_transparent || !named) {
        return Err(Error::new(
            *span,
            "`item` and `attribute` are for named fields of structs and variants that are not transparent",
        ));
    }
    Ok(())
}

impl Container {
    /// Is it converted as its only field is? A tuple of one field always is.
    pub(crate) fn is_transparent(&self) -> bool {
        self.options.transparent.is_some() || (!self.named && self.fields.len() == 1)
    }
}
