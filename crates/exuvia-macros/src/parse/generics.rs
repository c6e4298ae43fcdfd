//! `<'a, T: Bound = Default, const N: usize>` and `where …`.

use proc_macro::{Delimiter, TokenStream, TokenTree};

use crate::parse::Result;
use crate::parse::attribute::parse_attributes;
use crate::parse::cursor::Cursor;

/// What a generic parameter stands for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Lifetime,
    Type,
    Const,
}

/// A generic parameter.
pub(crate) struct Parameter {
    pub(crate) kind: Kind,
    /// `'a`, `T`, `N`: as the type names it.
    pub(crate) name: TokenStream,
    /// With its bounds and without its default: as an `impl` declares it.
    pub(crate) declaration: TokenStream,
}

/// The parameters between the angle brackets at the cursor, if there are any.
pub(crate) fn parse(cursor: &mut Cursor) -> Result<Vec<Parameter>> {
    let tokens: Vec<TokenTree> = cursor.generics().into_iter().collect();
    let mut parameters = Vec::new();
    let [_, inside @ .., _] = &tokens[..] else {
        return Ok(parameters);
    };
    let mut inside = Cursor::new(inside.iter().cloned().collect(), cursor.span());
    while !inside.at_end() {
        parse_attributes(&mut inside)?;
        let start = inside.position();
        let kind = if inside.peek_punct('\'') {
            Kind::Lifetime
        } else if inside.take_ident("const") {
            Kind::Const
        } else {
            Kind::Type
        };
        let name_start = inside.position();
        inside.take_punct('\'');
        inside.ident("a generic parameter")?;
        let name = inside.since(name_start);
        inside.until(|token| {
            matches!(token, TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | '='))
        });
        let declaration = inside.since(start);
        inside.until_comma();
        parameters.push(Parameter {
            kind,
            name,
            declaration,
        });
    }
    Ok(parameters)
}

/// The conditions behind `where` at the cursor, each with a comma behind it; nothing if there is no `where`.
pub(crate) fn parse_conditions(cursor: &mut Cursor) -> TokenStream {
    if !cursor.take_ident("where") {
        return TokenStream::new();
    }
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    };
    let written: Vec<TokenTree> = cursor.until(ends).into_iter().collect();
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let missing = written.last().is_some_and(|last| !is_comma(last));
    let comma = TokenTree::Punct(proc_macro::Punct::new(',', proc_macro::Spacing::Alone));
    written
        .into_iter()
        .chain(missing.then_some(comma))
        .collect()
}
