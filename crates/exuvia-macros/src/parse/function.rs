//! Functions: free ones and those of a class.

use proc_macro::{Delimiter, Ident, Span, TokenStream, TokenTree};

use crate::parse::attribute::{Attribute, OptionItem, parse_attributes, parse_options};
use crate::parse::cursor::{Cursor, is_block};
use crate::parse::doc::Doc;
use crate::parse::signature::{self, Signature, name};
use crate::parse::types::{Shape, Type};
use crate::parse::{Error, Result};

/// How a method takes its receiver.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Receiver {
    Shared,
    Exclusive,
}

/// A parameter of a Rust function.
#[derive(Clone)]
pub(crate) struct Parameter {
    /// The name in Python; also what errors call it.
    pub(crate) name: String,
    pub(crate) ty: Type,
    /// `#[pyo3(from_py_with = …)]`.
    pub(crate) converter: Option<TokenStream>,
    /// `#[pyo3(cancel_handle)]`: not an argument, as the token is none.
    pub(crate) is_cancel_handle: bool,
    pub(crate) span: Span,
}

/// A Rust function.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: TokenStream,
    pub(crate) ident: Ident,
    pub(crate) is_async: bool,
    pub(crate) is_unsafe: bool,
    pub(crate) receiver: Option<Receiver>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) doc: Doc,
    /// The result's type as written, without spaces; empty where there is none.
    pub(crate) result: String,
    /// The function without the attributes that are ours.
    pub(crate) item: TokenStream,
}

/// A `#[pyfunction]`.
pub(crate) struct PyFunction {
    pub(crate) function: Function,
    pub(crate) options: FunctionOptions,
}

/// What `#[pyfunction(…)]` and `#[pyo3(…)]` can say about a function.
#[derive(Default)]
pub(crate) struct FunctionOptions {
    pub(crate) name: Option<String>,
    pub(crate) signature: Option<Signature>,
    pub(crate) text_signature: Option<Option<String>>,
    pub(crate) pass_module: bool,
    /// In the order in which they are given.
    pub(crate) warnings: Vec<Warning>,
}

/// `warn(message = "…", category = …)`: what each call warns of.
pub(crate) struct Warning {
    pub(crate) message: String,
    /// The type of the warning; `UserWarning` where none is named.
    pub(crate) category: Option<TokenStream>,
}

const OURS: [&str; 11] = [
    "pyo3",
    "pyfunction",
    "new",
    "getter",
    "setter",
    "deleter",
    "staticmethod",
    "classmethod",
    "classattr",
    "pyo3_signature",
    "args",
];

/// Is it an attribute that only our macros understand?
pub(crate) fn is_ours(attribute: &Attribute) -> bool {
    !attribute.path.contains("::") && OURS.contains(&attribute.path.as_str())
}

impl FunctionOptions {
    pub(crate) fn add(&mut self, arguments: TokenStream) -> Result<()> {
        for option in parse_options(arguments)? {
            match option.name.as_str() {
                "name" => self.name = Some(option.python_name()?),
                "signature" => {
                    let mut cursor = Cursor::new(option.value.clone(), option.span);
                    let group = cursor.group(Delimiter::Parenthesis, "`signature = (…)`")?;
                    self.signature = Some(signature::parse(group.stream(), group.span())?);
                    signature::skip_result_annotation(&mut cursor)?;
                }
                "text_signature" => {
                    let none = option.value.to_string() == "None";
                    self.text_signature = Some(if none { None } else { Some(option.string()?) });
                }
                "pass_module" => self.pass_module = true,
                "warn" => self.warnings.push(Warning::parse(&option)?),
                "crate" => crate::emit::root::set(Some(option.path()?)),
                _ => {
                    return Err(option.unknown(
                        "a function",
                        "`name`, `signature`, `text_signature`, `pass_module` and `warn`",
                    ));
                }
            }
        }
        Ok(())
    }
}

impl Warning {
    fn parse(of: &OptionItem) -> Result<Self> {
        let mut message = None;
        let mut category = None;
        for option in parse_options(of.value.clone())? {
            match option.name.as_str() {
                "message" => message = Some(option.string()?),
                "category" => category = Some(option.function()?),
                _ => return Err(option.unknown("`warn`", "`message` and `category`")),
            }
        }
        let message = message.filter(|message| !message.contains('\0'));
        Ok(Warning {
            message: message.ok_or_else(|| {
                Error::new(
                    of.span,
                    "a warning has a message, without NUL characters: warn(message = \"…\")",
                )
            })?,
            category,
        })
    }
}

