//! From attributed items to what crosses the border. Whatever cannot cross is refused where it stands.

use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, DeriveInput, Error, Expr, FnArg, GenericArgument, Generics, Ident, ImplItem, ItemFn,
    ItemImpl, ItemStruct, Lit, Meta, Pat, Path, PathArguments, ReceiverKind, Result, ReturnType,
    Safety, Signature, Token, Type, TypeParamBound, Visibility,
};

use crate::item::{Access, ErrorKind, ErrorType, Function, Kind, Opaque, Parameter, Scalar, Value};

/// The first code of a library's own errors; those before it are of exuvia-c.
pub const FIRST_CODE: i32 = 100;

/// What stands in the parentheses of `#[export(…)]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// `direct`: C gets the value itself.
    pub direct: bool,
}

impl syn::parse::Parse for Options {
    fn parse(input: syn::parse::ParseStream) -> Result<Self> {
        let mut options = Self::default();
        for word in Punctuated::<Meta, Token![,]>::parse_terminated(input)? {
            if matches!(&word, Meta::Path(path) if path.is_ident("direct")) {
                options.direct = true;
            } else {
                return Err(Error::new(
                    word.span(),
                    "`#[export]` takes nothing but `direct`",
                ));
            }
        }
        Ok(options)
    }
}

/// Reads a function.
///
/// # Errors
///
/// What cannot cross the border, at its place; so below.
pub fn function(item: &ItemFn, options: Options) -> Result<Function> {
    signature(&item.sig, &item.attrs, None, options)
}

/// Reads the public functions of an `impl`. Others are left alone.
pub fn methods(item: &ItemImpl) -> Result<Vec<Function>> {
    if let Some((path, _)) = &item.trait_ {
        return Err(Error::new(
            path.span(),
            "a trait's functions are not exported; put `#[export]` at the type's own `impl`",
        ));
    }
    no_generics(&item.generics)?;
    let owner = match &*item.self_ty {
        Type::Path(path) => path.path.get_ident(),
        _ => None,
    };
    let Some(owner) = owner else {
        return Err(Error::new(
            item.self_ty.span(),
            "the type must be one of this module, by its name",
        ));
    };
    let public = item.items.iter().filter_map(|each| match each {
        ImplItem::Fn(function) if matches!(function.vis, Visibility::Public(_)) => Some(function),
        _ => None,
    });
    public
        .map(|function| {
            if let Some(inner) = function.attrs.iter().find(|each| is_export(each)) {
                return Err(Error::new(
                    inner.span(),
                    "the `impl` is exported, and with it all its public functions",
                ));
            }
            signature(
                &function.sig,
                &function.attrs,
                Some(owner),
                Options::default(),
            )
        })
        .collect()
}

/// Whether an attribute is `#[export]`, by whatever path.
pub fn is_export(attribute: &Attribute) -> bool {
    let path = attribute.path();
    path.segments
        .last()
        .is_some_and(|segment| segment.ident == "export")
}

/// Reads a type.
pub fn opaque(item: &ItemStruct) -> Result<Opaque> {
    no_generics(&item.generics)?;
    Ok(Opaque {
        docs: docs(&item.attrs),
        name: item.ident.clone(),
    })
}

/// Reads an error: `#[c(code = N)]` says the first of its codes.
pub fn error(item: &DeriveInput) -> Result<ErrorType> {
    no_generics(&item.generics)?;
    let first = code(&item.attrs)?.unwrap_or(FIRST_CODE);
    let mut kinds = Vec::new();
    let is_enum = match &item.data {
        syn::Data::Enum(data) => {
            let mut next = first;
            for variant in &data.variants {
                let code = code(&variant.attrs)?.unwrap_or(next);
                next = code.saturating_add(1);
                kinds.push(ErrorKind {
                    docs: docs(&variant.attrs),
                    name: variant.ident.clone(),
                    code,
                });
            }
            true
        }
        _ => {
            kinds.push(ErrorKind {
                docs: docs(&item.attrs),
                name: item.ident.clone(),
                code: first,
            });
            false
        }
    };
    for (at, kind) in kinds.iter().enumerate() {
        if let Some(other) = kinds[..at].iter().find(|other| other.code == kind.code) {
            let message = format!(
                "{} and {} have the same code: {}",
                other.name, kind.name, kind.code
            );
            return Err(Error::new(kind.name.span(), message));
        }
    }
    Ok(ErrorType {
        docs: docs(&item.attrs),
        name: item.ident.clone(),
        kinds,
        is_enum,
    })
}

