//! Functions and inline `mod`s that become modules.

use proc_macro::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use crate::parse::attribute::{Attribute, parse_attributes, parse_options};
use crate::parse::cursor::{Cursor, flatten, is_block};
use crate::parse::doc::Doc;
use crate::parse::function::{self, Function, Parameter, is_ours};
use crate::parse::signature::name;
use crate::parse::{Error, Result};

#[derive(Default)]
pub(crate) struct ModuleOptions {
    pub(crate) name: Option<String>,
    pub(crate) submodule: bool,
    /// The module around it.
    pub(crate) parent: Option<String>,
    pub(crate) gil_used: Option<bool>,
}

/// Something in an inline module that Python sees.
pub(crate) struct Member {
    /// Its path from inside the module.
    pub(crate) path: TokenStream,
    /// A constant: the name under which its value is added.
    pub(crate) constant: Option<String>,
    /// `#[cfg]` attributes, which the use of the item needs too.
    pub(crate) conditions: TokenStream,
}

/// An inline module's contents.
pub(crate) struct Inline {
    pub(crate) attributes: TokenStream,
    pub(crate) visibility: TokenStream,
    pub(crate) items: TokenStream,
    pub(crate) members: Vec<Member>,
    /// `#[pymodule_init]`.
    pub(crate) init: Option<Init>,
}

/// The function that completes a module.
pub(crate) struct Init {
    pub(crate) ident: Ident,
    pub(crate) parameters: Vec<Parameter>,
}

/// A function marked `#[pyfn(module, …)]` in the body of a function that fills a module.
#[derive(Default)]
pub(crate) struct Statement {
    /// What stands before it in the body, behind the one before.
    pub(crate) before: TokenStream,
    pub(crate) module: TokenStream,
    pub(crate) options: TokenStream,
    pub(crate) name: TokenStream,
    /// The function without its mark.
    pub(crate) function: TokenStream,
    /// What stands behind the last one.
    pub(crate) after: TokenStream,
}

pub(crate) enum Form {
    /// With the functions in it that are to be added, if there are any.
    Function(Vec<Statement>, Box<Function>),
    Inline(Inline),
}

/// A module.
pub(crate) struct Module {
    pub(crate) ident: Ident,
    pub(crate) form: Form,
    pub(crate) options: ModuleOptions,
    pub(crate) doc: Doc,
}

impl ModuleOptions {
    /// The name with the modules around it, as the classes inside show it.
    pub(crate) fn full_name(&self, ident: &Ident) -> String {
        let name = self.name.clone().unwrap_or_else(|| name(ident));
        match &self.parent {
            Some(parent) => format!("{parent}.{name}"),
            None => name,
        }
    }

    fn add(&mut self, arguments: TokenStream) -> Result<()> {
        for option in parse_options(arguments)? {
            match option.name.as_str() {
                "name" => self.name = Some(option.python_name()?),
                "submodule" => self.submodule = true,
                "gil_used" => self.gil_used = Some(option.bool()?),
                "module" => self.parent = Some(option.string()?),
                "crate" => crate::emit::root::set(Some(option.path()?)),
                _ => {
                    return Err(
                        option.unknown("a module", "`name`, `submodule`, `gil_used` and `module`")
                    );
                }
            }
        }
        Ok(())
    }
}

pub(crate) fn parse(arguments: TokenStream, item: TokenStream) -> Result<Module> {
    let mut options = ModuleOptions::default();
    options.add(arguments)?;
    let mut cursor = Cursor::new(item, Span::call_site());
    let attributes = parse_attributes(&mut cursor)?;
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path == "pyo3")
    {
        options.add(attribute.arguments.clone())?;
    }
    let doc = Doc::of(&attributes);
    let mut look = 0;
    while !matches!(cursor.peek_at(look), Some(TokenTree::Ident(ident)) if matches!(ident.to_string().as_str(), "fn" | "mod"))
    {
        if cursor.peek_at(look).is_none() {
            return Err(cursor.error("#[pymodule] is for functions and inline `mod`s"));
        }
        look += 1;
    }
    if matches!(cursor.peek_at(look), Some(TokenTree::Ident(ident)) if ident.to_string() == "fn") {
        let function = function::parse(attributes, &mut cursor)?;
        if options.submodule {
            return Err(Error::new(
                function.ident.span(),
                "`submodule` is for inline modules",
            ));
        }
        return Ok(Module {
            ident: function.ident.clone(),
            form: Form::Function(statements(&function), Box::new(function)),
            options,
            doc,
        });
    }
    let visibility = cursor.visibility();
    cursor.take_ident("mod");
    let ident = cursor.ident("the name of the module")?;
    if cursor.peek_punct(';') {
        return Err(
            cursor.error("#[pymodule] must see the contents: write them here, `mod … { … }`")
        );
    }
    let body = cursor.group(Delimiter::Brace, "the contents of the module")?;
    let kept = attributes
        .iter()
        .filter(|attribute| !is_ours(attribute))
        .map(|attribute| attribute.tokens.clone())
        .collect();
    let mut inline = Inline {
        attributes: kept,
        visibility,
        items: TokenStream::new(),
        members: Vec::new(),
        init: None,
    };
    let full_name = options.full_name(&ident);
    let mut inside = Cursor::of_group(&body);
    while !inside.at_end() {
        parse_item(&mut inside, &full_name, &mut inline)?;
    }
    Ok(Module {
        ident,
        form: Form::Inline(inline),
        options,
        doc,
    })
}

