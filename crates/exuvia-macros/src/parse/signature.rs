//! `signature = (a, /, b = 1, *args, c, **kwargs)`.

use proc_macro::{Delimiter, Ident, Span, TokenStream, TokenTree};

use crate::parse::attribute::string_literal;
use crate::parse::cursor::{Cursor, flatten};
use crate::parse::{Error, Result};

/// A parameter that takes one argument.
#[derive(Clone)]
pub(crate) struct Slot {
    pub(crate) name: String,
    pub(crate) default: Option<TokenStream>,
}

/// A function's parameters as Python sees them.
#[derive(Clone, Default)]
pub(crate) struct Signature {
    pub(crate) positional: Vec<Slot>,
    /// How many of them are positional only.
    pub(crate) positional_only: usize,
    pub(crate) keyword_only: Vec<Slot>,
    pub(crate) varargs: Option<String>,
    pub(crate) varkeywords: Option<String>,
}

impl Signature {
    /// All parameters positional or by keyword, none with a default.
    pub(crate) fn plain(names: impl Iterator<Item = String>) -> Self {
        let positional = names
            .map(|name| Slot {
                name,
                default: None,
            })
            .collect();
        Signature {
            positional,
            ..Signature::default()
        }
    }

    /// The slot of a Rust parameter, in the order of the implementation's arguments.
    pub(crate) fn slot(&self, name: &str) -> Option<usize> {
        let named = self
            .positional
            .iter()
            .chain(&self.keyword_only)
            .position(|slot| slot.name == name);
        let first = self.positional.len() + self.keyword_only.len();
        named
            .or_else(|| (self.varargs.as_deref() == Some(name)).then_some(first))
            .or_else(|| {
                (self.varkeywords.as_deref() == Some(name))
                    .then_some(first + usize::from(self.varargs.is_some()))
            })
    }

    /// The parameters' names as they stand.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let positional = self.positional.iter().map(|slot| slot.name.as_str());
        let keyword_only = self.keyword_only.iter().map(|slot| slot.name.as_str());
        positional
            .chain(self.varargs.as_deref())
            .chain(keyword_only)
            .chain(self.varkeywords.as_deref())
    }

    pub(crate) fn default_of(&self, name: &str) -> Option<&TokenStream> {
        self.positional
            .iter()
            .chain(&self.keyword_only)
            .find(|slot| slot.name == name)?
            .default
            .as_ref()
    }

    /// Can the slot be empty, whatever the parameter's default?
    pub(crate) fn may_be_absent(&self, name: &str) -> bool {
        self.varkeywords.as_deref() == Some(name)
    }

    pub(crate) fn required(&self) -> usize {
        self.positional
            .iter()
            .take_while(|slot| slot.default.is_none())
            .count()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.positional.is_empty()
            && self.keyword_only.is_empty()
            && self.varargs.is_none()
            && self.varkeywords.is_none()
    }

    /// As in a Python `def`: `(a, /, b=1, *args, c, **kwargs)`, with `receiver` in front if there is one.
    pub(crate) fn text(&self, receiver: Option<&str>) -> String {
        let mut parts: Vec<String> = receiver
            .iter()
            .map(|receiver| (*receiver).to_owned())
            .collect();
        for (index, slot) in self.positional.iter().enumerate() {
            parts.push(slot.text());
            if index + 1 == self.positional_only {
                parts.push("/".to_owned());
            }
        }
        match &self.varargs {
            Some(name) => parts.push(format!("*{name}")),
            None if !self.keyword_only.is_empty() => parts.push("*".to_owned()),
            None => {}
        }
        parts.extend(self.keyword_only.iter().map(Slot::text));
        parts.extend(self.varkeywords.iter().map(|name| format!("**{name}")));
        format!("({})", parts.join(", "))
    }
}

impl Slot {
    fn text(&self) -> String {
        match &self.default {
            None => self.name.clone(),
            Some(default) => format!("{}={}", self.name, default_text(default)),
        }
    }
}

/// How a default is shown: a literal as Python writes it, `None`, anything else as `...`, as in PyO3.
fn default_text(default: &TokenStream) -> String {
    let tokens = flatten(default.clone());
    let [token] = &tokens[..] else {
        return "...".to_owned();
    };
    let text = token.to_string();
    match token {
        TokenTree::Ident(_) => match text.as_str() {
            "true" => "True".to_owned(),
            "false" => "False".to_owned(),
            "None" => text,
            _ => "...".to_owned(),
        },
        TokenTree::Literal(_) if text.starts_with(|c: char| c.is_ascii_digit()) => number(&text),
        // Python knows the same escapes but for this one, and raw strings without marks around their quotes.
        TokenTree::Literal(_) if text.starts_with(['"', '\'']) && !text.contains("\\u") => text,
        TokenTree::Literal(_) if text.starts_with("r\"") => text,
        _ => "...".to_owned(),
    }
}