/// The number of `#[c(code = N)]`.
fn code(attributes: &[Attribute]) -> Result<Option<i32>> {
    let mut code = None;
    for attribute in attributes.iter().filter(|each| each.path().is_ident("c")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("code") {
                return Err(meta.error("`#[c(…)]` takes nothing but `code = N`"));
            }
            let number: syn::LitInt = meta.value()?.parse()?;
            let value: i32 = number.base10_parse()?;
            if value < FIRST_CODE {
                let message = format!("codes below {FIRST_CODE} are taken by exuvia-c");
                return Err(Error::new(number.span(), message));
            }
            code = Some(value);
            Ok(())
        })?;
    }
    Ok(code)
}

fn signature(
    signature: &Signature,
    attributes: &[Attribute],
    owner: Option<&Ident>,
    options: Options,
) -> Result<Function> {
    no_generics(&signature.generics)?;
    let refused = [
        signature.asyncness.map(|word| {
            (
                word.span(),
                "an `async` function cannot be exported: C has nothing to wait with",
            )
        }),
        match signature.safety {
            Safety::Unsafe(word) => Some((
                word.span(),
                "an `unsafe` function cannot be exported: C could not know what it asks for",
            )),
            _ => None,
        },
        signature.abi.as_ref().map(|abi| {
            (
                abi.span(),
                "the function that C calls is written beside this one, which is plain Rust",
            )
        }),
        signature
            .variadic
            .as_ref()
            .map(|dots| (dots.span(), "a function takes what it names")),
    ];
    if let Some((span, message)) = refused.into_iter().flatten().next() {
        return Err(Error::new(span, message));
    }
    if owner.is_some() && (signature.ident == "free" || signature.ident == "close") {
        return Err(Error::new(
            signature.ident.span(),
            "`free` is how C gives a value back, and `close` how Python does; call this function otherwise",
        ));
    }
    let mut receiver = None;
    let mut parameters = Vec::new();
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(this) if owner.is_none() => {
                return Err(Error::new(
                    this.span(),
                    "write `#[export]` at the `impl`, which shows all of its public functions",
                ));
            }
            FnArg::Receiver(this) => {
                let ReceiverKind::Reference(_, _, mutability) = &this.kind else {
                    return Err(Error::new(
                        this.span(),
                        "a method takes `&self` or `&mut self`: C keeps its handle",
                    ));
                };
                receiver = Some(access(mutability.is_some()));
            }
            FnArg::Typed(parameter) => {
                let Pat::Ident(name) = &*parameter.pat else {
                    return Err(Error::new(
                        parameter.pat.span(),
                        "a parameter of an exported function has a name",
                    ));
                };
                parameters.push(Parameter {
                    name: name.ident.clone(),
                    kind: kind(&parameter.ty, owner)?,
                });
            }
        }
    }
    let (value, fails) = returned(&signature.output, owner)?;
    let function = Function {
        docs: docs(attributes),
        name: signature.ident.clone(),
        owner: owner.cloned(),
        receiver,
        parameters,
        value,
        fails,
        direct: options.direct,
    };
    check_direct(&function)?;
    check_callback(&function)?;
    Ok(function)
}

/// What is changed may not be looked at by anybody else, and a callback may look at everything.
fn check_callback(function: &Function) -> Result<()> {
    if function.calls_back()
        && let Some(changed) = function
            .parameters
            .iter()
            .find(|each| matches!(each.kind, Kind::Numbers(_, Access::Exclusive)))
    {
        return Err(Error::new(
            changed.name.span(),
            "a function that calls back changes no slice, which the callback could look at; let it give a `Vec`",
        ));
    }
    Ok(())
}