/// The statements of a function's body, where functions among them are marked `#[pyfn(module, …)]`; otherwise none.
fn statements(function: &Function) -> Vec<Statement> {
    let Some(TokenTree::Group(body)) = function.item.clone().into_iter().last() else {
        return Vec::new();
    };
    let mut cursor = Cursor::of_group(&body);
    let mut statements = Vec::new();
    let mut start = 0;
    while let Some(token) = cursor.next() {
        let Some(marked) = pyfn(&token, cursor.peek()) else {
            continue;
        };
        // Not the `#`, which is taken already.
        let before = cursor.between(start, cursor.position() - 1);
        cursor.next();
        let function = cursor.position();
        let mut name = TokenStream::new();
        while let Some(token) = cursor.next() {
            if is_block(&token) {
                break;
            }
            if token.to_string() == "fn" && name.is_empty() {
                name.extend(cursor.peek().cloned());
            }
        }
        start = cursor.position();
        statements.push(Statement {
            before,
            name,
            function: cursor.since(function),
            ..marked
        });
    }
    if let Some(last) = statements.last_mut() {
        last.after = cursor.since(start);
    }
    statements
}

/// `#[pyfn(module, …)]`.
fn pyfn(punct: &TokenTree, attribute: Option<&TokenTree>) -> Option<Statement> {
    let (TokenTree::Punct(punct), Some(TokenTree::Group(attribute))) = (punct, attribute) else {
        return None;
    };
    let mut inside = Cursor::of_group(attribute);
    if punct.as_char() != '#' || !inside.take_ident("pyfn") {
        return None;
    }
    let arguments = inside.group(Delimiter::Parenthesis, "the module").ok()?;
    let mut arguments = Cursor::of_group(&arguments);
    Some(Statement {
        module: arguments.until_comma(),
        options: arguments.rest(),
        ..Statement::default()
    })
}

fn parse_item(cursor: &mut Cursor, module: &str, inline: &mut Inline) -> Result<()> {
    // Inner attributes and docs belong to the module.
    if cursor.peek_punct('#')
        && matches!(cursor.peek_at(1), Some(TokenTree::Punct(punct)) if punct.as_char() == '!')
    {
        let start = cursor.position();
        cursor.next();
        cursor.next();
        cursor.next();
        inline.items.extend(cursor.since(start));
        return Ok(());
    }
    let attributes = parse_attributes(cursor)?;
    let has = |name: &str| attributes.iter().any(|attribute| attribute.name() == name);
    let export = has("pymodule_export");
    let init = has("pymodule_init");
    let wrapped = has("pyfunction") || has("pyclass") || has("pymodule");
    let conditions: TokenStream = attributes
        .iter()
        .filter(|attribute| attribute.path == "cfg")
        .map(|attribute| attribute.tokens.clone())
        .collect();
    inline.items.extend(
        attributes
            .iter()
            .filter(|attribute| !matches!(attribute.name(), "pymodule_export" | "pymodule_init"))
            .map(|attribute| tell_module(attribute, module)),
    );
    let start = cursor.position();
    cursor.visibility();
    skip_qualifiers(cursor);
    let keyword = match cursor.peek() {
        Some(TokenTree::Ident(ident)) => ident.to_string(),
        _ => String::new(),
    };
    cursor.next();
    match keyword.as_str() {
        "use" if export => {
            let mut path = Vec::new();
            while !cursor.at_end() && !cursor.peek_punct(';') {
                path.extend(cursor.next());
            }
            for name in used_names(path)? {
                inline.members.push(Member {
                    path: name,
                    constant: None,
                    conditions: conditions.clone(),
                });
            }
        }
        "const" if export => {
            let ident = cursor.ident("the name of a constant")?;
            inline.members.push(Member {
                path: TokenTree::Ident(ident.clone()).into(),
                constant: Some(name(&ident)),
                conditions: conditions.clone(),
            });
        }
        "fn" | "struct" | "enum" | "mod" => {
            let ident = cursor.ident("a name")?;
            if init {
                if inline.init.is_some() {
                    return Err(Error::new(
                        ident.span(),
                        "a module has one #[pymodule_init]",
                    ));
                }
                cursor.generics();
                let parameters = cursor.group(Delimiter::Parenthesis, "the parameters")?;
                let (_, parameters, _) = function::parse_parameters(&parameters)?;
                inline.init = Some(Init { ident, parameters });
            } else if wrapped || export {
                inline.members.push(Member {
                    path: TokenTree::Ident(ident).into(),
                    constant: None,
                    conditions: conditions.clone(),
                });
            }
        }
        _ if export => return Err(cursor.error("#[pymodule_export] is for `use` and `const`")),
        _ => {}
    }
    finish_item(cursor, &keyword);
    inline.items.extend(cursor.since(start));
    Ok(())
}

