//! Attributes: which are ours, and what they say.

use proc_macro::{Delimiter, Group, Literal, Span, TokenStream, TokenTree};

use crate::parse::cursor::{Cursor, flatten};
use crate::parse::{Error, Result};

/// `#[path …]`.
#[derive(Clone)]
pub(crate) struct Attribute {
    /// The path without spaces: `pyo3`, `doc`, `exuvia::pyclass`.
    pub(crate) path: String,
    /// What is in parentheses, or behind `=`.
    pub(crate) arguments: TokenStream,
    /// Is it `path = …`?
    pub(crate) is_assignment: bool,
    /// All of it, with `#` and brackets.
    pub(crate) tokens: TokenStream,
    pub(crate) span: Span,
}

impl Attribute {
    /// The last name of the path: macros may be named by any path to them.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit("::").next().unwrap_or(&self.path)
    }
}

/// The attributes at the cursor.
pub(crate) fn parse_attributes(cursor: &mut Cursor) -> Result<Vec<Attribute>> {
    let mut attributes = Vec::new();
    while cursor.peek_punct('#') {
        let start = cursor.position();
        let span = cursor.span();
        cursor.take_punct('#');
        let group = cursor.group(Delimiter::Bracket, "an attribute")?;
        let tokens = cursor.since(start);
        let inside = flatten(group.stream()).into_iter().collect();
        let mut inside = Cursor::new(inside, group.span_close());
        let mut path = String::new();
        while let Some(token @ (TokenTree::Ident(_) | TokenTree::Punct(_))) = inside.peek() {
            let text = token.to_string();
            if text == "=" {
                break;
            }
            path.push_str(&text);
            inside.next();
        }
        let is_assignment = inside.take_punct('=');
        let arguments = match inside.peek() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                group.stream()
            }
            _ => inside.rest(),
        };
        attributes.push(Attribute {
            path,
            arguments,
            is_assignment,
            tokens,
            span,
        });
    }
    Ok(attributes)
}

/// The attributes that only our macros understand: without the macro around them they are errors of their own.
const ONLY_OURS: [&str; 8] = [
    "pyo3",
    "new",
    "getter",
    "setter",
    "deleter",
    "staticmethod",
    "classmethod",
    "classattr",
];

/// Those of a module's members.
const OF_MEMBERS: [&str; 2] = ["pymodule_export", "pymodule_init"];

/// An item that our macro could not understand, without what only our macro understands. What is in a module has macros of its own,
/// which know the rest.
pub(crate) fn without_ours(item: TokenStream) -> TokenStream {
    let is_module = item
        .clone()
        .into_iter()
        .any(|token| matches!(token, TokenTree::Ident(ident) if ident.to_string() == "mod"));
    left_without(item, &ONLY_OURS, is_module)
}

/// The tokens without the attributes of these names; those inside of a module without [`OF_MEMBERS`].
fn left_without(item: TokenStream, names: &[&str], is_module: bool) -> TokenStream {
    let is_ours = |token: &TokenTree| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            let first = group.stream().into_iter().next();
            first.is_some_and(|first| names.contains(&first.to_string().as_str()))
        }
        _ => false,
    };
    let mut left = Vec::new();
    let mut tokens = item.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct)
                if punct.as_char() == '#' && tokens.peek().is_some_and(is_ours) =>
            {
                tokens.next();
            }
            TokenTree::Group(group) => {
                let names = if is_module { &OF_MEMBERS } else { names };
                let mut inside = Group::new(
                    group.delimiter(),
                    left_without(group.stream(), names, false),
                );
                inside.set_span(group.span());
                left.push(TokenTree::Group(inside));
            }
            other => left.push(other),
        }
    }
    left.into_iter().collect()
}

/// One of a list of options: `name`, `name = value`, `name(value)`.
pub(crate) struct OptionItem {
    pub(crate) name: String,
    pub(crate) value: TokenStream,
    pub(crate) span: Span,
}

impl OptionItem {
    /// The value as a string literal.
    pub(crate) fn string(&self) -> Result<String> {
        string_literal(&self.value).ok_or_else(|| {
            Error::new(
                self.span,
                format!("`{}` takes a string: {} = \"…\"", self.name, self.name),
            )
        })
    }

    /// The value as a string that is a name in Python.
    pub(crate) fn python_name(&self) -> Result<String> {
        let written = self.string()?;
        // Python has no raw names: `r#type` is `type` there.
        let name = written.strip_prefix("r#").unwrap_or(&written);
        if !is_name(name) {
            return Err(Error::new(
                self.span,
                format!("{written:?} is not a name in Python"),
            ));
        }
        Ok(name.to_owned())
    }