fn check_direct(function: &Function) -> Result<()> {
    let is_plain = !function.fails
        && function.receiver.is_none()
        && matches!(function.value, Value::Scalar(_) | Value::Nothing)
        && function
            .parameters
            .iter()
            .all(|each| matches!(each.kind, Kind::Scalar(_)));
    if function.direct && !is_plain {
        return Err(Error::new(
            function.span(),
            "`direct` is for functions of numbers that cannot fail: any other has to tell C how it went",
        ));
    }
    Ok(())
}

fn access(is_changed: bool) -> Access {
    if is_changed {
        Access::Exclusive
    } else {
        Access::Shared
    }
}

fn kind(given: &Type, owner: Option<&Ident>) -> Result<Kind> {
    if let Some(scalar) = scalar(given) {
        return Ok(Kind::Scalar(scalar));
    }
    let Type::Reference(reference) = given else {
        return Err(Error::new(
            given.span(),
            "an exported function takes numbers, `bool`, `&str`, `&CStr`, slices of numbers, references to exported types, and \
             callbacks, as `&mut dyn FnMut(f64) -> Result<(), Stopped>`",
        ));
    };
    if let Some(lifetime) = reference
        .lifetime
        .as_ref()
        .filter(|each| each.ident == "static")
    {
        return Err(Error::new(
            lifetime.span(),
            "what C gives is there for the call, and no longer",
        ));
    }
    let access = access(reference.mutability.is_some());
    match &*reference.elem {
        Type::Slice(slice) => match scalar(&slice.elem) {
            Some(of) if of != Scalar::BOOL => Ok(Kind::Numbers(of, access)),
            _ => Err(Error::new(slice.elem.span(), "a slice is one of numbers")),
        },
        Type::Path(path) if path.path.is_ident("str") && access == Access::Shared => Ok(Kind::Text),
        Type::Path(path) if last(&path.path) == "CStr" && access == Access::Shared => {
            Ok(Kind::CText)
        }
        Type::Path(path) if ["Vec", "String", "CString"].contains(&last(&path.path).as_str()) => {
            let (of, instead) = match last(&path.path).as_str() {
                "Vec" => ("`Vec`", "slice, as `&[f64]`"),
                "String" => ("`String`", "`&str`"),
                _ => ("`CString`", "`&CStr`"),
            };
            Err(Error::new(
                path.span(),
                format!("C has no {of} to lend: take a {instead}"),
            ))
        }
        Type::Path(path) if last(&path.path) != "str" && last(&path.path) != "CStr" => {
            let of = match owner {
                Some(owner) if path.path.is_ident("Self") => Path::from(owner.clone()),
                _ => path.path.clone(),
            };
            Ok(Kind::Handle(of, access))
        }
        Type::TraitObject(object) if access == Access::Exclusive => callback(object),
        other => Err(Error::new(other.span(), "this cannot be borrowed from C")),
    }
}

fn callback(object: &syn::TypeTraitObject) -> Result<Kind> {
    let wrong = || {
        Error::new(
            object.span(),
            "a callback is `&mut dyn FnMut(NUMBERS) -> Result<(), Stopped>`, or gives a number in place of `()`",
        )
    };
    let mut bounds = object.bounds.iter();
    let (Some(TypeParamBound::Trait(bound)), None) = (bounds.next(), bounds.next()) else {
        return Err(wrong());
    };
    let segment = bound.path.segments.last().ok_or_else(wrong)?;
    let PathArguments::Parenthesized(signature) = &segment.arguments else {
        return Err(wrong());
    };
    if segment.ident != "FnMut" {
        return Err(wrong());
    }
    let parameters = signature.inputs.iter();
    let parameters: Option<Vec<_>> = parameters.map(|each| scalar(&each.ty)).collect();
    let ReturnType::Type(_, output) = &signature.output else {
        return Err(wrong());
    };
    let (well, error) = result_of(output).ok_or_else(wrong)?;
    let is_stopped = matches!(error, Some(Type::Path(path)) if last(&path.path) == "Stopped");
    let value = match scalar(well) {
        None if is_nothing(well) => None,
        None => return Err(wrong()),
        found => found,
    };
    match parameters {
        Some(parameters) if is_stopped => Ok(Kind::Callback(parameters, value)),
        _ => Err(wrong()),
    }
}

