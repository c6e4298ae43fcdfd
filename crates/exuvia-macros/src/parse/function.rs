//! Functions: free ones and those of a class.

use proc_macro::{Delimiter, Ident, Span, TokenStream, TokenTree};

use crate::parse::attribute::{Attribute, documentation, parse_attributes, parse_options};
use crate::parse::cursor::{Cursor, is_block};
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
    pub(crate) span: Span,
}

/// A Rust function.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: TokenStream,
    pub(crate) is_unsafe: bool,
    pub(crate) ident: Ident,
    pub(crate) receiver: Option<Receiver>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) doc: String,
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

/// The methods that fill and read memory by its address.
const UNSAFE: [&str; 2] = ["__getbuffer__", "__releasebuffer__"];

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
                }
                "text_signature" => {
                    let none = option.value.to_string() == "None";
                    self.text_signature = Some(if none { None } else { Some(option.string()?) });
                }
                "pass_module" => self.pass_module = true,
                "crate" => crate::emit::root::set(Some(option.path()?)),
                _ => {
                    return Err(option.unknown(
                        "a function",
                        "`name`, `signature`, `text_signature` and `pass_module`",
                    ));
                }
            }
        }
        Ok(())
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
    let mut unsafe_at = None;
    for qualifier in ["const", "async", "unsafe", "extern"] {
        let span = cursor.span();
        if cursor.take_ident(qualifier) {
            match qualifier {
                "async" => {
                    return Err(Error::new(
                        span,
                        "exuvia does not support `async fn` in Python modules yet",
                    ));
                }
                "unsafe" => unsafe_at = Some(span),
                "extern" => {
                    if matches!(cursor.peek(), Some(TokenTree::Literal(_))) {
                        cursor.next();
                    }
                }
                _ => {}
            }
        }
    }
    if !cursor.take_ident("fn") {
        return Err(cursor.error("expected a function"));
    }
    let ident = cursor.ident("the name of a function")?;
    if let Some(span) = unsafe_at
        && !UNSAFE.contains(&ident.to_string().as_str())
    {
        return Err(Error::new(
            span,
            "a function that Python can call must be safe: remove `unsafe`",
        ));
    }
    let generics_span = cursor.span();
    check_generics(cursor.generics(), generics_span)?;
    let before_parameters = cursor.since(start);
    let parameters_group = cursor.group(Delimiter::Parenthesis, "the parameters")?;
    let (receiver, parameters, parameters_tokens) = parse_parameters(&parameters_group)?;
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
    let doc = documentation(&attributes);
    Ok(Function {
        attributes,
        visibility,
        is_unsafe: unsafe_at.is_some(),
        ident,
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
            return Err(inside.error("a function that Python can call cannot have type parameters"));
        }
        inside.until_comma();
    }
    Ok(())
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
    let ty = Type::new(cursor.rest());
    let mut converter = None;
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path == "pyo3")
    {
        for option in parse_options(attribute.arguments.clone())? {
            match option.name.as_str() {
                "from_py_with" => converter = Some(option.value.clone()),
                _ => return Err(option.unknown("a parameter", "`from_py_with`")),
            }
        }
    }
    Ok(Parameter {
        name: name(&ident),
        ty,
        converter,
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
