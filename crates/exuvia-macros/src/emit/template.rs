/*!
Code with holes.

`emit("let $name = 1;", &[("name", tokens)])` is the code with the user's tokens in place of `$name`, spans and all, so
that the compiler points at what the user wrote. Names that the template itself introduces are hygienic: they can
neither capture nor be captured.
*/

use std::str::FromStr;

use proc_macro::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

/// Fills a template.
///
/// # Panics
/// When the template is not Rust tokens or names a hole that is not given: a mistake in this crate.
pub(crate) fn emit(template: &str, holes: &[(&str, TokenStream)]) -> TokenStream {
    let tokens = TokenStream::from_str(template)
        .unwrap_or_else(|error| panic!("template: {error}: {template}"));
    let mut code = TokenStream::new();
    fill(tokens, holes, &mut code);
    code
}

fn fill(tokens: TokenStream, holes: &[(&str, TokenStream)], code: &mut TokenStream) {
    let span = Span::mixed_site();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '$' => {
                let name = tokens
                    .next()
                    .map(|token| token.to_string())
                    .unwrap_or_default();
                match holes.iter().find(|(hole, _)| *hole == name) {
                    Some((_, filling)) => code.extend(filling.clone()),
                    None => panic!("template: nothing is given for ${name}"),
                }
            }
            TokenTree::Group(group) => {
                let mut inner = TokenStream::new();
                fill(group.stream(), holes, &mut inner);
                let mut filled = Group::new(group.delimiter(), inner);
                filled.set_span(span);
                code.extend([TokenTree::Group(filled)]);
            }
            mut other => {
                other.set_span(span);
                code.extend([other]);
            }
        }
    }
}

/// A name that is visible to the user's code and to other templates.
pub(crate) fn ident(name: &str) -> TokenStream {
    TokenTree::Ident(Ident::new(name, Span::call_site())).into()
}

/// A name with the place of something of the user's.
pub(crate) fn ident_at(name: &str, span: Span) -> TokenStream {
    TokenTree::Ident(Ident::new(name, span)).into()
}

/// Tokens as one expression or type, whatever stands around them.
pub(crate) fn grouped(tokens: TokenStream) -> TokenStream {
    TokenTree::Group(Group::new(Delimiter::None, tokens)).into()
}
