/*!
Code with holes.

`emit("let $name = 1;", &[("name", code)])` is the code with what is given in place of `$name`. It stays text until the
whole of a macro's answer is written: to hand tokens to the compiler and to take them back costs far more than to write
them, the more so as macros are compiled without optimisation. The user's tokens stand in the text as `$0`, `$1` and so
on, and come back spans and all, so that the compiler points at what the user wrote. Names that the templates introduce
are hygienic: local variables can neither capture nor be captured.
*/

use std::cell::RefCell;
use std::str::FromStr;

use proc_macro::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

thread_local! {
    /// The user's tokens that stand in the code of the macro that is running, by number.
    static GIVEN: RefCell<Vec<Vec<TokenTree>>> = const { RefCell::new(Vec::new()) };
}

/// Lasts as long as a macro runs: the compiler's tokens must not outlive it, however it ends.
pub(crate) struct Given;

impl Drop for Given {
    fn drop(&mut self) {
        GIVEN.take();
    }
}

/// Code that is being written.
#[derive(Clone, Default)]
pub(crate) struct Code(String);

impl Code {
    /// Nothing, to be added to.
    pub(crate) const fn new() -> Self {
        Code(String::new())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text, of code that has none of the user's tokens in it.
    pub(crate) fn text(&self) -> String {
        self.0.trim().to_owned()
    }

    pub(crate) fn add(&mut self, code: Code) {
        self.0.push(' ');
        self.0.push_str(&code.0);
    }

    /// Tokens as one expression or type, whatever stands around them.
    pub(crate) fn grouped(tokens: TokenStream) -> Code {
        TokenTree::Group(Group::new(Delimiter::None, tokens)).into()
    }

    /// The tokens, for the compiler; the macro's answer.
    ///
    /// # Panics
    /// When the code is not Rust tokens: a mistake in this crate.
    pub(crate) fn into_tokens(self) -> TokenStream {
        let given = GIVEN.take();
        let tokens = TokenStream::from_str(&self.0)
            .unwrap_or_else(|error| panic!("generated code: {error}: {}", self.0));
        fill(tokens, &given)
    }
}

impl From<&str> for Code {
    /// Code as it is written here.
    fn from(text: &str) -> Code {
        Code(text.to_owned())
    }
}

impl From<TokenStream> for Code {
    /// The user's tokens.
    fn from(tokens: TokenStream) -> Code {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        if tokens.is_empty() {
            return Code::new();
        }
        GIVEN.with_borrow_mut(|given| {
            given.push(tokens);
            Code(format!("${} ", given.len() - 1))
        })
    }
}

impl From<&TokenStream> for Code {
    fn from(tokens: &TokenStream) -> Code {
        tokens.clone().into()
    }
}

impl From<TokenTree> for Code {
    fn from(token: TokenTree) -> Code {
        TokenStream::from(token).into()
    }
}

impl From<&Ident> for Code {
    fn from(ident: &Ident) -> Code {
        TokenTree::Ident(ident.clone()).into()
    }
}

impl FromIterator<Code> for Code {
    fn from_iter<I: IntoIterator<Item = Code>>(parts: I) -> Code {
        let mut whole = Code::new();
        parts.into_iter().for_each(|part| whole.add(part));
        whole
    }
}

/// Fills a template.
///
/// # Panics
/// When the template names a hole that is not given: a mistake in this crate.
pub(crate) fn emit(template: &str, holes: &[(&str, Code)]) -> Code {
    let mut parts = template.split('$');
    let mut code = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(part.len());
        let (name, after) = part.split_at(end);
        match holes.iter().find(|(hole, _)| *hole == name) {
            Some((_, filling)) => code.push_str(&filling.0),
            None => panic!("template: nothing is given for ${name}"),
        }
        code.push_str(after);
    }
    Code(code)
}

/// Puts the user's tokens in their places.
fn fill(tokens: TokenStream, given: &[Vec<TokenTree>]) -> TokenStream {
    let span = Span::mixed_site();
    let mut filled = Vec::new();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '$' => {
                let number = tokens.next().map(|token| token.to_string());
                let number: Option<usize> = number.and_then(|text| text.parse().ok());
                filled.extend_from_slice(&given[number.unwrap_or(usize::MAX)]);
            }
            TokenTree::Group(group) => {
                let mut copy = Group::new(group.delimiter(), fill(group.stream(), given));
                copy.set_span(span);
                filled.push(TokenTree::Group(copy));
            }
            mut other => {
                other.set_span(span);
                filled.push(other);
            }
        }
    }
    filled.into_iter().collect()
}