/// Passes over what stands before `fn`, and over nothing else: `const` may begin another item, as `extern` may.
fn skip_qualifiers(cursor: &mut Cursor) {
    let text = |offset| match cursor.peek_at(offset) {
        Some(TokenTree::Ident(ident)) => ident.to_string(),
        Some(TokenTree::Literal(_)) => "literal".to_owned(),
        _ => String::new(),
    };
    let qualifiers = ["const", "async", "unsafe", "extern", "literal"];
    let count = (0..)
        .take_while(|&offset| qualifiers.contains(&text(offset).as_str()))
        .count();
    if text(count) == "fn" {
        for _ in 0..count {
            cursor.next();
        }
    }
}

/// Classes and modules inside a module are told its name; a module inside a module also exports no `PyInit_…`.
fn tell_module(attribute: &Attribute, module: &str) -> TokenStream {
    let submodule = match attribute.name() {
        "pymodule" => ", submodule",
        "pyclass" => "",
        _ => return attribute.tokens.clone(),
    };
    let written = |option: &str| {
        parse_options(attribute.arguments.clone())
            .is_ok_and(|options| options.iter().any(|found| found.name == option))
    };
    let mut added = String::new();
    if !written("module") {
        added.push_str(&format!("module = {module:?}"));
    }
    if !written("submodule") {
        added.push_str(submodule);
    }
    let separator = if attribute.arguments.is_empty() || added.is_empty() {
        ""
    } else {
        ", "
    };
    let mut arguments = attribute.arguments.clone();
    arguments.extend(
        format!("{separator}{}", added.trim_start_matches(", "))
            .parse::<TokenStream>()
            .unwrap_or_default(),
    );
    // The attribute as it was written, with other arguments.
    let with_arguments = |token| match token {
        TokenTree::Group(attribute) => {
            let mut inside: Vec<TokenTree> = flatten(attribute.stream());
            inside.retain(|token| !matches!(token, TokenTree::Group(_)));
            inside.push(Group::new(Delimiter::Parenthesis, arguments.clone()).into());
            let mut written = Group::new(attribute.delimiter(), inside.into_iter().collect());
            written.set_span(attribute.span());
            TokenTree::Group(written)
        }
        other => other,
    };
    attribute
        .tokens
        .clone()
        .into_iter()
        .map(with_arguments)
        .collect()
}

/// Takes the rest of an item: to its body, or to its semicolon.
fn finish_item(cursor: &mut Cursor, keyword: &str) {
    while let Some(token) = cursor.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => break,
            token
                if is_block(&token) && !matches!(keyword, "use" | "const" | "static" | "type") =>
            {
                break;
            }
            _ => {}
        }
    }
}

/// The names that a `use` brings in.
fn used_names(tokens: Vec<TokenTree>) -> Result<Vec<TokenStream>> {
    let mut names = Vec::new();
    let mut last: Option<Ident> = None;
    for token in &tokens {
        match token {
            TokenTree::Ident(ident) if ident.to_string() == "as" => last = None,
            TokenTree::Ident(ident) => last = Some(ident.clone()),
            TokenTree::Group(group) => {
                let mut inside = Cursor::of_group(group);
                while !inside.at_end() {
                    names.extend(used_names(inside.until_comma().into_iter().collect())?);
                }
                last = None;
            }
            TokenTree::Punct(punct) if punct.as_char() == '*' => {
                return Err(Error::new(
                    punct.span(),
                    "#[pymodule_export] needs the names: `*` does not tell them",
                ));
            }
            _ => {}
        }
    }
    names.extend(last.map(|ident| TokenStream::from(TokenTree::Ident(ident))));
    Ok(names)
}
