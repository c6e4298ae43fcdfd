//! `impl` blocks whose functions become methods.

use proc_macro::{Delimiter, Span, TokenStream, TokenTree};

use crate::parse::attribute::{Attribute, parse_attributes};
use crate::parse::cursor::{Cursor, is_visibility_fragment};
use crate::parse::function::{self, Function, FunctionOptions, is_ours};
use crate::parse::signature::name;
use crate::parse::{Error, Result};

/// What a function in the block is to Python.
#[derive(Clone, PartialEq)]
pub(crate) enum Role {
    Method,
    Static,
    Class,
    /// `#[new]`.
    Constructor,
    /// `#[getter]`, with the attribute's name.
    Getter(String),
    /// `#[setter]`, with the attribute's name.
    Setter(String),
    /// `#[deleter]`, with the attribute's name.
    Deleter(String),
    /// `#[classattr]` on a function.
    Attribute,
}

/// A function of the block.
pub(crate) struct Method {
    pub(crate) function: Function,
    pub(crate) role: Role,
    pub(crate) options: FunctionOptions,
    /// The name in Python.
    pub(crate) name: String,
}

impl Method {
    /// Would the class have only one of the two?
    fn is_same(&self, other: &Method) -> bool {
        match (&self.role, &other.role) {
            (Role::Constructor, Role::Constructor) => true,
            (Role::Constructor, _) | (_, Role::Constructor) => false,
            (Role::Getter(one), Role::Getter(two))
            | (Role::Setter(one), Role::Setter(two))
            | (Role::Deleter(one), Role::Deleter(two)) => one == two,
            (Role::Getter(_) | Role::Setter(_) | Role::Deleter(_), _)
            | (_, Role::Getter(_) | Role::Setter(_) | Role::Deleter(_)) => false,
            _ => self.name == other.name,
        }
    }

    fn said_twice(&self) -> Error {
        let what = match &self.role {
            Role::Constructor => "a constructor (`#[new]`)".to_owned(),
            Role::Getter(name) => format!("a getter of `{name}`"),
            Role::Setter(name) => format!("a setter of `{name}`"),
            Role::Deleter(name) => format!("a deleter of `{name}`"),
            _ => format!("`{}`", self.name),
        };
        Error::new(
            self.function.ident.span(),
            format!("the class has {what} already, and Python would see only one of them"),
        )
    }
}

/// `#[classattr] const NAME: T = …;`
pub(crate) struct Constant {
    pub(crate) ident: proc_macro::Ident,
    pub(crate) name: String,
}

/// The block.
pub(crate) struct Methods {
    pub(crate) class: TokenStream,
    pub(crate) methods: Vec<Method>,
    pub(crate) constants: Vec<Constant>,
    /// The block without the attributes that are ours.
    pub(crate) item: TokenStream,
}

pub(crate) fn parse(arguments: TokenStream, item: TokenStream) -> Result<Methods> {
    for option in crate::parse::attribute::parse_options(arguments)? {
        if option.name != "crate" {
            return Err(option.unknown("#[pymethods]", "`crate`"));
        }
        crate::emit::root::set(Some(option.path()?));
    }
    let mut cursor = Cursor::new(item, Span::call_site());
    let attributes = parse_attributes(&mut cursor)?;
    let mut item: TokenStream = attributes
        .iter()
        .filter(|attribute| !is_ours(attribute))
        .map(|attribute| attribute.tokens.clone())
        .collect();
    let start = cursor.position();
    if !cursor.take_ident("impl") {
        return Err(cursor.error("#[pymethods] is for `impl` blocks"));
    }
    if cursor.peek_punct('<') {
        return Err(cursor.error("#[pymethods] cannot be generic"));
    }
    let class = cursor.until(
        |token| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace),
    );
    if class
        .clone()
        .into_iter()
        .any(|token| matches!(&token, TokenTree::Ident(ident) if ident.to_string() == "for"))
    {
        return Err(Error::new(
            Span::call_site(),
            "#[pymethods] is for the class's own `impl` block, not for traits",
        ));
    }
    item.extend(cursor.since(start));
    let body = cursor.group(Delimiter::Brace, "the methods")?;

    let mut methods: Vec<Method> = Vec::new();
    let mut constants = Vec::new();
    let mut cleaned = TokenStream::new();
    let mut inside = Cursor::of_group(&body);
    while !inside.at_end() {
        let attributes = parse_attributes(&mut inside)?;
        if is_constant(&inside) {
            let (constant, tokens) = parse_constant(&attributes, &mut inside)?;
            constants.extend(constant);
            cleaned.extend(tokens);
        } else if is_function(&inside) {
            let function = function::parse(attributes, &mut inside)?;
            cleaned.extend(function.item.clone());
            let method = parse_method(function)?;
            if methods.iter().any(|other| other.is_same(&method)) {
                return Err(method.said_twice());
            }
            methods.push(method);
        } else {
            cleaned.extend(attributes.iter().map(|attribute| attribute.tokens.clone()));
            cleaned.extend(until_item_ends(&mut inside));
        }
    }
    let mut body_group = proc_macro::Group::new(Delimiter::Brace, cleaned);
    body_group.set_span(body.span());
    item.extend([TokenTree::Group(body_group)]);
    Ok(Methods {
        class,
        methods,
        constants,
        item,
    })
}

fn is_function(cursor: &Cursor) -> bool {
    let mut offset = 0;
    while let Some(token) = cursor.peek_at(offset) {
        match token {
            TokenTree::Ident(ident) => match ident.to_string().as_str() {
                "fn" => return true,
                "pub" | "const" | "async" | "unsafe" | "extern" => {}
                _ => return false,
            },
            TokenTree::Group(_) | TokenTree::Literal(_) => {}
            TokenTree::Punct(_) => return false,
        }
        offset += 1;
    }
    false
}