/// What a function gives, and whether it may fail.
fn returned(output: &ReturnType, owner: Option<&Ident>) -> Result<(Value, bool)> {
    let ReturnType::Type(_, output) = output else {
        return Ok((Value::Nothing, false));
    };
    match result_of(output) {
        Some((well, _)) => Ok((value(well, owner)?, true)),
        None => Ok((value(output, owner)?, false)),
    }
}

fn value(given: &Type, owner: Option<&Ident>) -> Result<Value> {
    if is_nothing(given) {
        return Ok(Value::Nothing);
    }
    if let Some(scalar) = scalar(given) {
        return Ok(Value::Scalar(scalar));
    }
    let wrong = || {
        Error::new(
            given.span(),
            "an exported function gives nothing, a number, `bool`, `String`, a `Vec` of numbers, or an exported type; or a `Result` of one",
        )
    };
    let Type::Path(path) = given else {
        return Err(wrong());
    };
    let segment = path.path.segments.last().ok_or_else(wrong)?;
    match (segment.ident.to_string().as_str(), &segment.arguments) {
        ("String", PathArguments::None) => Ok(Value::Text),
        ("Vec", arguments) => match first_type(arguments).and_then(scalar) {
            Some(of) if of != Scalar::BOOL => Ok(Value::Numbers(of)),
            _ => Err(wrong()),
        },
        ("Self", PathArguments::None) => match owner {
            Some(owner) => Ok(Value::Handle(Path::from(owner.clone()))),
            None => Err(wrong()),
        },
        (_, PathArguments::None) => Ok(Value::Handle(path.path.clone())),
        _ => Err(wrong()),
    }
}

/// The two types of a `Result`, or the one of an alias of it.
fn result_of(given: &Type) -> Option<(&Type, Option<&Type>)> {
    let Type::Path(path) = given else { return None };
    let segment = path.path.segments.last()?;
    if segment.ident != "Result" {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(each) => Some(each),
        _ => None,
    });
    Some((types.next()?, types.next()))
}

fn first_type(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(each) => Some(each),
        _ => None,
    })
}

fn scalar(given: &Type) -> Option<Scalar> {
    let Type::Path(path) = given else { return None };
    let name = path.path.get_ident()?;
    Scalar::ALL.into_iter().find(|each| name == each.name())
}

fn is_nothing(given: &Type) -> bool {
    matches!(given, Type::Tuple(tuple) if tuple.elems.is_empty())
}

fn last(path: &Path) -> String {
    path.segments
        .last()
        .map(|segment| segment.ident.to_string())
        .unwrap_or_default()
}

fn no_generics(generics: &Generics) -> Result<()> {
    // Lifetimes are the call's.
    match generics
        .params
        .iter()
        .find(|each| !matches!(each, syn::GenericParam::Lifetime(_)))
    {
        Some(parameter) => Err(Error::new(
            parameter.span(),
            "what is exported has no type parameters: C has no types to put there",
        )),
        None => Ok(()),
    }
}

/// The lines of `///` comments.
fn docs(attributes: &[Attribute]) -> Vec<String> {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|each| each.path().is_ident("doc")) {
        if let Meta::NameValue(pair) = &attribute.meta
            && let Expr::Lit(literal) = &pair.value
            && let Lit::Str(text) = &literal.lit
        {
            let text = text.value();
            if text.is_empty() {
                lines.push(String::new());
            }
            lines.extend(
                text.lines()
                    .map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned()),
            );
        }
    }
    lines
}