/// A `#[pyfunction]` from its options and its item.
pub(crate) fn parse_pyfunction(arguments: TokenStream, item: TokenStream) -> Result<PyFunction> {
    let mut options = FunctionOptions::default();
    options.add(arguments)?;
    let mut cursor = Cursor::new(item, Span::call_site());
    let attributes = parse_attributes(&mut cursor)?;
    let function = parse(attributes, &mut cursor)?;
    if function.receiver.is_some() {
        return Err(Error::new(
            function.ident.span(),
            "#[pyfunction] is for functions without a receiver; methods go into an `impl` block with #[pymethods]",
        ));
    }
    for attribute in function
        .attributes
        .iter()
        .filter(|attribute| attribute.path == "pyo3")
    {
        options.add(attribute.arguments.clone())?;
    }
    Ok(PyFunction { function, options })
}

/// A function whose attributes have been read.
pub(crate) fn parse(attributes: Vec<Attribute>, cursor: &mut Cursor) -> Result<Function> {
    let start = cursor.position();
    let visibility = cursor.visibility();
    let is_const = cursor.take_ident("const");
    let async_span = cursor.span();
    let is_async = !is_const && cursor.take_ident("async");
    if is_async && !cfg!(feature = "experimental-async") {
        return Err(Error::new(
            async_span,
            "async functions are only supported with the `experimental-async` feature",
        ));
    }
    let is_unsafe = cursor.take_ident("unsafe");
    if cursor.take_ident("extern") && matches!(cursor.peek(), Some(TokenTree::Literal(_))) {
        cursor.next();
    }
    if !cursor.take_ident("fn") {
        return Err(cursor.error("expected a function"));
    }
    let ident = cursor.ident("the name of a function")?;
    let generics_span = cursor.span();
    check_generics(cursor.generics(), generics_span)?;
    let before_parameters = cursor.since(start);
    let parameters_group = cursor.group(Delimiter::Parenthesis, "the parameters")?;
    let (receiver, parameters, parameters_tokens) = parse_parameters(&parameters_group)?;
    check_cancel_handles(&parameters, is_async)?;
    let result_start = cursor.position();
    let result = cursor.until(is_block).to_string().replace(' ', "");
    if cursor.next().is_none() {
        return Err(cursor.error("expected the body of the function"));
    }
    let result_and_body = cursor.since(result_start);

    let mut item: TokenStream = attributes
        .iter()
        .filter(|attribute| !is_ours(attribute))
        .map(|attribute| attribute.tokens.clone())
        .collect();
    item.extend(before_parameters);
    item.extend([parameters_tokens]);
    item.extend(result_and_body);
    let doc = Doc::of(&attributes);
    Ok(Function {
        attributes,
        visibility,
        ident,
        is_async,
        is_unsafe,
        receiver,
        parameters,
        doc,
        result: result.trim_start_matches("->").to_owned(),
        item,
    })
}

/// Lifetimes are fine; Python cannot choose types.
fn check_generics(generics: TokenStream, span: Span) -> Result<()> {
    let tokens: Vec<TokenTree> = generics.into_iter().collect();
    if tokens.len() < 2 {
        return Ok(());
    }
    let mut inside = Cursor::new(tokens[1..tokens.len() - 1].iter().cloned().collect(), span);
    while !inside.at_end() {
        if !inside.peek_punct('\'') {
            return Err(inside.error(
                "a function that Python can call cannot have generic type or const parameters: Python could not choose them",
            ));
        }
        inside.until_comma();
    }
    Ok(())
}

fn check_cancel_handles(parameters: &[Parameter], is_async: bool) -> Result<()> {
    let mut handles = parameters
        .iter()
        .filter(|parameter| parameter.is_cancel_handle);
    let (first, second) = (handles.next(), handles.next());
    match (first, second) {
        (Some(handle), _) if !is_async => Err(Error::new(
            handle.span,
            "`cancel_handle` can only be used with `async fn`: nothing else can be cancelled",
        )),
        (_, Some(handle)) => Err(Error::new(
            handle.span,
            "`cancel_handle` may only be specified once",
        )),
        _ => Ok(()),
    }
}