fn is_constant(cursor: &Cursor) -> bool {
    let mut offset = 0;
    if cursor.peek().is_some_and(is_visibility_fragment) {
        offset = 1;
    } else if matches!(cursor.peek(), Some(TokenTree::Ident(ident)) if ident.to_string() == "pub") {
        offset = 1;
        if matches!(cursor.peek_at(1), Some(TokenTree::Group(_))) {
            offset = 2;
        }
    }
    let name_at = |offset| match cursor.peek_at(offset) {
        Some(TokenTree::Ident(ident)) => ident.to_string(),
        _ => String::new(),
    };
    name_at(offset) == "const"
        && !matches!(
            name_at(offset + 1).as_str(),
            "fn" | "unsafe" | "async" | "extern"
        )
}

fn until_item_ends(cursor: &mut Cursor) -> TokenStream {
    let start = cursor.position();
    while let Some(token) = cursor.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => break,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
            _ => {}
        }
    }
    cursor.since(start)
}

fn parse_constant(
    attributes: &[Attribute],
    cursor: &mut Cursor,
) -> Result<(Option<Constant>, TokenStream)> {
    let is_attribute = attributes
        .iter()
        .any(|attribute| attribute.path == "classattr");
    let mut tokens: TokenStream = attributes
        .iter()
        .filter(|attribute| !is_ours(attribute))
        .map(|attribute| attribute.tokens.clone())
        .collect();
    let start = cursor.position();
    cursor.visibility();
    cursor.take_ident("const");
    let ident = cursor.ident("the name of a constant")?;
    while let Some(token) = cursor.next() {
        if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ';') {
            break;
        }
    }
    tokens.extend(cursor.since(start));
    let mut options = FunctionOptions::default();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path == "pyo3")
    {
        options.add(attribute.arguments.clone())?;
    }
    let name = options.name.unwrap_or_else(|| name(&ident));
    Ok((is_attribute.then_some(Constant { ident, name }), tokens))
}

fn parse_method(function: Function) -> Result<Method> {
    let mut role = Role::Method;
    let mut options = FunctionOptions::default();
    let rust_name = name(&function.ident);
    let mut class_method = false;
    for attribute in &function.attributes {
        let explicit = attribute.arguments.to_string();
        let set = |role: &mut Role, found: Role| {
            if *role != Role::Method {
                return Err(Error::new(
                    attribute.span,
                    "a method has one role: a getter, a constructor, a static method …",
                ));
            }
            *role = found;
            Ok(())
        };
        match attribute.path.as_str() {
            "new" => set(&mut role, Role::Constructor)?,
            "staticmethod" => set(&mut role, Role::Static)?,
            "classmethod" => class_method = true,
            "classattr" => set(&mut role, Role::Attribute)?,
            "getter" => set(
                &mut role,
                Role::Getter(attribute_name(&explicit, &rust_name, "get_")),
            )?,
            "setter" => set(
                &mut role,
                Role::Setter(attribute_name(&explicit, &rust_name, "set_")),
            )?,
            "deleter" => set(
                &mut role,
                Role::Deleter(attribute_name(&explicit, &rust_name, "delete_")),
            )?,
            "pyo3" => options.add(attribute.arguments.clone())?,
            _ => {}
        }
    }
    // `#[new] #[classmethod]` is a constructor that is told the class.
    if class_method && role == Role::Method {
        role = Role::Class;
    } else if class_method && role != Role::Constructor {
        return Err(Error::new(
            function.ident.span(),
            "#[classmethod] goes with #[new] only",
        ));
    }
    if rust_name == "__new__" && role == Role::Method {
        return Err(Error::new(
            function.ident.span(),
            "the constructor is marked with #[new]",
        ));
    }
    if function.receiver.is_some()
        && !matches!(
            role,
            Role::Method | Role::Getter(_) | Role::Setter(_) | Role::Deleter(_)
        )
    {
        return Err(Error::new(
            function.ident.span(),
            "a static, class or constructor function has no receiver",
        ));
    }
    check_options(&function, &role, &options)?;
    let name = match &role {
        Role::Getter(name) | Role::Setter(name) | Role::Deleter(name) => {
            options.name.clone().unwrap_or_else(|| name.clone())
        }
        _ => options.name.clone().unwrap_or(rust_name),
    };
    Ok(Method {
        function,
        role,
        options,
        name,
    })
}

/// Refuses what would be silently ignored.
fn check_options(function: &Function, role: &Role, options: &FunctionOptions) -> Result<()> {
    let plain = matches!(role, Role::Method | Role::Static | Role::Class);
    let problem = if options.pass_module {
        "`pass_module` is for functions: a method is told its class or instance"
    } else if function.is_async && !plain {
        "a constructor, a property or a class attribute cannot be `async`: make it a method"
    } else if *role == Role::Attribute && !options.warnings.is_empty() {
        "`warn` is for what is called; a class attribute is made once"
    } else if name(&function.ident) == "__traverse__" && !options.warnings.is_empty() {
        "`warn` is for what Python code calls; the garbage collector must not run any"
    } else {
        return Ok(());
    };
    Err(Error::new(function.ident.span(), problem))
}

/// `#[getter]` on `get_x` or `x` is for the attribute `x`; `#[getter(y)]` for `y`.
fn attribute_name(explicit: &str, rust_name: &str, prefix: &str) -> String {
    match explicit.trim_matches('"') {
        "" => rust_name
            .strip_prefix(prefix)
            .unwrap_or(rust_name)
            .to_owned(),
        // Python has no raw names.
        name => name.strip_prefix("r#").unwrap_or(name).to_owned(),
    }
}