    /// The value as a string that is a path in Rust.
    pub(crate) fn path(&self) -> Result<String> {
        let path = self.string()?;
        let is_path = path
            .strip_prefix("::")
            .unwrap_or(&path)
            .split("::")
            .all(|name| is_name(name.strip_prefix("r#").unwrap_or(name)));
        if !is_path {
            return Err(Error::new(
                self.span,
                format!("{path:?} is not a path: {} = \"::exuvia\"", self.name),
            ));
        }
        Ok(path)
    }

    /// The value as something that can be called: a path, or an expression in parentheses or braces.
    pub(crate) fn function(&self) -> Result<TokenStream> {
        let first = flatten(self.value.clone()).into_iter().next();
        match first {
            Some(TokenTree::Literal(_)) | None => Err(Error::new(
                self.span,
                format!(
                    "`{}` takes the path of a function, without quotes: {} = path",
                    self.name, self.name
                ),
            )),
            Some(_) => Ok(self.value.clone()),
        }
    }

    /// The value as `true` or `false`.
    pub(crate) fn bool(&self) -> Result<bool> {
        match self.value.to_string().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(Error::new(
                self.span,
                format!("`{}` takes `true` or `false`", self.name),
            )),
        }
    }

    /// The error for an option that is not known, or not there yet.
    pub(crate) fn unknown(&self, of: &str, known: &str) -> Error {
        Error::new(
            self.span,
            format!(
                "exuvia does not support the option `{}` of {of}; it supports {known}",
                self.name
            ),
        )
    }
}

/// Letters, digits and underscores, but no digit first.
fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c == '_')
        && text.chars().next().is_some_and(|c| !c.is_numeric())
}

/// The options in an attribute's arguments.
pub(crate) fn parse_options(arguments: TokenStream) -> Result<Vec<OptionItem>> {
    let mut cursor = Cursor::new(arguments, Span::call_site());
    let mut options = Vec::new();
    while !cursor.at_end() {
        let ident = cursor.ident("the name of an option")?;
        let value = if cursor.take_punct('=') {
            cursor.expression()
        } else if cursor.peek_group(Delimiter::Parenthesis) {
            cursor.group(Delimiter::Parenthesis, "options")?.stream()
        } else {
            TokenStream::new()
        };
        if !cursor.at_end() && !cursor.take_punct(',') {
            return Err(cursor.error("expected a comma between options"));
        }
        options.push(OptionItem {
            name: ident.to_string(),
            value,
            span: ident.span(),
        });
    }
    Ok(options)
}

/// The text of a string literal, whatever its form; `None` for anything else.
pub(crate) fn string_literal(tokens: &TokenStream) -> Option<String> {
    let mut tokens = tokens.clone().into_iter();
    let token = tokens.next()?;
    if tokens.next().is_some() {
        return None;
    }
    match token {
        TokenTree::Literal(literal) => unquote(&literal),
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            string_literal(&group.stream())
        }
        _ => None,
    }
}

/// The value of a string literal. The compiler has checked that it is well formed.
fn unquote(literal: &Literal) -> Option<String> {
    let text = literal.to_string();
    if let Some(raw) = text.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let inner = raw.get(hashes..raw.len() - hashes)?;
        return inner
            .strip_prefix('"')?
            .strip_suffix('"')
            .map(str::to_owned);
    }
    let mut chars = text
        .strip_prefix('"')?
        .strip_suffix('"')?
        .chars()
        .peekable();
    let mut value = String::new();
    while let Some(c) = chars.next() {
        if c != '\\' {
            value.push(c);
            continue;
        }
        match chars.next()? {
            'n' => value.push('\n'),
            'r' => value.push('\r'),
            't' => value.push('\t'),
            '0' => value.push('\0'),
            'x' => value.push(char::from_u32(
                u32::from_str_radix(&chars.by_ref().take(2).collect::<String>(), 16).ok()?,
            )?),
            'u' => {
                let digits: String = chars
                    .by_ref()
                    .skip(1)
                    .take_while(|c| *c != '}')
                    .filter(|c| *c != '_')
                    .collect();
                value.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
            }
            '\n' => while chars.next_if(|c| c.is_whitespace()).is_some() {},
            other => value.push(other),
        }
    }
    Some(value)
}
