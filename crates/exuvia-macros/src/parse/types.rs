/*!
The outermost shape of a type: as much as decides how a parameter is taken.

`Python`, `Bound` and `Option` are known by the last name of their path, as in PyO3; a renamed import of these is not
seen through.
*/

use proc_macro::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

use crate::parse::cursor::{Cursor, flatten};

/// How a parameter is taken.
#[derive(Clone)]
pub(crate) enum Shape {
    /// `Python<'_>`, or the handle of a coroutine's cancellation: not an argument.
    Token,
    /// `T`.
    Value,
    /// `&Bound<'_, T>`.
    Bound,
    /// `&T`; the tokens are `T`.
    Shared(TokenStream),
    /// `&mut T`; the tokens are `T`.
    Exclusive(TokenStream),
    /// `Option` of a reference.
    Optional(Box<Shape>),
}

/// A parameter's type.
#[derive(Clone)]
pub(crate) struct Type {
    pub(crate) tokens: TokenStream,
    pub(crate) shape: Shape,
    /// `Option<…>`?
    pub(crate) is_option: bool,
}

impl Type {
    pub(crate) fn new(tokens: TokenStream) -> Self {
        let mut is_option = false;
        let shape = shape(tokens.clone(), &mut is_option);
        Type {
            tokens,
            shape,
            is_option,
        }
    }

    /// `impl Trait`?
    pub(crate) fn is_impl(&self) -> bool {
        let first = flatten(self.tokens.clone()).into_iter().next();
        matches!(first, Some(TokenTree::Ident(ident)) if ident.to_string() == "impl")
    }

    /// The type with every named lifetime but `'static` inferred, and `Self` spelled out: for use outside of the
    /// function that declares them.
    pub(crate) fn outside(&self, this: Option<&TokenStream>) -> TokenStream {
        outside(self.tokens.clone(), this)
    }
}

fn shape(tokens: TokenStream, is_option: &mut bool) -> Shape {
    let mut cursor = Cursor::new(flatten(tokens).into_iter().collect(), Span::call_site());
    if cursor.take_punct('&') {
        if cursor.take_punct('\'') {
            cursor.next();
        }
        let exclusive = cursor.take_ident("mut");
        let inner = cursor.rest();
        if exclusive {
            return Shape::Exclusive(inner);
        }
        return if last_name(&inner).as_deref() == Some("Bound") {
            Shape::Bound
        } else {
            Shape::Shared(inner)
        };
    }
    let whole = cursor.rest();
    match last_name(&whole).as_deref() {
        Some("Python") => Shape::Token,
        Some("Option") => {
            *is_option = true;
            let inner = generic_argument(whole);
            match shape(inner, &mut false) {
                Shape::Value | Shape::Token | Shape::Optional(_) => Shape::Value,
                reference => Shape::Optional(Box::new(reference)),
            }
        }
        _ => Shape::Value,
    }
}

/// The last name of a path, before its generic arguments.
pub(crate) fn last_name(tokens: &TokenStream) -> Option<String> {
    let mut name = None;
    for token in flatten(tokens.clone()) {
        match token {
            TokenTree::Ident(ident) if ident.to_string() == "dyn" => return None,
            TokenTree::Ident(ident) => name = Some(ident.to_string()),
            TokenTree::Punct(punct) if punct.as_char() == ':' => {}
            TokenTree::Punct(punct) if punct.as_char() == '<' => break,
            _ => return None,
        }
    }
    name
}

/// The tokens between the angle brackets of a path.
fn generic_argument(tokens: TokenStream) -> TokenStream {
    let mut cursor = Cursor::new(tokens, Span::call_site());
    cursor.until(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '<'));
    let inside: Vec<TokenTree> = cursor.generics().into_iter().collect();
    match inside.len() {
        0..=1 => TokenStream::new(),
        count => inside[1..count - 1].iter().cloned().collect(),
    }
}

/// Does a type mention a lifetime by name, or `Self`? Replaces them.
fn outside(tokens: TokenStream, this: Option<&TokenStream>) -> TokenStream {
    let mut result = Vec::new();
    let mut after_quote = false;
    for token in tokens {
        let mut quote = false;
        match token {
            TokenTree::Ident(ident) if after_quote => {
                let name = if ident.to_string() == "static" {
                    "static"
                } else {
                    "_"
                };
                result.push(TokenTree::Ident(Ident::new(name, ident.span())));
            }
            TokenTree::Ident(ident) if ident.to_string() == "Self" && this.is_some() => {
                let this = this.cloned().unwrap_or_default();
                result.push(TokenTree::Group(Group::new(Delimiter::None, this)));
            }
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                quote = true;
                let mut joint = Punct::new('\'', Spacing::Joint);
                joint.set_span(punct.span());
                result.push(TokenTree::Punct(joint));
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), outside(group.stream(), this));
                inner.set_span(group.span());
                result.push(TokenTree::Group(inner));
            }
            other => result.push(other),
        }
        after_quote = quote;
    }
    result.into_iter().collect()
}

/// `Self` spelled out, in an expression.
pub(crate) fn spell_out_self(tokens: TokenStream, this: &TokenStream) -> TokenStream {
    let spelled = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(ident) if ident.to_string() == "Self" => {
            TokenTree::Group(Group::new(Delimiter::None, this.clone()))
        }
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), spell_out_self(group.stream(), this));
            inner.set_span(group.span());
            TokenTree::Group(inner)
        }
        other => other,
    });
    spelled.collect()
}
