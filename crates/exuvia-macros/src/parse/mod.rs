//! From tokens to plain structs.

pub(crate) mod attribute;
pub(crate) mod class;
pub(crate) mod conditional;
pub(crate) mod cursor;
pub(crate) mod derive;
pub(crate) mod doc;
pub(crate) mod function;
pub(crate) mod generics;
pub(crate) mod methods;
pub(crate) mod module;
pub(crate) mod signature;
pub(crate) mod types;

use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// What is wrong with the user's code, and where.
pub(crate) struct Error {
    span: Span,
    message: String,
}

pub(crate) type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Error {
            span,
            message: message.into(),
        }
    }

    /// `::core::compile_error!("…");` at the place of the mistake.
    pub(crate) fn into_compile_error(self) -> TokenStream {
        let at = |mut token: TokenTree| {
            token.set_span(self.span);
            token
        };
        let punct = |c, spacing| at(TokenTree::Punct(Punct::new(c, spacing)));
        let ident = |name| at(TokenTree::Ident(Ident::new(name, self.span)));
        let text = at(TokenTree::Literal(Literal::string(&self.message)));
        TokenStream::from_iter([
            punct(':', Spacing::Joint),
            punct(':', Spacing::Alone),
            ident("core"),
            punct(':', Spacing::Joint),
            punct(':', Spacing::Alone),
            ident("compile_error"),
            punct('!', Spacing::Alone),
            at(TokenTree::Group(Group::new(Delimiter::Brace, text.into()))),
        ])
    }
}