/// The receiver, the parameters, and the tokens without our attributes.
pub(crate) fn parse_parameters(
    group: &proc_macro::Group,
) -> Result<(Option<Receiver>, Vec<Parameter>, TokenTree)> {
    let mut cursor = Cursor::of_group(group);
    let mut receiver = None;
    let mut parameters = Vec::new();
    let mut cleaned = TokenStream::new();
    while !cursor.at_end() {
        let attributes = parse_attributes(&mut cursor)?;
        let span = cursor.span();
        let tokens = cursor.until_comma();
        cleaned.extend(
            attributes
                .iter()
                .filter(|attribute| attribute.path != "pyo3")
                .map(|attribute| attribute.tokens.clone()),
        );
        cleaned.extend(tokens.clone());
        cleaned.extend([TokenTree::Punct(proc_macro::Punct::new(
            ',',
            proc_macro::Spacing::Alone,
        ))]);
        if parameters.is_empty()
            && receiver.is_none()
            && let Some(found) = parse_receiver(&tokens)?
        {
            receiver = Some(found);
            continue;
        }
        parameters.push(parse_parameter(tokens, &attributes, span)?);
    }
    let mut cleaned = proc_macro::Group::new(Delimiter::Parenthesis, cleaned);
    cleaned.set_span(group.span());
    Ok((receiver, parameters, TokenTree::Group(cleaned)))
}

/// `&self`, `&mut self` and their forms with a lifetime; `self` by value is refused.
fn parse_receiver(tokens: &TokenStream) -> Result<Option<Receiver>> {
    let mut cursor = Cursor::new(tokens.clone(), Span::call_site());
    let reference = cursor.take_punct('&');
    if reference && cursor.take_punct('\'') {
        cursor.next();
    }
    let exclusive = cursor.take_ident("mut");
    if !cursor.peek_ident("self") {
        return Ok(None);
    }
    let span = cursor.span();
    cursor.next();
    if !reference {
        let hint = if cursor.peek_punct(':') {
            "name it otherwise: `slf: …`"
        } else {
            "take `&self`, `&mut self`, or `slf: Py<Self>`"
        };
        return Err(Error::new(
            span,
            format!("Python objects cannot be moved out of: {hint}"),
        ));
    }
    Ok(Some(if exclusive {
        Receiver::Exclusive
    } else {
        Receiver::Shared
    }))
}

fn parse_parameter(tokens: TokenStream, attributes: &[Attribute], span: Span) -> Result<Parameter> {
    let mut cursor = Cursor::new(tokens, span);
    cursor.take_ident("mut");
    let ident = match cursor.peek() {
        Some(TokenTree::Ident(_)) => cursor.ident("the name of a parameter")?,
        _ => {
            return Err(Error::new(
                span,
                "a parameter that Python can name must be a plain name, not a pattern",
            ));
        }
    };
    if !cursor.take_punct(':') {
        return Err(Error::new(
            span,
            "a parameter that Python can name must be a plain name, not a pattern",
        ));
    }
    let mut ty = Type::new(cursor.rest());
    if ty.is_impl() {
        return Err(Error::new(
            span,
            "a function that Python can call cannot have `impl` parameters: Python could not choose their types",
        ));
    }
    let mut converter = None;
    let mut is_cancel_handle = false;
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path == "pyo3")
    {
        for option in parse_options(attribute.arguments.clone())? {
            match option.name.as_str() {
                "from_py_with" => converter = Some(option.function()?),
                "cancel_handle" => is_cancel_handle = true,
                _ => {
                    return Err(option.unknown("a parameter", "`from_py_with` and `cancel_handle`"));
                }
            }
        }
    }
    if is_cancel_handle {
        if converter.is_some() {
            return Err(Error::new(
                span,
                "`from_py_with` and `cancel_handle` cannot be specified together",
            ));
        }
        ty.shape = Shape::Token;
    }
    Ok(Parameter {
        name: name(&ident),
        ty,
        converter,
        is_cancel_handle,
        span: ident.span(),
    })
}

impl Function {
    /// The parameters that are arguments.
    pub(crate) fn arguments(parameters: &[Parameter]) -> impl Iterator<Item = &Parameter> {
        parameters
            .iter()
            .filter(|parameter| !matches!(parameter.ty.shape, Shape::Token))
    }
}
