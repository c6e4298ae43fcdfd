//! Walking through tokens.

use proc_macro::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};

use crate::parse::{Error, Result};

/// A place in a list of tokens.
pub(crate) struct Cursor {
    tokens: Vec<TokenTree>,
    position: usize,
    /// Where to point when something is missing at the end.
    end: Span,
}

impl Cursor {
    pub(crate) fn new(tokens: TokenStream, end: Span) -> Self {
        Cursor {
            tokens: tokens.into_iter().collect(),
            position: 0,
            end,
        }
    }

    pub(crate) fn of_group(group: &Group) -> Self {
        Cursor::new(group.stream(), group.span_close())
    }

    pub(crate) fn peek(&self) -> Option<&TokenTree> {
        self.tokens.get(self.position)
    }

    pub(crate) fn peek_at(&self, offset: usize) -> Option<&TokenTree> {
        self.tokens.get(self.position + offset)
    }

    pub(crate) fn next(&mut self) -> Option<TokenTree> {
        let token = self.tokens.get(self.position).cloned();
        self.position += usize::from(token.is_some());
        token
    }

    pub(crate) fn at_end(&self) -> bool {
        self.position >= self.tokens.len()
    }

    pub(crate) fn span(&self) -> Span {
        self.peek().map_or(self.end, TokenTree::span)
    }

    pub(crate) fn error(&self, message: impl Into<String>) -> Error {
        Error::new(self.span(), message)
    }

    pub(crate) fn peek_punct(&self, c: char) -> bool {
        matches!(self.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == c)
    }

    pub(crate) fn peek_ident(&self, name: &str) -> bool {
        matches!(self.peek(), Some(TokenTree::Ident(ident)) if ident.to_string() == name)
    }

    pub(crate) fn peek_group(&self, delimiter: Delimiter) -> bool {
        matches!(self.peek(), Some(TokenTree::Group(group)) if group.delimiter() == delimiter)
    }

    pub(crate) fn take_punct(&mut self, c: char) -> bool {
        let found = self.peek_punct(c);
        self.position += usize::from(found);
        found
    }

    pub(crate) fn take_ident(&mut self, name: &str) -> bool {
        let found = self.peek_ident(name);
        self.position += usize::from(found);
        found
    }

    pub(crate) fn ident(&mut self, what: &str) -> Result<Ident> {
        match self.peek().cloned() {
            Some(TokenTree::Ident(ident)) => {
                self.position += 1;
                Ok(ident)
            }
            _ => Err(self.error(format!("expected {what}"))),
        }
    }

    pub(crate) fn group(&mut self, delimiter: Delimiter, what: &str) -> Result<Group> {
        match self.peek().cloned() {
            Some(TokenTree::Group(group)) if group.delimiter() == delimiter => {
                self.position += 1;
                Ok(group)
            }
            _ => Err(self.error(format!("expected {what}"))),
        }
    }

    /// Everything that is left.
    pub(crate) fn rest(&mut self) -> TokenStream {
        let rest = self.tokens[self.position..].iter().cloned().collect();
        self.position = self.tokens.len();
        rest
    }

    /// The tokens since an earlier [`position`](Self::position).
    pub(crate) fn since(&self, position: usize) -> TokenStream {
        self.between(position, self.position)
    }

    /// The tokens between two earlier [`position`](Self::position)s.
    pub(crate) fn between(&self, start: usize, end: usize) -> TokenStream {
        self.tokens[start..end].iter().cloned().collect()
    }

    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// The tokens up to one that `stop` accepts outside of angle brackets, or to the end. The stop is not taken.
    pub(crate) fn until(&mut self, stop: impl Fn(&TokenTree) -> bool) -> TokenStream {
        let start = self.position;
        let mut depth = 0_usize;
        let mut after_minus = false;
        while let Some(token) = self.peek() {
            if depth == 0 && stop(token) {
                break;
            }
            let mut minus = false;
            if let TokenTree::Punct(punct) = token {
                match punct.as_char() {
                    '<' => depth += 1,
                    // The arrow of a function type closes nothing.
                    '>' if !after_minus => depth = depth.saturating_sub(1),
                    '-' => minus = punct.spacing() == Spacing::Joint,
                    _ => {}
                }
            }
            after_minus = minus;
            self.position += 1;
        }
        self.since(start)
    }

    /// The tokens up to a comma outside of angle brackets; the comma is taken.
    pub(crate) fn until_comma(&mut self) -> TokenStream {
        let tokens =
            self.until(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','));
        self.take_punct(',');
        tokens
    }

    /// An expression, up to a comma. Angle brackets in it are operators, but for those of a path, in front (`<T as Trait>::f`) or
    /// behind colons (`f::<A, B>`), where a comma ends nothing.
    pub(crate) fn expression(&mut self) -> TokenStream {
        let start = self.position;
        self.generics();
        while !self.at_end() && !self.peek_punct(',') {
            let colons = self.take_punct(':') && self.take_punct(':');
            if colons {
                self.generics();
            } else {
                self.position += 1;
            }
        }
        self.since(start)
    }

    /// `<…>`, if it is there, with its brackets.
    pub(crate) fn generics(&mut self) -> TokenStream {
        let start = self.position;
        if self.peek_punct('<') {
            let mut depth = 0_usize;
            let mut after_minus = false;
            while let Some(token) = self.next() {
                let mut minus = false;
                if let TokenTree::Punct(punct) = &token {
                    match punct.as_char() {
                        '<' => depth += 1,
                        '>' if !after_minus => depth -= 1,
                        '-' => minus = punct.spacing() == Spacing::Joint,
                        _ => {}
                    }
                }
                after_minus = minus;
                if depth == 0 {
                    break;
                }
            }
        }
        self.since(start)
    }

    /// `pub`, `pub(crate)` and so on, or nothing.
    pub(crate) fn visibility(&mut self) -> TokenStream {
        let start = self.position;
        let is_fragment = self.peek().is_some_and(is_visibility_fragment);
        if is_fragment || (self.take_ident("pub") && self.peek_group(Delimiter::Parenthesis)) {
            self.position += 1;
        }
        self.since(start)
    }
}

/// Is it what `macro_rules!` makes of a `$v:vis`? It may be empty.
pub(crate) fn is_visibility_fragment(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::None
        && flatten(group.stream()).first().is_none_or(|first| first.to_string() == "pub"))
}

/// Is it a block in braces, or what `macro_rules!` makes of a `$b:block`?
pub(crate) fn is_block(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => true,
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            matches!(&flatten(group.stream())[..], [token] if is_block(token))
        }
        _ => false,
    }
}

/// The same tokens without the invisible groups that `macro_rules!` puts around its fragments.
pub(crate) fn flatten(tokens: TokenStream) -> Vec<TokenTree> {
    let mut flat = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                flat.extend(flatten(group.stream()))
            }
            token => flat.push(token),
        }
    }
    flat
}
