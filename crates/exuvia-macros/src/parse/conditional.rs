/*!
`#[cfg(…)]` on a part of an item: on a method, a field, a variant.

Only the compiler knows whether a condition holds, and it does not tell a macro. The item is therefore written twice,
once with the parts under a condition and once without, each as a whole under the condition or its opposite; the macro
is called again on the one that stays, and meets the next condition there.
*/

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

use crate::emit::root;
use crate::emit::template::{Code, emit};
use crate::parse::Result;
use crate::parse::attribute::{Attribute, parse_attributes};
use crate::parse::cursor::{Cursor, is_block};

/// The two forms of an item, to be given to the macro `name` again; `None` when no part has a condition.
pub(crate) fn split(name: &str, options: &TokenStream, item: &TokenStream) -> Result<Option<Code>> {
    let tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    let is_class = name == "pyclass";
    let body = tokens.iter().rposition(|token| match token {
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Brace => true,
            // A tuple struct.
            Delimiter::Parenthesis => is_class,
            _ => false,
        },
        _ => false,
    });
    let Some((position, TokenTree::Group(body))) =
        body.and_then(|position| Some((position, tokens.get(position)?)))
    else {
        return Ok(None);
    };
    let parts = parts(body, is_class)?;
    let Some(condition) = parts.iter().find_map(Part::condition) else {
        return Ok(None);
    };
    let text = condition.to_string();
    let with_body = |keep: bool| -> TokenStream {
        let mut inside = TokenStream::new();
        for part in &parts {
            let mut under = false;
            let mut attributes = TokenStream::new();
            for attribute in &part.attributes {
                if attribute.path == "cfg" && attribute.arguments.to_string() == text {
                    under = true;
                } else {
                    attributes.extend(attribute.tokens.clone());
                }
            }
            if keep || !under {
                inside.extend(attributes);
                inside.extend(part.rest.clone());
            }
        }
        let mut group = Group::new(body.delimiter(), inside);
        group.set_span(body.span());
        let mut tokens = tokens.clone();
        tokens[position] = TokenTree::Group(group);
        tokens.into_iter().collect()
    };
    Ok(Some(emit(
        "#[cfg($condition)]
        #[$root::$name($options)]
        $with
        #[cfg(not($condition))]
        #[$root::$name($options)]
        $without",
        &[
            ("condition", condition.into()),
            ("root", root()),
            ("name", Code::from(name)),
            ("options", options.into()),
            ("with", with_body(true).into()),
            ("without", with_body(false).into()),
        ],
    )))
}

/// A method, a field or a variant.
struct Part {
    attributes: Vec<Attribute>,
    rest: TokenStream,
}

impl Part {
    fn condition(&self) -> Option<TokenStream> {
        let attribute = self
            .attributes
            .iter()
            .find(|attribute| attribute.path == "cfg")?;
        Some(attribute.arguments.clone())
    }
}

fn parts(body: &Group, separated_by_commas: bool) -> Result<Vec<Part>> {
    let mut cursor = Cursor::of_group(body);
    let mut parts = Vec::new();
    while !cursor.at_end() {
        let attributes = parse_attributes(&mut cursor)?;
        let start = cursor.position();
        if separated_by_commas {
            cursor.until_comma();
        } else {
            // The value of a constant may be a block, behind which the semicolon is still to come.
            let (mut function, mut value) = (false, false);
            while let Some(token) = cursor.next() {
                match &token {
                    TokenTree::Punct(punct) if punct.as_char() == ';' => break,
                    TokenTree::Punct(punct) => value |= punct.as_char() == '=',
                    TokenTree::Ident(ident) => function |= ident.to_string() == "fn",
                    token if is_block(token) && (function || !value) => break,
                    _ => {}
                }
            }
        }
        parts.push(Part {
            attributes,
            rest: cursor.since(start),
        });
    }
    Ok(parts)
}