/// A number without what only Rust writes: the suffix of its type, and, as in PyO3, prefixes of other bases and
/// underscores.
fn number(literal: &str) -> String {
    let text = literal.replace('_', "");
    let base = match text.get(..2) {
        Some("0x") => 16,
        Some("0o") => 8,
        Some("0b") => 2,
        _ => 10,
    };
    let suffixes: &[char] = if base == 16 {
        &['u', 'i']
    } else {
        &['u', 'i', 'f']
    };
    let digits = text.split(suffixes).next().unwrap_or_default();
    if base == 10 {
        return digits.to_owned();
    }
    u128::from_str_radix(&digits[2..], base)
        .map_or_else(|_| "...".to_owned(), |value| value.to_string())
}

/// Parses what stands between the parentheses.
pub(crate) fn parse(tokens: TokenStream, span: Span) -> Result<Signature> {
    let mut cursor = Cursor::new(parameters(tokens), span);
    let mut signature = Signature::default();
    let mut keyword_only = false;
    while !cursor.at_end() {
        if cursor.take_punct('/') {
            if keyword_only || signature.positional.is_empty() || signature.positional_only > 0 {
                return Err(cursor.error("`/` goes once, behind the positional-only parameters"));
            }
            signature.positional_only = signature.positional.len();
        } else if cursor.take_punct('*') {
            if cursor.take_punct('*') {
                signature.varkeywords =
                    Some(name(&cursor.ident("the name of the keyword arguments")?));
                skip_annotation(&mut cursor)?;
                cursor.take_punct(',');
                if !cursor.at_end() {
                    return Err(cursor.error("nothing can follow `**` parameters"));
                }
                break;
            }
            if keyword_only {
                return Err(cursor.error("`*` goes once"));
            }
            keyword_only = true;
            if !cursor.at_end() && !cursor.peek_punct(',') {
                signature.varargs = Some(name(&cursor.ident("the name of the further arguments")?));
                skip_annotation(&mut cursor)?;
            }
        } else {
            let ident = cursor.ident("a parameter")?;
            skip_annotation(&mut cursor)?;
            let default = if cursor.take_punct('=') {
                Some(cursor.expression())
            } else {
                None
            };
            let after_default = signature
                .positional
                .last()
                .is_some_and(|slot| slot.default.is_some());
            if !keyword_only && default.is_none() && after_default {
                return Err(Error::new(
                    ident.span(),
                    "a parameter without a default cannot follow one with a default",
                ));
            }
            let slot = Slot {
                name: name(&ident),
                default,
            };
            if keyword_only {
                &mut signature.keyword_only
            } else {
                &mut signature.positional
            }
            .push(slot);
        }
        if !cursor.at_end() && !cursor.take_punct(',') {
            return Err(cursor.error("expected a comma between parameters"));
        }
    }
    Ok(signature)
}

/// The tokens with what `macro_rules!` makes of a `$parameter:expr` opened: `b = None` as a fragment. A default that is a
/// fragment stays one.
fn parameters(tokens: TokenStream) -> TokenStream {
    let mut opened = Vec::new();
    for token in tokens {
        let begins = match opened.last() {
            None => true,
            Some(TokenTree::Punct(punct)) => matches!(punct.as_char(), ',' | '*'),
            Some(_) => false,
        };
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None && begins => {
                opened.extend(group.stream());
            }
            token => opened.push(token),
        }
    }
    opened.into_iter().collect()
}

/// Passes over `-> "…"` behind a signature.
pub(crate) fn skip_result_annotation(cursor: &mut Cursor) -> Result<()> {
    if cursor.take_punct('-')
        && !(cursor.take_punct('>') && matches!(cursor.next(), Some(TokenTree::Literal(_))))
    {
        return Err(cursor.error("the annotation of the result is a string: `-> \"int\"`"));
    }
    if !cursor.at_end() {
        return Err(cursor.error("nothing can follow the signature but a comma"));
    }
    Ok(())
}

/// Takes a type in Python's terms, `: "int"`: it is for stubs, and nothing else heeds it.
fn skip_annotation(cursor: &mut Cursor) -> Result<()> {
    if cursor.take_punct(':') {
        let annotation: TokenStream = cursor.next().into_iter().collect();
        if string_literal(&annotation).is_none() {
            return Err(cursor.error("expected a type in quotes: `a: \"int\"`"));
        }
    }
    Ok(())
}

/// The name of an identifier, without the `r#` of a keyword.
pub(crate) fn name(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or(text.clone(), str::to_owned)
}
